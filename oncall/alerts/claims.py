"""Who has the caller, and who is let go."""

from datetime import timedelta

from oncall.alerts.call_view import CallView, Decision
from oncall.contacts.contact import CallerPlace, Contact, Leg, Via
from oncall.contacts.model import Kind

BRIDGE_PATIENCE = timedelta(seconds=15)  # from a granted claim to the bridge

_BEYOND_REACH = (CallerPlace.PASSED_ON, CallerPlace.TOLD, CallerPlace.CUT_OFF)


def judge_claims(view: CallView) -> Decision:
    """Every pressed 1 is answered once: it has the contact, or is refused for one stated reason."""
    contact = view.contact
    for leg in contact.legs:
        if leg.accepted_at is None or leg.claim_refused or leg.claim_round:
            continue
        why = _find_obstacle(contact, leg)
        if why:
            return (view.entry(Kind.CLAIM_REFUSED, leg, why=why),)
        return (view.entry(Kind.CLAIM_GRANTED, leg, round=contact.round),)
    return ()


def _find_obstacle(contact: Contact, leg: Leg) -> str | None:
    out_of_dial = leg.via is Via.DIAL and (contact.place, contact.dialled) != (CallerPlace.DIALLED, leg.id)
    if contact.caller_gone_at or contact.place in _BEYOND_REACH or out_of_dial:
        return "caller_gone"
    if contact.claim or contact.talking:
        return "taken"
    if leg.released_at:  # the carrier has been told to end it, and may do so in mid-conversation
        return "released"
    if leg.declined_at:
        return "declined"
    return "leg lost" if leg.ended_at and not leg.bridged_at else None


def withdraw_lost_claim(view: CallView) -> Decision:
    """A phone that lost its signal locks nobody out: the claim falls, and the next round begins.

    The claim of a leg inside the caller's own <Dial> stands until the carrier asks what the caller
    shall hear after it: only then is it known whether the two were bridged.
    """
    contact, now = view.contact, view.now
    leg = contact.joining
    if leg is None or contact.caller_gone_at:
        return ()
    if contact.talking:  # an earlier winner, given up too soon, is with the caller after all
        why = "taken"
    elif leg.via is Via.DIAL:
        if not view.asked:
            return ()
        why = "leg lost"
    elif leg.ended_at:
        why = "leg lost"
    elif now - leg.taken_at >= BRIDGE_PATIENCE:
        why = "no bridge"
    else:
        return ()
    return (view.entry(Kind.CLAIM_WITHDRAWN, leg, round=contact.round, why=why),)


def release_legs(view: CallView) -> Decision:
    """Whoever is not needed any more is let go: told so if they have picked up, else no longer rung."""
    unwanted, why = _find_unwanted(view.contact)
    drafts = []
    for leg in unwanted:
        sids = [sid for sid in leg.sids if sid not in leg.released_sids]
        if leg.open and not leg.declined_at and not leg.claim_refused and (sids or leg.released_at is None):
            how = "tell" if leg.answered_at else "end"
            drafts.append(view.entry(Kind.LEG_RELEASED, leg, why=why, how=how, sids=sids))
    return tuple(drafts)


def _find_unwanted(contact: Contact) -> tuple[list[Leg], str]:
    if contact.over or contact.place is CallerPlace.PASSED_ON:
        others = [leg for leg in contact.legs if not leg.connected]
        # when a caller hangs up, the carrier itself ends what rings inside their <Dial>
        return [leg for leg in others if leg.via is Via.CALL or not contact.caller_gone_at], "caller_gone"
    wanted = contact.conversation if contact.talking else contact.claim
    if wanted:
        return [leg for leg in contact.legs if leg.id != wanted.id], "taken"
    # what was let go stays so, whenever the carrier tells its name
    lost = [leg for leg in contact.legs if leg.released_at or (leg.withdrawn_at and leg.via is Via.CALL)]
    return lost, "no bridge"
