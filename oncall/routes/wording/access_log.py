"""Name in words what was read, why it could be, and what is unusual in it."""

from flask_babel import lazy_gettext

from oncall.usecases.privacy.access_log import Oddity

KINDS = {
    "contact_read": lazy_gettext("Contact"),
    "case_read": lazy_gettext("Case"),
    "cases_searched": lazy_gettext("Search among the cases"),
    "brief_read": lazy_gettext("Brief"),
    "attachment_read": lazy_gettext("Picture or file from the family"),
    "voicemail_heard": lazy_gettext("Recording"),
    "export_asked": lazy_gettext("Export, asked for"),
    "export_given": lazy_gettext("Export, given out"),
    "record_taken_out": lazy_gettext("Everything that is kept, given out"),
    "log_read": lazy_gettext("The whole log, on the operator's console"),
    "check_ins_read": lazy_gettext("Agreed calls"),
    "glass_broken": lazy_gettext("Opened a case that is not theirs"),
}
REASONS = {
    "own case": lazy_gettext("own case"),
    "on duty": lazy_gettext("on duty"),
    "took part": lazy_gettext("took part in the contact"),
    "still open": lazy_gettext("the contact was open"),
    "no case": lazy_gettext("no known family"),
    "leads": lazy_gettext("leads the team"),
    "reviews": lazy_gettext("reviews for the municipality"),
    "keeps numbers": lazy_gettext("keeps the numbers right"),
    "broke the glass": lazy_gettext("gave a reason"),
}
ODDITIES = {
    Oddity.BROKE_GLASS: lazy_gettext("Not their case"),
    Oddity.MANY_CASES: lazy_gettext("Many cases in a short time"),
    Oddity.NIGHT: lazy_gettext("At night, without duty"),
    Oddity.NOT_OWN: lazy_gettext("Not their own case"),
}
