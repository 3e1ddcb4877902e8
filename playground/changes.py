"""Changes of a running experiment: which fields may change, what an action makes of it, and how a change is told on the curves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from playground.choices import Ui
from playground.data.contract import Edit, PointsSpec, sizes
from playground.data.edits import with_edit
from playground.experiment import Experiment, parse, sentences, shown, ui_of
from playground.registry import rows
from playground.text import N_, Message, Refusal

APPLIED = ("set", "point", "draw")  # actions that change the experiment itself


def live_field(experiment: Experiment, path: str) -> Ui:
    """How the live field at "training.batch_size" or the like is shown. Refusal where there is none, or a change of it needs a fresh run."""
    spec: BaseModel = experiment
    found: Ui | None = None
    for name in path.split("."):
        info = type(spec).model_fields.get(name) if isinstance(spec, BaseModel) else None
        if info is None:
            raise Refusal(Message(N_("There is no setting {field} to change."), {"field": path[:40]}))
        found, spec = ui_of(info), getattr(spec, name)
    if found is None or not (found.live or path in experiment.family.live):
        raise Refusal(
            Message(
                N_("{field} cannot change while it trains. Change it in the form: that starts a fresh run."), {"field": found.label if found else path[:40]}
            )
        )
    if not found.shown:
        raise Refusal(Message(N_("{field}: these change on the picture, one at a time."), {"field": found.label}))
    return found


def replaced(experiment: Experiment, path: str, value: object) -> Experiment:
    """The experiment with one field another, by its path: "training.optimizer.learning_rate". Refusal where it is then none."""
    plain = experiment.model_dump(mode="json")
    *way, last = path.split(".")
    place = plain
    for name in way:
        place = place[name]
    place[last] = value
    return parse(plain)


def applied(experiment: Experiment, name: str, params: Mapping[str, Any]) -> Experiment:
    """The experiment after an action: `set` changes a live field, `point` a training point, `draw` the strokes that points lie along; all others change the network alone."""
    if name == "set":
        expect(params, "path", "value")
        live_field(experiment, str(params["path"]))
        return replaced(experiment, str(params["path"]), params["value"])
    if name == "point":
        return with_point(experiment, params)
    if name == "draw":
        expect(params, "strokes")
        if "strokes" not in type(experiment.data).model_fields:
            raise Refusal(Message(N_("These data are not drawn by hand. Choose the dataset Your drawing.")))
        return replaced(experiment, "data.strokes", params["strokes"])
    return experiment


def with_point(experiment: Experiment, params: Mapping[str, Any]) -> Experiment:
    """The experiment with one training point added, moved or taken away. Refusal where its data are no points of a plane."""
    if not isinstance(experiment.data, PointsSpec):
        raise Refusal(Message(N_("Only points of a plane can be changed by hand.")))
    edits = with_edit(experiment.data.edits, edit_of(params), made(experiment))
    return replaced(experiment, "data.edits", [one.model_dump(mode="json") for one in edits])


def edit_of(params: Mapping[str, Any]) -> Edit:
    """The edit that an action's params are."""
    expect(params, "at", "x", "y")
    try:
        return Edit.model_validate_json(json.dumps(dict(params)))  # as JSON, where a pair is a list
    except ValidationError as error:
        raise Refusal(*sentences(error)) from None
    except (TypeError, ValueError, RecursionError):
        raise Refusal(Message(N_("{field} is not of the right form; {given} was given."), {"field": "x", "given": shown(params["x"])})) from None


def made(experiment: Experiment) -> int:
    """How many training points were made, before any was changed by hand."""
    return sizes(rows(experiment.data), experiment.data)[0]


def expect(params: Mapping[str, Any], *names: str) -> None:
    """Refusal unless the params are exactly these."""
    if unknown := [str(name) for name in params if name not in names]:
        raise Refusal(Message(N_("There is no setting {field}. Take it out, or check how it is spelled."), {"field": ", ".join(unknown)[:80]}))
    if missing := [name for name in names if name not in params]:
        raise Refusal(Message(N_("{field} is missing. Add it."), {"field": ", ".join(missing)}))


SHORT = {
    "gate": N_("gate"),
    "unit": N_("unit"),
    "point": N_("point"),
    "draw": N_("drawing"),
    "filter": N_("filter"),
    "weight": N_("weight"),
    "weights": N_("weights"),
    "undo": N_("undo"),
}


def told(experiment: Experiment, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a curve's mark says of a change, as a text with values: "Batch size 20"."""
    if name != "set":
        return {"$t": SHORT.get(name, name), "values": {}}
    value = params["value"]
    if isinstance(value, Mapping):
        value = str(value.get("name", "")).replace("_", " ")
    elif isinstance(value, float):
        value = float(f"{value:.4g}")
    return {"$t": N_("{field} {value}"), "values": {"field": live_field(experiment, str(params["path"])).label, "value": value}}
