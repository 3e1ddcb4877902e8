"""What a change of one field does to the others, which changes a running training takes, and how two experiments differ in words. No Streamlit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import takewhile
from typing import Any

from pydantic import BaseModel

from playground.experiment import Experiment
from playground.registry import datasets, families, spec_of
from playground.text import N_, t
from playground.ui.fields import Draft, Field, Path, dataset, defaults, every, losses_for, named, preset, row_fields, shown_value, value_at

SEEDS = 2**31
MOST_TOLD = 3  # rows that are named one by one where experiments are told apart


def put(draft: Draft, path: Path, value: Any) -> Draft:
    """A draft with another value at the end of `path`."""
    changed = deepcopy(draft)
    value_at(changed, path[:-1])[path[-1]] = value
    return changed


def choose_data(draft: Draft, name: str) -> Draft:
    """Another dataset; where the loss no longer fits its task, one that does is taken."""
    return fitting_loss(put(draft, ("data",), _switched(draft["data"], spec_of(draft["data"]["name"]), spec_of(name))))


def fitting_loss(draft: Draft) -> Draft:
    """The draft, with another loss where its own does not fit the data's task: the one the family's presets use for such data, else the first that fits."""
    fitting = losses_for(draft)
    if draft["training"]["loss"] in fitting or not fitting:
        return draft
    family, task = families()[draft["model"]["family"]], dataset(draft).task
    like = [experiment for experiment in (preset(family, name) for name in family.presets) if experiment.dataset.task == task]
    used = next((experiment.training.loss for experiment in like if experiment.training.loss in fitting), fitting[0])
    return put(draft, ("training", "loss"), used)


def choose_member(draft: Draft, field: Field, name: str) -> Draft:
    """Another member of a union, an optimizer for example."""
    old = value_at(draft, field.path)
    return put(draft, field.path, _switched(old, named(field.specs, old["name"]), named(field.specs, name)))


def choose_names(draft: Draft, field: Field, chosen: list[str]) -> Draft:
    """Several names, in the order of their table; the draft as it was where they are too few or too many."""
    assert field.names is not None
    ordered = [name for name in field.names if name in chosen]
    return put(draft, field.path, ordered) if field.least <= len(ordered) <= (field.most or len(ordered)) else draft


def add_row(draft: Draft, field: Field, at: int | None = None) -> Draft:
    """One more row, before row `at` or at the end: of the kind most likely wanted there, like the nearest such row before it, else the nearest after it."""
    rows = value_at(draft, field.path)
    at = len(rows) if at is None else at
    near = [*reversed(rows[:at]), *rows[at:]]
    if field.likely:
        name = field.likely([row["name"] for row in rows[:at]])
        row = next((row for row in near if row["name"] == name), None) or defaults(named(field.specs, name))
    else:
        row = near[0] if near else defaults(field.specs[0])
    return put(draft, field.path, [*rows[:at], deepcopy(row), *rows[at:]])


def remove_row(draft: Draft, field: Field, number: int) -> Draft:
    rows = value_at(draft, field.path)
    return put(draft, field.path, rows[:number] + rows[number + 1 :])


def move_row(draft: Draft, field: Field, number: int, to: int) -> Draft:
    """The row at another place, those between closing up; the draft as it was where there is no such place."""
    rows = value_at(draft, field.path)
    if not 0 <= to < len(rows):
        return draft
    rest = rows[:number] + rows[number + 1 :]
    return put(draft, field.path, [*rest[:to], rows[number], *rest[to:]])


def choose_kind(draft: Draft, field: Field, number: int, name: str) -> Draft:
    """A row of another kind, which keeps what both kinds have."""
    old = value_at(draft, (*field.path, number))
    return put(draft, (*field.path, number), _switched(old, named(field.specs, old["name"]), named(field.specs, name)))


def other_seed(draft: Draft) -> Draft:
    """The next seed: other points, other first weights, another order."""
    return put(draft, ("seed",), (draft["seed"] + 1) % SEEDS)


def _switched(old: Mapping[str, Any], was: type[BaseModel], becomes: type[BaseModel]) -> Draft:
    """A spec's plain data as another spec's: what a person has set stays, what stood at its default follows the new default."""
    fresh, before = defaults(becomes), defaults(was)
    kept = {name: old[name] for name in fresh if name in old and name != "name" and old[name] != before.get(name)}
    return fresh | kept


def with_edits(before: Draft, after: Draft) -> Draft:
    """`after` with those points changed by hand that mean the same there as in `before`.

    All of them where the data are drawn alike. Where they are drawn otherwise, point 7 is another point: only added ones stay, as far as their class is still
    there. None on another dataset.
    """
    edits = after["data"].get("edits")
    same = before["seed"] == after["seed"] and before["data"] | {"edits": None} == after["data"] | {"edits": None}
    if not edits or same:
        return after
    classes = len(dataset(after).classes)
    added = [edit for edit in edits if edit["at"] is None and edit["x"] is not None and (not classes or edit["y"] < classes)]
    return put(after, ("data", "edits"), added if before["data"]["name"] == after["data"]["name"] else [])


def followed(draft: Draft, known: Draft, current: Draft) -> Draft:
    """The draft with what has changed of a run, from `known` to `current`, without the form: a point on the picture, another viewer's learning rate.

    Where the person has changed the same thing in the form, the form holds.
    """
    for path in differences(known, current):
        try:
            if value_at(draft, path) == value_at(known, path):
                draft = put(draft, path, value_at(current, path))
        except (KeyError, IndexError):
            continue  # the draft has other data or another optimizer, without such a field
    return with_edits(current, draft)


def differences(old: Draft, new: Draft, path: Path = ()) -> Iterator[Path]:
    """Where two drafts differ: paths of values, of lists as wholes, and of unions as wholes where the member changed."""
    if old.keys() != new.keys() or old.get("name") != new.get("name"):
        yield path
        return
    for key in new:
        if isinstance(old[key], dict) and isinstance(new[key], dict):
            yield from differences(old[key], new[key], (*path, key))
        elif old[key] != new[key]:
            yield (*path, key)


def live_changes(old: Experiment, new: Experiment) -> dict[str, Any] | None:
    """Dotted path -> new value, when the two differ in live fields alone; None when the change needs a fresh run."""
    after = new.model_dump(mode="json")
    live = {field.path for shown in every(after).values() for field in shown if field.ui.live}
    paths = list(differences(old.model_dump(mode="json"), after))
    return {".".join(map(str, path)): value_at(after, path) for path in paths} if live.issuperset(paths) else None


def told(old: Experiment, new: Experiment) -> str:
    """How two experiments differ, in a few words: "Learning rate 0.03 → 0.1", "Noise 0 % → 25 %, and 2 more"; "fresh start" where they do not."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    paths = list(differences(before, after))
    if not paths:
        return t("fresh start")
    known = {field.path: field for shown in every(after).values() for field in shown}
    first = _change(paths[0], known.get(paths[0]), before, after)
    return first if len(paths) == 1 else t("{change}, and {count} more", change=first, count=len(paths) - 1)


def _alike(old: list[Draft], new: list[Draft]) -> int:
    """With how many equal rows two lists begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _rows_changed(field: Field, old: list[Draft], new: list[Draft]) -> str:
    """How two lists of rows of several kinds differ, without the rows they begin and end with alike: "Layer 2 max pool 2 → dropout 25 %"."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    was, becomes = old[start : len(old) - end], new[start : len(new) - end]
    if len(was) == len(becomes) == 1 and was[0]["name"] == becomes[0]["name"]:
        changed = [inner for inner in row_fields(field, was[0], start) if was[0][str(inner.path[-1])] != becomes[0][str(inner.path[-1])]]
        if len(changed) == 1:
            label = changed[0].of_layer(start + 1)
            values = [shown_value(changed[0], row[str(changed[0].path[-1])]) for row in (was[0], becomes[0])]
            return t("{field} {old} → {new}", field=label, old=values[0], new=values[1])
    said = [shown_value(field, rows) if len(rows) <= MOST_TOLD else t("{count} layers", count=len(rows)) for rows in (was, becomes)]
    label = t(N_("Layer {number}") if max(len(was), len(becomes)) == 1 else N_("From layer {number}:"), number=start + 1)
    return t("{field} {old} → {new}", field=label, old=said[0], new=said[1]) if said[0] != said[1] else label


def _change(path: Path, field: Field | None, before: Draft, after: Draft) -> str:
    if path == ("data",):
        titles = [t(datasets()[draft["data"]["name"]].title) for draft in (before, after)]
        return t("{field} {old} → {new}", field=t("Dataset"), old=titles[0], new=titles[1])
    if field is None or not field.ui.shown:
        return field.label if field else t("other settings")
    if field.kind == "rows" and field.names:
        return _rows_changed(field, value_at(before, path), value_at(after, path))
    old, new = (shown_value(field, value_at(draft, path)) for draft in (before, after))
    return t("{field} {old} → {new}", field=field.label, old=old, new=new) if old != new else field.label
