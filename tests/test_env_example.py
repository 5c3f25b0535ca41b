"""The example of an environment names every setting, and no other, with the defaults that hold."""

import re
from pathlib import Path

import pytest

from oncall.settings import Settings, UnsafeSettings, load_settings
from tests.test_settings import COMPLETE

EXAMPLE = Path(__file__).parents[1] / ".env.example"
REQUIRED = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)
OPTIONAL = re.compile(r"^# ([A-Z_]+)=(.*)$", re.MULTILINE)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any setting."""
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
        monkeypatch.delenv(f"{field.upper()}_FILE", raising=False)
    return monkeypatch


def test_every_setting_stands_in_the_example_once_and_no_other() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")

    named = [name for name, _ in (*REQUIRED.findall(text), *OPTIONAL.findall(text))]

    assert sorted(named) == sorted(field.upper() for field in Settings.model_fields)


def test_what_is_required_is_empty_in_the_example_and_stops_the_start(
    environment: pytest.MonkeyPatch,
) -> None:
    written = REQUIRED.findall(EXAMPLE.read_text(encoding="utf-8"))
    for name, value in written:
        environment.setenv(name, value)

    with pytest.raises(UnsafeSettings) as caught:
        load_settings()

    assert sorted(str(caught.value).split("; ")) == sorted(f"{name} is missing" for name, _ in written)
    assert dict(written) == dict.fromkeys(COMPLETE, "")


def test_the_optional_settings_show_their_defaults(environment: pytest.MonkeyPatch) -> None:
    for name, value in COMPLETE.items():
        environment.setenv(name, value)
    defaults = load_settings()

    for name, value in OPTIONAL.findall(EXAMPLE.read_text(encoding="utf-8")):
        environment.setenv(name, value)
        default = Settings.model_fields[name.lower()].default
        assert value == ("" if default is None else str(default)), name

    assert load_settings() == defaults
