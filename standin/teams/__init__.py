"""Four teams with fictional people, whom the drill and the demonstration play."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
