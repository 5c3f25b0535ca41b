"""In which words the pages name what staff write down about a contact."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext, lazy_gettext

from oncall.contacts.note import Channel, Outcome, Risk, Severity
from oncall.routes.web.languages import write_date
from oncall.routes.wording.contacts import OUTCOMES
from oncall.usecases.contacts.log import Which

NOTE_LABELS = {
    "met_at": lazy_gettext("When"),
    "who": lazy_gettext("With whom"),
    "channel": lazy_gettext("How"),
    "said": lazy_gettext("What was said"),
    "assessed": lazy_gettext("How it is assessed"),
    "child_words": lazy_gettext("The child's own words"),
    "risk": lazy_gettext("Danger to the children"),
    "action": lazy_gettext("What was done"),
    "notified": lazy_gettext("Who was notified"),
    "next_step": lazy_gettext("Next step"),
}
EXPORT_HEADINGS = {  # of a table that is given out, by the names of its columns
    "contact": lazy_gettext("Contact"),
    "began": lazy_gettext("Began"),
    "case": lazy_gettext("Case"),
    "number": lazy_gettext("Number"),
    "state": lazy_gettext("State"),
    "answered_by": lazy_gettext("Answered by"),
    "seconds_to_human": lazy_gettext("Seconds to a human"),
    "escalated": lazy_gettext("Escalated"),
    "outcome": lazy_gettext("Outcome"),
    "severity": lazy_gettext("Severity"),
    "incident": lazy_gettext("Incident"),
    **NOTE_LABELS,
    "met_by": NOTE_LABELS["channel"],
    "channel": lazy_gettext("Channel"),
    "author": lazy_gettext("Written by"),
    "written_at": lazy_gettext("Written at"),
    "versions": lazy_gettext("Versions"),
    "agreed": lazy_gettext("Agreed"),
    "agreed_for": lazy_gettext("Agreed for"),
    "done_at": lazy_gettext("Done at"),
    "children": lazy_gettext("Children"),
    "signed_off_by": lazy_gettext("Signed off by"),
    "signed_off_at": lazy_gettext("Signed off at"),
    "comment": lazy_gettext("Comment"),
}
NOTE_HINTS = {
    "said": lazy_gettext("Only what was said or seen, and by whom."),
    "assessed": lazy_gettext("Your own view, apart from what was said."),
    "child_words": lazy_gettext("Word for word, with the question that was asked."),
    "notified": lazy_gettext("Leader, child-protection emergency service, police, doctor: who, and when."),
}
CHANNELS = {
    Channel.CALL: lazy_gettext("By phone"),
    Channel.TEXT: lazy_gettext("By text"),
    Channel.VISIT: lazy_gettext("At the family's"),
    Channel.VIDEO: lazy_gettext("By video"),
}
RISKS = {
    Risk.NONE: lazy_gettext("None seen"),
    Risk.SOME: lazy_gettext("Some"),
    Risk.HIGH: lazy_gettext("High"),
    Risk.ACUTE: lazy_gettext("Acute"),
}
RESULTS = {
    Outcome.CALMED: lazy_gettext("The talk was enough"),
    Outcome.COACHED: lazy_gettext("Steps of the safety plan were taken"),
    Outcome.VISITED: lazy_gettext("Somebody of the team went there"),
    Outcome.SERVICE: lazy_gettext("The child-protection emergency service was brought in"),
    Outcome.EMERGENCY: lazy_gettext("110, 112 or 113 was called"),
    Outcome.OTHERS: lazy_gettext("A third party called"),
    Outcome.SILENT: lazy_gettext("Nobody spoke"),
    Outcome.MISTAKE: lazy_gettext("A wrong number"),
    Outcome.NOT_REACHED: lazy_gettext("The family was not reached again"),
}
SEVERITIES = {
    Severity.MINOR: lazy_gettext("Minor"),
    Severity.SERIOUS: lazy_gettext("Serious"),
    Severity.CRITICAL: lazy_gettext("Critical"),
}
WAYS = {"voice": lazy_gettext("Calls"), "text": lazy_gettext("Texts")}

MARKS = {
    "planned": lazy_gettext("Agreed"),
    "due": lazy_gettext("Due now"),
    "done": lazy_gettext("Done"),
    "no_answer": lazy_gettext("Nobody answered"),
    "moved": lazy_gettext("Moved"),
    "cancelled": lazy_gettext("Cancelled"),
}


def describe_selection(selection: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return what an export was narrowed to, as the log's own form says it."""
    parts = []
    for field, value in selection.items():
        match field:
            case "which" if value in list(Which):
                parts.append(str(OUTCOMES[Which(value)]))
            case "outcome" if value in list(Outcome):
                parts.append(str(RESULTS[Outcome(value)]))
            case "channel":
                parts.append(str(WAYS.get(value, value)))
            case "person":
                parts.append(names.get(value, value))
            case "unreviewed":
                parts.append(str(gettext("Not signed off")))
            case "incident":
                parts.append(str(gettext("With an incident")))
            case "from":
                parts.append(str(gettext("from %(day)s", day=_write_day(value))))
            case "to":
                parts.append(str(gettext("to %(day)s", day=_write_day(value))))
            case "case":
                parts.append(value)
            case "child":
                parts.append(str(gettext("one child's contacts")))
    return ", ".join(parts)


def write_met_at(written: str) -> str:
    """Return when a note says that the family was met; what no form has written stands as it is."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    return f"{write_date(at.date())}, {at:%H:%M}"


def _write_day(written: str) -> str:
    try:
        return write_date(date.fromisoformat(written))
    except ValueError:
        return written


WORDS = {
    "write_met_at": write_met_at,
    "describe_selection": describe_selection,
    "NOTE_LABELS": NOTE_LABELS,
    "NOTE_HINTS": NOTE_HINTS,
    "CHANNELS": CHANNELS,
    "RISKS": RISKS,
    "RESULTS": RESULTS,
    "SEVERITIES": SEVERITIES,
    "WAYS": WAYS,
    "MARKS": MARKS,
}
