"""Is our own side well: settings, database, clock, time, and the way from outside to us?"""

import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from oncall.cli.doctor.findings import DoctorFinding, error, ok, warning
from oncall.settings import TWILIO, Settings
from oncall.store.jobs.heartbeats import A_MOMENT, WRONG_FROM, Beat, database_time, newest_beats
from oncall.store.schema import newest_revision, revision_of
from oncall.store.session import Database
from oncall.usecases.timekeeping import TOLD_FROM

TIMEOUT = 5.0  # seconds
CLOCK_IS_LATE = timedelta(seconds=10)
CERTIFICATE_ENDS_SOON = timedelta(days=14)
LITTLE_DISK = 1 << 30  # bytes
NO_TIME = timedelta(0)
A_LITTLE_OFF, FAR_OFF = 2.0, 10.0  # seconds


def examine_settings(settings: Settings) -> Iterator[DoctorFinding]:
    """Yield what is unusual about settings that are safe to start with."""
    yield ok("settings", "complete and safe to start with")
    if settings.twilio_api_url != TWILIO:
        yield warning("settings", f"calls are placed with {settings.twilio_api_url}, not with Twilio")
    if not settings.watchdog_url:
        yield warning("settings", "WATCHDOG_URL is not set: nobody hears of it when all of this stops")
    if not settings.sentry_dsn:
        yield warning("settings", "SENTRY_DSN is not set: errors are only in the processes' own logs")


def examine_database(settings: Settings, db: Database, now: datetime) -> Iterator[DoctorFinding]:
    """Yield whether the database answers, has our tables, and is looked after by a clock."""
    try:
        with db.reading() as reading:
            revision = revision_of(reading)
            beats = newest_beats(reading) if revision == newest_revision() else ()
            ours, now = now, database_time(reading) or now
    except SQLAlchemyError:
        yield error("database", "does not answer: check DATABASE_URL, and that it runs")
        return
    if revision != newest_revision():
        found = revision or "none"
        yield error("database", f"is at revision {found}, not {newest_revision()}: run `oncall release`")
        return
    yield ok("database", f"answers, at revision {revision}")
    yield from _examine_disk(settings)
    known = [beat for beat in beats if beat.at <= now + A_MOMENT]
    yield _examine_clock([beat for beat in known if beat.kind == "clock" and not beat.idle], now)
    live = [beat.off_by for beat in known if now - beat.at <= CLOCK_IS_LATE]
    yield _compare_clocks(max((ours - now, *live), key=abs))


def _compare_clocks(difference: timedelta) -> DoctorFinding:
    """Return whether the clocks of the database, of this machine and of the processes' machines agree."""
    off = abs(difference)
    if off <= TOLD_FROM:
        return ok("clocks", "of the database and of our machines agree")
    say = error if off > WRONG_FROM else warning
    seconds = off.total_seconds()
    return say("clocks", f"of the database and of some machine differ by {seconds:.0f} s: set up NTP")


def _examine_clock(beats: Sequence[Beat], now: datetime) -> DoctorFinding:
    """Return how the clock processes are that beat last; `beats` are theirs, the newest first."""
    live = [beat for beat in beats if now - beat.at <= CLOCK_IS_LATE]
    if not live:
        since = f"was last there {_ago(now - beats[0].at)} ago" if beats else "has never been there"
        return error("clock", f"{since}: start `oncall clock` (web processes stand in as long as they run)")
    right = [beat for beat in live if beat.knows_time]
    if not right:
        skew = live[0].skew
        off = f"{abs(skew.total_seconds()):.0f} s {'behind' if skew < NO_TIME else 'ahead'}"
        return error("clock", f"the clock of its machine is {off}: set it (NTP); web processes stand in")
    return ok("clock", f"was there {_ago(now - right[0].at)} ago")


def _examine_disk(settings: Settings) -> Iterator[DoctorFinding]:
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite":
        return
    free = shutil.disk_usage(Path(address.database or ".").resolve().parent).free
    if free < LITTLE_DISK:
        yield error("disk", f"{free >> 20} MB are free beside the database: make room")
    else:
        yield ok("disk", f"{free >> 30} GB are free beside the database")


def examine_way_in(settings: Settings) -> Iterator[DoctorFinding]:
    """Yield whether the carrier and browsers can reach us at PUBLIC_URL, as far as can be seen from here."""
    try:
        with _ask(settings.public_url + "/readyz") as answer:
            status = answer.status
    except urllib.error.HTTPError as refusal:
        status = refusal.code
    except OSError as fault:
        yield error("public address", f"{settings.public_url} does not answer from here ({_reason(fault)})")
        return
    if status == 200:
        yield ok("public address", f"{settings.public_url} answers, and is ready")
    elif status == 503:
        yield error("public address", f"{settings.public_url} is not ready: see clock and database")
    else:
        yield error("public address", f"{settings.public_url}/readyz answers {status}: does it lead to us?")
    if urlsplit(settings.public_url).scheme == "https":
        yield from _examine_certificate(settings.public_url)


def _examine_certificate(url: str) -> Iterator[DoctorFinding]:
    parts = urlsplit(url)
    host = str(parts.hostname)
    try:
        with (
            create_connection((host, parts.port or 443), TIMEOUT) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            ends = str((secure.getpeercert() or {})["notAfter"])
    except (OSError, KeyError) as fault:
        yield error("certificate", f"of {host} is not accepted ({_reason(fault)})")
        return
    last = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)
    left = last - datetime.now(UTC)
    if left < CERTIFICATE_ENDS_SOON:
        yield error("certificate", f"of {host} ends in {left.days} days: renew it, or every call will fail")
    else:
        yield ok("certificate", f"of {host} holds for {left.days} more days")


def examine_time(settings: Settings, now: datetime) -> Iterator[DoctorFinding]:
    """Yield whether our clock goes right, by the carrier's own."""
    try:
        with _ask(settings.twilio_api_url + "/") as answer:
            told = answer.headers.get("Date")
    except urllib.error.HTTPError as refusal:
        told = refusal.headers.get("Date")
    except OSError:
        told = None
    if told is None:
        yield warning("time", "could not be compared: the carrier told none")
        return
    off = abs((now - parsedate_to_datetime(told)).total_seconds())
    if off > FAR_OFF:
        yield error("time", f"this machine's clock is {off:.0f} s off: waves and log are wrong, set up NTP")
    elif off > A_LITTLE_OFF:
        yield warning("time", f"this machine's clock is {off:.0f} s off: set up NTP")
    else:
        yield ok("time", "this machine's clock agrees with the carrier's")


def _ask(url: str) -> "urllib.request._UrlopenRet":
    request = urllib.request.Request(url, headers={"User-Agent": "oncall-doctor"})  # noqa: S310 - checked in settings
    return urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310


def _reason(fault: Exception) -> str:
    reason = getattr(fault, "reason", fault)
    return " ".join(str(reason).split()) or type(fault).__name__


def _ago(span: timedelta) -> str:
    seconds = max(0, round(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
