"""Word why a request about a shift was refused."""

from flask_babel import gettext


def describe_refusal(why: str) -> str:
    """Return the sentence for a code of RequestRefused."""
    sentences = {
        "already": gettext("You have duty already."),
        "not_on_duty": gettext("You are not on duty now. Use “Can't make it” for a later shift."),
        "nobody": gettext("There is nobody whom this can go to. Ring the leader."),
        "over": gettext("That shift is over."),
        "overlaps": gettext("You have asked about these hours already. Withdraw that first."),
        "changed": gettext("The rota has changed: this is no longer the asker's shift."),
        "return_changed": gettext("The rota has changed: what is given in return is no longer theirs."),
        "not_theirs": gettext("The rota has changed: that is not their shift. Choose another one."),
        "return_overlaps": gettext("Those hours of theirs are in another request already."),
        "they_are_absent": gettext("They are entered as away then."),
        "not_in_team": gettext("This person is not in the team."),
        "never_rung": gettext("This person is not on call and would never be rung."),
        "gone": gettext("This request is no longer open: somebody was faster, or it was withdrawn."),
        "not_asked": gettext("This request is not for you."),
        "absent": gettext("You are entered as away then."),
        "not_on_call": gettext("You are not on call and would never be rung."),
    }
    return str(sentences.get(why, gettext("This cannot be done.")))
