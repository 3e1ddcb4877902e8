"""What a form shows for a spec. No Streamlit.

A *draft* is an experiment as plain data while it is edited; a *path* leads to one value in it. Everything a form needs
is read from the specs: limits, labels, tables of names, unions told apart by `name`. `drafts.py` has the changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from inspect import get_annotations
from typing import Any, Literal, get_args, get_origin

import orjson
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from playground.choices import LOSSES, OPTIMIZERS, SCHEDULES, Choice, Training, Ui
from playground.data.contract import Dataset
from playground.experiment import Experiment, names_of, parse, specs_in, ui_of
from playground.families.contract import Family
from playground.registry import datasets, describe, families, spec_of
from playground.text import t

Path = tuple[str | int, ...]
Draft = dict[str, Any]
Kind = Literal["slider", "ladder", "number", "switch", "name", "names", "union", "rows"]

UNIONS: Mapping[str, Mapping[str, Choice]] = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}  # titles of a union field's members
FLOAT_STEPS, INT_STEPS = (1, 3), (1, 2, 5)  # of a ladder, in each power of ten
SMALLEST = 1e-4  # where a ladder starts at most, unless its field says where
WHOLE = "experiment"  # the group of what belongs to no part


@dataclass(frozen=True)
class Field:
    """One control. low, high: limits of a number. names: name -> choice. specs: of a row. least, most: how many names or rows are possible."""

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


def fields(spec: type[BaseModel], path: Path) -> tuple[Field, ...]:
    """The fields of one spec that a person can change, its own before those it inherits."""
    written = [name for base in spec.__mro__ for name in get_annotations(base)]  # the most derived class comes first
    ordered = sorted(spec.model_fields.items(), key=lambda item: written.index(item[0]))
    return tuple(_field(info, ui, (*path, name)) for name, info in ordered if (ui := ui_of(info)))


def _field(info: FieldInfo, ui: Ui, path: Path) -> Field:
    if names := names_of(info):
        return Field(path, ui, "name", names=names.table)
    specs = tuple(specs_in(info.annotation))
    if get_origin(info.annotation) is tuple:
        least = next((item.min_length for item in info.metadata if isinstance(item, MinLen)), 0)
        most = next((item.max_length for item in info.metadata if isinstance(item, MaxLen)), 0)
        table = names_of(FieldInfo.from_annotation(get_args(info.annotation)[0]))
        return Field(path, ui, "names" if table else "rows", names=table.table if table else None, specs=specs, least=least, most=most)
    if specs:
        return Field(path, ui, "union", names=UNIONS[str(path[-1])], specs=specs)
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
            return "-".join(str(row.get("units", "·")) for row in value) or t("none")
    if ui.off is not None and value == ui.off:
        return t("off")
    if ui.unit == "%":
        return f"{100 * value:g} %"
    number = f"{value:,g}" if abs(value) < 1e6 else f"{value:,}"
    return f"{number} {t(ui.unit)}" if ui.unit else number


def groups(draft: Draft) -> dict[str, tuple[Field, ...]]:
    """Group -> its controls, a union's member right after it; without what means nothing for such data, or is changed on the pictures."""
    hidden = families()[draft["model"]["family"]].hidden(dataset(draft))
    return {
        group: tuple(field for field in found if field.ui.shown and not (group == "model" and field.path[1] in hidden)) for group, found in every(draft).items()
    }


def every(draft: Draft) -> dict[str, tuple[Field, ...]]:
    """Group -> all fields a person can change, in the form or on the pictures."""
    found = {
        "data": fields(spec_of(draft["data"]["name"]), ("data",)),
        "model": fields(families()[draft["model"]["family"]].model, ("model",)),
        "training": fields(Training, ("training",)),
        WHOLE: tuple(field for field in fields(Experiment, ()) if field.kind not in ("union", "rows")),
    }
    return {group: tuple(inner for field in shown for inner in (field, *_member(draft, field))) for group, shown in found.items()}


def _member(draft: Draft, field: Field) -> tuple[Field, ...]:
    if field.kind != "union":
        return ()
    return fields(named(field.specs, value_at(draft, field.path)["name"]), field.path)


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


def datasets_for(family: Family) -> tuple[str, ...]:
    """The datasets that a form offers by name: those of the family that need nothing else to be chosen."""
    return tuple(
        name
        for name, found in datasets().items()
        if found.kind in family.kinds and found.task in family.tasks and not any(info.is_required() for info in spec_of(name).model_fields.values())
    )


def losses_for(draft: Draft) -> tuple[str, ...]:
    """The losses of the family that fit the data's task."""
    task = dataset(draft).task
    return tuple(name for name in families()[draft["model"]["family"]].losses if task in LOSSES[name].tasks)


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
