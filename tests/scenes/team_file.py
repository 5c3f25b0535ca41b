"""A team file with everything in it, and what reading it or a part of it comes to."""

from oncall.alerts.team import Team
from oncall.teamfile import parse_team_file

VALID = """\
[[team]]
slug = "vestfold"
name = "MST-CAN Vestfold"
time_zone = "Europe/Oslo"
language = "nb"
voice_line = "+4733900001"
text_line = "+47 900 00 099"           # blanks are welcome
static_number = "+4733900090"
on_call = true
voicemail = true
daytime = { days = ["mon", "tue"], from = "08:00", to = "20:00" }

[[team.municipality]]
name = "Larvik"
last_resort = { number = "+4733900099", hours = "15:30-08:00", agreed = 2026-01-10 }

[[team.municipality]]
name = "Horten"

[[team.ladder]]
when = "always"
waves = [
    { after = 0, ring = ["duty"] },
    { after = 25, ring = ["backup", "+4733900077"] },
    { after = 75, ring = ["everyone"] },
    { after = 150, ring = ["last_resort"] },
]

[[team.page_ladder]]
after_minutes = 0
targets = ["duty"]
by = ["text", "call"]

[[team.staff]]
key = "kari"
name = "Kari Nordmann"
phone = "+4790000001"
language = "nn"
roles = ["therapist", "leader"]

[[team.staff]]
key = "ola"
name = "Ola Hansen"
phone = "+4790000002"
roles = ["administrator"]
on_call = false

[[team.layer]]
tier = "duty"
participants = ["kari", "ola"]
first_handover = 2026-01-05
handover_time = "08:00"
turn_days = 7

[[team.layer]]
tier = "duty"
participants = ["ola"]
first_handover = 2026-01-05
handover_time = 08:00:00
turn_days = 1
only = [{ days = ["fri"], from = "20:00", to = "08:00" }]

[[team.override]]
tier = "duty"
person = "ola"
start = 2026-05-17T08:00:00+02:00
end = 2026-05-18T08:00:00+02:00

[[team.absence]]
person = "ola"
start = 2026-07-06T00:00:00+02:00
end = 2026-07-27T00:00:00+02:00

[[team.danger_words]]
language = "ru"
words = ["помогите", "бить*"]

[[team.case]]
label = "V-014"
municipality = "Larvik"
own_therapist = "kari"
status = "planned"
[[team.case.member]]
name = "Mor"
relation = "parent"
language = "uk"
phones = [
    { number = "+4790000101", may_call = "yes", may_text = "no" },
    { number = "+4790000103", hours = "08:00-20:00", code_word = "Bjørk", seen_by = "far" },
    { number = "+4790000104", may_name_team = true },
]
"""


def read(text: str = VALID) -> Team:
    (draft,) = parse_team_file(text, "vestfold.toml")
    return draft.team
