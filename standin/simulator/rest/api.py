"""How the service's REST requests are let in, logged, failed on purpose and answered."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from standin.simulator.carrier import Carrier
from standin.simulator.events import EventKind
from standin.simulator.exchanges import RestExchange
from standin.simulator.faults import RestPlan
from standin.simulator.rest.parameters import unknown_parameters
from standin.simulator.rest.requests import PREFIX, VOICE_PREFIX, Params, RestError, RestReply, TimedOut
from standin.simulator.rest.routes import routes


class RestApi:
    """The carrier's REST face, without HTTP around it."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._routes = routes(carrier)

    def handle(
        self, method: str, target: str, form: Iterable[tuple[str, str]], user: str, password: str
    ) -> RestReply:
        """Answer one request. Raises TimedOut where a fault says that the client saw no answer."""
        parts = urlsplit(target)
        params = Params([*parse_qsl(parts.query, keep_blank_values=True), *form])
        path = parts.path
        account = f"{PREFIX}{self._carrier.account_sid}"
        short = path.removeprefix(account)
        with self._carrier.engine.lock:
            plan = self._carrier.faults.plan_rest(path, method)
            reply = self._answer(method, path, short, params, (user, password), plan)
            seen = 0 if plan.time_out else reply.status
            fault = "" if plan == RestPlan() else _describe(plan)
            self._carrier.rest_log.append(
                RestExchange(self._carrier.now(), method, short, params.as_dict(), seen, reply.payload, fault)
            )
            detail = f"{method} {short} {seen or 'no answer'}"
            self._carrier.note(
                EventKind.REST, params.get("To") or "", params.get("From") or "", detail=detail
            )
        if plan.time_out:
            raise TimedOut
        return reply

    def _answer(
        self, method: str, path: str, short: str, params: Params, auth: tuple[str, str], plan: RestPlan
    ) -> RestReply:
        try:
            if plan.status is not None:
                raise RestError(plan.status, plan.code or 20500, "an armed fault")
            if plan.time_out == "before":
                return RestReply(0)
            if auth != (self._carrier.account_sid, self._carrier.auth_token):
                raise RestError(401, 20003, "Authenticate")
            if not path.startswith((PREFIX + self._carrier.account_sid, VOICE_PREFIX)):
                raise RestError(404, 20404, f"The requested resource {path} was not found")
            return self._route(method, short, path, params)
        except RestError as error:
            return RestReply(error.status, error.body())

    def _route(self, method: str, short: str, path: str, params: Params) -> RestReply:
        allowed = False
        for verb, pattern, handler in self._routes:
            match = pattern.fullmatch(short)
            if match and verb == method:
                self._check(method, short, params)
                return handler(match.groups(), params)
            allowed = allowed or match is not None
        if allowed:
            raise RestError(405, 20004, "Method not allowed")
        raise RestError(404, 20404, f"The requested resource {path} was not found")

    def _check(self, method: str, short: str, params: Params) -> None:
        unknown = unknown_parameters(method, short, set(params.as_dict()))
        if unknown and self._carrier.options.strict:
            raise RestError(400, 20001, f"Unknown parameter: {unknown[0]}")


def _describe(plan: RestPlan) -> str:
    return f"timed out {plan.time_out} its effect" if plan.time_out else f"answered {plan.status}"
