"""What a form shows for a spec, and what a change of one field does to the others. No Streamlit.

A *draft* is an experiment as plain data while it is edited; a *path* leads to one value in it. Everything a form needs
is read from the specs: limits, labels, tables of names, unions told apart by `name`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from inspect import get_annotations
from typing import Any, Literal, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from playground.choices import LOSSES, OPTIMIZERS, Choice, Training, Ui
from playground.experiment import Experiment, names_of, parse, specs_in, ui_of
from playground.families.contract import Family
from playground.registry import datasets, families, spec_of

Path = tuple[str | int, ...]
Draft = dict[str, Any]
Kind = Literal["slider", "ladder", "number", "switch", "name", "union", "rows"]

UNIONS: Mapping[str, Mapping[str, Choice]] = {"optimizer": OPTIMIZERS}  # titles of a union field's members
FLOAT_STEPS, INT_STEPS = (1, 3), (1, 2, 5)  # of a ladder, in each power of ten


@dataclass(frozen=True)
class Field:
    """One control. low, high: limits of a number. names: name -> choice. specs: of a row. most: rows possible."""

    path: Path
    ui: Ui
    kind: Kind
    number: type[int] | type[float] = float
    low: float = 0.0
    high: float = 0.0
    names: Mapping[str, Choice] | None = None
    specs: tuple[type[BaseModel], ...] = ()
    most: int = 0


def fields(spec: type[BaseModel], path: Path) -> tuple[Field, ...]:
    """The controls of one spec, its own fields before those it inherits."""
    written = [name for base in spec.__mro__ for name in get_annotations(base)]  # the most derived class comes first
    ordered = sorted(spec.model_fields.items(), key=lambda item: written.index(item[0]))
    return tuple(_field(info, ui, (*path, name)) for name, info in ordered if (ui := ui_of(info)))


def _field(info: FieldInfo, ui: Ui, path: Path) -> Field:
    if names := names_of(info):
        return Field(path, ui, "name", names=names.table)
    specs = tuple(specs_in(info.annotation))
    if get_origin(info.annotation) is tuple:
        most = next((item.max_length for item in info.metadata if isinstance(item, MaxLen)), 0)
        return Field(path, ui, "rows", specs=specs, most=most)
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
    """Good values of a field on a log scale, 1-3-10 or 1-2-5 through its limits, and `extra` ones in their places."""
    steps = INT_STEPS if field.number is int else FLOAT_STEPS
    low = max(field.low, field.high * 1e-7)
    rungs = {
        field.number(f"{step}e{power}") if power < 0 else field.number(step * 10**power)
        for power in range(0 if field.number is int else -9, 10)
        for step in steps
    }
    return tuple(sorted({value for value in rungs if low <= value <= field.high} | set(extra)))


def groups(draft: Draft) -> dict[str, tuple[Field, ...]]:
    """Group -> its controls, a union's member right after it. "experiment" is what belongs to no group."""
    found = {
        "data": fields(spec_of(draft["data"]["name"]), ("data",)),
        "model": fields(families()[draft["model"]["family"]].model, ("model",)),
        "training": fields(Training, ("training",)),
        "experiment": tuple(field for field in fields(Experiment, ()) if field.kind not in ("union", "rows")),
    }
    return {group: tuple(inner for field in shown for inner in (field, *_member(draft, field))) for group, shown in found.items()}


def _member(draft: Draft, field: Field) -> tuple[Field, ...]:
    if field.kind != "union":
        return ()
    return fields(_named(field.specs, value_at(draft, field.path)["name"]), field.path)


def _named(specs: tuple[type[BaseModel], ...], name: str) -> type[BaseModel]:
    return next(spec for spec in specs if spec.model_fields["name"].default == name)


def value_at(draft: Draft, path: Path) -> Any:
    """The value a path leads to."""
    value: Any = draft
    for step in path:
        value = value[step]
    return value


def put(draft: Draft, path: Path, value: Any) -> Draft:
    """A draft with another value at the end of `path`."""
    changed = deepcopy(draft)
    value_at(changed, path[:-1])[path[-1]] = value
    return changed


def choose_data(draft: Draft, name: str) -> Draft:
    """Another dataset; where the loss no longer fits its task, the first that does is taken."""
    changed = put(draft, ("data",), _switched(draft["data"], spec_of(draft["data"]["name"]), spec_of(name)))
    fitting = losses_for(changed)
    return changed if changed["training"]["loss"] in fitting else put(changed, ("training", "loss"), _customary(changed, fitting))


def choose_member(draft: Draft, field: Field, name: str) -> Draft:
    """Another member of a union, an optimizer for example."""
    old = value_at(draft, field.path)
    return put(draft, field.path, _switched(old, _named(field.specs, old["name"]), _named(field.specs, name)))


def add_row(draft: Draft, field: Field) -> Draft:
    """One more row at the end, like the last one."""
    rows = value_at(draft, field.path)
    return put(draft, field.path, [*rows, deepcopy(rows[-1]) if rows else field.specs[0]().model_dump(mode="json")])


def remove_row(draft: Draft, field: Field, number: int) -> Draft:
    rows = value_at(draft, field.path)
    return put(draft, field.path, rows[:number] + rows[number + 1 :])


def losses_for(draft: Draft) -> tuple[str, ...]:
    """The losses that fit the data's task."""
    task = datasets()[draft["data"]["name"]].task
    return tuple(name for name, loss in LOSSES.items() if task in loss.tasks)


def _customary(draft: Draft, fitting: tuple[str, ...]) -> str:
    """The loss that the family's presets use for such data; the first that fits where none does."""
    presets = families()[draft["model"]["family"]].presets.values()
    task = datasets()[draft["data"]["name"]].task
    used = [preset.experiment["training"]["loss"] for preset in presets if datasets()[preset.experiment["data"]["name"]].task == task]
    return next((loss for loss in used if loss in fitting), fitting[0])


def _switched(old: Mapping[str, Any], was: type[BaseModel], becomes: type[BaseModel]) -> Draft:
    """A spec's plain data as another spec's: what a person has set stays, what stood at its default follows the new default."""
    fresh: Draft = becomes().model_dump(mode="json")
    before = was().model_dump(mode="json")
    kept = {name: old[name] for name in fresh if name in old and name != "name" and old[name] != before.get(name)}
    return fresh | kept


def live_changes(old: Experiment, new: Experiment) -> dict[str, Any] | None:
    """Field -> new value, when the two differ in live fields alone; None when the change needs a fresh run."""
    draft = new.model_dump(mode="json")
    before = _leaves(old.model_dump(mode="json"))
    after = _leaves(draft)
    if before.keys() != after.keys():
        return None
    live = {field.path for shown in groups(draft).values() for field in shown if field.ui.live}
    changed = [path for path in after if after[path] != before[path]]
    return {str(path[-1]): after[path] for path in changed} if live.issuperset(changed) else None


def _leaves(value: Any, path: Path = ()) -> dict[Path, Any]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        return {path: value}
    return {inner: leaf for key, item in items for inner, leaf in _leaves(item, (*path, key)).items()}


def matching_preset(family: Family, draft: Draft) -> str | None:
    """The name of the preset that the draft is, if it is one."""
    return next((name for name in family.presets if preset(family, name).model_dump(mode="json") == draft), None)


def preset(family: Family, name: str) -> Experiment:
    """A preset's experiment, every value in it."""
    return parse(family.presets[name].experiment)


def tidy(field: Field, value: float) -> float:
    """A number as a control gives it: of the field's type, without the crumbs of binary steps (0.15000000000000002)."""
    return int(value) if field.number is int else float(f"{value:.12g}")
