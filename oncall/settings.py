"""What the operator has told us through the environment, and whether it is safe to start with."""

import base64
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

TWILIO = "https://api.twilio.com"
DEFAULT_DATABASE = "sqlite:///./var/oncall.sqlite3"
KEY_BYTES = 32
SHORTEST_SECRET = 32  # characters; a shorter one can be guessed
SHORTEST_TOKEN = 16


class UnsafeSettings(Exception):
    """A variable of the environment is missing or unsafe; the text is one line that names each."""


def _split_list(value: object) -> object:
    """The items of a list written with commas or line breaks."""
    return tuple(re.split(r"[,\s]+", value.strip(" ,\n\r\t"))) if isinstance(value, str) else value


def _normalise_database(url: str) -> str:
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith("sqlite:///"):
        raise ValueError("must begin with sqlite:///, postgresql:// or postgres://")
    if url in ("sqlite:///", "sqlite:///:memory:"):
        # Web and clock are processes of their own and would each see an empty database.
        raise ValueError("must name a file: a database in memory is not shared by the processes")
    return url


def _decode_key(value: object) -> object:
    """The 32 bytes that a URL-safe base64 text stands for."""
    if isinstance(value, bytes):
        raw = value
    else:
        # b64decode alone also takes the other alphabet, which no other tool would read as the same key.
        text = str(value)
        raw = base64.urlsafe_b64decode(text) if re.fullmatch(r"[A-Za-z0-9_-]{43}=", text) else b""
    if len(raw) != KEY_BYTES:
        raise ValueError(f"must be {KEY_BYTES} bytes in URL-safe base64")
    return raw


def _check_secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
    return value


def _check_token(value: str) -> str:
    if len(value) < SHORTEST_TOKEN:
        raise ValueError(f"must have at least {SHORTEST_TOKEN} characters each")
    return value


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split_address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises on a port that is no number
    except ValueError as error:
        raise ValueError("is not an address") from error
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("must begin with https://")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("must begin with https:// (plain http only on this machine itself)")
    return parts


def _check_address(url: str) -> str:
    _split_address(url)
    return url


def _check_origin(url: str) -> str:
    """The address without a trailing slash; signatures are computed over it, so it must be exact."""
    parts = _split_address(url)
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be scheme, host and port alone, such as https://line.example.no")
    return f"{parts.scheme}://{parts.netloc}"


def _check_number(number: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{4,14}", number):
        raise ValueError("must be a number with its country code, such as +4733900090")
    return number


Key = Annotated[bytes, BeforeValidator(_decode_key)]
Origin = Annotated[str, AfterValidator(_check_origin)]
Token = Annotated[str, AfterValidator(_check_token)]


class Settings(BaseSettings):
    """Everything the environment says; frozen, and its text shows no secret."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    public_url: Origin  # where families' calls and staff's browsers reach us; no slash at the end
    port: int = Field(default=5000, ge=1, le=65535)
    trusted_proxies: int = Field(default=0, ge=0, le=10)  # whose word on whence a browser comes is taken
    database_url: Annotated[str, AfterValidator(_normalise_database)] = Field(
        default=DEFAULT_DATABASE, repr=False
    )

    secret_key: Annotated[str, AfterValidator(_check_secret)] = Field(repr=False)
    oncall_keys: Annotated[tuple[Key, ...], NoDecode, BeforeValidator(_split_list)] = Field(
        repr=False, min_length=1
    )  # wrap the data keys; newest first, older ones only unwrap
    oncall_index_key: Key = Field(repr=False)  # of the blind index of numbers

    twilio_account_sid: str = Field(pattern=r"^AC[0-9a-f]{32}$")
    twilio_auth_token: Annotated[tuple[Token, ...], NoDecode, BeforeValidator(_split_list)] = Field(
        repr=False, min_length=1
    )  # the first signs our requests; any of them may have signed the carrier's
    twilio_api_url: Origin = TWILIO
    twilio_edge: str | None = None  # None: the carrier's default
    twilio_region: str | None = None

    last_resort_number: Annotated[str, AfterValidator(_check_number)] | None = None
    sentry_dsn: Annotated[str, AfterValidator(_check_address)] | None = Field(default=None, repr=False)
    watchdog_url: Annotated[str, AfterValidator(_check_address)] | None = Field(default=None, repr=False)


def load_settings() -> Settings:
    """The environment's settings, each variable given itself or as the file that `<NAME>_FILE` names.

    Raises UnsafeSettings, whose text is one line that names every missing or unsafe variable and
    repeats no value.
    """
    from_files = _read_files(os.environ)
    try:
        return Settings(**from_files)
    except ValidationError as error:
        # Not chained: the validation error carries the values themselves.
        raise UnsafeSettings("; ".join(_complaints(error))) from None


def _read_files(environment: Mapping[str, str]) -> dict[str, Any]:
    """The values of all variables that are given as files."""
    values: dict[str, Any] = {}
    for field in Settings.model_fields:
        name = field.upper()
        path = environment.get(f"{name}_FILE", "")
        if not path:
            continue
        if environment.get(name):
            raise UnsafeSettings(f"{name} and {name}_FILE are both set")
        try:
            values[field] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UnsafeSettings(f"{name}_FILE names a file that cannot be read") from None
        if not values[field]:
            raise UnsafeSettings(f"{name}_FILE names an empty file")
    return values


def _complaints(error: ValidationError) -> list[str]:
    complaints: dict[str, str] = {}  # of each variable the first: what follows from it says nothing more
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]).upper()
        match problem["type"]:
            case "missing":
                text = "is missing"
            case "value_error":
                text = str(problem["ctx"]["error"])
            case "string_pattern_mismatch":
                text = "must be AC and 32 hexadecimal digits"
            case "int_parsing":
                text = "must be a whole number"
            case "greater_than_equal":
                text = f"must be {problem['ctx']['ge']} or more"
            case "less_than_equal":
                text = f"must be {problem['ctx']['le']} or less"
            case "too_short":
                text = "is empty"
            case _:
                text = problem["msg"][0].lower() + problem["msg"][1:]
        complaints.setdefault(name, text)
    return [f"{name} {text}" for name, text in complaints.items()]
