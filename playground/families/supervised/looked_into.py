"""What families that learn from answers declare of a step taken apart: the strip with its phases, and one example traced. No torch."""

from __future__ import annotations

from playground.families.contract import View
from playground.text import N_

PHASE = View(
    "phase", N_("Where in the step"), N_("What happens in one step?"), "phase", "step",
    N_("One training step, taken apart: a mini-batch is drawn, the network answers, the loss says how wrong, gradients flow back, the optimizer moves every weight."),
    N_("Cause: a gradient says that a larger weight means a larger loss. Effect: the update makes that weight smaller."),
)  # fmt: skip
TRACE = View(
    "trace", N_("Step by step"), N_("What does it do with one example?"), "trace", "tab",
    N_("One example on its way, chosen here or by a click on a point of the boundary: each neuron's sum z, its answer a, and δ, how the loss changes with its sum. Open a neuron to see the formula with the numbers in it."),
    N_("Cause: a neuron is saturated, so its slope is almost 0. Effect: its δ is almost 0, and its weights hardly move."),
)  # fmt: skip
