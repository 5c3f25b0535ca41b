"""Convert instants, documents and deterministically encrypted texts to columns, alike on both databases."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Engine, Text
from sqlalchemy.types import TypeDecorator

from oncall.store.keys import DeterministicCipher

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return whole microseconds since 1970 in UTC, exactly; a naive datetime raises TypeError."""
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the aware UTC instant that `to_micros` was given."""
    return EPOCH + timedelta(0, 0, micros)  # by position: lists read thousands, and names cost as much again


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime as whole microseconds: both databases compare and hash it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else to_micros(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """Return what reads a value, with nothing between."""
        return _read_instant


def _read_instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def to_json(value: object) -> str:
    """Return the one compact form of a JSON value, with sorted keys and text as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class JsonDocument(TypeDecorator[Any]):
    """A small JSON value as text, because the two databases' own JSON types write it differently."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else json.loads(value)


# -------------------------------------------------------------------------- encrypted, deterministically

_CIPHER = "oncall_veil"


def set_cipher(engine: Engine, cipher: DeterministicCipher) -> None:
    """Encrypt and decrypt the engine's columns of DeterministicText by `cipher`."""
    setattr(engine.dialect, _CIPHER, cipher)


def cipher_of(dialect: Dialect) -> DeterministicCipher:
    """Return the cipher that the engine of this dialect was given."""
    cipher: DeterministicCipher = getattr(dialect, _CIPHER)
    return cipher


class DeterministicText(TypeDecorator[Any]):
    """A text that is compared, joined and counted, and that a thief of the database cannot read."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: str) -> None:
        """Take what the text is: values of two kinds never look equal."""
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else cipher_of(dialect).encrypt(self.kind, self.encode(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.decode(cipher_of(dialect).decrypt(self.kind, value))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """Return what reads a value, with nothing between."""
        return lambda value: self.process_result_value(value, dialect)

    def encode(self, value: Any) -> str:
        """Return the text that is encrypted."""
        return str(value)

    def decode(self, text: str) -> Any:
        """Return what `encode` was given."""
        return text


class DeterministicDocument(DeterministicText):
    """A small JSON value, encrypted as a whole."""

    cache_ok = True

    def encode(self, value: Any) -> str:
        """Return its one compact form."""
        return to_json(value)

    def decode(self, text: str) -> Any:
        """Return the value."""
        return json.loads(text)
