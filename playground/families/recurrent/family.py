"""The recurrent family: what can be chosen, its views and size. No torch."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from playground.choices import Initialization, Ui
from playground.data.catalogue import rows
from playground.data.contract import Dataset, Sequence, sizes
from playground.families.contract import Estimate, Family, LayerSize, ModelSpec, View
from playground.families.dense.family import OPTIMIZER_MEMORY
from playground.families.recurrent import layers
from playground.families.recurrent.layers import LSTM, AnyLayer
from playground.families.recurrent.presets import PRESETS
from playground.families.supervised import declared, looked_into
from playground.text import N_, Message, Refusal
from playground.training.due import MOST_SEEN, SEEN

if TYPE_CHECKING:
    from playground.experiment import Experiment

STOPS = 12  # steps in time at which a training step by phases pauses, at most
KEPT = 18  # numbers that a cell keeps of each of its states for the way back where it is written out: sums, gates, as they are held, cell, state, and gradients
LOOKED = 8  # and where nothing goes back
MOST = 256  # examples whose states are looked at together


class Model(ModelSpec):
    """Up to 4 layers from the first step to the last; the output layer follows from the data."""

    family: Literal["recurrent"]
    layers: Annotated[
        tuple[AnyLayer, ...],
        Field(max_length=4),
        Ui(
            N_("Layers"),
            N_("Each goes through the sequence step by step and hands its state at every step on to the next. Without any, each step is answered by itself."),
        ),
    ] = (LSTM(),)
    embedding: Annotated[
        int,
        Ge(0),
        Le(64),
        Ui(N_("Embedding"), N_("Each symbol becomes so many numbers, which are learned. Off: a row of zeros with one 1 (one-hot)."), step=1, more=True, off=0),
    ] = 0
    truncation: Annotated[
        int,
        Ge(0),
        Le(200),
        Ui(N_("Truncated backpropagation"), N_("Gradients go back through so many steps at most, then they are cut. Off: all the way to the first step. Shorter is cheaper, and learns no longer dependence."), unit=N_("steps"), step=1, more=True, off=0),
    ] = 0  # fmt: skip
    initialization: Annotated[
        Initialization, Ui(N_("Initial weights"), N_("Where the weights from the input start. Those from the last state start as a rotation (orthogonal), which neither grows nor shrinks."), more=True)
    ] = "xavier"  # fmt: skip


def sequence_of(experiment: Experiment) -> Sequence:
    """What one example is."""
    found = experiment.dataset.sequence
    assert found is not None
    return found


def walk(experiment: Experiment) -> tuple[LayerSize, ...]:
    """Every layer with its shape and size. Refusal at the one that does not fit."""
    spec, sequence = experiment.model, sequence_of(experiment)
    assert isinstance(spec, Model)
    symbols = len(sequence.symbols)
    width = (spec.embedding or symbols) if symbols else sequence.channels
    first, *rest = layers.sizes(spec.layers, (sequence.length, width), (sequence.answered, declared.outputs(experiment)))
    learned = symbols * spec.embedding
    return LayerSize(first.name, first.kind, first.shape, learned, 0), *rest


def estimate(experiment: Experiment) -> Estimate:
    """Layers with shapes, parameters and multiply-adds, and the bytes a run takes at most: examples, weights, gradients and the optimizer's memory, and the states of a mini-batch, of
    a record's sample or of a part that is asked about."""
    found = walk(experiment)
    parts = sizes(rows(experiment.data), experiment.data)
    batch = parts[0] if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, parts[0])
    sized = Estimate(found, 0, batch)
    kept = OPTIMIZER_MEMORY.get(experiment.training.optimizer.name, 0)
    weights = sized.parameters * (5 + 2 * kept + max(2 * (1 + kept), 8))
    answers = sum(prod(layer.shape) for layer in found)
    stepped = KEPT * answers * max(batch, 32)
    looked = LOOKED * answers * min(sized.chunk, max(*parts, MOST))
    sequence = sequence_of(experiment)
    held = 3 * sum(parts) * (sequence.columns + sequence.answered) + 3 * min(SEEN * sequence.answered * found[-2].shape[-1], MOST_SEEN)
    return Estimate(found, 4 * (weights + stepped + looked + held), batch)


def check(experiment: Experiment) -> None:
    """Refusal at the layer whose input does not fit it, and for what would look ahead or be cut in the middle."""
    spec, sequence = experiment.model, sequence_of(experiment)
    assert isinstance(spec, Model)
    walk(experiment)
    learn, validate, test = sizes(rows(experiment.data), experiment.data)
    if min(learn, test) < 1 or (experiment.data.validation_fraction and validate < 1):
        raise Refusal(
            Message(
                N_(
                    "Window: only {given} of this length fit into the data, too few for every part. Choose a shorter one, or let only the last step be answered."
                ),
                {"given": rows(experiment.data)},
            )
        )
    both = any(isinstance(layer, layers.Cell) and layer.bidirectional for layer in spec.layers)
    whole = any(isinstance(layer, layers.Dense) for layer in spec.layers)
    if sequence.ahead and sequence.answered > 1 and (both or whole):
        raise Refusal(
            Message(
                N_(
                    "Layers: a bidirectional or dense layer would see the next step before it is to foretell it. Take another kind, or let only the last step be answered."
                )
            )
        )
    if spec.truncation and both:
        raise Refusal(Message(N_("Truncated backpropagation: it is for layers that read forward only. Switch it off, or switch Bidirectional off.")))


def _hidden(dataset: Dataset) -> tuple[str, ...]:
    return () if dataset.sequence and dataset.sequence.symbols else ("model.embedding",)


def ahead(experiment: Experiment) -> bool:
    """Is a series of numbers foretold?"""
    return sequence_of(experiment).ahead and not sequence_of(experiment).symbols


def text(experiment: Experiment) -> bool:
    """Is the next symbol of a text foretold?"""
    return sequence_of(experiment).ahead and bool(sequence_of(experiment).symbols)


def several(experiment: Experiment) -> bool:
    """Are several steps answered?"""
    return sequence_of(experiment).answered > 1


def named(experiment: Experiment) -> bool:
    """Is each sequence one of some classes, as answered after its last step?"""
    return declared.classified(experiment) and not several(experiment) and not text(experiment)


def typed(experiment: Experiment) -> bool:
    """Can a person type a sequence of their own and be told its class?"""
    return named(experiment) and bool(sequence_of(experiment).symbols)


def valued(experiment: Experiment) -> bool:
    """Is one number told of each whole sequence, that is not the next of a series?"""
    return declared.regression(experiment) and not several(experiment) and not ahead(experiment)


def remembers(experiment: Experiment) -> bool:
    """Has it a layer that goes through time?"""
    assert isinstance(experiment.model, Model)
    return any(isinstance(layer, layers.Cell) for layer in experiment.model.layers)


VIEWS: tuple[View, ...] = (
    View(
        "network", N_("Network"), N_("What does it remember?"), "unrolled", "main",
        N_("One example, unrolled in time from left to right: what the network reads at each step, the state of each layer after it (a row a unit: green above 0, purple below), and what it answers."),
        N_("Cause: a unit keeps its colour over many steps. Effect: what was read long ago can still be answered. Click a state to see the sum it comes from."),
    ),
    View(
        "forecast", N_("Forecast"), N_("What does it think comes next?"), "forecast", "side",
        N_("The series, and what the network foretells of each value from the ones before it. Beside it the naive forecast: tomorrow is as today. Beyond the data it goes on by itself, each answer its next input."),
        N_("Cause: the line follows one step behind. Effect: it has learned no more than the naive forecast; compare the two errors. Going on alone, small errors add up."),
        applies=ahead,
    ),
    View(
        "writing", N_("Writing"), N_("What does it write?"), "writing", "side",
        N_("Text that the network makes up, sign by sign, each drawn by the probabilities it gives and read as its next input. Temperature: low takes the surest sign, high takes chances."),
        N_("Cause: it has seen which signs follow which. Effect: first spaces and common letters, then syllables, then words. It knows nothing of what they mean."),
        applies=text,
    ),
    View(
        "typed", N_("Try it"), N_("What does it make of yours?"), "typed", "side",
        N_("Type a sequence of your own. The bars are what the network would say if it ended after each step: see at which sign it makes up its mind."),
        N_("Cause: some endings are found in one class only. Effect: the bars turn at that sign."),
        applies=typed,
    ),
    View(
        "positions", N_("By step"), N_("At which step is it right?"), "plotly", "side",
        N_("How often the network is right at each answered step, over the test part; of numbers, how far off it is. Dotted: answering without looking."),
        N_("Cause: a step needs what was read long before. Effect: it is learned last, or never where the gradient does not get that far."),
        applies=several,
    ),
    replace(declared.CONFUSION, applies=named),
    replace(declared.PREDICTIONS, applies=valued),
    declared.LOSS,
    declared.ACCURACY,
    declared.R2,
    View(
        "gates", N_("Gates"), N_("What is kept, what is let in?"), "gates", "tab",
        N_("The gates and states of one layer for one example, a row a unit, from left to right in time. A gate is a number between 0 (shut) and 1 (open). The forget gate is also called keep: open, it keeps the cell as it is. Point at a place to see its number and its formula."),
        N_("Cause: keep stays near 1 and input near 0. Effect: the cell carries what it holds over many steps. Hold a gate at 0 or 1, or silence a unit, and see what is lost; undo brings it back."),
        applies=remembers,
    ),
    View(
        "through_time", N_("Through time"), N_("How far back does it learn?"), "plotly", "tab",
        N_("How large the gradient of the loss is with respect to each layer's state at each step: how much a change of that state would matter. On 32 training examples, logarithmic."),
        N_("Cause: at each step back the gradient is multiplied once more. Effect: in a simple network it vanishes within some steps, and nothing from before is learned; a gate that keeps lets it through."),
        applies=remembers,
    ),
    View(
        "path", N_("Path"), N_("How does the state move?"), "path", "tab",
        N_("The state of the last recurrent layer after each step, many numbers seen from where they spread most (the first two principal components): one example is a path. The axes are held as it learns."),
        N_("Cause: sequences that need different answers must be told apart. Effect: their paths part, at the step where the difference is read."),
        applies=remembers,
    ),
    declared.WEIGHTS,
    declared.GRADIENTS,
    declared.ACTIVATIONS,
    declared.MEMORY,
    looked_into.PHASE,
)  # fmt: skip

FAMILY = Family(
    name="recurrent",
    title=N_("Recurrent"),
    about=N_("A network that reads step by step and remembers. Watch its gates open and close, and see how far back it can learn."),
    order=40,
    model=Model,
    kinds=("sequences",),
    tasks=("classes", "regression"),
    losses=("cross_entropy", "mse", "mae", "huber"),
    views=VIEWS,
    presets=PRESETS,
    default="lstm-50",
    metrics=declared.metrics,
    estimate=estimate,
    check=check,
    speeds=MappingProxyType({"full": declared.SPEEDS["full"], **declared.SPEEDS}),
    hidden=_hidden,
)
