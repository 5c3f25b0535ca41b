"""How the stand-in is started: `python -m standin.simulator --line +4733900001 --voice-url URL ...`."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from standin.simulator.live.server import make_http_server
from standin.simulator.live.simulation import ROLES, Simulation
from standin.simulator.phones.policy_words import UnknownPolicy, read_policy
from standin.simulator.twiml.parsing import E164

HIGHEST_PORT = 65535
PHONE = re.compile(r"(?P<number>\+\d+)=(?P<name>[^:@]+)(?::(?P<role>\w+))?(?:@(?P<team>.+))?")


def read_phone(words: str) -> dict[str, Any]:
    """`+4790000001=Kari:staff@Vestfold` as the fields of a phone."""
    match = PHONE.fullmatch(words)
    if match is None:
        raise argparse.ArgumentTypeError(f"{words!r} is not like +4790000001=Kari:staff@Vestfold")
    return {"role": "staff", "team": "", **{key: value for key, value in match.groupdict().items() if value}}


def read_phones(path: str) -> list[dict[str, Any]]:
    """The phones in a JSON file: a list of objects with number, name, role, team, policy, code_key."""
    try:
        phones = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{path}: {error}") from error
    if not isinstance(phones, list):
        raise argparse.ArgumentTypeError(f"{path} must hold a list")
    return phones


def read_line(words: str) -> dict[str, str]:
    """`+4733900001`, `+4733900001@Vestfold` or `+4733900001@Vestfold=+4733900090` as the fields of a line."""
    named, _, static_number = words.partition("=")
    number, _, team = named.partition("@")
    for each in (number, *filter(None, [static_number])):
        if not E164.fullmatch(each):
            raise argparse.ArgumentTypeError(f"{each!r} is not a number like +4733900001")
    return {"number": number, "team": team, "static_number": static_number}


def read_port(words: str) -> int:
    """The number of a port; 0 is any that is free."""
    if not words.isdecimal() or int(words) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{words!r} is not a port from 0 to {HIGHEST_PORT}")
    return int(words)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="standin.simulator", description="The carrier's stand-in. Never in production."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=read_port, default=5610)
    parser.add_argument(
        "--voice-url", help="where the lines' calls are taken, unless a line has its own address"
    )
    parser.add_argument("--text-url", help="where the lines' texts are taken")
    parser.add_argument("--status-url", help="who is told of the end of incoming calls")
    parser.add_argument("--voice-fallback-url")
    parser.add_argument(
        "--line", type=read_line, action="append", default=[], metavar="NUMBER[@TEAM][=STATIC]"
    )
    parser.add_argument(
        "--phone", type=read_phone, action="append", default=[], metavar="NUMBER=NAME[:ROLE][@TEAM]"
    )
    parser.add_argument("--phones", type=read_phones, default=[], metavar="FILE.json")
    parser.add_argument("--account-sid", default=os.environ.get("TWILIO_ACCOUNT_SID", "AC" + "0" * 31 + "1"))
    parser.add_argument("--auth-token", default=os.environ.get("TWILIO_AUTH_TOKEN", "").partition(",")[0])
    parser.add_argument("--speed", type=float, default=1.0, help="how many times as fast as the wall clock")
    parsed = parser.parse_args(arguments)
    if not parsed.auth_token:
        parser.error("set TWILIO_AUTH_TOKEN or --auth-token: the service checks webhooks with it")
    return parsed


def set_up(asked: argparse.Namespace) -> Simulation:
    """The simulation that the arguments describe, not yet running. Raises UnknownPolicy."""
    simulation = Simulation(
        account_sid=asked.account_sid,
        auth_token=asked.auth_token,
        voice_url=asked.voice_url,
        text_url=asked.text_url,
        status_url=asked.status_url,
        voice_fallback_url=asked.voice_fallback_url,
        api_url=f"http://{asked.host}:{asked.port}",
        speed=asked.speed,
    )
    for line in asked.line:
        simulation.add_line(line["number"], team=line["team"])
        if line["static_number"]:
            simulation.hold_fallback(line["number"], line["static_number"])
    for phone in [*asked.phones, *asked.phone]:
        role = phone.get("role", "staff")
        if role not in ROLES:
            raise UnknownPolicy(f"role {role!r} of {phone.get('number')}")
        simulation.add_phone(
            phone["number"],
            name=phone.get("name", ""),
            role=role,
            team=phone.get("team", ""),
            policy=read_policy(phone.get("policy")),
        )
        if phone.get("code_key"):
            simulation.code_keys[phone["number"]] = phone["code_key"]
    return simulation


def main(arguments: list[str] | None = None) -> int:
    asked = read_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        simulation = set_up(asked)
    except (KeyError, UnknownPolicy) as error:
        sys.stderr.write(f"the phones cannot be set up: {error}\n")
        return 2
    server = make_http_server(simulation, asked.host, asked.port)
    simulation.carrier.engine.start()
    sys.stdout.write(f"SIMULATION: phones at http://{asked.host}:{server.port}/\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        simulation.carrier.engine.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
