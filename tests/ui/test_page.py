"""A family's page: form, run and address, kept in step."""

import pytest
from hypothesis import HealthCheck, given, settings
from streamlit.testing.v1 import AppTest

from playground.engine import client
from playground.experiment import from_token, parse
from playground.registry import families
from playground.text import Message, Refusal
from playground.ui import drafts, fields, run_panel
from tests.ui.conftest import FakeEngine, _dense
from tests.ui.experiments import experiments

DENSE, CONV = families()["dense"], families()["conv"]
SPIRAL = fields.preset(DENSE, "spiral")
RATE = "dense.training.optimizer.learning_rate"


def _conv():
    from playground.ui.language import use_language
    from playground.ui.page import family_page

    use_language()
    family_page("conv")


def state(page):
    return page.session_state["dense.page"]


def opened(page, **query):
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def shown(page):
    """The experiment as the form's widgets show it."""
    plain = state(page).experiment.model_dump(mode="json")
    for controls in fields.groups(plain).values():
        for control in controls:
            if control.kind not in ("union", "rows"):
                plain = drafts.put(plain, control.path, page.session_state[".".join(map(str, ("dense", *control.path)))])
    for number, row in enumerate(plain["model"]["layers"]):
        for name in row:
            row[name] = page.session_state[f"dense.model.layers.{number}.{name}"]
    return parse(plain)


def test_opening_makes_a_ready_run_of_the_example_and_keeps_it_in_the_address(page, engine):
    opened(page)
    assert engine.made == [("run1", None)] and state(page).experiment == SPIRAL
    assert page.query_params["run"] == "run1" and from_token(page.query_params["e"]) == SPIRAL
    page.run()
    assert len(engine.made) == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(experiments())
def test_any_experiment_in_a_link_fills_the_form(monkeypatch, experiment):
    monkeypatch.setattr(client, "engine", FakeEngine)
    page = opened(AppTest.from_function(_dense, default_timeout=30), e=experiment.token())
    assert shown(page) == experiment == state(page).experiment


@pytest.mark.parametrize("link", ["x", "%%%", "eNqrVkrOyUxNLlGyUlAqS8zJTFGqBQA", "A" * 9000, "é", SPIRAL.token()[:-5]])
def test_a_bad_link_is_a_sentence_above_the_example(page, engine, link):
    opened(page, e=link)
    assert state(page).experiment == SPIRAL and len(engine.made) == 1
    assert str(run_panel.page_data(DENSE, state(page), "en", False)["notice"]).endswith(".")


def test_a_run_is_found_again_with_its_settings(page, engine):
    token = engine.create(fields.preset(DENSE, "iris"))
    opened(page, run=token, e=SPIRAL.token())
    assert state(page).run == token and shown(page) == fields.preset(DENSE, "iris")
    assert len(engine.made) == 1


def test_a_run_that_is_gone_starts_afresh_from_the_link_and_says_so(page, engine):
    opened(page, run="lost", e=fields.preset(DENSE, "xor").token())
    assert state(page).experiment == fields.preset(DENSE, "xor") and "no longer here" in str(state(page).notice)
    page.slider(key="dense.data.noise").set_value(0.1).run()
    assert state(page).notice is None


def test_another_familys_link_is_for_its_page(engine):
    with pytest.raises(run_panel.Elsewhere) as elsewhere:
        run_panel._at_home(families()["dense"].__class__(**{**vars(DENSE), "name": "other"}), SPIRAL, {"e": "token"})
    assert elsewhere.value.family == "dense" and elsewhere.value.query == {"e": "token"}


def test_a_change_makes_a_fresh_run_in_place_of_the_old_one(page, engine):
    opened(page)
    page.slider(key="dense.data.noise").set_value(0.25).run()
    assert engine.made[-1] == ("run2", "run1") and state(page).experiment.data.noise == 0.25
    assert page.query_params["run"] == "run2"


def test_the_learning_rate_of_a_run_that_has_begun_is_changed_live(page, engine):
    opened(page)
    page.select_slider(key=RATE).set_value(0.03).run()
    assert engine.made[-1] == ("run2", "run1") and engine.acted == []
    engine.runs["run2"] |= {"step": 40, "begun": True}
    page.select_slider(key=RATE).set_value(0.1).run()
    assert engine.acted == [("run2", "set", {"path": "training.optimizer.learning_rate", "value": 0.1})] and len(engine.made) == 2
    assert from_token(page.query_params["e"]).training.optimizer.learning_rate == 0.1


def test_another_optimizer_is_set_as_a_whole_while_it_trains(page, engine):
    opened(page)
    engine.trained("run1")
    page.selectbox(key="dense.training.optimizer").set_value("adam").run()
    assert engine.acted == [("run1", "set", {"path": "training.optimizer", "value": state(page).experiment.training.optimizer.model_dump(mode="json")})]
    assert state(page).experiment.training.optimizer.name == "adam" and state(page).run == "run1"


def test_another_dataset_brings_its_fields_and_a_loss_that_fits(page):
    opened(page)
    page.selectbox(key="dense.data.other").set_value("iris").run()
    assert state(page).experiment.training.loss == "cross_entropy"
    assert page.selectbox(key="dense.training.loss").options == ["Cross-entropy"]
    assert not [slider for slider in page.slider if slider.label == "Noise"]
    assert page.button_group(key="dense.data.name").value in (None, [])
    page.button_group(key="dense.data.name").set_value("xor").run()
    assert state(page).experiment.data.name == "xor" and page.selectbox(key="dense.data.other").value is None


def test_a_card_fills_the_form_and_its_sentence_stays_while_it_is_changed(page):
    opened(page)
    assert page.button_group(key="dense.preset").value == "spiral"
    page.button_group(key="dense.preset").set_value("circle").run()
    assert shown(page) == fields.preset(DENSE, "circle") and said(page, DENSE.presets["circle"].about)
    page.number_input(key="dense.model.layers.0.units").set_value(5).run()
    assert page.button_group(key="dense.preset").value is None and said(page, f"From {DENSE.presets['circle'].title}, changed. {DENSE.presets['circle'].about}")
    page.button_group(key="dense.preset").set_value("circle").run()
    assert shown(page) == fields.preset(DENSE, "circle")


def said(page, text):
    return any(caption.value == text for caption in page.caption)


def test_new_points_take_the_next_seed(page, engine):
    opened(page)
    page.button(key="dense.again").click().run()
    assert state(page).experiment == SPIRAL.model_copy(update={"seed": 1}) and engine.made[-1] == ("run2", "run1")


def test_inputs_are_switched_on_and_off_and_one_stays(page):
    opened(page)
    page.button_group(key="dense.model.inputs").set_value(["x1", "x2", "x1_x2"]).run()
    assert state(page).experiment.model.inputs == ("x1", "x2", "x1_x2")
    page.button_group(key="dense.model.inputs").set_value([]).run()
    assert state(page).experiment.model.inputs == ("x1", "x2", "x1_x2") == tuple(page.session_state["dense.model.inputs"])


def test_more_of_a_layer_is_set_for_that_layer_alone(page):
    opened(page)
    page.toggle(key="dense.model.layers.1.batch_norm").set_value(True).run()
    assert [layer.batch_norm for layer in state(page).experiment.model.layers] == [False, True, False]


def test_points_changed_on_the_picture_are_taken_up_before_a_fresh_run(page, engine):
    opened(page)
    engine.trained("run1")
    edits = [{"at": 3, "x": [1.0, 2.0], "y": 1.0}, {"at": None, "x": [0.5, 0.5], "y": 1.0}]
    engine.runs["run1"]["experiment"]["data"]["edits"] = edits
    page.select_slider(key=RATE).set_value(0.1).run()
    assert len(state(page).experiment.data.edits) == 2 and state(page).run == "run1"
    page.selectbox(key="dense.training.loss").set_value("hinge").run()
    assert engine.runs["run2"]["experiment"]["data"]["edits"] == edits
    page.slider(key="dense.data.noise").set_value(0.25).run()
    assert engine.runs["run3"]["experiment"]["data"]["edits"] == edits[1:]


def test_the_run_before_stays_as_a_pale_line_with_what_differed(page, engine):
    opened(page)
    page.slider(key="dense.data.noise").set_value(0.25).run()
    assert state(page).before is None  # it had taken no step
    engine.trained("run2", (1.0, None, 0.25))
    page.selectbox(key="dense.training.optimizer").set_value("adam").run()
    assert state(page).run == "run2"  # live
    page.slider(key="dense.data.noise").set_value(0.5).run()
    told = run_panel.page_data(DENSE, state(page), "en", False)["before"]
    assert told["run"] == "run2" and told["title"] == "Noise 25 % → 50 %"
    assert told["curves"]["train_loss"] == ([0.0, 1.0, 2.0], [1.0, None, 0.25])
    page.slider(key="dense.data.noise").set_value(0.0).run()  # run3 took no step: run2 stays the one before
    assert run_panel.page_data(DENSE, state(page), "en", False)["before"]["run"] == "run2"
    page.selectbox(key="dense.training.loss").set_value("hinge").run()
    told = run_panel.page_data(DENSE, state(page), "en", False)["before"]
    assert told["run"] == "run2" and told["curves"] == {}  # another loss: the curves cannot stand in one chart


def test_layers_are_added_and_removed(page):
    opened(page)
    page.button(key="dense.model.layers.add").click().run()
    page.number_input(key="dense.model.layers.3.units").set_value(2).run()
    page.button(key="dense.model.layers.0.remove").click().run()
    assert [layer.units for layer in state(page).experiment.model.layers] == [8, 8, 2]
    assert page.number_input(key="dense.model.layers.2.units").value == 2


def test_eight_layers_are_the_most(page):
    opened(page)
    for _ in range(5):
        page.button(key="dense.model.layers.add").click().run()
    assert page.button(key="dense.model.layers.add").disabled


def test_a_refused_draft_is_answered_by_a_sentence_and_the_last_good_run_stays(page, engine):
    opened(page)
    page.slider(key="dense.data.train_fraction").set_value(0.9).run()
    page.slider(key="dense.data.validation_fraction").set_value(0.4).run()
    assert "95 %" in page.error[0].value and state(page).run == "run2"
    page.slider(key="dense.data.validation_fraction").set_value(0.05).run()
    assert not page.error and state(page).run == "run3"


def test_a_full_server_is_told_in_its_own_words(page, engine):
    engine.refuses = Refusal(Message("The server is full. You are in line."))
    opened(page)
    assert page.error[0].value == "The server is full. You are in line."
    assert run_panel.page_data(DENSE, state(page), "en", False)["notice"] == "The server is full. You are in line."
    engine.refuses = None
    page.run()
    assert not page.error and state(page).run == "run1"


def test_an_engine_that_is_away_is_a_sentence_and_another_try(page, engine, monkeypatch):
    def away():
        raise client.Unreachable

    monkeypatch.setattr(client, "engine", away)
    opened(page)
    assert "does not answer" in page.error[0].value
    monkeypatch.setattr(client, "engine", lambda: engine)
    page.button[0].click().run()
    assert not page.error and state(page).run == "run1"


def test_a_late_rerun_with_an_older_address_takes_nothing_back(page, engine):
    opened(page)
    older = {name: page.query_params[name] for name in ("e", "run")}
    page.slider(key="dense.data.noise").set_value(0.25).run()
    opened(page, **older)
    assert state(page).experiment.data.noise == 0.25 and len(engine.made) == 2


def test_a_page_left_and_opened_again_goes_on_with_its_run(page, engine):
    opened(page)
    page.query_params.clear()
    opened(page)
    assert len(engine.made) == 1 and page.query_params["run"] == "run1"
    engine.runs.clear()
    page.query_params.clear()
    opened(page)
    assert state(page).run == "run2"


def test_english_and_chinese_pages_have_the_same_controls(page, engine):
    opened(page, lang="zh_Hans")
    chinese = [widget.label for widget in page.selectbox]
    assert "优化器" in chinese and "损失" in chinese
    data = run_panel.page_data(DENSE, state(page), "zh_Hans", False)
    assert data["language"] == "zh_Hans"


def test_what_the_component_is_given(page):
    opened(page)
    data = run_panel.page_data(DENSE, state(page), "en", False)
    assert data["run"] == "run1" and data["epochs"] == 2000 and data["assets"] is None
    assert data["share"] == f"/dense?e={SPIRAL.token()}"
    assert [view["name"] for view in data["views"]] == [view.name for view in DENSE.views_of(SPIRAL)]
    assert data["metrics"][0] == {"name": "train_loss", "title": "Train loss", "percent": False}
    assert next(iter(DENSE.speeds)) == data["speeds"][0]["name"]


def test_a_card_always_begins_a_fresh_run(page, engine):
    """Also where it differs from what stands in live settings alone, which would otherwise change the run at hand."""
    opened(page, e=fields.preset(DENSE, "overfit").token())
    engine.trained("run1")
    page.button_group(key="dense.preset").set_value("overfit-l2").run()
    assert not page.exception
    assert [made for made, _ in engine.made] == ["run1", "run2"] and engine.acted == []


# -- pictures


@pytest.fixture
def conv(engine):
    """The convolution page with its example, run once."""
    page = opened(AppTest.from_function(_conv, default_timeout=30))
    assert page.session_state["conv.page"].experiment == fields.preset(CONV, CONV.default)
    return page


def test_pictures_are_varied_while_it_trains_and_off_is_said(conv, engine):
    engine.trained("run1")
    for name, value, shown in (("shift", 2, "2 px"), ("rotate", 15, "15 °"), ("pixel_noise", 0.1, "0.1")):
        slider = conv.select_slider(key=f"conv.data.{name}")
        assert slider.options[0] == "off" and slider.value == 0
        slider.set_value(value).run()
        assert engine.acted[-1] == ("run1", "set", {"path": f"data.{name}", "value": value}) and shown in conv.select_slider(key=f"conv.data.{name}").options
    conv.toggle(key="conv.data.flip").set_value(True).run()
    assert engine.acted[-1] == ("run1", "set", {"path": "data.flip", "value": True}) and len(engine.made) == 1
    conv.toggle(key="conv.data.shuffled_pixels").set_value(True).run()
    assert engine.made[-1] == ("run2", "run1")


def test_more_of_the_pictures_stands_under_the_data_before_how_they_are_varied(conv):
    headings = [markdown.value for markdown in conv.expander[-2].markdown if markdown.value.startswith("#")]
    assert headings == [f"###### {title}" for title in ("Data", "Varied pictures", "Network", "Training", "When it stops")]


def test_every_card_of_the_convolution_page_fills_its_layers(conv):
    for name in CONV.presets:
        conv.button_group(key="conv.preset").set_value(name).run()
        assert not conv.exception and not conv.error
        wanted = fields.preset(CONV, name)
        assert conv.session_state["conv.page"].experiment == wanted
        for number, row in enumerate(wanted.model_dump(mode="json")["model"]["layers"]):
            assert {key: conv.session_state[f"conv.model.layers.{number}.{key}"] for key in row} == row


def test_pictures_are_split_anew_not_drawn_anew(conv):
    assert conv.button(key="conv.again").label == "New split"
