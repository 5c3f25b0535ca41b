"""The start page: who is on duty, which calls are going on, who waits."""

from flask import Blueprint, render_template

from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.contacts.board import Board, read_board

board = Blueprint("now", __name__)


@board.get("/")
def show() -> str:
    """The whole page."""
    return render_template("contacts/now.html", board=_read())


@board.get("/now/live")
def live() -> str:
    """What of it changes by itself, for the page that is open already."""
    return render_template("contacts/now_live.html", board=_read())


def _read() -> Board:
    return read_board(database(), visitor().team.id, now())
