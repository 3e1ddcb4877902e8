"""When a row or a record is due: by step and by sizes alone, never by the clock, so that looking and waiting change nothing.

Costs are counted in multiply-adds. One call into PyTorch costs about as much as 20,000 of them, whatever it computes.
"""

from __future__ import annotations

from dataclasses import dataclass

CALL = 20_000
SAMPLE, FEWEST = 256, 16  # examples that a record asks the network about, at most and at least
RECORD = 100_000_000  # what asking about them may take, as long as they are not too few
PRESENT = 20_000_000  # of it: more is too much to be asked for each picture
SEEN, MOST_SEEN = 400, 2_000_000  # examples of a part whose way into the last layer is kept, and numbers of it in all
EARLY = 20  # epochs that have a row each, if that is no more work than they are: who takes the first steps by hand sees each of them
LONG = 5_000_000_000  # an epoch of more than this (about a second) has several rows


@dataclass(frozen=True)
class Due:
    """row, record: how many steps lie between two of them, at first. early: the epochs at the start of a run that have a row each, if others have none."""

    row: int
    record: int
    early: int


def sampled(forward: int, chunk: int = SAMPLE) -> int:
    """How many examples a record asks the network about, that answers with `forward` multiply-adds and at most `chunk` examples at once."""
    return max(FEWEST, min(SAMPLE, chunk, RECORD // max(1, forward)))


def due(epoch_steps: int, work: int, forward: int, layers: int, parameters: int, units: int, evaluated: tuple[int, ...], sample: int = SAMPLE) -> Due:
    """How often, for a step of `work` multiply-adds in a network of so many layers, parameters and units that answers with `forward` of them, evaluated on parts of these sizes
    and recorded on a sample of such a size.

    A row takes at most a tenth of the training work between two rows, but for the early ones; a record at most a fiftieth.
    """
    step = (10 * layers + 10) * CALL + work
    row = sum((2 * layers + 10) * CALL + forward * size for size in evaluated if size) + 8 * CALL
    enough, early = _ceil(10 * row, step), 0
    if enough <= epoch_steps:
        every = _ceil(epoch_steps, min(_ceil(epoch_steps * step, LONG), epoch_steps // enough))
    else:  # whole epochs, so that every row stands for all training examples alike
        every = epoch_steps * _ceil(enough, epoch_steps)
        early = EARLY if row <= epoch_steps * step else 0
    record = (35 * layers + 10) * CALL + 200 * parameters + sample * forward + 30 * sample * units
    return Due(every, every * _ceil(50 * record, step * every), early)


def _ceil(a: int, b: int) -> int:
    return -(-a // b)
