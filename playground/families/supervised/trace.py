"""One example on its way through the network and back: within a step the step's own tensors, otherwise computed on demand. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.charts.tokens import picked
from playground.choices import INPUTS, Spec
from playground.families.supervised import trace_figures
from playground.families.supervised.updates import Update
from playground.text import N_, Message, Refusal
from playground.training.context import Context
from playground.training.layers import ACTIVATIONS, BatchNorm, Dropout

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Doubles = NDArray[np.float64]

UNITS = 12  # of a layer, that travel: those that the network's diagram draws
NUMBERS = 6  # of a mini-batch's examples, that are named
BENDS = {kind: name for name, kind in ACTIVATIONS.items()}


class Layer(NamedTuple):
    """A layer with weights, and what follows it up to the next. Child modules go by `name`, `name`_norm and so on."""

    name: str
    linear: nn.Linear
    norm: BatchNorm | None
    activation: str
    dropout: Dropout | None

    @property
    def last(self) -> str:
        """The module whose answer the next layer sees."""
        return f"{self.name}_{'dropout' if self.dropout else 'activation'}"


@dataclass(frozen=True)
class Moment:
    """Some examples at one moment: tensors by the names of modules and parameters, empty as far as the step has not come.

    x (n, features), y; row: the example looked at. answers, deltas (n, units): what each module answered, and the loss's gradient with respect to it. gradients,
    before, after, memory: of parameters; memory by "KIND.NAME". loss: the mean over the n. rate: learning rate of the update. within: part of the run's own step, in training mode.
    """

    x: Tensor
    y: Tensor
    row: int
    answers: Mapping[str, Tensor]
    deltas: Mapping[str, Tensor]
    gradients: Mapping[str, Tensor]
    before: Mapping[str, Tensor]
    after: Mapping[str, Tensor]
    memory: Mapping[str, Tensor]
    loss: float | None
    rate: float
    within: bool


def layers(context: Context) -> list[Layer]:
    """The network's layers in order; it is a row of modules named as `dense.model.build` names them."""
    if "layers" not in context.kept:
        modules = dict(context.model.named_children())
        context.kept["layers"] = [
            Layer(name, linear, modules.get(f"{name}_norm"), BENDS[type(modules[f"{name}_activation"])], modules.get(f"{name}_dropout"))  # type: ignore[arg-type]
            for name, linear in modules.items()
            if isinstance(linear, nn.Linear)
        ]
    found: list[Layer] = context.kept["layers"]
    return found


def within(context: Context, row: int = 0) -> Moment:
    """The step under way, or the one just looked at, as far as it has come."""
    tensors: dict[str, Mapping[str, Tensor]] = {name: phase.tensors for name, phase in context.phases.items()}
    update, backward = tensors.get("update", {}), tensors.get("backward", {})
    parameters = dict(context.model.named_parameters())
    loss = tensors.get("loss", {}).get("loss")
    return Moment(
        x=tensors["sample"]["x"],
        y=tensors["sample"]["y"],
        row=row,
        answers=tensors.get("forward", {}),
        deltas={name.removeprefix("delta."): tensor for name, tensor in backward.items() if name.startswith("delta.")},
        gradients={name: tensor for name, tensor in backward.items() if name in parameters},
        before={name: update.get(name, parameter.detach()) for name, parameter in parameters.items()},
        after={name: update[f"after.{name}"] for name in parameters} if update else {},
        memory={f"{kind}.{name}": update[f"{kind}.{name}"] for kind in context.learner.optimizer.keeps for name in parameters} if update else {},
        loss=None if loss is None else float(loss),
        rate=float(update["learning_rate"]) if update else context.learner.optimizer.learning_rate,
        within=True,
    )


def alone(context: Context, part: str, index: int) -> Moment:
    """One example by itself, in eval mode: one forward and one backward that leave no gradient behind."""
    examples = context.examples[part]
    x, y = examples.x[index : index + 1], examples.y[index : index + 1]
    parameters = dict(context.model.named_parameters())
    answers: dict[str, Tensor] = {}
    with torch.enable_grad():
        flow = x
        for name, module in context.model.named_children():
            flow = answers[name] = module(flow)
        loss = context.objective.loss(flow, y)
        wanted = {name: tensor for name, tensor in [*answers.items(), *parameters.items()] if tensor.requires_grad}
        found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
    gradients = {name: gradient for name, gradient in zip(wanted, found, strict=True) if gradient is not None}
    rule = context.learner.optimizer
    return Moment(
        x=x,
        y=y,
        row=0,
        answers={name: answer.detach() for name, answer in answers.items()},
        deltas={name: gradient for name, gradient in gradients.items() if name in answers},
        gradients={name: gradient for name, gradient in gradients.items() if name in parameters},
        before={name: parameter.detach() for name, parameter in parameters.items()},
        after={},
        memory={f"{kind}.{name}": tensor for kind, kept in rule.memory.items() for name, tensor in zip(parameters, kept, strict=True)},
        loss=float(loss.detach()),
        rate=rule.learning_rate,
        within=False,
    )


def phase(context: Context, params: Params, named: Callable[[Context, str, tuple[int, ...]], Arrays] | None = None) -> Arrays:
    """Where the run stands within a step, with the numbers of its sentence; {"phase": None} between steps. named: says which number of the network a place in a
    parameter is, where that is no network of the dense family."""
    if context.phase is None:
        return {"phase": None}
    moment = within(context)
    found: Arrays = {
        "phase": context.phase.name,
        "loss": moment.loss,
        "loss_name": context.experiment.training.loss,
        "task": context.parts.data.task,
        "n": len(moment.x),
    }
    if context.phase.name == "sample":
        numbers = context.phases["sample"].tensors["numbers"]
        found |= {"numbers": numbers[:NUMBERS].tolist(), "of": len(context.examples["train"].x)}
    elif context.phase.name == "forward":
        found |= _answer(context, moment)
    elif context.phase.name in ("backward", "update"):
        name, place = largest(moment.gradients)
        found |= {"gradient": float(moment.gradients[name][place]), "place": (named or _place)(context, name, place)}
        if context.phase.name == "update":
            found |= {"after": float(moment.after[name][place]), "update": updated(context, moment, name, place)}
    return found


def largest(gradients: Mapping[str, Tensor]) -> tuple[str, tuple[int, ...]]:
    """The parameter with the largest gradient, and where in it."""
    name = max(gradients, key=lambda one: float(gradients[one].abs().max().nan_to_num()))
    flat = int(gradients[name].abs().nan_to_num().argmax())
    return name, tuple(int(at) for at in np.unravel_index(flat, gradients[name].shape))


def _place(context: Context, name: str, place: tuple[int, ...]) -> Arrays:
    """Which number of the network that is: its layer (from 1), kind, unit and input."""
    module, _, kind = name.rpartition(".")
    found = layers(context)
    number = next(i for i, layer in enumerate(found, 1) if module.split("_")[0] == layer.name)
    norm = {"weight": "scale", "bias": "shift"}[kind] if module.endswith("_norm") else kind
    return {"kind": norm, "layer": number, "unit": place[0], "input": place[1] if len(place) > 1 else None, **_names(context)}


def _names(context: Context) -> Arrays:
    """What the network's ends are called: inputs, and outputs of several classes. shape: of pictures, whose inputs are pixels; None otherwise."""
    chosen = getattr(context.experiment.model, "inputs", ())
    named = [INPUTS[name].title for name in chosen] if chosen and context.parts.data.domain else list(context.parts.data.feature_names)
    width = layers(context)[0].linear.in_features
    classes = context.parts.data.classes
    return {
        "inputs": named if len(named) == width else [],
        "classes": list(classes) if context.parts.data.task == "classes" else [],
        "depth": len(layers(context)),
        "shape": context.experiment.dataset.shape,
    }


def _answer(context: Context, moment: Moment) -> Arrays:
    """What the network said of the example, and what is true. true: of the target, or a class's number; share: probability of class 1, or of the true class."""
    row, data = moment.row, context.parts.data
    output = moment.answers[layers(context)[-1].last][row]
    share = context.objective.answer(output[None])[0]
    if data.task == "classes":
        number = int(moment.y[row])
        return {"share": float(share[number]), "true": number, "names": data.classes}
    return {
        "said": float(output[0]),
        "true": float(moment.y[row].reshape(-1)[0]),
        "share": float(share[0]),
        "names": data.classes,
        "scaled": context.parts.scale != (0.0, 1.0),
    }


def updated(context: Context, moment: Moment, name: str, place: tuple[int, ...]) -> Update | None:
    """What the optimizer makes of one number; None before the step has come there. Outside of a step: what it would make of this example alone."""
    rule = context.learner.optimizer
    if name not in moment.gradients or (moment.within and not moment.after):
        return None
    parameter = moment.before[name]
    weighs = parameter.dim() > 1
    norm = _length(moment, rule.l1, rule.l2) if rule.clip else 0.0
    return Update(
        rule=rule.spec.name,
        settings=rule.spec.model_dump(),
        rate=moment.rate,
        time=rule.steps + (not moment.within),
        memory={kind: float(moment.memory[f"{kind}.{name}"][place]) for kind in rule.keeps},
        weight=float(parameter[place]),
        gradient=float(moment.gradients[name][place]),
        l1=rule.l1 if weighs else 0.0,
        l2=rule.l2 if weighs else 0.0,
        norm=norm,
        clip=rule.clip,
    )


def _length(moment: Moment, l1: float, l2: float) -> float:
    """The norm of the whole gradient, penalties added."""
    squares = 0.0
    for name, gradient in moment.gradients.items():
        weight = moment.before[name]
        whole = gradient + l2 * weight + l1 * weight.sign() if weight.dim() > 1 else gradient
        squares += float(whole.double().square().sum())
    return float(squares**0.5)


class Asked(Spec):
    """Which example, and which neuron to open. part: of the data, or the mini-batch of the step under way; layer: 1 is the first hidden one; weight: its input, -1 the bias."""

    part: Literal["batch", "train", "validation", "test"] = "train"
    index: Annotated[int, Ge(0), Le(1_000_000)] = 0
    layer: Annotated[int, Ge(1), Le(16)] = 1
    unit: Annotated[int, Ge(0), Le(4096)] = 0
    weight: Annotated[int, Ge(-1), Le(4096)] | None = None


def trace(context: Context, params: Params) -> Arrays:
    """Which examples there are to look at, by part; those of the mini-batch only within a step."""
    parts = {name: len(examples.x) for name, examples in context.examples.items() if len(examples.x)}
    batch = {"batch": len(context.phases["sample"].tensors["x"])} if context.phase else {}
    return {"parts": {**batch, **parts}, "units": [layer.linear.out_features for layer in layers(context)]}


def ask(context: Context, params: Params) -> Arrays:
    """One example traced: every layer's numbers, one neuron opened, as `trace_figures.traced` draws them."""
    asked = Asked.model_validate(dict(params))
    count = trace(context, {})["parts"].get(asked.part, 0)
    if not count and asked.part == "batch":
        raise Refusal(Message(N_("The run stands between two steps: there is no mini-batch to look into. Choose an example of the training or the test part.")))
    if asked.index >= count:
        raise Refusal(Message(N_("There is no example {given}: this part has {limit}."), {"given": asked.index + 1, "limit": count}))
    found = layers(context)
    if asked.layer > len(found) or asked.unit >= found[asked.layer - 1].linear.out_features:
        raise Refusal(Message(N_("There is no neuron {unit} in layer {layer}."), {"unit": asked.unit, "layer": asked.layer}))
    moment = within(context, asked.index) if asked.part == "batch" else alone(context, asked.part, asked.index)
    return trace_figures.traced(traced(context, moment, asked))


def traced(context: Context, moment: Moment, asked: Asked) -> Arrays:
    """Numbers of one example: `columns`, one of inputs and one of each layer, and `open`, the neuron asked for."""
    found, rows = layers(context), _rows(context, moment)
    about = {
        **_names(context),
        "part": asked.part,
        "index": asked.index,
        "within": moment.within,
        "phase": context.phase.name if moment.within and context.phase else None,
    }
    if moment.within:
        about["number"] = int(context.phases["sample"].tensors["numbers"][asked.index])
    truth = _answer(context, moment) if moment.answers else {}
    loss = None
    if moment.answers:
        output = moment.answers[found[-1].last]
        own = slice(moment.row, moment.row + 1)
        loss = float(context.objective.loss(output[own], moment.y[own]))
    columns = [_column(layer, row, asked.unit if number == asked.layer else None) for number, (layer, row) in enumerate(zip(found, rows[1:], strict=True), 1)]
    opened = _opened(context, moment, rows, asked)
    return {**about, "x": rows[0]["out"], "shown": picked(layers(context)[0].linear.in_features, UNITS), "columns": columns, "open": opened, "truth": truth, "loss": loss,
            "loss_name": context.experiment.training.loss, "task": context.parts.data.task, "n": len(moment.x)}  # fmt: skip


def _rows(context: Context, moment: Moment) -> list[dict[str, Doubles | None]]:
    """What each layer's modules answered for the example and the gradients that came back, (units,) float64 or None: first the inputs (out), then
    z, norm, a, out, d_z, d_norm, d_a, d_out."""
    names = list(dict(context.model.named_children()))
    first = names[0] if names[0] != layers(context)[0].name else None
    given = moment.answers.get(first, None) if first else moment.x
    if given is None:  # the step has not come that far, and the inputs are functions of the coordinates alone
        given = dict(context.model.named_children())[str(first)](moment.x)
    rows: list[dict[str, Doubles | None]] = [{"out": _double(given[moment.row])}]
    for layer in layers(context):
        ends = {"z": layer.name, "norm": f"{layer.name}_norm", "a": f"{layer.name}_activation", "out": layer.last}
        answered = {end: _at(moment.answers, name, moment.row) for end, name in ends.items()}
        rows.append(answered | {f"d_{end}": _at(moment.deltas, name, moment.row) for end, name in ends.items()})
    return rows


def _at(tensors: Mapping[str, Tensor], name: str, row: int) -> Doubles | None:
    return _double(tensors[name][row]) if name in tensors else None


def _double(tensor: Tensor) -> Doubles:
    return tensor.detach().cpu().double().numpy()


def _column(layer: Layer, row: Mapping[str, Doubles | None], opened: int | None) -> Arrays:
    """A layer at a glance: the units that the diagram shows, the opened one among them."""
    units = layer.linear.out_features
    some: Sequence[int] = picked(units, UNITS).tolist()
    if opened is not None and opened not in some:
        some = sorted({*some, opened})
    return {"activation": layer.activation, "units": units, "shown": some, "normed": layer.norm is not None, "dropped": layer.dropout is not None, **row}


def _opened(context: Context, moment: Moment, rows: Sequence[Mapping[str, Doubles | None]], asked: Asked) -> Arrays:
    """One neuron: its weights and what came in, what its modules made of it, what came back, and one weight's update."""
    number, unit = asked.layer, asked.unit
    layer, row = layers(context)[number - 1], rows[number]
    found = {name: None if values is None else float(values[unit]) for name, values in row.items()}
    weights, bias = f"{layer.name}.weight", f"{layer.name}.bias"
    opened: Arrays = {
        **found, "within_training": moment.within, "share": _share(context, moment, unit) if number == len(rows) - 1 else None, "layer": number, "unit": unit, "activation": layer.activation, "p": layer.dropout.p if layer.dropout else None, "given": rows[number - 1]["out"],
        **{key: _double(tensors[weights][unit]) if weights in tensors else None for key, tensors in _of_parameters(moment).items()},
        **{f"{key}_bias": float(tensors[bias][unit]) if bias in tensors else None for key, tensors in _of_parameters(moment).items()},
        "batch_norm": _normed(layer, moment, unit) if layer.norm is not None else None,
        "ahead": None if number == len(rows) - 1 else _ahead(layers(context)[number], moment, rows[number + 1], unit),
    }  # fmt: skip
    if moment.gradients:
        gradients = opened["gradients"]
        weight = asked.weight if asked.weight is not None else int(np.nan_to_num(np.abs(gradients)).argmax())
        if weight >= len(gradients) or (weight < 0 and layer.linear.bias is None):
            raise Refusal(Message(N_("There is no weight {given}: neurons of this layer have {limit}."), {"given": weight + 1, "limit": len(gradients)}))
        opened["weight"] = weight
        opened["update"] = updated(context, moment, bias, (unit,)) if weight < 0 else updated(context, moment, weights, (unit, weight))
    return opened


def _share(context: Context, moment: Moment, unit: int) -> float | None:
    """An output as it is shown: the probability of its class, where the task has several."""
    output = moment.answers.get(layers(context)[-1].last)
    return None if output is None or context.parts.data.task != "classes" else float(context.objective.answer(output[moment.row][None])[0, unit])


def _of_parameters(moment: Moment) -> Mapping[str, Mapping[str, Tensor]]:
    return {"gradients": moment.gradients, "before": moment.before, "after": moment.after}


def _normed(layer: Layer, moment: Moment, unit: int) -> Arrays:
    """What batch norm measured by and brings the sum to; of the mini-batch within a step, running means otherwise."""
    assert layer.norm is not None and layer.norm.running_mean is not None and layer.norm.running_var is not None
    name = f"{layer.name}_norm"
    batch = moment.within and len(moment.x) > 1
    mean, variance = layer.norm.running_mean[unit], layer.norm.running_var[unit]
    back = None
    if batch and layer.name in moment.answers:
        sums = moment.answers[layer.name][:, unit]
        mean, variance = sums.mean(), sums.var(correction=0)
        if name in moment.deltas:
            scaled = (sums - mean) / (variance + layer.norm.eps).sqrt()
            deltas = moment.deltas[name][:, unit]
            back = {"mean": float(deltas.mean()), "along": float((deltas * scaled).mean())}
    known = not batch or layer.name in moment.answers
    return {
        "mean": float(mean) if known else None, "variance": float(variance) if known else None, "epsilon": layer.norm.eps, "batch": batch, "back": back,
        "scale": float(moment.before[f"{name}.weight"][unit]), "shift": float(moment.before[f"{name}.bias"][unit]),
    }  # fmt: skip


def _ahead(after: Layer, moment: Moment, row: Mapping[str, Doubles | None], unit: int) -> Arrays:
    """What pulls at a hidden neuron from ahead: its weights into the next layer, (units,), and that layer's deltas."""
    return {"w": _double(moment.before[f"{after.name}.weight"][:, unit]), "deltas": row["d_z"]}
