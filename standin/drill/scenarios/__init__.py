"""Every scenario of the drill, in the order in which they are played."""

from standin.drill.scenarios import answered, changes, crowds, failures, hang_ups, unanswered

SCENARIOS = (
    *answered.SCENARIOS,
    *unanswered.SCENARIOS,
    *hang_ups.SCENARIOS,
    *crowds.SCENARIOS,
    *changes.SCENARIOS,
    *failures.SCENARIOS,
)
