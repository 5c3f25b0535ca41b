"""What the main menu offers, in its order."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString, lazy_gettext

from oncall.routes.web.visitor import may


@dataclass(frozen=True, slots=True)
class Item:
    """A page that the menu leads to; it is the current one on every page of its blueprints."""

    endpoint: str
    label: LazyString
    blueprints: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        """Whether the visitor is in this part of the pages."""
        return request.blueprint in self.blueprints


ITEMS = (
    Item("now.show", lazy_gettext("Now"), ("now", "check_ins")),
    Item(
        "cases.show",
        lazy_gettext("Cases"),
        ("cases", "cases_brief", "cases_edit", "cases_import", "retention"),
    ),
    Item("rota.show", lazy_gettext("Rota"), ("rota", "rota_days", "rota_hours", "rota_start")),
    Item("shifts.show", lazy_gettext("My shifts"), ("shifts",)),
    Item("log.show", lazy_gettext("Log"), ("log", "contacts", "follow_ups", "notes", "exports")),
    Item("statistics.show", lazy_gettext("Statistics"), ("statistics",)),
    Item("review.show", lazy_gettext("Review"), ("review", "access_log")),
    Item(
        "settings.show",
        lazy_gettext("Settings"),
        (
            *("settings", "settings_team", "settings_staff", "settings_line", "settings_ladder"),
            *("settings_check", "team_accounts"),
        ),
    ),
    Item("system.show", lazy_gettext("The service"), ("system",)),
)


def menu() -> tuple[Item, ...]:
    """Return what this visitor is offered."""
    return tuple(item for item in ITEMS if may(item.endpoint))


def start_page() -> str | None:
    """Return the endpoint that this visitor begins at; None where nothing is offered to them."""
    return next((item.endpoint for item in menu()), None)
