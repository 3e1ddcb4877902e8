"""What a form shows for a spec."""

import pytest
from hypothesis import given, settings

from playground.choices import OPTIMIZERS, SCHEDULES, Training
from playground.data.contract import DataSpec
from playground.experiment import parse
from playground.registry import datasets, families, spec_of
from playground.text import Refusal, use
from playground.ui import drafts, fields
from playground.ui.form import behind_more
from tests.ui.experiments import experiments

DENSE, CONV = families()["dense"], families()["conv"]
LEAST_WORDS = 4


def draft(name="spiral"):
    return fields.preset(DENSE, name).model_dump(mode="json")


def cnn(*layers, name="cnn-textbook"):
    """A convolutional draft; with other layers where some are given: kinds, or kinds with what is not as usual of them."""
    plain = fields.preset(CONV, name).model_dump(mode="json")
    if layers:
        rows = [{"name": layer} if isinstance(layer, str) else {"name": layer[0], **layer[1]} for layer in layers]
        specs = field(plain, "model", "layers").specs
        plain["model"]["layers"] = [fields.defaults(fields.named(specs, row["name"])) | row for row in rows]
    return plain


def field(draft, *path):
    return next(field for shown in fields.every(draft).values() for field in shown if field.path == path)


def shown(draft):
    return [field.path for group in fields.groups(draft).values() for field in group]


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_every_preset_is_a_valid_experiment_and_is_recognised(family):
    for name in family.presets:
        assert fields.matching_preset(family, fields.preset(family, name).model_dump(mode="json")) == name


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_seven_or_eight_controls_and_the_data_come_first_and_the_rest_stands_under_headings(family):
    drawn = fields.groups(fields.preset(family, family.default).model_dump(mode="json"))
    first = [field for group in drawn.values() for field in group if not field.ui.more]
    assert 7 <= len(first) <= 11
    assert set(behind_more(drawn)) <= {"Data", "Varied pictures", "Network", "Training", "When it stops"}
    assert sum(map(len, behind_more(drawn).values())) == sum(field.ui.more for group in drawn.values() for field in group)


def test_inputs_are_chosen_only_where_the_data_are_points_of_a_plane():
    assert ("model", "inputs") in shown(draft("spiral"))
    assert ("model", "inputs") not in shown(draft("iris"))


def test_what_is_changed_on_the_pictures_is_not_in_the_form():
    assert ("data", "edits") not in shown(draft()) and field(draft(), "data", "edits").ui.live


def test_losses_are_the_familys_own_that_fit_the_data():
    assert fields.losses_for(draft("spiral")) == ("mse", "binary_cross_entropy", "hinge")
    assert fields.losses_for(draft("iris")) == ("cross_entropy",)


def test_a_dataset_is_described_as_it_was_chosen_and_by_its_kind_where_the_choice_is_no_good_one():
    blobs = drafts.choose_data(draft(), "blobs")
    five = drafts.put(blobs, ("data", "classes"), 5)
    assert len(fields.dataset(five).classes) == 5
    assert fields.dataset(drafts.put(blobs, ("data", "classes"), 99)) == datasets()["blobs"]


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_datasets_that_need_more_than_a_name_are_not_offered_by_name(family):
    offered = fields.datasets_for(family)
    assert offered and "upload" not in offered
    for name in offered:
        spec_of(name)()  # type: ignore[call-arg]


def test_a_ladder_has_round_rungs_within_the_limits_and_takes_others_in_order():
    rate = field(draft(), "training", "optimizer", "learning_rate")
    assert fields.ladder(rate, 0.015)[6:9] == (0.01, 0.015, 0.03)
    epochs = field(draft(), "training", "epochs")
    assert fields.ladder(epochs)[:4] == (1, 2, 5, 10) and fields.ladder(epochs)[-1] == 100_000
    assert all(isinstance(rung, int) for rung in fields.ladder(epochs))


def test_a_ladder_begins_with_off_and_its_field_says_how_small_it_gets():
    assert fields.ladder(field(draft(), "training", "l2"))[:3] == (0.0, 1e-06, 3e-06)
    assert fields.ladder(field(draft(), "training", "minutes"))[:3] == (0.0, 0.1, 0.3)
    patience = fields.ladder(field(draft(), "training", "early_stopping"))
    assert patience[:3] == (0, 1, 2) and all(isinstance(rung, int) for rung in patience)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("training", "l2"), 0.0, "off"),
        (("training", "l2"), 0.003, "0.003"),
        (("training", "early_stopping"), 20, "20 epochs"),
        (("training", "minutes"), 0.5, "0.5 minutes"),
        (("training", "epochs"), 2000, "2,000"),
        (("data", "noise"), 0.25, "25 %"),
        (("data", "shuffled_labels"), True, "on"),
        (("training", "optimizer"), {"name": "adam"}, "Adam"),
        (("model", "inputs"), ["x1", "x1_x2"], "x₁, x₁x₂"),
        (("model", "layers"), [{"units": 4}, {"units": 2}], "4-2"),
        (("model", "layers"), [], "none"),
    ],
)
def test_values_in_words(path, value, words):
    use("en")
    assert fields.shown_value(field(draft(), *path), value) == words


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((("conv", {"filters": 32}), "max_pool", "flatten"), "conv 32 - max pool 2 - flatten"),
        (("batch_norm", ("dropout", {"share": 0.5}), "flatten", ("dense", {"units": 128})), "batch norm - dropout 50 % - flatten - dense 128"),
    ],
)
def test_layers_of_several_kinds_in_words(layers, words):
    plain = cnn(*layers)
    assert fields.shown_value(field(plain, "model", "layers"), plain["model"]["layers"]) == words
    assert fields.shown_value(field(plain, "model", "layers"), []) == "none"


def test_titles_of_what_is_told_apart_by_name_come_with_the_field():
    plain = cnn()
    assert field(plain, "training", "optimizer").names is OPTIMIZERS and field(plain, "training", "schedule").names is SCHEDULES
    layers = field(plain, "model", "layers")
    assert list(layers.names) == [spec.model_fields["name"].default for spec in layers.specs]
    assert field(draft(), "model", "layers").names is None


def test_steps_of_a_linear_scale_reach_both_limits_and_take_others_in_order():
    share = next(inner for inner in fields.row_fields(field(cnn(), "model", "layers"), {"name": "dropout"}, 0) if inner.path[-1] == "share")
    assert fields.steps(share, 0.33)[:3] == (0.0, 0.05, 0.1) and fields.steps(share, 0.33)[-1] == 0.9 and 0.33 in fields.steps(share, 0.33)
    shift = field(cnn(), "data", "shift")
    assert fields.steps(shift) == tuple(range(9)) and [fields.shown_value(shift, value) for value in (0, 2)] == ["off", "2 px"]


# -- sizes


def test_sizes_are_those_of_the_experiment():
    for family in families().values():
        for name in family.presets:
            experiment = fields.preset(family, name)
            assert fields.sizes(experiment.model_dump(mode="json")) == family.estimate(experiment).layers


def test_sizes_end_before_the_layer_that_does_not_fit():
    assert [size.shape for size in fields.sizes(cnn(("conv", {"filters": 4}), "dense", "flatten"))] == [(1, 28, 28), (4, 26, 26)]
    assert [size.shape for size in fields.sizes(cnn("max_pool", "flatten", "conv"))] == [(1, 28, 28), (1, 14, 14), (196,)]
    assert [size.shape for size in fields.sizes(cnn("max_pool"))] == [(1, 28, 28), (1, 14, 14)]  # it is the output that does not fit


def test_sizes_are_known_whatever_else_is_wrong():
    unsplit = drafts.put(drafts.put(cnn(), ("data", "train_fraction"), 0.9), ("data", "validation_fraction"), 0.5)
    with pytest.raises(Refusal):
        parse(unsplit)
    assert fields.sizes(unsplit) == fields.sizes(cnn())
    assert fields.sizes(drafts.put(cnn(), ("model", "layers"), [{"name": "conv", "filters": -1}])) == ()


def test_crumbs_of_binary_steps_are_swept_away():
    noise = field(draft(), "data", "noise")
    assert fields.tidy(noise, 0.15000000000000002) == 0.15
    assert fields.tidy(field(draft(), "data", "samples"), 500.0) == 500


@settings(max_examples=60, deadline=None)
@given(experiments())
def test_every_value_of_any_experiment_has_a_control(experiment):
    plain = experiment.model_dump(mode="json")
    rebuilt = draft()
    rebuilt["data"] = {"name": plain["data"]["name"]}
    for union in ("optimizer", "schedule"):
        rebuilt["training"][union] = {"name": plain["training"][union]["name"]}
    hidden = DENSE.hidden(experiment.dataset)
    for group in fields.groups(plain).values():
        for control in group:
            if control.kind != "union":
                fields.value_at(rebuilt, control.path[:-1])[control.path[-1]] = fields.value_at(plain, control.path)
    for group, name in (path.split(".") for path in hidden):
        rebuilt[group][name] = plain[group][name]
    assert parse(rebuilt) == experiment


# -- everything is explained


def every_field():
    specs = [spec_of(name) for name in datasets()] + [family.model for family in families().values()] + [Training, DataSpec]
    seen = set()
    while specs:
        spec = specs.pop()
        if spec in seen:
            continue
        seen.add(spec)
        for found in fields.fields(spec, (spec.__module__, spec.__name__)):
            specs.extend(found.specs)
            yield found


FIELDS = {".".join(map(str, found.path)): found for found in every_field()}


def is_sentence(text, least=LEAST_WORDS):
    return len(text.split()) >= least and not text[0].islower() and text.rstrip().endswith((".", "?", "!"))


@pytest.mark.parametrize("path", FIELDS)
def test_every_control_has_a_label_and_a_sentence_and_its_choices_too(path):
    found = FIELDS[path]
    assert found.ui.label and is_sentence(found.ui.help, 6), found.ui.help
    for name, choice in (found.names or {}).items():
        assert choice.title and choice.formula, name
        assert choice.help[0].isupper() and choice.help.endswith("."), f"{name}: {choice.help}"


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_every_picture_and_every_card_says_what_it_is_and_what_to_look_for(family):
    for view in family.views:
        assert view.title and view.question.endswith("?"), view.name
        assert is_sentence(view.about, 6) and is_sentence(view.effect, 6), view.name
    for name, preset in family.presets.items():
        assert preset.title and is_sentence(preset.about, 8), name
    assert is_sentence(family.about, 6)


def test_every_dataset_says_what_it_is():
    for name, dataset in datasets().items():
        assert dataset.title and is_sentence(dataset.about, 6), name
