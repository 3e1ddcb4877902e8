"""The recurrent network itself: torch's own fused cells, trained; gates.py writes the same cells out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.data.contract import Sequence
from playground.families.recurrent import layers as kinds
from playground.families.recurrent.family import STOPS, Model, sequence_of, walk
from playground.families.recurrent.gates import FREE, GATES, kind_of, states
from playground.families.supervised import declared
from playground.training.layers import ACTIVATIONS, Chance, Dropout, initialize

if TYPE_CHECKING:
    from playground.experiment import Experiment

BENDS: Mapping[str, nn.Module] = MappingProxyType({"tanh": nn.Tanh(), "relu": nn.ReLU()})


class Numbers(nn.Module):
    """(n, steps * channels) -> (n, steps, channels)."""

    def __init__(self, sequence: Sequence) -> None:
        super().__init__()
        self.length, self.channels = sequence.length, sequence.channels

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(-1, self.length, self.channels)


class OneHot(nn.Module):
    """(n, steps) numbers of symbols -> (n, steps, symbols): 1 at each one's place, 0 elsewhere."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.symbols = symbols

    def forward(self, x: Tensor) -> Tensor:
        return F.one_hot(x.long(), self.symbols).to(torch.float32)


class Embedding(nn.Module):
    """(n, steps) numbers of symbols -> (n, steps, size): the row of each in a table of weights, drawn from N(0, 1)."""

    def __init__(self, symbols: int, size: int, generator: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(symbols, size).normal_(generator=generator))

    def forward(self, x: Tensor) -> Tensor:
        return F.embedding(x.long(), self.weight)


class Cells(nn.Module):
    """What torch's recurrent modules get beside themselves: the answer is the states alone (n, steps, units), or (n, steps, 2 * units) where they read both ways, forward
    first; and in training gradients go back `truncation` steps at most, 0 for all the way.

    held (gates, units): where each gate is held by hand, -1 where it is not. heard (units,): 0 for units that are silenced. Both are of both directions, and go with the weights. free: is nothing held
    and nobody silenced? Then torch's fused cells are taken, otherwise those written out in gates.py.
    """

    truncation = 0
    held: Tensor
    heard: Tensor
    hidden_size: int
    bidirectional: bool

    def touchable(self) -> None:
        """To be called once, when the weights are there."""
        self.register_buffer("held", torch.full((len(GATES[kind_of(self)]), self.hidden_size), FREE))
        self.register_buffer("heard", torch.ones(self.hidden_size))
        self.free = True

    def hold(self, gate: int, unit: int | None, to: float) -> None:
        """Hold a gate, by its number, of one unit or all, at 0 or 1; FREE lets it go."""
        self.held[gate, slice(None) if unit is None else unit] = to
        self._look()

    def silence(self, unit: int, on: bool) -> None:
        self.heard[unit] = float(on)
        self._look()

    def _look(self) -> None:
        self.free = bool((self.held == FREE).all() and self.heard.all())

    def _load_from_state_dict(self, *given: Any, **named: Any) -> None:
        super()._load_from_state_dict(*given, **named)
        self._look()

    def forward(self, x: Tensor) -> Tensor:
        if not self.free:
            return states(self, x)
        if not self.truncation or not self.training:
            return self.fused(x)[0]
        found, state = [], None
        for piece in torch.split(x, self.truncation, 1):
            answer, state = self.fused(piece, state)
            state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
            found.append(answer)
        return torch.cat(found, 1)

    def fused(self, x: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """As torch's module answers: the states, and the state after the last step, from which it can go on."""
        answer, after = super().forward(x, state)  # of torch's module, which stands behind this one
        return answer, after


class RNN(Cells, nn.RNN):  # type: ignore[misc]  # the answer is the states alone
    """h' = bend(W_ih x + b_ih + W_hh h + b_hh)."""

    @property
    def bend(self) -> nn.Module:
        return BENDS[str(self.nonlinearity)]


class LSTM(Cells, nn.LSTM):  # type: ignore[misc]  # the answer is the states alone
    """Gates input, forget, cell, output, in this order of the rows of its weights."""


class GRU(Cells, nn.GRU):  # type: ignore[misc]  # the answer is the states alone
    """Gates reset, update, new, in this order of the rows of its weights."""


class Flat(nn.Module):
    """(n, steps, width) -> (n, steps * width)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1)


class Last(nn.Module):
    """(n, steps, width) -> (n, answered, width), the last so many; (n, width) where only the last step is answered."""

    def __init__(self, answered: int) -> None:
        super().__init__()
        self.answered = answered

    def forward(self, x: Tensor) -> Tensor:
        return x[:, -1] if self.answered == 1 else x[:, -self.answered :]


class Answers(nn.Module):
    """Outputs as the objective takes them. (n, outputs) stays where one step is answered; several: (n, answered, outputs) or (n, answered * outputs) -> (n, outputs, answered), or
    (n, answered) where there is one output."""

    def __init__(self, answered: int, outputs: int) -> None:
        super().__init__()
        self.answered, self.outputs = answered, outputs

    def forward(self, x: Tensor) -> Tensor:
        if self.answered == 1:
            return x
        x = x.reshape(-1, self.answered, self.outputs)
        return x[:, :, 0] if self.outputs == 1 else x.transpose(1, 2)


class Network(nn.Sequential):
    """stops: the steps, from 0, at which a training step that is taken by phases pauses, forward; backward it pauses at the same ones, the last first."""

    stops: tuple[int, ...] = (0,)


def build(experiment: Experiment, output: str, chance: Chance) -> Network:
    """The experiment's network (n, steps * channels) -> outputs as `Answers` gives them.

    Children, in order: `input`; for the N-th layer of the spec, from 1, `layerN` and `layerN_dropout` where it has one, before the first dense one `layerN_flat`, behind each dense one
    `layerN_activation`; then `last` where no layer is dense, `output`, `output_activation`, named by `output`, and `answers`. Weights are drawn from `chance.weights`,
    first layer first.
    """
    spec, sequence = experiment.model, sequence_of(experiment)
    assert isinstance(spec, Model)
    sizes = walk(experiment)
    found: OrderedDict[str, nn.Module] = OrderedDict(input=_input(spec, sequence, chance))
    flat = False
    for layer, before, size in zip(spec.layers, sizes, sizes[1:], strict=False):
        if isinstance(layer, kinds.Cell):
            found[size.name] = _cell(layer, before.shape[-1], spec, chance)
            if layer.dropout:
                found[f"{size.name}_dropout"] = Dropout(layer.dropout, chance.dropout)
            continue
        assert isinstance(layer, kinds.Dense)
        if not flat:
            found[f"{size.name}_flat"] = Flat()
        linear = nn.Linear(before.shape[0] if flat else before.shape[0] * before.shape[1], layer.units)
        initialize(linear, spec.initialization, chance.weights)
        found[size.name] = linear
        found[f"{size.name}_activation"] = ACTIVATIONS[layer.activation]()
        flat = True
    if not flat:
        found["last"] = Last(sequence.answered)
    outputs = declared.outputs(experiment)
    last = nn.Linear(sizes[-2].shape[-1], outputs * sequence.answered if flat else outputs)
    initialize(last, spec.initialization, chance.weights)
    found |= {"output": last, "output_activation": ACTIVATIONS[output](), "answers": Answers(sequence.answered, outputs)}
    network = Network(found)
    network.stops = tuple(sorted({round(at) for at in torch.linspace(0, sequence.length - 1, min(STOPS, sequence.length)).tolist()}))
    return network


def _input(spec: Model, sequence: Sequence, chance: Chance) -> nn.Module:
    if not sequence.symbols:
        return Numbers(sequence)
    return Embedding(len(sequence.symbols), spec.embedding, chance.weights) if spec.embedding else OneHot(len(sequence.symbols))


def _cell(layer: kinds.Cell, given: int, spec: Model, chance: Chance) -> nn.Module:
    """A recurrent layer with its first weights: from the input as chosen, from the last state orthogonal for each gate (Saxe and others, 2014), biases 0 but that of the gate that keeps."""
    more: dict[str, Any] = {"batch_first": True, "bidirectional": layer.bidirectional}
    if isinstance(layer, kinds.Simple):
        module: nn.RNNBase = RNN(given, layer.units, nonlinearity=layer.activation, **more)
    else:
        module = (LSTM if isinstance(layer, kinds.LSTM) else GRU)(given, layer.units, **more)
    assert isinstance(module, Cells)
    module.truncation = spec.truncation
    module.touchable()
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.startswith("weight_ih"):
                for block in torch.split(parameter, layer.units):
                    _draw(block, spec.initialization, chance.weights)
            elif name.startswith("weight_hh"):
                for block in torch.split(parameter, layer.units):
                    nn.init.orthogonal_(block, generator=chance.weights)
            else:
                parameter.zero_()
                if isinstance(layer, (kinds.LSTM, kinds.GRU)) and name.startswith("bias_ih"):  # the gate that keeps is the second of both
                    parameter[layer.units : 2 * layer.units] = layer.keep
    module.flatten_parameters()
    return module


def _draw(block: Tensor, how: str, generator: torch.Generator) -> None:
    """One gate's weights, as a linear layer of the same shape would get them."""
    linear = nn.Linear(block.shape[1], block.shape[0], bias=False, device="meta")
    linear.weight = nn.Parameter(torch.empty(block.shape))
    initialize(linear, how, generator)
    block.copy_(linear.weight)
