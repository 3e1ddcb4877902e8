"""The dense page, used as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from playwright.sync_api import Page, expect

from benchmarks._server import Server
from playground.experiment import Experiment, from_token, parse
from playground.registry import families
from tests.e2e import seen

Visit = Callable[..., Page]


def preset(name: str, **training: object) -> Experiment:
    plain = {**families()["dense"].presets[name].experiment}
    return parse({**plain, "training": {**plain["training"], **training}})


def test_the_untrained_network_is_there_and_one_press_moves_it(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    found = seen.data(page)
    assert found["runState"] == "ready" and found["step"] == "0" and found["transport"] == "push" and float(found["loss"]) > 0
    for view in ("network", "boundary", "loss", "weights"):
        expect(page.locator(f'[data-view="{view}"]')).to_be_visible()
    assert seen.colours(page, "network") > 50 and seen.colours(page, "boundary") > 50
    before = page.locator('[data-view="network"] canvas').screenshot()
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 20 && d.runState === 'running'")
    assert float(seen.data(page)["loss"]) < float(found["loss"])
    assert page.locator('[data-view="network"] canvas').screenshot() != before
    seen.until_rows(page, 11)
    train = seen.lines(page, "loss")[0]["y"]
    assert train[0] == pytest.approx(float(found["loss"]), rel=1e-6)


def test_pause_step_stop_and_reset(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    first = seen.token(page)
    seen.press(page, "Step")
    seen.until(page, "d.step === '1' && d.runState === 'paused'")
    seen.press(page, "Step")
    seen.until(page, "d.step === '2'")
    seen.press(page, "Train")
    seen.until(page, "d.runState === 'running' && Number(d.step) > 20")
    seen.press(page, "Pause")
    seen.until_state(page, "paused")
    seen.press(page, "Train")
    seen.until_state(page, "running")
    seen.press(page, "Stop")
    seen.until_state(page, "stopped")
    seen.press(page, "Reset")
    seen.until(page, "d.runState === 'ready' && d.step === '0'")
    page.wait_for_function("first => new URL(location).searchParams.get('run') !== first", arg=first)


def test_a_reload_finds_the_run_again(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    seen.press(page, "Train")
    seen.until(page, "Number(d.step) > 100")
    run, step = seen.token(page), seen.step(page)
    page.reload()
    seen.until(page, "d.runState === 'running' && Number(d.step) >= {step}", step=step)
    assert seen.token(page) == run
    seen.until_rows(page, 5)


def test_two_viewers_of_one_run_see_the_same(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    other = visit(f"/dense?run={seen.token(page)}")
    seen.until_drawn(other)
    seen.press(other, "Train")
    for one in (page, other):
        seen.until(one, "d.runState === 'running' && Number(d.step) > 50")
    seen.press(page, "Pause")
    for one in (page, other):
        seen.until_state(one, "paused")
    seen.until(other, "d.step === {step}", step=seen.data(page)["step"])
    assert seen.data(page)["loss"] == seen.data(other)["loss"]


def test_a_link_brings_its_experiment_and_never_trains(visit: Visit, server: Server) -> None:
    experiment = preset("xor", batch_size=7)
    page = visit(f"/dense?e={experiment.token()}")
    seen.until_drawn(page)
    assert seen.step(page) == 0
    found = server.engine().find(seen.token(page))
    assert found is not None and parse(found["experiment"]) == experiment


def test_share_copies_a_link_to_the_experiment_without_the_run(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    seen.until_drawn(page)
    seen.press(page, "Share")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('e=')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(page.url.split("/dense")[0] + "/dense?e=") and "run=" not in link
    assert from_token(link.split("e=")[1].split("&")[0]) == preset("spiral")


@pytest.mark.parametrize("token", ["nonsense", "a" * 9000, preset("spiral").token()[:-8], quote("<script>alert(1)</script>")])
def test_a_bad_link_is_answered_with_a_sentence_and_the_page_is_there(visit: Visit, token: str) -> None:
    page = visit(f"/dense?e={token}")
    seen.until_drawn(page)
    expect(page.get_by_text("link", exact=False).filter(visible=True).first).to_be_visible()
    assert page.get_by_text("Traceback").count() == 0


def test_an_unknown_run_is_said_and_its_experiment_starts_afresh(visit: Visit) -> None:
    page = visit(f"/dense?run={'x' * 22}&e={preset('circle').token()}")
    seen.until_drawn(page)
    expect(page.get_by_text("no longer here", exact=False).filter(visible=True).first).to_be_visible()


def test_a_control_makes_a_fresh_run_and_the_old_one_is_kept(visit: Visit, server: Server) -> None:
    page = visit()
    seen.until_drawn(page)
    seen.press(page, "Train")
    seen.until(page, "Number(d.step) > 50")
    old = seen.token(page)
    page.get_by_role("slider", name="Noise").press("ArrowRight")
    page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=old)
    seen.until(page, "d.runState === 'ready' && d.step === '0'")
    kept = server.engine().find(old)
    assert kept is not None and kept["state"] in ("running", "paused") and kept["step"] > 50


def test_the_learning_rate_changes_the_running_training_and_is_marked(visit: Visit, server: Server) -> None:
    page = visit()
    seen.until_drawn(page)
    seen.press(page, "Train")
    seen.until(page, "Number(d.step) > 50 && d.runState === 'running'")
    run = seen.token(page)
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-view=\"loss\"] .js-plotly-plot').layout.shapes?.length > 0")
    found = server.engine().find(run)
    assert found is not None and found["experiment"]["training"]["optimizer"]["learning_rate"] > 0.015
    assert seen.token(page) == run and seen.data(page)["runState"] == "running"


def test_zoom_is_kept_while_it_trains(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 10")
    chart = '[data-view="loss"] .js-plotly-plot'
    page.eval_on_selector(chart, "plot => Plotly.relayout(plot, {'xaxis.range': [2, 5]})")
    frames = int(seen.data(page)["frames"])
    seen.until(page, "Number(d.frames) > {frames}", frames=frames + 10)
    assert page.eval_on_selector(chart, "plot => plot.layout.xaxis.range") == [2, 5]


def test_a_run_that_diverges_says_why_and_what_to_try(visit: Visit) -> None:
    experiment = preset("diabetes", optimizer={"name": "sgd", "learning_rate": 100.0})
    page = visit(f"/dense?e={experiment.token()}")
    seen.until_drawn(page)
    seen.press(page, "Train")
    seen.until_state(page, "diverged")
    seen.until(page, "d.loss === ''")
    expect(page.get_by_text("The loss is no longer a number", exact=False).filter(visible=True).first).to_be_visible()
    last = "(y => y.length > 1 && !Number.isFinite(y.at(-1)))(Array.from(document.querySelector('[data-view=\"loss\"] .js-plotly-plot').data[0].y))"
    page.wait_for_function(last)  # a gap, no made-up number


@pytest.mark.parametrize(("name", "view"), [("iris", "confusion"), ("diabetes", "predictions")])
def test_real_tables_learn(visit: Visit, name: str, view: str) -> None:
    page = visit(f"/dense?e={preset(name, epochs=40).token()}")
    seen.until_drawn(page)
    before = float(seen.data(page)["loss"])
    seen.press(page, "Train")
    seen.until_state(page, "finished")
    assert float(seen.data(page)["loss"]) < before
    if view == "predictions":
        expect(page.locator(f'[data-view="{view}"] .main-svg').first).to_be_visible()
    else:
        expect(page.locator(f'[data-view="{view}"] td.count').first).not_to_have_text("0")  # setosas first
        assert sum(map(int, page.locator(f'[data-view="{view}"] td.count').all_inner_texts())) == 45  # the test part of 150 flowers


def test_tabs_open_and_close_views(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    for tab, view, other in (("Gradients", "gradients", "weights"), ("Accuracy", "accuracy", "loss")):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_selector(f'[data-view="{view}"] .main-svg', state="attached")
        expect(page.locator(f'[data-view="{other}"]')).to_be_hidden()


def test_history_and_weights_can_be_downloaded(visit: Visit, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    page = visit(f"/dense?e={preset('xor', epochs=10).token()}")
    seen.until_drawn(page)
    seen.press(page, "Train")
    seen.until_state(page, "finished")
    for label, name in (("History (CSV)", "history.csv"), ("Weights (safetensors)", "model.safetensors")):
        press_download = page.get_by_role("button", name="Download", exact=True)
        press_download.click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=label).click()
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 12
    assert sum(array.size for array in load_file(tmp_path / "model.safetensors").values()) == 17


def test_torch_is_never_in_the_ui_process(visit: Visit, server: Server) -> None:
    """After all the pages above, and one more: nothing of torch is mapped into the process that serves them."""
    page = visit("/")
    page.get_by_role("link", name="Dense", exact=False).first.click()
    seen.until_drawn(page)
    mapped = {Path(entry.path).name for entry in psutil.Process(server.process.pid).memory_maps()}
    assert mapped and not [name for name in mapped if "torch" in name or "sklearn" in name]
