"""What an operator types: every command of `oncall`."""

from oncall.cli.command import ExtensibleCommands

main = ExtensibleCommands(
    "oncall",
    modules={
        "release": "oncall.cli.release",
        "clock": "oncall.cli.clock",
        "load": "oncall.cli.teams",
        "now": "oncall.cli.teams",
        "rota": "oncall.cli.teams",
        "log": "oncall.cli.log",
        "journal": "oncall.cli.journal",
        "doctor": "oncall.cli.doctor",
        "user": "oncall.cli.users",
        "keys": "oncall.cli.keys",
        "numbers": "oncall.cli.numbers",
        "backup": "oncall.cli.backup",
        "restore": "oncall.cli.backup",
        "erase": "oncall.cli.erase",
        "record": "oncall.cli.erase",
    },
    help="A 24/7 crisis line for small family-therapy teams. Settings come from the environment.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
