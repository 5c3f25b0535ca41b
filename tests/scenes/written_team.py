"""A small team as its file is written, loaded and looked at."""

from datetime import UTC, datetime, timedelta

from oncall.alerts.team import Team
from oncall.teamfile import parse_team_file

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
VESTFOLD = """\
[[team]]
slug = "vestfold"
name = "MST-CAN Vestfold"
time_zone = "Europe/Oslo"
language = "nb"
voice_line = "+4733900001"

[[team.municipality]]
name = "Larvik"

[[team.staff]]
key = "kari"
name = "Kari Nordmann"
phone = "+4790001001"
roles = ["therapist"]

[[team.staff]]
key = "ola"
name = "Ola Stensrud"
phone = "+4790001002"
roles = ["therapist"]

[[team.staff]]
key = "liv"
name = "Liv Hagane"
phone = "+4790001003"
roles = ["leader"]

[[team.layer]]
tier = "duty"
participants = ["kari", "ola"]
first_handover = 2026-01-05
handover_time = "08:00"
turn_days = 7

[[team.layer]]
tier = "backup"
participants = ["ola", "kari"]
first_handover = 2026-01-05
handover_time = "08:00"
turn_days = 7

[[team.layer]]
tier = "leader"
participants = ["liv"]
first_handover = 2026-01-05
handover_time = "08:00"
turn_days = 7

[[team.case]]
label = "V-014"
municipality = "Larvik"
own_therapist = "kari"
[[team.case.member]]
name = "Mor"
relation = "parent"
phones = [{ number = "+4790001101", may_call = "yes" }]
"""


ABSENCE = """
[[team.absence]]
person = "kari"
start = 2026-12-01T00:00:00+01:00
end = 2027-01-01T00:00:00+01:00
"""


def written(text: str = VESTFOLD) -> Team:
    (draft,) = parse_team_file(text, "vestfold.toml")
    return draft.team
