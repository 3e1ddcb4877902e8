"""A picture's way through the network: the maps of every layer, and one layer's numbers at close range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.charts.tokens import picked, shades
from playground.choices import Spec
from playground.families.contract import LayerSize
from playground.families.conv import layers as kinds
from playground.families.conv.family import Model, walk
from playground.families.conv.images import Picture, as_seen, grey, held, picture, probabilities
from playground.text import N_, Message, Refusal
from playground.training.context import Context
from playground.training.layers import Switches

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Floats = NDArray[np.float32]

MAPS, NUMBERS = 16, 48  # of a layer, that are drawn


class Step(NamedTuple):
    """One layer as it is taken: its spec (None for the output), its size, its modules in order, and the name of the last of them."""

    spec: kinds.Layer | None
    size: LayerSize
    modules: tuple[nn.Module, ...]

    @property
    def kind(self) -> str:
        return "output" if self.spec is None else self.size.kind

    @property
    def switches(self) -> Switches | None:
        return self.modules[-1] if isinstance(self.modules[-1], Switches) else None

    @property
    def activation(self) -> str | None:
        return self.spec.activation if isinstance(self.spec, (kinds.Conv, kinds.Dense)) else None


def steps(context: Context) -> list[Step]:
    """The network's layers in order, the output last."""
    if "steps" not in context.kept:
        model = context.experiment.model
        assert isinstance(model, Model)
        modules: dict[str, list[nn.Module]] = {}
        for name, module in context.model.named_children():
            modules.setdefault(name.split("_")[0], []).append(module)
        specs = [*model.layers, None]
        context.kept["steps"] = [Step(spec, size, tuple(modules[size.name])) for spec, size in zip(specs, walk(context.experiment)[1:], strict=True)]
    found: list[Step] = context.kept["steps"]
    return found


def passed(context: Context, pixels: Tensor) -> list[Tensor]:
    """What each layer hands on, the picture as the network sees it first: (1, ...) each."""
    found = [context.model.image(as_seen(context, pixels))]  # type: ignore[operator]
    for step in steps(context):
        flow = found[-1]
        for module in step.modules:
            flow = module(flow)
        found.append(flow)
    return found


def network(context: Context, params: Params) -> Arrays:
    """The way of the first test picture, the same as long as the run lasts; one way for all views of a frame."""
    if "network" not in context.frame:
        pixels, true = held(context, "test", 0)
        context.frame["network"] = way(context, Picture(pixels, pixels, "test", 0, true, False))
    found: Arrays = context.frame["network"]
    return found


def way(context: Context, shown: Picture) -> Arrays:
    """picture: its pixels (channels, height, width) uint8, part, index and true class. layers: of each `_layer`. answer: probabilities (classes,), the
    class said and the true one. What is no number is said by nobody: said is then None."""
    flow = passed(context, shown.pixels)
    chances = probabilities(context, flow[-1])[0]
    return {
        "picture": {"pixels": grey(context, shown.pixels)[0], "part": shown.part, "index": shown.index, "true": shown.true},
        "layers": [_layer(number, step, handed[0]) for number, (step, handed) in enumerate(zip(steps(context), flow[1:], strict=True), 1)],
        "probabilities": chances,
        "said": int(chances.argmax()) if np.isfinite(chances).all() else None,
        "classes": context.parts.data.classes,
    }


def _layer(number: int, step: Step, handed: Tensor) -> Arrays:
    """One layer: what it is, and what it hands on: maps (shown, height, width) or (shown,) uint8, None where it only passes on; range: what 255 stands for; on:
    (units,) of 0 and 1 where units can be switched."""
    size, switches = step.size, step.switches
    about: Arrays = {
        "name": size.name, "number": number, "kind": step.kind, "spec": step.spec, "activation": step.activation,
        "shape": list(size.shape), "parameters": size.parameters, "work": size.work, "units": size.shape[0],
        "on": None if switches is None else switches.on.cpu().numpy().astype(np.uint8),
    }  # fmt: skip
    if step.kind in ("dropout", "flatten"):
        return {**about, "shown": np.empty(0, np.int32), "maps": None, "range": 1.0}
    some = picked(size.shape[0], MAPS if handed.dim() == 3 else NUMBERS)
    values = handed.cpu().numpy()
    reached = reach(values, step.activation)
    return {**about, "shown": some.astype(np.int32), "maps": shades(values[some], reached), "range": reached}


def reach(values: Floats, activation: str | None = None) -> float:
    """The value that is drawn at full strength: 1 for what an activation keeps within 1, the largest size otherwise."""
    if activation in ("tanh", "sigmoid"):
        return 1.0
    largest = float(np.abs(values).max(initial=0.0))
    return largest if 0 < largest < np.inf else 1.0


class Maps(Spec):
    """Which picture: as images.py has it."""

    image: dict[str, Any]


def maps(context: Context, params: Params) -> Arrays:
    """A picture's way, with `before`: probabilities (classes,) of the picture before it was altered, None where it was not."""
    shown = picture(context, Maps.model_validate(dict(params)).image)
    before = probabilities(context, context.model(as_seen(context, shown.plain)))[0] if shown.altered else None
    return {**way(context, shown), "before": before}


class Asked(Spec):
    """Which layer, from 1, the output last, and which of its units or maps, from 0."""

    image: dict[str, Any]
    layer: Annotated[int, Ge(1), Le(64)]
    unit: Annotated[int, Ge(0), Le(65_536)]


def layer(context: Context, params: Params) -> Arrays:
    """One layer's numbers for a picture, as float32: what comes in, what it is weighed with, the sums and what is handed on. Refusal where it computes nothing."""
    asked = Asked.model_validate(dict(params))
    step = chosen(context, asked.layer, asked.unit)
    flow = passed(context, picture(context, asked.image).pixels)
    given, handed = (_real(flow[at][0]) for at in (asked.layer - 1, asked.layer))
    about: Arrays = {"kind": step.kind, "unit": asked.unit, "output": handed[asked.unit]}
    module, unit = step.modules[0], asked.unit
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        return about | _weighed(context, step, module, unit, given, flow[asked.layer - 1], handed)
    if isinstance(step.spec, kinds.Pool):
        return about | {"input": given[unit : unit + 1], "window": step.spec.window}
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        assert module.running_mean is not None and module.running_var is not None
        kept = {"mean": module.running_mean, "variance": module.running_var, "gamma": module.weight, "beta": module.bias}
        return about | {"input": given[unit : unit + 1], "epsilon": module.eps, **{name: float(numbers[unit]) for name, numbers in kept.items()}}
    raise Refusal(Message(N_("Layer {number} ({kind}) hands on what it is given: there is nothing to compute. Open the layer before it or the one after."), {
        "number": asked.layer, "kind": kinds.LAYERS[step.kind].title,
    }))  # fmt: skip


def _weighed(context: Context, step: Step, module: nn.Conv2d | nn.Linear, unit: int, given: Floats, flow: Tensor, handed: Floats) -> Arrays:
    """A unit with weights. flow: what its layer is given, (1, ...), of which `given` is the only one."""
    sums = _real(module(flow)[0])[unit]
    weights = _real(module.weight[unit])
    bias = float(module.bias[unit]) if module.bias is not None else 0.0
    on = step.switches is None or bool(step.switches.on[unit])
    found: Arrays = {"input": given, "bias": bias, "activation": step.activation or context.objective.output, "on": on}
    if isinstance(module, nn.Conv2d):
        return found | {"kernel": weights, "sums": sums, "stride": module.stride[0], "padding": int(module.padding[0])}
    found |= {"weights": weights, "sum": float(sums), "output": float(handed[unit])}
    if step.kind == "output":
        found |= {"logits": handed, "probabilities": probabilities(context, torch.from_numpy(handed)[None])[0]}
    return found


def chosen(context: Context, number: int, unit: int) -> Step:
    """A layer by its number, if it has such a unit. Refusal otherwise."""
    found = steps(context)
    if number > len(found):
        raise Refusal(Message(N_("Layer: this network has layers 1 to {limit}, the output last; {given} was given."), {"limit": len(found), "given": number}))
    units = found[number - 1].size.shape[0]
    if unit >= units:
        raise Refusal(Message(N_("Layer {layer} has maps or units 0 to {limit}; {given} was given."), {"layer": number, "limit": units - 1, "given": unit}))
    return found[number - 1]


def _real(tensor: Tensor) -> Floats:
    return tensor.detach().cpu().numpy()


def place(context: Context, name: str, at: tuple[int, ...]) -> Arrays:
    """Which number of the network a place in a parameter is: its layer's number, kind and units, which parameter, and the place."""
    module, _, parameter = name.rpartition(".")
    number, step = next((number, step) for number, step in enumerate(steps(context), 1) if step.size.name == module)
    return {"layer": number, "kind": step.kind, "parameter": parameter, "at": list(at), "classes": context.parts.data.classes}
