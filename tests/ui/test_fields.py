"""What a form shows for a spec, and what a change of one field does to the others."""

import itertools

import pytest
from hypothesis import given, settings

from playground.choices import LOSSES
from playground.experiment import parse
from playground.registry import datasets, families
from playground.ui import fields
from tests.ui.experiments import experiments

DENSE = families()["dense"]


def draft(name="spiral"):
    return fields.preset(DENSE, name).model_dump(mode="json")


def field(draft, *path):
    return next(field for shown in fields.groups(draft).values() for field in shown if field.path == path)


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_every_preset_is_a_valid_experiment_and_is_recognised(family):
    for name in family.presets:
        assert fields.matching_preset(family, fields.preset(family, name).model_dump(mode="json")) == name


@pytest.mark.parametrize(("was", "becomes"), list(itertools.permutations(datasets(), 2)))
def test_any_dataset_can_follow_any_other_and_its_loss_fits(was, becomes):
    changed = fields.choose_data(fields.choose_data(draft(), was), becomes)
    assert datasets()[becomes].task in LOSSES[parse(changed).training.loss].tasks


def test_classes_are_given_cross_entropy_and_regression_mean_squared_error():
    iris = fields.choose_data(draft(), "iris")
    assert iris["training"]["loss"] == "cross_entropy"
    assert fields.choose_data(iris, "diabetes")["training"]["loss"] == "mse"


def test_what_was_set_stays_and_what_stood_at_its_default_follows_the_new_default():
    noisy = fields.put(draft(), ("data", "noise"), 0.2)
    assert fields.choose_data(noisy, "xor")["data"]["noise"] == 0.2
    optimizer = field(noisy, "training", "optimizer")
    assert fields.choose_member(noisy, optimizer, "adam")["training"]["optimizer"]["learning_rate"] == 0.01
    fast = fields.put(noisy, ("training", "optimizer", "learning_rate"), 0.5)
    assert fields.choose_member(fast, optimizer, "adam")["training"]["optimizer"]["learning_rate"] == 0.5


def test_rows_are_added_like_the_last_and_removed_by_place():
    layers = field(draft("circle"), "model", "layers")
    more = fields.add_row(draft("circle"), layers)
    assert [row["units"] for row in more["model"]["layers"]] == [4, 2, 2]
    assert [row["units"] for row in fields.remove_row(more, layers, 0)["model"]["layers"]] == [2, 2]
    empty = fields.put(more, ("model", "layers"), [])
    assert len(fields.add_row(empty, layers)["model"]["layers"]) == 1


def test_a_change_of_a_draft_leaves_the_first_one_alone():
    first = draft()
    fields.put(first, ("data", "noise"), 0.5)
    fields.choose_data(first, "iris")
    assert first == draft()


def test_a_ladder_has_round_rungs_within_the_limits_and_takes_others_in_order():
    rate = field(draft(), "training", "optimizer", "learning_rate")
    assert fields.ladder(rate, 0.015)[6:9] == (0.01, 0.015, 0.03)
    epochs = field(draft(), "training", "epochs")
    assert fields.ladder(epochs)[:4] == (1, 2, 5, 10) and fields.ladder(epochs)[-1] == 100_000
    assert all(isinstance(rung, int) for rung in fields.ladder(epochs))


def test_only_live_fields_apply_to_a_running_training():
    old = parse(draft())
    assert fields.live_changes(old, old) == {}
    faster = parse(fields.put(draft(), ("training", "optimizer", "learning_rate"), 0.1))
    assert fields.live_changes(old, faster) == {"learning_rate": 0.1}
    larger = fields.put(faster.model_dump(mode="json"), ("training", "batch_size"), 20)
    assert fields.live_changes(old, parse(larger)) is None
    assert fields.live_changes(old, parse(fields.put(draft(), ("model", "layers"), []))) is None


def test_crumbs_of_binary_steps_are_swept_away():
    noise = field(draft(), "data", "noise")
    assert fields.tidy(noise, 0.15000000000000002) == 0.15
    assert fields.tidy(field(draft(), "data", "samples"), 500.0) == 500


@settings(max_examples=60, deadline=None)
@given(experiments())
def test_every_value_of_any_experiment_has_a_control(experiment):
    plain = experiment.model_dump(mode="json")
    rebuilt = draft()
    rebuilt["data"], rebuilt["training"]["optimizer"] = {"name": plain["data"]["name"]}, {"name": plain["training"]["optimizer"]["name"]}
    for shown in fields.groups(plain).values():
        for control in shown:
            if control.kind != "union":
                fields.value_at(rebuilt, control.path[:-1])[control.path[-1]] = fields.value_at(plain, control.path)
    assert parse(rebuilt) == experiment
