"""The use-cases of the rota: load teams, say who is on duty, and find where a rota falls short."""

from oncall.rostering.daily_check import HORIZON_DAYS, Finding, Shortcoming, check_rota, describe
from oncall.rostering.holders import OnDuty, who_is_on
from oncall.rostering.load import LoadedTeam, LoadReport, load_teams

__all__ = [
    "HORIZON_DAYS",
    "Finding",
    "LoadReport",
    "LoadedTeam",
    "OnDuty",
    "Shortcoming",
    "check_rota",
    "describe",
    "load_teams",
    "who_is_on",
]
