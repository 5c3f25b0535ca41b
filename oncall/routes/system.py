"""The operator's page: how the service does, and nothing about any family."""

from flask import Blueprint, render_template

from oncall.routes.web.service import database, now
from oncall.usecases.privacy.operator import read_system

system = Blueprint("system", __name__)


@system.get("/system")
def show() -> str:
    """The state of the service and of its teams."""
    return render_template("system.html", page=read_system(database(), now()))
