"""Explanations against captum, altered pictures against autograd done another way, and that asking changes nothing."""

from __future__ import annotations

from typing import Any

import captum.attr as captum
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from playground.data import drawing
from playground.engine.session import Session
from playground.families.conv.explain import window
from playground.text import Refusal
from tests.families.made_conv import PLAIN, sent, session, softmax, written_out

EVEN: list[dict[str, Any]] = [
    {"name": "conv", "filters": 6, "kernel": 3, "activation": "relu"},
    {"name": "max_pool"},
    {"name": "conv", "filters": 5, "kernel": 3, "activation": "tanh"},
    {"name": "batch_norm"},
    {"name": "average_pool"},
    {"name": "dropout"},
    {"name": "flatten"},
    {"name": "dense", "units": 12, "activation": "relu"},
]


@pytest.fixture(scope="module", params=["mnist", "digits"])
def made(request: pytest.FixtureRequest) -> Session:
    layers = EVEN if request.param == "mnist" else PLAIN
    found = session(layers, 12, request.param)
    found.act("filter", {"layer": 1, "unit": 1, "on": False})
    return found


def read(found: dict[str, Any]) -> np.ndarray:
    return np.asarray((found["map"].astype(float) - 128) / 127 * found["range"])


def values_of(made: Session, params: dict[str, Any]) -> np.ndarray:
    """A map in real numbers, before it is made into bytes."""
    from playground.families.conv import explain
    from playground.families.conv.images import picture
    from playground.training.learner import looking

    with looking(made._context.model):
        question = explain.Question(made._context, picture(made._context, params["image"]).pixels, params["class"])
        return np.asarray(explain.METHODS[params["method"]](question)[0].detach().numpy())


@pytest.mark.parametrize("wanted", [3, 8])
@pytest.mark.parametrize("method", ["gradcam", "occlusion", "saliency", "integrated"])
def test_against_captum(made: Session, method: str, wanted: int) -> None:
    context = made._context
    side = context.experiment.dataset.shape[1]  # type: ignore[index]
    image = {"part": "test", "index": 7}
    x = context.examples["test"].x[7:8].clone().requires_grad_()
    asked = made.ask("why", {"image": image, "method": method, "class": wanted})
    found = values_of(made, {"image": image, "method": method, "class": wanted})
    model = context.model.eval()

    def pictured(pixels: torch.Tensor) -> torch.Tensor:
        return model(pixels.flatten(1))

    if method == "gradcam":
        maps = captum.LayerGradCam(model, model.layer3_switches).attribute(x, target=wanted, relu_attributions=True)
        expected = F.interpolate(maps, (side, side), mode="bilinear", align_corners=False)[0, 0]
    elif method == "occlusion":
        width, stride = window(context)
        shape = {"sliding_window_shapes": (1, width, width), "strides": (1, stride, stride), "baselines": 0}
        expected = captum.Occlusion(pictured).attribute(x.reshape(1, 1, side, side), target=wanted, **shape)[0, 0]
    elif method == "saliency":
        expected = captum.Saliency(model).attribute(x, target=wanted).reshape(side, side)
    else:
        expected = captum.IntegratedGradients(model).attribute(x, 0, target=wanted, n_steps=32, method="riemann_middle").reshape(side, side)
    model.train()
    expected = expected.detach().numpy()
    assert np.abs(expected).max() > 0
    assert found == pytest.approx(expected, abs=1e-4 * max(1, float(np.abs(expected).max())))
    assert asked["range"] == pytest.approx(np.abs(found).max()) and np.abs(read(asked) - found).max() <= 0.52 * asked["range"] / 127
    assert (asked["class"], asked["signed"], asked["layer"]) == (wanted, method in ("occlusion", "integrated"), 3 if method == "gradcam" else None)
    assert asked["probability"] == pytest.approx(softmax(written_out(made, x.detach().numpy().reshape(1, side, side))[-1])[wanted], abs=1e-4)


def test_without_a_class_it_is_the_one_that_it_says() -> None:
    made = session(steps=5)
    image = {"part": "test", "index": 2}
    said = made.ask("maps", {"image": image})["answer"]["said"]
    for params in ({}, {"class": None}):
        assert made.ask("why", {"image": image, "method": "saliency", **params})["class"] == said


def test_integrated_gradients_add_up_to_the_rise_of_the_score() -> None:
    made = session(steps=25)
    image = {"part": "test", "index": 3}
    found = values_of(made, {"image": image, "method": "integrated", "class": 4})
    test = made._context.parts.test.x[3].reshape(1, 8, 8)
    rise = written_out(made, test)[-1][4] - written_out(made, np.zeros((1, 8, 8)))[-1][4]
    assert found.sum() == pytest.approx(rise, abs=0.05 * abs(rise) + 0.02)


def test_grad_cam_needs_a_convolution() -> None:
    made = session([{"name": "flatten"}, {"name": "dense", "units": 4}])
    with pytest.raises(Refusal, match="has none"):
        made.ask("why", {"image": {"part": "test", "index": 0}, "method": "gradcam"})
    assert made.ask("why", {"image": {"part": "test", "index": 0}, "method": "occlusion"})["map"].shape == (8, 8)


def test_shuffled_pixels_are_explained_in_their_own_places() -> None:
    """A network that sees one pixel alone: it is there in the picture, not where it was dealt to."""
    for method in ("saliency", "integrated", "occlusion"):
        made = session([{"name": "flatten"}], shuffled_pixels=True)
        context = made._context
        straight = session()._context.parts.test.x[0]
        dealt = context.parts.test.x[0]
        ink = int(
            np.flatnonzero((straight > 0) & (np.bincount((straight * 16).astype(int), minlength=17)[(straight * 16).astype(int)] == 1))[0]
        )  # a value that comes once
        with torch.no_grad():
            context.model.output.weight.zero_()
            context.model.output.weight[2, int(np.flatnonzero(dealt == straight[ink])[0])] = 1.0
        found = values_of(made, {"image": {"part": "test", "index": 0}, "method": method, "class": 2})
        assert np.abs(found).argmax() == ink or (method == "occlusion" and found.ravel()[ink] > 0)
        if method != "occlusion":
            assert (found != 0).sum() == 1


# -- pictures that are altered


def seen(made: Session, **image: Any) -> np.ndarray:
    return np.asarray(made.ask("maps", {"image": {"part": "test", "index": 5, **image}})["picture"]["pixels"], float)


def test_a_shift_is_by_whole_pixels_and_black_comes_in() -> None:
    made = session()
    plain, moved = seen(made)[0], seen(made, shift=[2, -3])[0]
    expected = np.zeros((8, 8))
    for row in range(8):
        for column in range(8):
            if 0 <= row + 3 < 8 and 0 <= column - 2 < 8:
                expected[row, column] = plain[row + 3, column - 2]
    assert moved.tolist() == expected.tolist()


def test_noise_is_a_bell_curve_cut_at_black_and_white_and_drawn_from_its_seed() -> None:
    made = session(data="mnist")
    grey = {"pixels": sent(np.full((28, 28), 128))["pixels"], "rows": 28, "cols": 28}
    if not hasattr(drawing, "photo"):
        pytest.skip("photos are not there yet")
    first, again, other = (np.asarray(made.ask("maps", {"image": {**grey, "noise": 0.1, "seed": seed}})["picture"]["pixels"], float) for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()
    assert first.mean() == pytest.approx(128, abs=4) and first.std() == pytest.approx(25.5, rel=0.15)
    loud = np.asarray(made.ask("maps", {"image": {**grey, "noise": 0.5, "seed": 1}})["picture"]["pixels"])
    assert loud.min() == 0 and loud.max() == 255


@pytest.mark.parametrize("known", [True, False])
def test_fgsm_is_a_step_along_the_sign_of_the_losses_gradient(known: bool) -> None:
    """Goodfellow and others (2015), here with the gradient measured by small differences in float64."""
    made = session(steps=15)
    context = made._context
    x = context.parts.test.x[5].astype(np.float64)
    true = int(context.parts.test.y[5])
    image: dict[str, Any] = {"part": "test", "index": 5}
    if not known:
        if not hasattr(drawing, "photo"):
            pytest.skip("photos are not there yet")
        grey = np.round(255 * x).astype(np.uint8).reshape(8, 8)
        image, x = sent(grey), grey.ravel() / 255
        true = int(written_out(made, x.reshape(1, 8, 8))[-1].argmax())

    def loss(pixels: np.ndarray) -> float:
        return float(-np.log(softmax(written_out(made, pixels.reshape(1, 8, 8))[-1])[true]))

    slopes = np.array([(loss(x + step) - loss(x - step)) / 2e-6 for step in 1e-6 * np.eye(64)])
    expected = np.clip(x + 0.07 * np.sign(slopes), 0, 1)
    found = np.asarray(made.ask("maps", {"image": {**image, "fgsm": 0.07}})["picture"]["pixels"]).ravel() / 255
    clear = np.abs(slopes) > 1e-6  # the others' sign is a matter of rounding
    assert clear.sum() > 40 and np.abs(found - expected)[clear].max() <= 0.51 / 255 + 1e-6


def test_a_pushed_picture_is_answered_worse_and_told_beside_what_was() -> None:
    made = session(steps=60, data="mnist", training={"epochs": 20})
    worse = 0
    for index in range(20):
        image = {"part": "test", "index": index}
        plain, pushed = made.ask("maps", {"image": image}), made.ask("maps", {"image": {**image, "fgsm": 0.1}})
        assert pushed["before"] == pytest.approx(plain["answer"]["probabilities"], abs=1e-6)
        worse += pushed["answer"]["probabilities"][plain["picture"]["true"]] < plain["answer"]["probabilities"][plain["picture"]["true"]]
    assert worse >= 18


def test_drawings_and_photos_are_prepared_as_the_set_was(monkeypatch: pytest.MonkeyPatch) -> None:
    made = session()
    given: dict[str, np.ndarray] = {}

    def prepared(name: str) -> Any:
        def prepare(pixels: np.ndarray, dataset: object) -> np.ndarray:
            given[name] = pixels
            assert dataset == made.experiment.dataset
            return np.linspace(0, 1, 64, dtype=np.float32)

        return prepare

    for name in ("drawn", "photo"):
        monkeypatch.setattr(drawing, name, prepared(name), raising=False)
    pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    asked = made.ask("maps", {"image": sent(pixels)})
    assert given["photo"] == pytest.approx(pixels / 255, abs=1e-6)
    assert asked["picture"]["true"] is None and asked["picture"]["part"] is None
    assert np.abs(asked["picture"]["pixels"].ravel() - 255 * np.linspace(0, 1, 64)).max() <= 0.51
    made.ask("maps", {"image": sent(pixels[..., 0], drawn=True)})
    assert given["drawn"] == pytest.approx(pixels[..., 0] / 255, abs=1e-6)


# -- asking changes nothing; a switch does, and is taken back

QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("maps", {"image": {"part": "test", "index": 1, "shift": [1, 1], "noise": 0.1, "fgsm": 0.1}}),
    ("layer", {"image": {"part": "train", "index": 3}, "layer": 1, "unit": 0}),
    *(("why", {"image": {"part": "test", "index": 2}, "method": method}) for method in ("gradcam", "occlusion", "saliency", "integrated")),
    ("behind", {"part": "test", "true": 1, "said": 1}),
]
MIXED: list[dict[str, Any]] = [
    {"name": "conv", "filters": 4, "kernel": 3, "activation": "relu"},
    {"name": "batch_norm"},
    {"name": "dropout", "share": 0.3},
    {"name": "max_pool"},
    {"name": "flatten"},
    {"name": "dense", "units": 8, "activation": "tanh"},
]


@pytest.mark.parametrize("phases", [False, True])
def test_a_watched_and_asked_run_is_the_unwatched_one_bit_for_bit(phases: bool) -> None:
    varied = {"shift": 1, "rotate": 10, "pixel_noise": 0.05}
    alone, watched = (session(MIXED, **varied, training={"epochs": 1, "batch_size": 60}) for _ in range(2))
    views = [view.name for view in watched.experiment.family.views_of(watched.experiment)]
    while alone.ended is None:
        if alone.step == 5:
            for made in (alone, watched):
                made.act("filter", {"layer": 1, "unit": 0, "on": False})
        alone.advance()
        for _ in range(5 if phases else 1):
            watched.advance_phase() if phases else watched.advance()
            watched.draw(views)
            for name, params in QUESTIONS:
                watched.ask(name, params)
    assert watched.ended == alone.ended
    assert watched.take_rows() == alone.take_rows()
    assert watched.checkpoint() == alone.checkpoint()


def test_questions_leave_no_gradient() -> None:
    made = session(steps=2)
    kept = [p.grad.clone() for p in made._context.model.parameters() if p.grad is not None]
    for name, params in QUESTIONS:
        made.ask(name, params)
    assert all(torch.equal(a, p.grad) for a, p in zip(kept, made._context.model.parameters(), strict=True))
    fresh = session()
    for name, params in QUESTIONS:
        fresh.ask(name, params)
    assert all(p.grad is None for p in fresh._context.model.parameters())


def test_a_filter_switched_off_is_not_heard_and_comes_back_with_undo() -> None:
    made = session(steps=10)
    image = {"part": "test", "index": 0}
    before, measured = made.ask("maps", {"image": image}), made.status()["metrics"]["test_loss"]
    made.rest()
    assert made.act("filter", {"layer": 1, "unit": 2, "on": False}) == {"layer": 1, "unit": 2, "on": False}
    after = made.ask("maps", {"image": image})
    assert (after["layers"][0]["maps"][2] == 128).all() and after["layers"][0]["on"].tolist() == [1, 1, 0, 1]
    assert after["answer"]["probabilities"] == pytest.approx(softmax(written_out(made, made._context.parts.test.x[0].reshape(1, 8, 8))[-1]), abs=1e-5)
    assert made.status()["metrics"]["test_loss"] != measured and made.status()["undo"] == 1, "measured anew"
    assert made.act("undo", {}) == {"layer": 1, "unit": 2, "on": True}
    assert made.ask("maps", {"image": image})["answer"]["probabilities"].tolist() == before["answer"]["probabilities"].tolist()
    made.act("filter", {"layer": 5, "unit": 0, "on": True})
    assert made.status()["undo"] == 0, "nothing was changed"


def test_a_switch_is_replayed_and_survives_a_checkpoint() -> None:
    made = session(MIXED, 5)
    made.act("filter", {"layer": 1, "unit": 1, "on": False})
    made.act("filter", {"layer": 6, "unit": 4, "on": False})
    raw = made.checkpoint()
    revived = session(MIXED)
    revived.restore(raw)
    replayed = Session(made.experiment, replay=[{key: event[key] for key in ("step", "name", "params")} for event in made._context.events])
    for _ in range(5):
        replayed.advance()
    for one in (made, revived, replayed):
        for _ in range(4):
            one.advance()
    assert made.checkpoint() == revived.checkpoint() == replayed.checkpoint()
    assert revived.draw(["network"])["network"]["layers"][0]["on"].tolist() == [1, 0, 1, 1]
    revived.act("undo", {})
    assert revived.draw(["network"])["network"]["layers"][5]["on"].tolist() == [1] * 8


@pytest.mark.parametrize(("layer", "unit", "words"), [(2, 0, "Max pooling"), (6, 0, "Output"), (1, 4, "0 to 3"), (9, 0, "1 to 6")])
def test_what_cannot_be_switched_says_so(layer: int, unit: int, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        session().act("filter", {"layer": layer, "unit": unit, "on": False})
    message = refused.value.messages[0]
    assert words in message.text.format(**message.values)
