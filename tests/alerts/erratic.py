"""A carrier, and people, who do any of the things that may happen next."""

from functools import partial

from oncall.contacts.model import FACTS, Kind
from tests.alerts.carrier import Act, AdverseCarrier, AdversePhone

ORDER_ENDS = ("taken", "taken twice", "taken in silence", "bad number", "refused", "taken though refused")


class ErraticCarrier(AdverseCarrier):
    """The call at a carrier that a number leads through it: anything may happen, in any order."""

    def act(self, choice: int) -> str:
        """One of the things that may happen next happens; return its name."""
        acts = self.acts()
        names = [name for name in acts for _ in range(_weigh(name))]
        name = names[choice % len(names)]
        acts[name]()
        return name

    def acts(self) -> dict[str, Act]:
        """Return everything that may happen next, by name."""
        acts: dict[str, Act] = {f"{s} s pass": partial(self.pass_time, s) for s in (1, 4, 9, 16, 31)}
        acts["12 s pass and no timer fires"] = lambda: self.pass_time(12, timers=False)
        acts["an early timer"] = lambda: self._tell(())
        for i, leg in enumerate(self.orders):
            for how in ORDER_ENDS:
                acts[f"order {i} of leg {leg}: {how}"] = partial(self.answer_order, leg, how)
        for phone in self.phones:
            acts |= {f"{phone.sid} {name}": act for name, act in self._acts_of(phone).items()}
        for i, (sid, how) in enumerate(self.releases):
            acts[f"release {sid}: {how}"] = partial(self.release, i)
        for i, (asks, facts) in enumerate(self.mail):
            names = ", ".join(fact.kind for fact in facts)
            acts[f"mail {i}: {names}{' asks' if asks else ''}"] = partial(self.deliver, i)
        acts |= self._acts_of_caller()
        told = [entry for entry in self.entries if entry.kind in FACTS]
        if told:
            acts["a fact is told again"] = lambda: self._tell((told[self.now.microsecond % len(told)],))
        return acts

    def _acts_of(self, phone: AdversePhone) -> dict[str, Act]:
        match phone.doing:
            case "ringing":
                return {
                    "rings": lambda: self._mail(phone, Kind.LEG_RINGING),
                    "is answered": lambda: self.pick_up(phone),
                    "fails": lambda: self.end(phone, "failed"),
                }
            case "screening":
                return {
                    "1": lambda: self.press(phone, Kind.ONE_PRESSED),
                    "2": lambda: self.press(phone, Kind.LEG_DECLINED),
                    "stays silent": lambda: self.end(phone, "completed"),
                }
            case "joining" if self.where == "queue":
                return {
                    "joins": lambda: self.join(phone),
                    "joins, told late": lambda: self.join(phone, told="late"),
                    "joins, never told": lambda: self.join(phone, told="never"),
                    "is joined just as the caller hangs up": lambda: self.miss(phone),
                    "loses its signal": lambda: self.end(phone, "completed"),
                }
            case "joining" | "talking":
                return {"hangs up": lambda: self.end(phone, "completed")}
        return {}

    def _acts_of_caller(self) -> dict[str, Act]:
        if self.where == "gone":
            return {}
        acts: dict[str, Act] = {"caller hangs up": self.hang_up}
        match self.where:
            case "queue":
                acts["wait"] = self.poll
            case "offer":
                acts["accept"] = lambda: self._tell((), asked=True)
                acts["decline"] = lambda: self._tell((self._fact(Kind.CALLER_DECLINED),), asked=True)
            case "passed_on":
                acts["the last resort answers"] = lambda: self._end_last_resort(bridged=True)
                acts["the last resort does not answer"] = lambda: self._end_last_resort(bridged=False)
            case "cut_off":
                acts["press 1 again"] = self.resume
        return acts


def _weigh(name: str) -> int:
    """What makes a call go far happens oftener than what ends it."""
    if name == "caller hangs up":
        return 1
    return 12 if name.endswith((" answered", " 1", " joins", ": taken", "accept", "again", "answers")) else 3
