"""How a phone's policy is written in JSON, for files and the control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standin.simulator.phones.policies import (
    Answer,
    Busy,
    Decline,
    Forward,
    InTurn,
    NoSuchNumber,
    Off,
    Policy,
    Ring,
    Script,
    Voicemail,
)


class UnknownPolicy(Exception):
    """No phone behaves like that."""


def read_policy(words: Mapping[str, Any] | str | None) -> Policy:
    """The policy that the words name. Raises UnknownPolicy.

    The words are `"busy"`, or `{"kind": "answer", "after": 4, "acts": [...]}`.
    """
    if words is None:
        return Ring()
    asked: Mapping[str, Any] = {"kind": words} if isinstance(words, str) else words
    kind = asked.get("kind")
    try:
        match kind:
            case "ring":
                return Ring()
            case "answer":
                return Answer(float(asked.get("after", 4)), _read_script(asked.get("acts", ())))
            case "voicemail":
                usual = Voicemail()
                return Voicemail(
                    float(asked.get("after", usual.after)),
                    str(asked.get("greeting", usual.greeting)),
                    float(asked.get("records", usual.records)),
                )
            case "decline":
                return Decline(float(asked.get("after", 3)))
            case "busy":
                return Busy()
            case "off":
                return Off(_one_of(str(asked.get("status", "no-answer")), ("no-answer", "failed")))
            case "no-such-number":
                return NoSuchNumber()
            case "forward":
                return Forward(str(asked["to"]), float(asked.get("after", 0)))
            case "in-turn":
                return InTurn(tuple(read_policy(each) for each in asked["policies"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownPolicy(f"{kind}: {error}") from error
    raise UnknownPolicy(f"{kind!r}")


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def _read_script(acts: Any) -> Script:
    """Acts are `{"do": "press", "digits": "1", "at": 3}` or, instead of at, `"after_hearing": "press 1"`."""
    script = Script()
    for act in acts:
        when: dict[str, Any] = {key: act[key] for key in ("at", "after_hearing", "delay") if key in act}
        match act["do"]:
            case "press":
                script = script.press(str(act["digits"]), **when)
            case "speak":
                script = script.speak(str(act["text"]), **when)
            case "hang up":
                script = script.hang_up(**when)
            case "lose signal":
                script = script.lose_signal(at=float(act["at"]))
            case other:
                raise ValueError(f"nobody can {other!r}")
    return script


def write_policy(policy: Policy) -> dict[str, Any]:
    """The words that `read_policy` reads as this policy."""
    match policy:
        case Answer():
            return {"kind": "answer", "after": policy.after, "acts": _write_script(policy.script)}
        case Voicemail():
            return {
                "kind": "voicemail",
                "after": policy.after,
                "greeting": policy.greeting,
                "records": policy.records,
            }
        case Decline():
            return {"kind": "decline", "after": policy.after}
        case Busy():
            return {"kind": "busy"}
        case Off():
            return {"kind": "off", "status": policy.status}
        case NoSuchNumber():
            return {"kind": "no-such-number"}
        case Forward():
            return {"kind": "forward", "to": policy.to, "after": policy.after}
        case InTurn():
            return {"kind": "in-turn", "policies": [write_policy(each) for each in policy.policies]}
        case _:
            return {"kind": "ring"}


def _write_script(script: Script) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = []
    for act in script.acts:
        words: dict[str, Any] = {"do": act.what}
        if act.heard is None:
            words["at"] = act.at
        else:
            words |= {"after_hearing": act.heard.pattern, "delay": act.at}
        if act.what == "press":
            words["digits"] = act.value
        elif act.what == "speak":
            words["text"] = act.value
        written.append(words)
    return written
