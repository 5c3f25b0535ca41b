"""Put the journal's fields, kinds and values in the reader's words, for print."""

from flask_babel import lazy_gettext

from oncall.contacts.case_changes import CASE_CLOSED, CASE_OPENED, CASE_REOPENED
from oncall.routes.wording.access_log import KINDS as READ_KINDS
from oncall.routes.wording.access_log import REASONS
from oncall.routes.wording.contacts import STATES
from oncall.routes.wording.families import BRIEF_LABELS, FIELDS
from oncall.routes.wording.notes import NOTE_LABELS

_FIELDS = {
    "at": lazy_gettext("When"),
    "by": lazy_gettext("By whom"),
    "kind": lazy_gettext("What"),
    "detail": lazy_gettext("What it says"),
    "seq": lazy_gettext("Entry number"),
    "contact": lazy_gettext("Contact"),
    "contacts": lazy_gettext("Contacts"),
    "entries": lazy_gettext("Entries"),
    "state": lazy_gettext("State"),
    "answered_by": lazy_gettext("Answered by"),
    "started_at": lazy_gettext("Began"),
    "members": lazy_gettext("Members"),
    "phones": lazy_gettext("Numbers"),
    "body": lazy_gettext("Words"),
    "reason": lazy_gettext("Why"),
    "note": lazy_gettext("Note"),
    "case": lazy_gettext("Case"),
    "caller": lazy_gettext("Caller"),
    "person": lazy_gettext("Person"),
    "status": lazy_gettext("Status at the carrier"),
    "code": lazy_gettext("Code at the carrier"),
    "erased": lazy_gettext("Erased"),
    "why": lazy_gettext("Need"),
}
_KINDS = {
    "call_received": lazy_gettext("The family called"),
    "leg_rung": lazy_gettext("A phone was rung"),
    "wave_started": lazy_gettext("The next step of the ladder"),
    "queued": lazy_gettext("The caller waited in line"),
    "dialled_one_by_one": lazy_gettext("Phones were rung one by one"),
    "claim_granted": lazy_gettext("Somebody took the call"),
    "claim_refused": lazy_gettext("Another had taken the call"),
    "claim_withdrawn": lazy_gettext("Whoever took the call was lost"),
    "leg_released": lazy_gettext("A phone stopped ringing"),
    "last_resort_offered": lazy_gettext("The emergency service was offered"),
    "last_resort_rung": lazy_gettext("The emergency service was rung"),
    "team_alerted": lazy_gettext("The caller heard that the team is alerted"),
    "cut_off_offered": lazy_gettext("The caller could press 1 to come back"),
    "resumed": lazy_gettext("The caller came back"),
    "follow_up_opened": lazy_gettext("A follow-up was opened"),
    "queue_closed": lazy_gettext("The waiting line was closed"),
    "acknowledged": lazy_gettext("Somebody took the follow-up"),
    "closed": lazy_gettext("The follow-up was closed"),
    "call_joined": lazy_gettext("The same number called again"),
    "follow_up_joined": lazy_gettext("An older follow-up stands for it"),
    "text_received": lazy_gettext("The family wrote"),
    "auto_replied": lazy_gettext("The automatic answer was sent"),
    "text_relayed": lazy_gettext("Staff wrote to the family"),
    "pages_started": lazy_gettext("The next alert began"),
    "paged": lazy_gettext("Somebody was alerted"),
    "reminded": lazy_gettext("Whoever has it was reminded"),
    "handed_on": lazy_gettext("A colleague was asked to take over"),
    "call_back_ordered": lazy_gettext("Staff called back"),
    "consult_ordered": lazy_gettext("Staff consulted a colleague"),
    "compromised": lazy_gettext("The number may be in the wrong hands"),
    "trusted": lazy_gettext("The number is trusted again"),
    "call_planned": lazy_gettext("A call of ours"),
    "check_in_marked": lazy_gettext("How the agreed call went"),
    "code_refused": lazy_gettext("A text had no valid code"),
    "note_written": lazy_gettext("A note was written"),
    "outcome_recorded": lazy_gettext("What it came to"),
    "incident_recorded": lazy_gettext("An incident was reported"),
    "contact_linked": lazy_gettext("Linked to a case"),
    "next_agreed": lazy_gettext("Something was agreed"),
    "next_done": lazy_gettext("What was agreed was done"),
    "signed_off": lazy_gettext("The leader signed off"),
    "queue_joined": lazy_gettext("The caller came into the line"),
    "queue_left": lazy_gettext("The caller left the line"),
    "leg_placed": lazy_gettext("The carrier took the call to a phone"),
    "leg_refused": lazy_gettext("The carrier refused the call to a phone"),
    "leg_ringing": lazy_gettext("A phone rang"),
    "leg_answered": lazy_gettext("A phone was picked up"),
    "one_pressed": lazy_gettext("Somebody pressed 1"),
    "leg_declined": lazy_gettext("Somebody declined"),
    "leg_bridged": lazy_gettext("The two were connected"),
    "leg_ended": lazy_gettext("A phone was put down"),
    "caller_declined": lazy_gettext("The caller declined the emergency service"),
    "last_resort_ended": lazy_gettext("The talk with the emergency service ended"),
    "back_answered": lazy_gettext("Staff picked up, and the family was rung"),
    "back_ended": lazy_gettext("The call back ended"),
    "message_reported": lazy_gettext("How far a text got"),
    "caller_gone": lazy_gettext("The caller hung up"),
    "voicemail_agreed": lazy_gettext("The caller agreed to leave a message"),
    "voicemail_left": lazy_gettext("A message was left"),
    "voicemail_ready": lazy_gettext("The message could be heard"),
    "voicemail_lost": lazy_gettext("The message was lost"),
    "contact_erased": lazy_gettext("What was said was erased"),
    "case_changed": lazy_gettext("The case was changed"),
    "brief_revised": lazy_gettext("The brief was revised"),
    "check_in_planned": lazy_gettext("A call was agreed on"),
    "check_in_changed": lazy_gettext("An agreed call was changed"),
    "check_in_cancelled": lazy_gettext("An agreed call was cancelled"),
    "case_exported": lazy_gettext("Everything was given out"),
    "legal_hold_placed": lazy_gettext("Put on legal hold"),
    "legal_hold_lifted": lazy_gettext("The legal hold was lifted"),
    CASE_OPENED: lazy_gettext("The case was opened"),
    CASE_CLOSED: lazy_gettext("The case was closed"),
    CASE_REOPENED: lazy_gettext("The case was reopened"),
}
_NAMED = {**BRIEF_LABELS, **NOTE_LABELS, **FIELDS, **_FIELDS}
_STATES = {str(state): word for state, word in STATES.items()}
_VALUES = {"kind": {**READ_KINDS, **_KINDS}, "state": _STATES, "why": REASONS}


def name_kept(field: str) -> str:
    """Return what a field of the record is called; one without a word of ours as the journal has it."""
    return str(_NAMED.get(field, field.replace("_", " ")))


def describe_kept(field: str, value: object) -> object:
    """Return a value of the field: what is a word of the journal's own, in the reader's language."""
    words = _VALUES.get(field, {})
    return str(words[value]) if isinstance(value, str) and value in words else value
