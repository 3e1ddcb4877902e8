"""The recurrent cells written out by their published equations: for the pictures, for gradients with respect to states, and for training while gates are held or units silenced by hand.

Equal to torch's fused cells within rounding; tests/families/test_recurrent_gates.py holds them to it, and to the equations in numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from playground.families.recurrent.model import Cells

GATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"rnn": (), "gru": ("reset", "update", "candidate"), "lstm": ("input", "forget", "candidate", "output")}
)  # in the order of the rows of torch's weights
FREE = -1.0  # in `held`: the gate is computed; 0 and 1: it is held there


class Seen(NamedTuple):
    """One direction of one layer, in order of time. gates: by name, (n, steps, units) each; h: the hidden state after each step (n, steps, units); c: the LSTM's cell, None of the others; given: what the
    layer was given, (n, steps, width)."""

    gates: Mapping[str, Tensor]
    h: Tensor
    c: Tensor | None
    given: Tensor


def kind_of(module: nn.Module) -> str:
    """The kind of a recurrent layer: rnn, gru or lstm."""
    return type(module).__name__.lower()


def unroll(module: Cells, given: Tensor, backward: bool = False, state: tuple[Tensor, Tensor] | None = None, nudge: Tensor | None = None) -> Seen:
    """One direction of a layer, step by step; differentiable. given (n, steps, width); backward: the direction that reads from the end. state: hidden state and cell
    (n, units) to go on from; zeros where it is None. nudge (n, steps, units): added to the hidden state at each step; the gradient with respect to zeros there is that
    with respect to the state, through all that follows.

    rnn   h' = bend(W x + b + U h + c)                                            (Elman, 1990)
    gru   r, z = sigmoid(W x + b + U h + c), n = tanh(W x + b + r (U h + c)), h' = (1 - z) n + z h      (Cho and others, 2014, with the reset gate behind the weights)
    lstm  i, f, o = sigmoid(W x + b + U h + c), g = tanh(W x + b + U h + c), c' = f c + i g, h' = o tanh c'     (Hochreiter and Schmidhuber, 1997; Gers and others, 2000)

    A held gate is the number it is held at; a silenced unit's h is 0. The gradient is cut where the layer's truncation cuts it in training;
    so it is where states are nudged.
    """
    kind = kind_of(module)
    kept = dict(_gone(module, given, backward, state, nudge))
    columns = [torch.stack([kept[step][at] for step in range(given.shape[1])], 1) for at in range(len(kept[0]))]
    return Seen(dict(zip(GATES[kind], columns, strict=False)), columns[-1], columns[-2] if kind == "lstm" else None, given)


def states(module: Cells, given: Tensor) -> Tensor:
    """What a layer answers, by the same steps: (n, steps, units), or (n, steps, 2 * units). Nothing else is kept, which takes half the memory."""
    found = []
    for backward in (False, True)[: 1 + module.bidirectional]:
        kept = {step: columns[-1] for step, columns in _gone(module, given, backward)}
        found.append(torch.stack([kept[step] for step in range(given.shape[1])], 1))
    return torch.cat(found, 2) if module.bidirectional else found[0]


def _gone(
    module: Cells, given: Tensor, backward: bool, state: tuple[Tensor, Tensor] | None = None, nudge: Tensor | None = None
) -> Iterator[tuple[int, tuple[Tensor, ...]]]:
    """Step by step, in the order in which they are read: (step, (gates, cell, hidden state), each (n, units))."""
    kind, suffix = kind_of(module), "_reverse" if backward else ""
    weight, recurrent, bias, own = (getattr(module, f"{name}_l0{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    told = given @ weight.T + bias
    length, units = given.shape[1], module.hidden_size
    h, c = (given.new_zeros(len(given), units), given.new_zeros(len(given), units)) if state is None else state
    cut = module.truncation if (module.training or nudge is not None) and not backward else 0
    for taken, step in enumerate(reversed(range(length)) if backward else range(length)):
        if cut and taken and taken % cut == 0:
            h, c = h.detach(), c.detach()
        if kind == "lstm":
            gates = _lstm(module, told[:, step] + h @ recurrent.T + own)
            i, f, g, o = gates
            c = f * c + i * g
            h = o * torch.tanh(c)
        elif kind == "gru":
            gates = _gru(module, told[:, step], h @ recurrent.T + own)
            _, z, n = gates
            h = (1 - z) * n + z * h
        else:
            gates = ()
            h = module.bend(told[:, step] + h @ recurrent.T + own)  # type: ignore[operator]
        if not module.free:
            h = h * module.heard
        if nudge is not None:
            h = h + nudge[:, step]
        yield step, (*gates, c, h)


def _lstm(module: Cells, sums: Tensor) -> tuple[Tensor, ...]:
    i, f, g, o = sums.chunk(4, 1)
    return _held(module, (torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)))


def _gru(module: Cells, told: Tensor, own: Tensor) -> tuple[Tensor, ...]:
    (r, z, n), (own_r, own_z, own_n) = told.chunk(3, 1), own.chunk(3, 1)
    reset, update = _held(module, (torch.sigmoid(r + own_r), torch.sigmoid(z + own_z)))
    return _held(module, (reset, update, torch.tanh(n + reset * own_n)))


def _held(module: Cells, gates: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The gates with those that are held where they are held."""
    if module.free:
        return gates
    return tuple(torch.where(held == FREE, gate, held.expand_as(gate)) for gate, held in zip(gates, module.held, strict=False))


def both(module: Cells, given: Tensor) -> tuple[Seen, ...]:
    """Every direction of a layer, forward first."""
    return (unroll(module, given), *([unroll(module, given, backward=True)] if module.bidirectional else []))


def through(model: nn.Module, x: Tensor) -> dict[str, tuple[Seen, ...]]:
    """Every recurrent layer of a network, by its name: its directions, forward first, for examples x (n, columns). As the model stands: in eval mode nothing is dropped."""
    found: dict[str, tuple[Seen, ...]] = {}
    flow = x
    for name, module in model.named_children():
        if isinstance(module, nn.RNNBase):
            found[name] = both(module, flow)  # type: ignore[arg-type]
            flow = torch.cat([seen.h for seen in found[name]], 2)
        else:
            flow = module(flow)
    return found
