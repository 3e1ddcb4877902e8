"""What a form shows for a spec. No Streamlit.

A *draft* is an experiment as plain data while it is edited; a *path* leads to one value in it. Everything a form needs
is read from the specs: limits, labels, tables of names, unions told apart by `name`. `drafts.py` has the changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from inspect import get_annotations
from typing import Any, Literal, get_args, get_origin

import orjson
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from playground.choices import LOSSES, Choice, Names, Training, Ui
from playground.data.contract import Dataset
from playground.experiment import Experiment, names_of, parse, specs_in, ui_of
from playground.families.contract import Family, LayerSize, Misfit
from playground.registry import at_hand, datasets, describe, families, spec_of
from playground.text import t

Path = tuple[str | int, ...]
Draft = dict[str, Any]
Kind = Literal["slider", "ladder", "number", "switch", "name", "names", "union", "rows"]

FLOAT_STEPS, INT_STEPS = (1, 3), (1, 2, 5)  # of a ladder, in each power of ten
SMALLEST = 1e-4  # where a ladder starts at most, unless its field says where
WHOLE = "experiment"  # the group of what belongs to no part


@dataclass(frozen=True)
class Field:
    """One control.

    low, high: limits of a number. names: name -> choice, of a union's members and of kinds of rows too. specs: of a union's members or of rows. least, most: how
    many names or rows are possible. likely: the kind of row that is most likely wanted after those kinds. whose: what it belongs to, where an experiment has two such fields.
    """

    path: Path
    ui: Ui
    kind: Kind
    number: type[int] | type[float] = float
    low: float = 0.0
    high: float = 0.0
    names: Mapping[str, Choice] | None = None
    specs: tuple[type[BaseModel], ...] = ()
    least: int = 0
    most: int = 0
    likely: Callable[[Sequence[str]], str] | None = None
    whose: str = ""

    @property
    def label(self) -> str:
        """What stands beside the control: "Learning rate"; "Learning rate, discriminator" where there are two."""
        return t("{field}, {whose}", field=t(self.ui.label), whose=t(self.whose)) if self.whose else t(self.ui.label)

    def of_layer(self, number: int) -> str:
        """What a screen reader says of the control in a layer's row, by the layer's number from 1."""
        return of_layer(t(self.ui.label), self.whose, number)


def fields(spec: type[BaseModel], path: Path) -> tuple[Field, ...]:
    """The fields of one spec that a person can change, its own before those it inherits."""
    written = [name for base in spec.__mro__ for name in get_annotations(base)]  # the most derived class comes first
    ordered = sorted(spec.model_fields.items(), key=lambda item: written.index(item[0]))
    return tuple(_field(info, ui, (*path, name)) for name, info in ordered if (ui := ui_of(info)))


def of_layer(said: str, whose: str, number: int) -> str:
    """What is said of a layer's control: "Units of layer 2"; "Units of layer 2, generator" where there are two lists of layers."""
    if whose:
        return t("{field} of layer {number}, {whose}", field=said, number=number, whose=t(whose))
    return t("{field} of layer {number}", field=said, number=number)


def _field(info: FieldInfo, ui: Ui, path: Path) -> Field:
    specs = tuple(specs_in(info.annotation))
    if get_origin(info.annotation) is tuple:
        least = next((item.min_length for item in info.metadata if isinstance(item, MinLen)), 0)
        most = next((item.max_length for item in info.metadata if isinstance(item, MaxLen)), 0)
        of = names_of(FieldInfo.from_annotation(get_args(info.annotation)[0])) or Names({})
        return Field(path, ui, "rows" if specs else "names", names=of.table or None, specs=specs, least=least, most=most, likely=of.likely)
    if names := names_of(info):
        return Field(path, ui, "union" if specs else "name", names=names.table, specs=specs)
    if info.annotation is bool:
        return Field(path, ui, "switch")
    low, high = _limits(info)
    kind: Kind = "ladder" if ui.scale == "log" else "slider" if ui.step is not None else "number"
    return Field(path, ui, kind, int if info.annotation is int else float, low, high)


def _limits(info: FieldInfo) -> tuple[float, float]:
    low = high = 0.0
    for item in info.metadata:
        match item:
            case Ge(ge=limit) | Gt(gt=limit):
                low = float(limit)  # type: ignore[arg-type]
            case Le(le=limit) | Lt(lt=limit):
                high = float(limit)  # type: ignore[arg-type]
    return low, high


def ladder(field: Field, *extra: float) -> tuple[float, ...]:
    """Good values of a field on a log scale, 1-3-10 or 1-2-5 through its limits, and `extra` ones in their places; first the one that is off."""
    steps = INT_STEPS if field.number is int else FLOAT_STEPS
    low = max(field.low, field.ui.step or field.low or min(field.high * 1e-7, SMALLEST))
    rungs = {
        field.number(f"{step}e{power}") if power < 0 else field.number(step * 10**power)
        for power in range(0 if field.number is int else -9, 10)
        for step in steps
    }
    off = set() if field.ui.off is None else {field.number(field.ui.off)}
    return tuple(sorted({value for value in rungs if low <= value <= field.high} | off | set(extra)))


def steps(field: Field, *extra: float) -> tuple[float, ...]:
    """The values of a field on a linear scale, from step to step, and `extra` ones in their places."""
    step = field.ui.step or 1
    count = round((field.high - field.low) / step)
    return tuple(sorted({*(tidy(field, field.low + step * number) for number in range(count + 1)), *extra}))


def shown_value(field: Field, value: Any) -> str:
    """A value in words, as it stands beside its control: "0.03", "off", "50 %", "20 epochs", "Adam"."""
    ui = field.ui
    match field.kind:
        case "name" | "union" | "names":
            chosen = value if field.kind == "names" else [value["name"] if field.kind == "union" else value]
            return ", ".join(t(field.names[name].title) for name in chosen if name in field.names) if field.names else ""
        case "switch":
            return t("on") if value else t("off")
        case "rows":
            return (" - " if field.names else "-").join(row_words(field, row) for row in value) or t("none")
    if ui.off is not None and value == ui.off:
        return t("off")
    if ui.unit == "%":
        return f"{100 * value:g} %"
    number = f"{value:,g}" if abs(value) < 1e6 else f"{value:,}"
    return f"{number} {t(ui.unit)}" if ui.unit else number


def row_fields(field: Field, row: Mapping[str, Any], number: int) -> tuple[Field, ...]:
    """The fields of one row of a list."""
    return _whose(field, fields(row_spec(field, row), (*field.path, number)))


def row_spec(field: Field, row: Mapping[str, Any]) -> type[BaseModel]:
    """The spec of a row, by its kind."""
    return named(field.specs, row["name"]) if field.names else field.specs[0]


def row_words(field: Field, row: Mapping[str, Any]) -> str:
    """A row in a word or two, its kind and the first of its numbers: "conv 32", "flatten"; "8" where all rows are of one kind."""
    first = next((inner for inner in row_fields(field, row, 0) if inner.kind in ("slider", "ladder", "number") and not inner.ui.more), None)
    name = str(first.path[-1]) if first else ""
    number = shown_value(first, row[name]) if first and name in row else ""
    if field.names is None:
        return number or "·"
    choice = field.names[row["name"]]
    return " ".join(filter(None, (t(choice.short or choice.title).lower(), number)))


def groups(draft: Draft) -> dict[str, tuple[Field, ...]]:
    """Group -> its controls, a union's member right after it; without what means nothing for such data, or is changed on the pictures."""
    hidden = families()[draft["model"]["family"]].hidden(dataset(draft))
    return {
        group: tuple(field for field in found if field.ui.shown and ".".join(map(str, field.path[:2])) not in hidden) for group, found in every(draft).items()
    }


def every(draft: Draft) -> dict[str, tuple[Field, ...]]:
    """Group -> all fields a person can change, in the form or on the pictures."""
    family = families()[draft["model"]["family"]]
    model = fields(family.model, ("model",))
    found = {
        "data": fields(spec_of(draft["data"]["name"]), ("data",)),
        "model": tuple(field for field in model if not field.ui.group),
        "training": (*(_live(field, family) for field in fields(Training, ("training",))), *(field for field in model if field.ui.group == "training")),
        WHOLE: tuple(field for field in fields(Experiment, ()) if field.kind not in ("union", "rows")),
    }
    return {group: tuple(inner for field in shown for inner in (field, *_member(draft, field))) for group, shown in found.items()}


def _live(field: Field, family: Family) -> Field:
    """The field as this family has it: live where it can be changed while it trains."""
    return replace(field, ui=replace(field.ui, live=True)) if ".".join(map(str, field.path)) in family.live else field


def _member(draft: Draft, field: Field) -> tuple[Field, ...]:
    if field.kind != "union":
        return ()
    return _whose(field, fields(named(field.specs, value_at(draft, field.path)["name"]), field.path))


def _whose(field: Field, parts: tuple[Field, ...]) -> tuple[Field, ...]:
    """A field's parts, which belong to what it belongs to."""
    return tuple(replace(part, whose=field.ui.whose) for part in parts)


def named(specs: tuple[type[BaseModel], ...], name: str) -> type[BaseModel]:
    """The spec of that name among a union's members."""
    return next(spec for spec in specs if spec.model_fields["name"].default == name)


def defaults(spec: type[BaseModel]) -> Draft:
    """A spec's default values as plain data; fields without one are left out."""
    found: Draft = spec.model_construct().model_dump(mode="json")
    return found


def value_at(draft: Draft, path: Path) -> Any:
    """The value a path leads to."""
    value: Any = draft
    for step in path:
        value = value[step]
    return value


def dataset(draft: Draft) -> Dataset:
    """What is known of a draft's data; of the dataset as such where the draft's settings are no good ones yet."""
    name = draft["data"]["name"]
    try:
        return describe(spec_of(name).model_validate_json(orjson.dumps(draft["data"])))
    except ValidationError:
        return datasets()[name]


def sizes(draft: Draft) -> tuple[LayerSize, ...]:
    """Input, layers and output of a draft, each with its shape and size, whatever else may be wrong with it; where a layer does not fit, those before it."""
    family = families()[draft["model"]["family"]]
    try:
        unchecked = Experiment.model_construct(
            version=draft["version"],
            seed=draft["seed"],
            data=spec_of(draft["data"]["name"]).model_validate_json(orjson.dumps(draft["data"])),
            model=family.model.model_validate_json(orjson.dumps(draft["model"])),
            training=Training.model_validate_json(orjson.dumps(draft["training"])),
        )
        return family.estimate(unchecked).layers
    except Misfit as misfit:
        return misfit.before
    except ValidationError:
        return ()


def datasets_for(family: Family) -> tuple[str, ...]:
    """The datasets that a form offers by name: those of the family that need nothing else to be chosen."""
    return tuple(name for name, found in datasets().items() if found.kind in family.kinds and family.task(found) in family.tasks and at_hand(name))


def losses_for(draft: Draft) -> tuple[str, ...]:
    """The losses of the family that fit the data's task."""
    family = families()[draft["model"]["family"]]
    return tuple(name for name in family.losses if family.task(dataset(draft)) in LOSSES[name].tasks)


def matching_preset(family: Family, draft: Draft) -> str | None:
    """The name of the preset that the draft is, if it is one."""
    return next((name for name in family.presets if preset(family, name).model_dump(mode="json") == draft), None)


def preset(family: Family, name: str) -> Experiment:
    """A preset's experiment, every value in it."""
    return _parsed(orjson.dumps(family.presets[name].experiment))


@cache
def _parsed(text: bytes) -> Experiment:
    return parse(text)


def tidy(field: Field, value: float) -> float:
    """A number as a control gives it: of the field's type, without the crumbs of binary steps (0.15000000000000002)."""
    return int(value) if field.number is int else float(f"{value:.12g}")
