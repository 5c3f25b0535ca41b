"""How a contact follows from its entries: facts as a set, decisions in their order."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from oncall.contacts.check_in import Mark
from oncall.contacts.contact import CallerPlace, Contact, FollowUp, Leg, Via, WaveSpec, WaveStart
from oncall.contacts.model import FACTS, Entry, Kind, in_order
from oncall.contacts.note import fold_record

__all__ = ["CallerPlace", "Contact", "FollowUp", "Leg", "Via", "WaveSpec", "WaveStart", "fold"]

# When the last resort was offered and rung in the present wait: what came before is of an earlier one.
_AIDS = ("offered_at", "passed_on_at")
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
_FIRST = (Kind.CALL_RECEIVED, Kind.TEXT_RECEIVED, Kind.CALL_PLANNED)  # how a contact begins
_ORDERS = "orders"  # who ordered each call to the family, by the seq of the decision
_STAYS = "stays"  # when each stay in the queue began, by the seq of the decision

_STAMPS = {
    Kind.LEG_RINGING: "ringing_at",
    Kind.LEG_ANSWERED: "answered_at",
    Kind.ONE_PRESSED: "accepted_at",
    Kind.LEG_DECLINED: "declined_at",
    Kind.LEG_BRIDGED: "bridged_at",
}


def fold(contact_id: str, entries: Iterable[Entry]) -> Contact:
    """Return the contact that the entries tell of.

    Facts may come repeated and in any order; decisions are taken by their `seq`. Raises
    ValueError when no entry says how the call, or the conversation by text, began.
    """
    told = tuple(entries)
    decisions = sorted((entry for entry in told if entry.kind not in FACTS), key=lambda entry: entry.seq)
    if not decisions or decisions[0].kind not in _FIRST:
        raise ValueError(f"contact {contact_id} begins with no received call or text and no call of ours")
    legs: dict[str, dict[str, Any]] = {}
    contact = _received(contact_id, decisions[0])
    for entry in decisions[1:]:
        _decide(contact, legs, entry)
    # by instant, so that the earliest telling of a fact counts, in whatever order they came
    for entry in sorted((entry for entry in told if entry.kind in FACTS), key=in_order):
        _learn(contact, legs, entry)
    _correct_bridges(contact, legs, told)
    contact["legs"] = tuple(_build_leg(leg) for leg in legs.values())
    for aid in (*_AIDS, _STAYS, _ORDERS):
        contact.pop(aid, None)
    contact["record"] = fold_record(decisions)
    contact["entries"] = told
    contact["last_seq"] = max(entry.seq for entry in told)
    return Contact(**contact)


def _received(contact_id: str, entry: Entry) -> dict[str, Any]:
    detail = entry.detail
    return {
        "id": contact_id,
        "received_at": entry.at,
        "waiting_since": entry.at,
        "caller": detail["caller"],
        "case": detail.get("case"),
        "municipality": detail.get("municipality"),
        "own_therapist": detail.get("own_therapist"),
        "language": detail["language"],
        "may_call": detail.get("may_call", False),
        "waves": tuple(WaveSpec(wave["after"], tuple(wave["targets"])) for wave in detail.get("waves", ())),
        "deadline": detail.get("deadline", 0),
        "ours": entry.kind is Kind.CALL_PLANNED,
        "agreed": "check_in" in detail,
        # whoever writes is on no line: nothing of a call is left to do; whom we call never waits on one
        "by_text": entry.kind is Kind.TEXT_RECEIVED,
        "place": CallerPlace.ARRIVED if entry.kind is Kind.CALL_RECEIVED else CallerPlace.TOLD,
        "waves_started": (),
        "round": 1,
        "ahead": 0.0,
        "place_seq": entry.seq,
        _STAYS: {},
        _ORDERS: {},
    }


def _decide(contact: dict[str, Any], legs: dict[str, dict[str, Any]], entry: Entry) -> None:
    detail = entry.detail
    leg = legs.get(entry.leg or "")
    match entry.kind:
        case Kind.WAVE_STARTED:
            start = WaveStart(contact["round"], detail["wave"], entry.at, entry.seq)
            contact["waves_started"] += (start,)
            waited = (entry.at - contact["waiting_since"]).total_seconds()
            contact["ahead"] = max(contact["ahead"], contact["waves"][detail["wave"]].after - waited)
        case Kind.LEG_RUNG:
            legs[cast("str", entry.leg)] = {
                "id": entry.leg,
                "target": detail["target"],
                "person": entry.actor,
                "via": Via(detail["via"]),
                "wave": detail["wave"],
                "round": contact["round"],
                "rung_at": entry.at,
                "timeout": detail["timeout"],
            }
            if detail["via"] == Via.DIAL:
                _send(contact, CallerPlace.DIALLED, entry)
                contact["dialled"] = entry.leg
        case Kind.QUEUED:
            _send(contact, CallerPlace.QUEUED, entry)
            contact.setdefault("queued_at", entry.at)
            contact[_STAYS][entry.seq] = entry.at
        case Kind.DIALLED_ONE_BY_ONE:
            contact["one_by_one_since"] = entry.at
        case Kind.CLAIM_GRANTED if leg:
            leg.update(claimed_at=entry.at, claim_round=contact["round"], withdrawn_at=None)
        case Kind.CLAIM_REFUSED if leg:
            leg["claim_refused"] = True
        case Kind.CLAIM_WITHDRAWN if leg:
            leg["withdrawn_at"] = entry.at
            contact["round"] += 1
        case Kind.LEG_RELEASED if leg:
            leg.setdefault("released_at", entry.at)
            leg["released_sids"] = (*leg.get("released_sids", ()), *detail.get("sids", ()))
        case Kind.LAST_RESORT_OFFERED:
            _send(contact, CallerPlace.OFFERED, entry)
            contact.update(offered=detail["municipality"], offered_at=entry.at)
        case Kind.LAST_RESORT_RUNG:
            _send(contact, CallerPlace.PASSED_ON, entry)
            contact["passed_on_at"] = entry.at
        case Kind.TEAM_ALERTED:
            _send(contact, CallerPlace.TOLD, entry)
            contact.update(promised=detail["promise"], may_record=detail.get("voicemail", False))
        case Kind.CUT_OFF_OFFERED:
            _send(contact, CallerPlace.CUT_OFF, entry)
        case Kind.RESUMED:
            _send(contact, CallerPlace.ARRIVED, entry)
            contact["round"] += 1
            contact.update(waiting_since=entry.at, resumed_at=entry.at, ahead=0.0, resume_with=entry.actor)
            contact.update(first_round=contact["round"], one_by_one_since=None)
            contact.update(dict.fromkeys(_AIDS))
        case Kind.FOLLOW_UP_OPENED:
            contact["follow_up"] = FollowUp.WAITING
            contact["follow_up_round"] = contact["round"]
        case Kind.FOLLOW_UP_JOINED:
            contact["joined"] = detail["contact"]
        case Kind.QUEUE_CLOSED:
            contact["queue_closed"] = True
        case Kind.ACKNOWLEDGED:
            contact.update(follow_up=FollowUp.ACKNOWLEDGED, acknowledged_by=entry.actor)
        case Kind.CLOSED:
            contact["follow_up"] = FollowUp.CLOSED
        case Kind.CHECK_IN_MARKED if detail["how"] != Mark.NO_ANSWER:
            contact["follow_up"] = FollowUp.CLOSED
        case Kind.CALL_BACK_ORDERED:
            contact[_ORDERS][str(entry.seq)] = entry.actor
        case Kind.TEXT_RELAYED if contact["by_text"]:
            contact.setdefault("replied_by", entry.actor)
            contact.setdefault("replied_at", entry.at)
        case Kind.CONTACT_LINKED:
            contact.update({name: detail.get(name) for name in ("case", "municipality", "own_therapist")})
        case _:
            pass


def _send(contact: dict[str, Any], place: CallerPlace, entry: Entry) -> None:
    contact.update(place=place, place_seq=entry.seq)


def _learn(contact: dict[str, Any], legs: dict[str, dict[str, Any]], entry: Entry) -> None:
    detail = entry.detail
    match entry.kind:
        case Kind.CALLER_GONE:
            contact.setdefault("caller_gone_at", entry.at)
        case Kind.QUEUE_JOINED:
            contact["queue_sid"] = detail["queue"]
            contact.setdefault("queue_joined_at", entry.at)
        case Kind.QUEUE_LEFT if detail.get("stay") == contact["place_seq"]:
            contact["left_queue"] = detail.get("result")
        case Kind.BACK_ENDED if contact["ours"] and detail.get("bridged"):
            contact.setdefault("talked_with", contact[_ORDERS].get(str(detail["about"])))
        case Kind.CALLER_DECLINED if _since(contact.get("offered_at"), entry):
            contact["declined_last_resort"] = True
        case Kind.LAST_RESORT_ENDED if _since(contact.get("passed_on_at"), entry) and detail.get("bridged"):
            contact.setdefault("handed_over_at", entry.at)
    leg = legs.get(entry.leg or "")
    if leg is None:
        return
    if sid := detail.get("sid"):
        leg["sids"] = tuple(sorted({*leg.get("sids", ()), str(sid)}))
    if stamp := _STAMPS.get(entry.kind):
        leg.setdefault(stamp, entry.at)
    elif entry.kind is Kind.LEG_REFUSED:
        leg.setdefault("refused_at", entry.at)
        leg.setdefault("refused_by", detail.get("by", "carrier"))
    elif entry.kind is Kind.LEG_ENDED:
        leg.setdefault("ends", {}).setdefault(sid, (entry.at, detail.get("status", "")))


def _correct_bridges(
    contact: dict[str, Any], legs: dict[str, dict[str, Any]], told: tuple[Entry, ...]
) -> None:
    """What the carrier says at the end of a stay in the queue outdoes what it asked before a bridge.

    It asks just before it connects the two, and the caller may be gone in the next moment; or the
    question may never have reached the journal, and the two have spoken all the same. Who it was is
    believed only where nobody else can have been it.
    """
    stays: dict[int, datetime] = contact[_STAYS]
    ours = [leg for leg in legs.values() if leg["via"] is Via.CALL]
    for entry in sorted((entry for entry in told if entry.kind is Kind.QUEUE_LEFT), key=in_order):
        began = stays.get(cast("int", entry.detail.get("stay")))
        if began is None:
            continue
        ended = min((at for at in stays.values() if at > began), default=_END_OF_TIME)
        bridged = [leg for leg in ours if began <= leg.get("bridged_at", _END_OF_TIME) < ended]
        if not entry.detail.get("bridged"):
            for leg in bridged:
                del leg["bridged_at"]
            continue
        winners = [leg for leg in ours if _may_have_won(leg, began, ended)]
        if not bridged and len(winners) == 1:
            winners[0]["bridged_at"] = winners[0]["claimed_at"]


def _may_have_won(leg: dict[str, Any], began: datetime, ended: datetime) -> bool:
    if leg.get("claimed_at", ended) >= ended or leg.get("bridged_at", began) < began:
        return False
    withdrawn: datetime | None = leg.get("withdrawn_at")
    return withdrawn is None or withdrawn > began


def _since(began: datetime | None, fact: Entry) -> bool:
    return began is not None and fact.at >= began


def _build_leg(leg: dict[str, Any]) -> Leg:
    """An order that was taken twice rings under two names, and has ended when both have."""
    ends: dict[str | None, tuple[datetime, str]] = leg.pop("ends", {})
    if ends and (None in ends or ends.keys() >= set(leg.get("sids", ()))):
        leg["ended_at"], leg["status"] = ends[None] if None in ends else max(ends.values())
    return Leg(**leg)
