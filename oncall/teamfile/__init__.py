"""The team file: a team, its rota and its families as its leader writes them down."""

from oncall.teamfile.draft import TeamDraft, TeamFileError
from oncall.teamfile.read import parse_team_file
from oncall.teamfile.table import Problem

__all__ = ["Problem", "TeamDraft", "TeamFileError", "parse_team_file"]
