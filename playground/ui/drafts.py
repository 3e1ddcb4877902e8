"""What a change of one field does to the others, which changes a running training takes, and how two experiments differ in words. No Streamlit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from playground.experiment import Experiment
from playground.registry import datasets, families, spec_of
from playground.text import t
from playground.ui.fields import Draft, Field, Path, dataset, defaults, every, losses_for, named, preset, shown_value, value_at

SEEDS = 2**31


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


def add_row(draft: Draft, field: Field) -> Draft:
    """One more row at the end, like the last one."""
    rows = value_at(draft, field.path)
    return put(draft, field.path, [*rows, deepcopy(rows[-1]) if rows else defaults(field.specs[0])])


def remove_row(draft: Draft, field: Field, number: int) -> Draft:
    rows = value_at(draft, field.path)
    return put(draft, field.path, rows[:number] + rows[number + 1 :])


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


def _change(path: Path, field: Field | None, before: Draft, after: Draft) -> str:
    if path == ("data",):
        titles = [t(datasets()[draft["data"]["name"]].title) for draft in (before, after)]
        return t("{field} {old} → {new}", field=t("Dataset"), old=titles[0], new=titles[1])
    if field is None or not field.ui.shown:
        return t(field.ui.label) if field else t("other settings")
    old, new = (shown_value(field, value_at(draft, path)) for draft in (before, after))
    return t("{field} {old} → {new}", field=t(field.ui.label), old=old, new=new) if old != new else t(field.ui.label)
