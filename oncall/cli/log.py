"""The command that gives out a team's log: one contact a line, or as text to be read."""

import json
from datetime import datetime

import click

from oncall.alerts.team import Team
from oncall.cli.command import InstantParam, in_utc, say
from oncall.cli.opening import open_team, who_am_i
from oncall.clock import utc_now
from oncall.contacts.search import Filters
from oncall.store.contacts.contacts import StoredContact
from oncall.store.contacts.log import export_contacts
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Database
from oncall.usecases.contacts.export_formats import with_actors, write_line
from oncall.usecases.privacy.access_log import LOG_READ, note_read

FORMATS = ("jsonl", "text")


@click.command
@click.option("--team", "slug", metavar="TEAM", required=True, help="Whose log.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option("--since", metavar="TIME", type=InstantParam(), help="Contacts that began then or later.")
@click.option("--until", metavar="TIME", type=InstantParam(), help="Contacts that began before then.")
def log(slug: str, form: str, since: datetime | None, until: datetime | None) -> None:
    """Give out a team's log, the oldest contact first.

    jsonl is one contact a line, texts word for word; it never holds a phone number. That the log was
    read, by whom on this machine, is itself noted in the operator's journal. TIME is written like
    2026-05-17T08:00 or 2026-05-17; without a zone it is meant by the team's own clocks.
    """
    with open_team(slug) as (db, team):
        period = Filters(
            since=in_utc(since, team.zone) if since else None,
            until=in_utc(until, team.zone) if until else None,
        )
        _note_reader(db, team, period, form)
        with db.reading(unhurried=True) as reading:  # whoever reads the output may take their time
            told = False
            for contact in export_contacts(reading, team.id, period):
                told = True
                if form == "jsonl":
                    click.echo(write_line(contact, team.slug))
                else:
                    _show(contact, team)
        if not told and form == "text":
            say(f"{team.name}: no contact {'in this time' if since or until else 'yet'}")


def _note_reader(db: Database, team: Team, period: Filters, form: str) -> None:
    """The operator's journal and the team's record say who reads, before a line is given out."""
    detail = {
        "team": team.slug,
        "format": form,
        "since": period.since.isoformat() if period.since else None,
        "until": period.until.isoformat() if period.until else None,
    }
    now, who = utc_now(), who_am_i()
    with db.operating() as operating:
        append_notes(operating, [Note(now, LOG_READ, who, detail)])
    note_read(db, team.id, LOG_READ, who, now, **detail)


def _show(contact: StoredContact, team: Team) -> None:
    stands = contact.projection
    began = contact.started_at.astimezone(team.zone)
    human = "no human"
    if stands.seconds_to_human is not None:
        human = f"{stands.answered_by} after {stands.seconds_to_human:.1f} s"
    who = contact.case or f"{contact.known} number"
    about = f"  {contact.channel}  {who}  {stands.state}  {human}"
    say((f"{began:%a %Y-%m-%d %H:%M:%S}", "bold"), about, (f"  {contact.id}", "dim"))
    for entry, actor in with_actors(contact.entries):
        second = (entry.at - contact.started_at).total_seconds()
        kind = str(entry.kind).replace("_", " ")
        leg = f"leg {entry.leg}" if entry.leg else ""
        detail = ", ".join(f"{key} {_short(value)}" for key, value in entry.detail.items())
        say(f"  {second:>8.1f}  {leg:<7} {actor or '':<10} {kind:<20} ", (detail, "dim"))
    say()


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
