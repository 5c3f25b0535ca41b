"""How is a rota, from an instant on, written down so that it can be restored?"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from oncall.alerts.team import Team
from oncall.rota.model import Absence, Layer, Override, PersonId, Rota, Tier
from oncall.store.team.document import decode_window, encode_window

Parts = tuple[tuple[Layer, ...], tuple[Override, ...], tuple[Absence, ...], tuple[Override, ...]]


def write_snapshot(team: Team, at: datetime) -> dict[str, Any]:
    """Return the rotas as JSON values: what holds at `at`, and what is planned after it."""
    layers = {
        tier.value: [_write_layer(layer) for layer in rota.layers if layer.retired_at is None]
        for tier, rota in team.rotas.items()
    }

    def ahead(held: Callable[[Rota], Sequence[Override]]) -> dict[str, Any]:
        return {
            tier.value: [_write_interval(one) for one in held(rota) if one.end > at]
            for tier, rota in team.rotas.items()
        }

    absences = {one.id: one for rota in team.rotas.values() for one in rota.absences if one.end > at}
    return {
        "layers": layers,
        "overrides": ahead(lambda rota: rota.overrides),
        "absences": [_write_interval(one) for one in absences.values()],
        "fallbacks": ahead(lambda rota: rota.fallbacks),
    }


def read_snapshot(snapshot: Mapping[str, Any], tier: Tier) -> Parts:
    """Return a tier's layers, overrides, absences and fallbacks as `write_snapshot` has written them."""
    return (
        tuple(_read_layer(one) for one in snapshot["layers"].get(tier.value, ())),
        tuple(Override(*_read_interval(one)) for one in snapshot["overrides"].get(tier.value, ())),
        tuple(Absence(*_read_interval(one)) for one in snapshot["absences"]),
        tuple(Override(*_read_interval(one)) for one in snapshot.get("fallbacks", {}).get(tier.value, ())),
    )


def _write_layer(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "participants": list(layer.participants),
        "first_handover": layer.first_handover.isoformat(),
        "handover_time": layer.handover_time.isoformat(),
        "turn_days": layer.turn_days,
        "effective_from": layer.effective_from.isoformat(),
        "only": [encode_window(window) for window in layer.only],
        "lengths": list(layer.lengths),
    }


def _read_layer(written: Mapping[str, Any]) -> Layer:
    return Layer(
        written["id"],
        tuple(PersonId(person) for person in written["participants"]),
        date.fromisoformat(written["first_handover"]),
        time.fromisoformat(written["handover_time"]),
        written["turn_days"],
        datetime.fromisoformat(written["effective_from"]),
        None,
        tuple(decode_window(window) for window in written["only"]),
        tuple(written.get("lengths", ())),
    )


def _write_interval(one: Override | Absence) -> list[str]:
    return [one.id, one.person, one.start.isoformat(), one.end.isoformat()]


def _read_interval(written: list[str]) -> tuple[str, PersonId, datetime, datetime]:
    identifier, person, start, end = written
    return identifier, PersonId(person), datetime.fromisoformat(start), datetime.fromisoformat(end)
