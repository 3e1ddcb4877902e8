"""What a change of one field does to the others, which changes are live, and how experiments differ in words."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.choices import LOSSES
from playground.experiment import parse
from playground.text import Refusal
from playground.ui import drafts, fields
from tests.ui.experiments import layers_of
from tests.ui.test_fields import CONV, DENSE, cnn, draft, field

EDITS = [{"at": 3, "x": [1.0, 2.0], "y": 1.0}, {"at": 4, "x": None, "y": 0.0}, {"at": None, "x": [0.5, 0.5], "y": 1.0}, {"at": None, "x": None, "y": 0.0}]
OFFERED = fields.datasets_for(DENSE)


def edited(name="spiral", edits=EDITS):
    return drafts.put(draft(name), ("data", "edits"), edits)


@pytest.mark.parametrize("was", OFFERED)
def test_any_dataset_can_follow_any_other_and_its_loss_fits(was):
    before = drafts.choose_data(draft(), was)
    for becomes in OFFERED:
        changed = parse(drafts.choose_data(before, becomes))
        assert changed.dataset.task in LOSSES[changed.training.loss].tasks and changed.training.loss in DENSE.losses


def test_classes_are_given_cross_entropy_and_regression_mean_squared_error():
    iris = drafts.choose_data(draft(), "iris")
    assert iris["training"]["loss"] == "cross_entropy"
    assert drafts.choose_data(iris, "diabetes")["training"]["loss"] == "mse"


def test_what_was_set_stays_and_what_stood_at_its_default_follows_the_new_default():
    noisy = drafts.put(draft(), ("data", "noise"), 0.2)
    assert drafts.choose_data(noisy, "xor")["data"]["noise"] == 0.2
    optimizer = field(noisy, "training", "optimizer")
    assert drafts.choose_member(noisy, optimizer, "adam")["training"]["optimizer"]["learning_rate"] == 0.01
    fast = drafts.put(noisy, ("training", "optimizer", "learning_rate"), 0.5)
    assert drafts.choose_member(fast, optimizer, "adam")["training"]["optimizer"]["learning_rate"] == 0.5


def test_rows_are_added_like_the_last_and_removed_by_place():
    layers = field(draft("circle"), "model", "layers")
    more = drafts.add_row(draft("circle"), layers)
    assert [row["units"] for row in more["model"]["layers"]] == [4, 2, 2]
    assert [row["units"] for row in drafts.remove_row(more, layers, 0)["model"]["layers"]] == [2, 2]
    empty = drafts.put(more, ("model", "layers"), [])
    assert len(drafts.add_row(empty, layers)["model"]["layers"]) == 1


# -- layers of several kinds

LAYERS = field(cnn(), "model", "layers")


def kinds(plain):
    return [row["name"] for row in plain["model"]["layers"]]


def test_a_layer_is_added_like_the_nearest_of_its_kind_before_it_else_after_it():
    plain = cnn(("conv", {"filters": 16, "kernel": 5}), "max_pool", "flatten", ("dense", {"units": 99}))
    assert drafts.add_row(plain, LAYERS)["model"]["layers"][-1] == plain["model"]["layers"][-1]
    second = drafts.add_row(plain, LAYERS, 2)["model"]["layers"]
    assert second[2] == plain["model"]["layers"][0] and second[3:] == plain["model"]["layers"][2:]
    assert drafts.add_row(plain, LAYERS, 0)["model"]["layers"][0] == plain["model"]["layers"][0]
    assert drafts.add_row(plain, LAYERS, 3)["model"]["layers"][3]["units"] == 99


def test_a_convolution_is_likely_until_the_maps_lie_in_a_row_and_a_dense_layer_from_there_on():
    plain = cnn("max_pool", "flatten", "dropout")
    for at, name in enumerate(("conv", "conv", "dense", "dense")):
        assert kinds(drafts.add_row(plain, LAYERS, at))[at] == name
    none = drafts.put(plain, ("model", "layers"), [])
    assert kinds(drafts.add_row(none, LAYERS)) == ["conv"]


def test_rows_of_one_kind_are_inserted_like_the_one_before():
    layers = field(draft("circle"), "model", "layers")
    units = lambda plain: [row["units"] for row in plain["model"]["layers"]]  # noqa: E731
    assert units(drafts.add_row(draft("circle"), layers, 1)) == [4, 4, 2] and units(drafts.add_row(draft("circle"), layers, 0)) == [4, 4, 2]
    assert units(drafts.move_row(draft("circle"), layers, 0, 1)) == [2, 4]


@settings(deadline=None)
@given(rows=st.lists(st.integers(), min_size=1, max_size=12), data=st.data())
def test_a_row_moved_there_and_back_was_never_moved(rows, data):
    plain = {"model": {"layers": rows}}
    place = st.integers(0, len(rows) - 1)
    there, back = data.draw(place), data.draw(place)
    moved = drafts.move_row(plain, LAYERS, there, back)
    assert moved["model"]["layers"][back] == rows[there] and sorted(moved["model"]["layers"]) == sorted(rows)
    rest = [at for at in range(len(rows)) if at != there]
    assert [row for at, row in enumerate(moved["model"]["layers"]) if at != back] == [rows[at] for at in rest]
    assert drafts.move_row(moved, LAYERS, back, there) == plain


def test_a_row_cannot_leave_the_list():
    assert drafts.move_row(cnn(), LAYERS, 0, -1) == cnn() == drafts.move_row(cnn(), LAYERS, 5, 6)


@settings(deadline=None)
@given(layer=layers_of(LAYERS), name=st.sampled_from(sorted(LAYERS.names)))
def test_another_kind_keeps_what_both_kinds_have_and_was_set(layer, name):
    plain = drafts.put(cnn(), ("model", "layers"), [layer])
    (row,) = drafts.choose_kind(plain, LAYERS, 0, name)["model"]["layers"]
    usual = {kind: fields.defaults(fields.named(LAYERS.specs, kind)) for kind in (layer["name"], name)}
    assert row["name"] == name and row.keys() == usual[name].keys()
    for key in row.keys() - {"name"}:
        kept = key in layer and layer[key] != usual[layer["name"]][key]
        assert row[key] == (layer[key] if kept else usual[name][key])


def test_the_activation_goes_along_from_a_convolution_to_a_dense_layer():
    plain = cnn("flatten", ("conv", {"activation": "gelu", "filters": 3}))
    row = drafts.choose_kind(plain, LAYERS, 1, "dense")["model"]["layers"][1]
    assert row == {"name": "dense", "units": 64, "activation": "gelu"}
    assert drafts.choose_kind(cnn(("max_pool", {"window": 3})), LAYERS, 0, "average_pool")["model"]["layers"] == [{"name": "average_pool", "window": 3}]


CHANGES = st.one_of(
    st.tuples(st.just(drafts.add_row), st.integers(0, 12)),
    st.tuples(st.just(drafts.remove_row), st.integers(0, 11)),
    st.tuples(st.just(drafts.move_row), st.integers(0, 11), st.integers(-1, 12)),
    st.tuples(st.just(drafts.choose_kind), st.integers(0, 11), st.sampled_from(sorted(LAYERS.names))),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(CONV.presets)), st.lists(CHANGES, max_size=15))
def test_any_changes_of_the_layers_give_an_experiment_or_a_sentence_at_a_layer(preset, changes):
    plain = cnn(name=preset)
    for act, *given_ in changes:
        number, count = given_[0], len(plain["model"]["layers"])
        if number <= count < LAYERS.most if act is drafts.add_row else number < count:
            plain = act(plain, LAYERS, *given_)
    found = fields.sizes(plain)
    try:
        experiment = parse(plain)
    except Refusal as refusal:
        (problem,) = refusal.messages
        assert str(problem).endswith(".") and "{" not in str(problem)
        assert len(found) == problem.values["layer_number"] <= len(plain["model"]["layers"]) + 1  # input, and the layers before it
    else:
        assert found == CONV.estimate(experiment).layers and len(found) == len(plain["model"]["layers"]) + 2
        assert all(math.prod(size.shape) > 0 for size in found)


def test_names_keep_the_order_of_their_table_and_one_stays():
    inputs = field(draft(), "model", "inputs")
    assert drafts.choose_names(draft(), inputs, ["sin_x1", "x1"])["model"]["inputs"] == ["x1", "sin_x1"]
    assert drafts.choose_names(draft(), inputs, []) == draft()


def test_a_change_of_a_draft_leaves_the_first_one_alone():
    first = draft()
    drafts.put(first, ("data", "noise"), 0.5)
    drafts.choose_data(first, "iris")
    assert first == draft()


def test_the_next_seed_follows_and_never_leaves_its_limits():
    assert drafts.other_seed(draft())["seed"] == draft()["seed"] + 1
    assert parse(drafts.other_seed(drafts.put(draft(), ("seed",), 2**31 - 1))).seed == 0


# -- points changed by hand


def test_points_changed_by_hand_stay_while_the_data_do():
    for path, value in ((("training", "loss"), "hinge"), (("model", "layers"), []), (("training", "l2"), 0.1)):
        assert drafts.with_edits(edited(), drafts.put(edited(), path, value))["data"]["edits"] == EDITS


@pytest.mark.parametrize(("path", "value"), [(("data", "noise"), 0.2), (("data", "samples"), 100), (("data", "train_fraction"), 0.8), (("seed",), 5)])
def test_where_the_points_are_drawn_anew_only_added_ones_stay(path, value):
    after = drafts.with_edits(edited(), drafts.put(edited(), path, value))
    assert after["data"]["edits"] == [EDITS[2]]
    parse(after)


def test_another_dataset_has_none_of_the_changed_points():
    after = drafts.with_edits(edited(), drafts.choose_data(edited(), "xor"))
    assert after["data"]["edits"] == []
    assert "edits" not in drafts.with_edits(edited(), drafts.choose_data(edited(), "iris"))["data"]


def test_an_added_point_of_a_class_that_is_gone_goes_too():
    blobs = drafts.put(drafts.choose_data(draft(), "blobs"), ("data", "classes"), 5)
    blobs["data"]["edits"] = [{"at": None, "x": [0.0, 0.0], "y": 4.0}, {"at": None, "x": [1.0, 1.0], "y": 1.0}]
    after = drafts.with_edits(blobs, drafts.put(blobs, ("data", "classes"), 3))
    assert [edit["y"] for edit in after["data"]["edits"]] == [1.0]


def test_a_draft_follows_what_changed_of_the_run_where_the_form_says_nothing_else():
    known, current = draft(), drafts.put(edited(), ("training", "optimizer", "learning_rate"), 0.3)
    smaller = drafts.put(known, ("training", "batch_size"), 5)
    followed = drafts.followed(smaller, known, current)
    assert followed["training"]["optimizer"]["learning_rate"] == 0.3 and followed["training"]["batch_size"] == 5 and followed["data"]["edits"] == EDITS
    own = drafts.put(known, ("training", "optimizer", "learning_rate"), 1.0)
    assert drafts.followed(own, known, current)["training"]["optimizer"]["learning_rate"] == 1.0


def test_a_noisier_draft_follows_only_the_points_that_were_added():
    noisy = drafts.put(draft(), ("data", "noise"), 0.3)
    assert drafts.followed(noisy, draft(), edited())["data"]["edits"] == [EDITS[2]]
    assert "edits" not in drafts.followed(drafts.choose_data(draft(), "iris"), draft(), edited())["data"]


# -- live changes


def test_only_live_fields_apply_to_a_running_training():
    old = parse(draft())
    assert drafts.live_changes(old, old) == {}
    faster = parse(drafts.put(draft(), ("training", "optimizer", "learning_rate"), 0.1))
    assert drafts.live_changes(old, faster) == {"training.optimizer.learning_rate": 0.1}
    larger = drafts.put(faster.model_dump(mode="json"), ("training", "batch_size"), 20)
    assert drafts.live_changes(old, parse(larger)) == {"training.optimizer.learning_rate": 0.1, "training.batch_size": 20}
    assert drafts.live_changes(old, parse(drafts.put(larger, ("model", "layers"), []))) is None
    assert drafts.live_changes(old, parse(drafts.put(larger, ("seed",), 3))) is None


@pytest.mark.parametrize(("union", "name"), [("optimizer", "adam"), ("schedule", "cosine")])
def test_another_member_of_a_live_union_is_set_as_a_whole(union, name):
    old = parse(draft())
    changed = drafts.choose_member(draft(), field(draft(), "training", union), name)
    assert drafts.live_changes(old, parse(changed)) == {f"training.{union}": changed["training"][union]}


def test_points_changed_by_hand_are_live():
    assert drafts.live_changes(parse(draft()), parse(edited())) == {"data.edits": EDITS}


# -- in words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one, "fresh start"),
        (lambda one: drafts.put(one, ("training", "optimizer", "learning_rate"), 0.1), "Learning rate 0.015 → 0.1"),
        (lambda one: drafts.put(one, ("data", "noise"), 0.25), "Noise 0 % → 25 %"),
        (lambda one: drafts.put(one, ("model", "layers"), [{"units": 4}]), "Layers 8-8-8 → 4"),
        (lambda one: drafts.choose_data(one, "xor"), "Dataset Spiral → XOR"),
        (lambda one: drafts.choose_member(one, field(one, "training", "optimizer"), "adam"), "Optimizer SGD → Adam"),
        (lambda one: drafts.put(drafts.put(one, ("data", "noise"), 0.25), ("seed",), 1), "Seed 0 → 1, and 1 more"),
        (lambda one: drafts.put(one, ("data", "edits"), EDITS), "Points changed by hand"),
        (lambda one: drafts.move_row(drafts.put(one, ("model", "layers", 0, "units"), 4), field(one, "model", "layers"), 0, 2), "Layers 8-8-8 → 8-8-4"),
    ],
)
def test_the_difference_of_two_experiments_in_words(change, words):
    assert drafts.told(parse(draft()), parse(change(draft()))) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: drafts.put(one, ("model", "layers", 0, "filters"), 16), "Filters of layer 1 32 → 16"),
        (lambda one: drafts.put(one, ("model", "layers", 2, "kernel"), 5), "Kernel of layer 3 3 → 5"),
        (lambda one: drafts.put(one, ("model", "layers", 5, "activation"), "tanh"), "Activation of layer 6 ReLU → Tanh"),
        (lambda one: drafts.choose_kind(one, LAYERS, 1, "average_pool"), "Layer 2 max pool 2 → avg pool 2"),
        (lambda one: drafts.add_row(one, LAYERS), "Layer 7 none → dense 128"),
        (lambda one: drafts.remove_row(one, LAYERS, 5), "Layer 6 dense 128 → none"),
        (lambda one: drafts.remove_row(drafts.remove_row(one, LAYERS, 2), LAYERS, 2), "From layer 3: conv 64 - max pool 2 → none"),
        (lambda one: drafts.move_row(one, LAYERS, 1, 2), "From layer 2: max pool 2 - conv 64 → conv 64 - max pool 2"),
        (lambda one: drafts.put(one, ("model", "layers"), one["model"]["layers"][4:]), "From layer 1: 4 layers → none"),
    ],
)
def test_the_difference_of_two_lists_of_layers_in_words(change, words):
    assert drafts.told(parse(cnn()), parse(change(cnn()))) == words


@pytest.mark.parametrize("family", [DENSE, CONV], ids=lambda family: family.name)
def test_any_two_presets_differ_in_words(family):
    for pair in itertools.combinations(family.presets, 2):
        said = drafts.told(*(fields.preset(family, name) for name in pair))
        assert said != "fresh start" and "{" not in said and len(said) < 120, pair
