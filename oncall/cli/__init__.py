"""What an operator types: every command of `oncall`."""

from oncall.cli.backup import backup, restore
from oncall.cli.command import ExtensibleCommands
from oncall.cli.doctor import doctor
from oncall.cli.erase import erase, record
from oncall.cli.journal import journal
from oncall.cli.keys import keys
from oncall.cli.log import log
from oncall.cli.processes import clock, release
from oncall.cli.teams import load, now, rota
from oncall.cli.users import user

main = ExtensibleCommands(
    "oncall",
    commands=[
        release,
        clock,
        load,
        now,
        rota,
        log,
        journal,
        doctor,
        user,
        keys,
        backup,
        restore,
        erase,
        record,
    ],
    help="A 24/7 crisis line for small family-therapy teams. Settings come from the environment.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
