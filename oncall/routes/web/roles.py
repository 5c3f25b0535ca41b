"""Which role may open which page: what has no line here stays closed to everybody."""

from collections.abc import Mapping
from enum import StrEnum

from werkzeug.exceptions import Forbidden


class Standing(StrEnum):
    """As what somebody looks at a page; a member of staff may be several of the first five."""

    LEADER = "leader"
    DEPUTY = "deputy"
    THERAPIST = "therapist"
    FAMILY_WORKER = "family_worker"
    ADMINISTRATOR = "administrator"  # numbers and feedback, no notes
    REVIEWER = "reviewer"  # of a municipality: its own cases, to read only
    OPERATOR = "operator"  # looks after the service, and sees no case


class Door(StrEnum):
    """A way in for which nobody signs in."""

    OPEN = "open"  # to everybody
    BY_ADDRESS = "by address"  # to who knows the secret that stands in it
    HALFWAY = "halfway"  # to who has given a password or followed a link, and must still do the second step
    MACHINE = "machine"  # to the carrier by its signature, and to what watches over the service


ANYBODY = frozenset(Standing)
STAFF = ANYBODY - {Standing.REVIEWER, Standing.OPERATOR}
CARE = STAFF - {Standing.ADMINISTRATOR}  # who works with families
READING = CARE | {Standing.REVIEWER}  # who reads about families; a reviewer, of one municipality alone
OPERATING = frozenset({Standing.OPERATOR})
LEADING = frozenset({Standing.LEADER, Standing.DEPUTY})

ROLES: Mapping[str, frozenset[Standing] | Door] = {
    # without signing in
    "static": Door.OPEN,
    "account.choose_language": Door.OPEN,
    "sign_in.show": Door.OPEN,
    "sign_in.by_password": Door.OPEN,
    "sign_in.by_passkey": Door.OPEN,
    "sign_in.code": Door.HALFWAY,
    "sign_in.by_code": Door.HALFWAY,
    "sign_in.lost_phone": Door.OPEN,
    "sign_in.recover": Door.OPEN,
    "enrol.show": Door.HALFWAY,
    "enrol.by_totp": Door.HALFWAY,
    "enrol.by_passkey": Door.HALFWAY,
    "enrol.first": Door.OPEN,
    "enrol.begin": Door.OPEN,
    "enrol.invitation": Door.BY_ADDRESS,
    "enrol.accept": Door.BY_ADDRESS,
    "feeds.read": Door.BY_ADDRESS,
    # one's own account
    "account.leave": ANYBODY,
    "sign_in.unlock": ANYBODY,
    "sign_in.unlock_by_code": ANYBODY,
    "sign_in.unlock_by_passkey": ANYBODY,
    "own.show": ANYBODY,
    "own.add_passkey": ANYBODY,
    "own.drop_passkey": ANYBODY,
    "own.generator": ANYBODY,
    "own.save_generator": ANYBODY,
    "own.drop_generator": ANYBODY,
    "own.renew": ANYBODY,
    "own.end": ANYBODY,
    "own.end_everywhere": ANYBODY,
    # who may sign in
    "team_accounts.show": LEADING,
    "team_accounts.invite": LEADING,
    "team_accounts.withdraw": LEADING,
    "team_accounts.reset": LEADING,
    "team_accounts.close": LEADING,
    # the line at this moment
    "now.show": STAFF,
    "now.live": STAFF,
    # contacts
    "log.show": READING,
    "contacts.show": READING,
    "attachments.show": CARE,
    "voicemails.play": CARE,
    "follow_ups.acknowledge": CARE,
    "follow_ups.call_back": CARE,
    "follow_ups.close": CARE,
    "follow_ups.consult": CARE,
    "follow_ups.doubt": CARE,
    "follow_ups.hand_on": CARE,
    "follow_ups.reply": CARE,
    "follow_ups.trust": CARE,
    # what is written down about them
    "notes.write": CARE,
    "notes.keep": CARE,
    "notes.discard": CARE,
    "notes.record_outcome": CARE,
    "notes.record_incident": CARE,
    "notes.agree_next": CARE,
    "notes.finish_next": CARE,
    "notes.link": CARE,
    # figures without anybody's name but staff's; a reviewer sees those of their municipality
    "statistics.show": STAFF | {Standing.REVIEWER},
    # families: numbers and who they are is the administrator's too, briefs and contacts are not
    "retention.show": LEADING,
    "retention.change_rules": LEADING,
    "retention.export": LEADING,
    "retention.hold": LEADING,
    "retention.lift": LEADING,
    "retention.erase": LEADING,
    "retention.erase_loose": LEADING,
    "retention.export_person": LEADING,
    "retention.hold_person": LEADING,
    "retention.lift_person": LEADING,
    "retention.erase_person": LEADING,
    "cases.show": STAFF | READING,
    "cases.search": STAFF,
    "cases.open_one": STAFF | READING,
    "cases.history": STAFF,
    "cases_brief.show": CARE,
    "cases_brief.edit": CARE,
    "cases_brief.review": CARE,
    "cases_brief.revise": CARE,
    "cases_brief.versions": CARE,
    "cases_edit.begin": STAFF,
    "cases_edit.change": STAFF,
    "cases_edit.change_member": STAFF,
    "cases_edit.close": CARE,
    "cases_edit.create": STAFF,
    "cases_edit.edit": STAFF,
    "cases_edit.edit_member": STAFF,
    "cases_edit.reopen": CARE,
    "cases_edit.take_out": STAFF,
    "cases_import.show": STAFF,
    "cases_import.confirm": STAFF,
    "cases_import.preview": STAFF,
    "cases_import.template": STAFF,
    # calls of ours
    "check_ins.show": CARE,
    "check_ins.call": CARE,
    "check_ins.cancel": CARE,
    "check_ins.change": CARE,
    "check_ins.edit": CARE,
    "check_ins.mark": CARE,
    "check_ins.plan": CARE,
    # the leader's review, and what leaves the house
    "review.show": LEADING,
    "review.go_on": LEADING,
    "review.sign_off": LEADING,
    "review.close_damaged": LEADING,
    "review.show_chains": LEADING,
    "review.check_chains": LEADING,
    "exports.show": LEADING,
    "exports.give": LEADING,
    "exports.receipt": LEADING,
    "exports.ask_for_record": LEADING,
    "exports.give_record": LEADING,
    # why somebody reads what is not theirs, and who has read what
    "access.ask": CARE,
    "access.give_reason": CARE,
    "access_log.show": LEADING,
    # the service itself
    "system.show": OPERATING,
    # the rota
    "rota.show": STAFF,
    "rota.history": STAFF,
    "rota.show_layers": STAFF,
    "rota.absences": STAFF,
    "rota.change": LEADING,
    "rota.edit_layer": LEADING,
    "rota.restore": LEADING,
    "rota.save_absence": LEADING,
    "rota.save_change": LEADING,
    "rota.save_layer": LEADING,
    "rota.undo": LEADING,
    "rota_days.show": STAFF,
    "rota_days.save": LEADING,
    "rota_days.show_limits": STAFF,
    "rota_days.change_limits": LEADING,
    "rota_hours.show": STAFF,
    "rota_hours.export": LEADING,
    "rota_start.show": LEADING,
    "rota_start.go_on": LEADING,
    # what is set about the team
    "settings.show": LEADING,
    "settings.history": LEADING,
    "settings_check.show": LEADING,
    "settings_check.ask": LEADING,
    "settings_ladder.show": LEADING,
    "settings_ladder.edit": LEADING,
    "settings_ladder.save": LEADING,
    "settings_ladder.show_alerts": LEADING,
    "settings_ladder.save_alerts": LEADING,
    "settings_line.show": LEADING,
    "settings_line.save": LEADING,
    "settings_line.show_voicemail": LEADING,
    "settings_line.save_voicemail": LEADING,
    "settings_line.show_words": LEADING,
    "settings_line.save_words": LEADING,
    "settings_staff.show": LEADING,
    "settings_staff.begin": LEADING,
    "settings_staff.add": LEADING,
    "settings_staff.edit": LEADING,
    "settings_staff.change": LEADING,
    "settings_staff.leave": LEADING,
    "settings_staff.take_off": LEADING,
    "settings_staff.try_it": LEADING,
    "settings_team.show": LEADING,
    "settings_team.save": LEADING,
    "settings_team.show_municipalities": LEADING,
    "settings_team.save_municipalities": LEADING,
    "settings_team.show_reasons": LEADING,
    "settings_team.save_reasons": LEADING,
    # one's own shifts
    "shifts.show": STAFF,
    "shifts.answer": STAFF,
    "shifts.approve": LEADING,
    "shifts.ask": STAFF,
    "shifts.change_feed": STAFF,
    "shifts.confirm": STAFF,
    "shifts.handover": CARE,
    "shifts.line_card": STAFF,
    "my_phone.try_it": STAFF,
    "my_phone.type_code": STAFF,
    "shifts.sick": STAFF,
    "shifts.swap": STAFF,
    "shifts.take": STAFF,
    "shifts.withdraw": STAFF,
    # the carrier
    "voice.answer": Door.MACHINE,
    "voice.bridging": Door.MACHINE,
    "voice.dialled": Door.MACHINE,
    "voice.done": Door.MACHINE,
    "voice.incoming": Door.MACHINE,
    "voice.last_resort": Door.MACHINE,
    "voice.left": Door.MACHINE,
    "voice.passed_on": Door.MACHINE,
    "voice.reconnect": Door.MACHINE,
    "voice.screen": Door.MACHINE,
    "voice.static": Door.MACHINE,
    "voice.status": Door.MACHINE,
    "voice.told": Door.MACHINE,
    "voice.wait": Door.MACHINE,
    "voicemail.agree": Door.MACHINE,
    "voicemail.left": Door.MACHINE,
    "voicemail.ready": Door.MACHINE,
    "paging.back": Door.MACHINE,
    "paging.back_answer": Door.MACHINE,
    "paging.back_ended": Door.MACHINE,
    "paging.back_other": Door.MACHINE,
    "paging.back_other_answer": Door.MACHINE,
    "paging.page": Door.MACHINE,
    "paging.page_answer": Door.MACHINE,
    "paging.page_status": Door.MACHINE,
    "phones.answer": Door.MACHINE,
    "phones.call_status": Door.MACHINE,
    "phones.screen": Door.MACHINE,
    "phones.text_status": Door.MACHINE,
    "phones.told_status": Door.MACHINE,
    "text.incoming": Door.MACHINE,
    "text.status": Door.MACHINE,
    # who watches over the service
    "health.healthz": Door.MACHINE,
    "health.metrics": Door.MACHINE,
    "health.readyz": Door.MACHINE,
}


class NotYourRole(Forbidden):
    """The visitor is signed in, and the page is not for their role."""


def is_door(endpoint: str) -> bool:
    """Whether nobody needs to sign in for it."""
    return isinstance(ROLES.get(endpoint), Door)


def may_open(endpoint: str, standings: frozenset[Standing]) -> bool:
    """Whether somebody signed in, who looks at the pages as any of these, may open it."""
    allowed = ROLES.get(endpoint, frozenset())
    return isinstance(allowed, Door) or bool(allowed & standings)
