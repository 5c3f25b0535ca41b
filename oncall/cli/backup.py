"""Commands that copy everything into one file, and make a database of such a file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from oncall.cli.command import CannotGoOn, say
from oncall.cli.opening import open_data, read_keyring, read_settings
from oncall.clock import utc_now
from oncall.store.backup import NotRestored, restore_backup, write_backup
from oncall.store.keys import UnreadableSecret
from oncall.store.refusals import NO_ANSWER, WRONG_KEYS

NAME = "oncall-{:%Y%m%dT%H%M%SZ}.zip"
NAMES = "oncall-*Z.zip"


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", "days", metavar="DAYS", type=click.IntRange(1), help="Delete older backups of DIR.")
def backup(folder: Path, days: int | None) -> None:
    """Copy everything into one file in DIR, while the service goes on.

    What is sealed stays sealed; the keys are not in it. A key that an erasure has destroyed lives on in the
    backups made before, so keep none for longer than you have promised.
    """
    now = utc_now()
    with open_data() as db:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / NAME.format(now)
            manifest = write_backup(db, path, now)
        except OSError as error:
            raise CannotGoOn(f"{folder} cannot be written ({error.strerror})") from None
    say((str(path), "bold"), f": {sum(manifest.rows.values())} rows, revision {manifest.revision}.")
    if days is not None:
        _forget_older(folder, now - timedelta(days=days))


def _forget_older(folder: Path, before: datetime) -> None:
    for path in sorted(folder.glob(NAMES)):
        made = datetime.strptime(path.name, "oncall-%Y%m%dT%H%M%SZ.zip").replace(tzinfo=UTC)
        if made < before:
            path.unlink()
            say(f"{path.name} is deleted.")


@click.command
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Fill a new, empty database (DATABASE_URL) with a backup, and prove its journal.

    The keys must be those of the backup. What was erased since is there again: see `oncall erase due`.
    """
    settings = read_settings()
    try:
        manifest = restore_backup(file, settings.database_url, read_keyring(settings))
    except NotRestored as refusal:
        raise CannotGoOn(str(refusal)) from None
    except UnreadableSecret:
        raise CannotGoOn(WRONG_KEYS) from None
    except (SQLAlchemyError, OSError):
        raise CannotGoOn(NO_ANSWER) from None
    say(f"{sum(manifest.rows.values())} rows of {manifest.made_at} are restored, and the journal is whole.")
