"""What may be done to a running simulation from outside, and how it is watched."""

from __future__ import annotations

import json
import queue
import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from standin.simulator import faults
from standin.simulator.live.codes import code_at
from standin.simulator.live.simulation import ROLES, Simulation
from standin.simulator.phones.memories import Media
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policy_words import UnknownPolicy, read_policy
from standin.simulator.twiml.parsing import E164

HEARTBEAT_SECONDS = 15
MAX_SPEED = 100.0


WEBHOOK_FAULTS: dict[str, Callable[[dict[str, Any]], faults.WebhookFault]] = {
    "delay-request": lambda asked: faults.delay_request(float(asked.get("seconds", 5))),
    "delay-answer": lambda asked: faults.delay_answer(float(asked.get("seconds", 16))),
    "drop": lambda _: faults.drop(),
    "refuse": lambda _: faults.refuse(),
    "reset": lambda asked: faults.reset(after=bool(asked.get("after"))),
    "server-error": lambda asked: faults.server_error(
        int(asked.get("status", 503)), after=bool(asked.get("after"))
    ),
    "duplicate": lambda asked: faults.duplicate(float(asked.get("seconds", 0))),
    "reorder": lambda _: faults.reorder(),
}
REST_FAULTS: dict[str, Callable[[dict[str, Any]], faults.RestFault]] = {
    "too-many-requests": lambda _: faults.too_many_requests(),
    "rest-error": lambda asked: faults.rest_error(
        int(asked.get("status", 503)), int(asked.get("code", 20503))
    ),
    "time-out": lambda _: faults.time_out(),
    "accept-and-time-out": lambda _: faults.accept_and_time_out(),
}


def control_api(simulation: Simulation) -> Blueprint:
    """Everything under `/_/`: JSON in, JSON out, and one stream of events."""
    api = Blueprint("control", __name__, url_prefix="/_")
    _add_cast(api, simulation)
    _add_acts(api, simulation)
    _add_direction(api, simulation)
    return api


def _body() -> dict[str, Any]:
    """The request's JSON object. Asking for that content type keeps forms of other sites out."""
    if request.content_length and not request.is_json:
        abort(415)
    body = request.get_json(silent=True) if request.content_length else {}
    if not isinstance(body, dict):
        abort(400, "send a JSON object")
    return body


def _number(value: Any) -> str:
    if not isinstance(value, str) or not E164.fullmatch(value):
        abort(400, f"{value!r} is not a number like +4790000001")
    return value


def _add_cast(api: Blueprint, simulation: Simulation) -> None:
    @api.get("/state")
    def state() -> Response:
        return jsonify(simulation.state())

    @api.get("/codes")
    def codes() -> Response:
        # By the wall clock, as whoever checks them has it: the simulation's own may run faster.
        return jsonify({number: code_at(key, time.time()) for number, key in simulation.code_keys.items()})

    @api.post("/lines")
    def add_line() -> tuple[Response, int]:
        body = _body()
        addresses = {
            key: body.get(key) for key in ("voice_url", "text_url", "status_url", "voice_fallback_url")
        }
        number = _number(body.get("number"))
        simulation.add_line(number, name=body.get("name", ""), team=body.get("team", ""), **addresses)
        return jsonify(number=number), 201

    @api.delete("/lines/<number>")
    def remove_line(number: str) -> tuple[str, int]:
        if number not in simulation.carrier.lines:
            abort(404)
        simulation.remove_line(number)
        return "", 204

    @api.post("/phones")
    def add_phone() -> tuple[Response, int]:
        body = _body()
        number, role = _number(body.get("number")), body.get("role", "staff")
        if role not in ROLES:
            abort(400, f"role must be one of {', '.join(ROLES)}")
        policy = read_policy(body["policy"]) if "policy" in body else None
        name, team = body.get("name", ""), body.get("team", "")
        simulation.add_phone(number, name=name, role=role, team=team, policy=policy)
        return jsonify(number=number), 201

    @api.delete("/phones/<number>")
    def remove_phone(number: str) -> tuple[str, int]:
        _phone(simulation, number)
        simulation.remove_phone(number)
        return "", 204

    @api.errorhandler(UnknownPolicy)
    def unknown_policy(error: UnknownPolicy) -> tuple[Response, int]:
        return jsonify(error=f"unknown policy {error}"), 400


def _phone(simulation: Simulation, number: str) -> Phone:
    phone = simulation.carrier.phones.get(number)
    if phone is None:
        abort(404, f"nobody has {number}")
    return phone


def _add_acts(api: Blueprint, simulation: Simulation) -> None:
    acts: dict[str, Callable[[Phone, dict[str, Any]], object]] = {
        "call": lambda phone, body: phone.call(_number(body.get("to")), withheld=body.get("withheld", False)),
        "answer": lambda phone, _: phone.answer(),
        "decline": lambda phone, _: phone.decline(),
        "hang-up": lambda phone, _: phone.hang_up(),
        "press": lambda phone, body: phone.press(_digits(body.get("digits"))),
        "speak": lambda phone, body: phone.speak(str(body.get("text", ""))),
        "text": lambda phone, body: phone.text(
            _number(body.get("to")), str(body.get("body", ""))[:1600], media=_files(body.get("media", []))
        ),
        "policy": lambda phone, body: _set_policy(simulation, phone, body),
    }

    @api.post("/phones/<number>/<act>")
    def do(number: str, act: str) -> Response:
        body = _body()
        if act not in acts:
            abort(404)
        with simulation.carrier.engine.lock:
            phone = _phone(simulation, number)
            acts[act](phone, body)
            return jsonify(simulation.show_phone(phone))


def _files(value: Any) -> list[Media]:
    """Read [{"type": "image/png", "base64": "..."}]."""
    try:
        return [Media(str(each["type"]), b64decode(each["base64"], validate=True)) for each in value]
    except (TypeError, KeyError, ValueError):
        abort(400, "media is a list of type and base64")


def _digits(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9*#]{1,30}", value):
        abort(400, "digits are 0-9, * and #")
    return value


def _set_policy(simulation: Simulation, phone: Phone, body: dict[str, Any]) -> None:
    phone.policy = read_policy(body)
    simulation.carrier.phone_changed(phone.number)


def _add_direction(api: Blueprint, simulation: Simulation) -> None:
    @api.post("/faults")
    def arm() -> tuple[Response, int]:
        """Arm a fault: `{"fault": "duplicate", "match": "/voice/", "nth": 1, "seconds": 2}`."""
        body = _body()
        name, nth = body.get("fault"), body.get("nth")
        pattern, chance = str(body.get("match", "")), float(body.get("probability", 1))
        with simulation.carrier.engine.lock:
            armed = simulation.carrier.faults
            if name in WEBHOOK_FAULTS:
                armed.on_webhook(pattern, WEBHOOK_FAULTS[name](body), nth=nth, probability=chance)
            elif name in REST_FAULTS:
                fault, method = REST_FAULTS[name](body), body.get("method")
                armed.on_rest(pattern, fault, method=method, nth=nth, probability=chance)
            elif name == "text":
                simulation.carrier.fail_texts_to(_number(body.get("to")), int(body.get("code", 30003)))
            else:
                abort(400, f"there is no fault {name!r}")
        return jsonify(fault=name), 201

    @api.delete("/faults")
    def disarm() -> tuple[str, int]:
        with simulation.carrier.engine.lock:
            simulation.carrier.faults.clear()
            simulation.carrier.text_failures.clear()
        return "", 204

    @api.post("/speed")
    def speed() -> Response:
        asked = _body().get("speed")
        if not isinstance(asked, int | float) or not 0 < asked <= MAX_SPEED:
            abort(400, f"speed is a number above 0, at most {MAX_SPEED:g}")
        simulation.change_speed(float(asked))
        return jsonify(simulation.clock())

    @api.post("/reset")
    def reset() -> Response:
        simulation.reset(everything=bool(_body().get("everything")))
        return jsonify(simulation.state())

    @api.get("/events")
    def events() -> Response:
        stream = Response(_stream(simulation), mimetype="text/event-stream")
        stream.headers["Cache-Control"] = "no-store"
        return stream


def _stream(simulation: Simulation) -> Iterator[str]:
    """The whole state first, then every change, with a sign of life in between."""
    watcher = simulation.watch()
    try:
        while True:
            try:
                message = watcher.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield ": alive\n\n"
                continue
            if message is None:
                return
            yield f"event: {message['type']}\ndata: {json.dumps(message['data'])}\n\n"
    finally:
        simulation.unwatch(watcher)
