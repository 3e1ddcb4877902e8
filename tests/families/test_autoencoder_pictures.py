"""What is drawn of an autoencoder and asked of it, against plain numpy; and what its presets promise."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from playground.data import mnist
from playground.data.contract import pixels
from playground.data.pictures import data_of
from playground.engine.protocol import pack
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.autoencoder import latent, sheets
from playground.families.autoencoder.latent import Plane
from playground.families.autoencoder.presets import PRESETS, conv, dense
from playground.families.autoencoder.views import VIEWS
from playground.registry import families
from playground.text import Refusal
from playground.training import devices
from playground.training.learner import looking
from tests.families.test_autoencoder import KINDS, advanced, plain, small, weights

devices.one_thread()
FAMILY = families()["autoencoder"]
PICTURE = {"part": "test", "index": 3}


def back(made: Session, codes: Any) -> Any:
    """Codes (n, latent) decoded, as they are seen."""
    with torch.no_grad():
        found = made._context.objective.answer(made._context.model.decoder(torch.as_tensor(np.asarray(codes), dtype=torch.float32)))  # type: ignore[operator, union-attr]
    return found.mul(255).round().clamp(0, 255).to(torch.uint8).reshape(-1, *(made.current.dataset.shape or (2,))).numpy()


def code(made: Session, *index: int) -> Any:
    with torch.no_grad():
        return made._context.model.code(made._context.examples["test"].x[list(index)])[0].numpy()  # type: ignore[operator]


def looked(made: Session, probe: Any) -> Any:
    """A probe's arrays, asked as a session asks it."""
    made._context.frame.clear()
    with looking(made._context.model):
        return probe(made._context, {})


# -- the map


def test_the_map_of_two_numbers_is_those_numbers_and_the_pictures_behind_it_are_of_their_places() -> None:
    made = advanced(small("variational"), 60)
    drawn = made.draw(["map"])["map"]
    assert np.allclose(drawn["places"], code(made, *drawn["index"]), atol=1e-5)
    grid, reach = drawn["grid"], drawn["reach"]
    side = grid["cols"]
    middles = (np.arange(side) + 0.5) / side * 2 * reach - reach
    assert grid["rows"] == side and np.array_equal(grid["pictures"][0], back(made, [[middles[0], middles[-1]]])[0])
    assert np.array_equal(grid["pictures"][-1], back(made, [[middles[-1], middles[0]]])[0])
    assert drawn["true"].tolist() == made._context.parts.test.y[drawn["index"]].tolist()


def test_a_map_of_one_number_is_a_line() -> None:
    drawn = advanced(small("plain", latent=1), 20).draw(["map"])["map"]
    assert drawn["places"].shape[1] == 1 and drawn["grid"]["rows"] == 1 and len(drawn["grid"]["pictures"]) == drawn["grid"]["cols"]


def test_main_axes_hold_the_most_and_do_not_jump() -> None:
    made = advanced(small("plain", latent=6), 40)
    first = made.draw(["map"])["map"]
    mean = code(made, *first["index"]).astype(np.float64)
    centred = mean - mean.mean(0)
    values = np.linalg.svd(centred, compute_uv=False) ** 2
    assert sum(first["plane"]["share"]) == pytest.approx(values[:2].sum() / values.sum(), rel=1e-4)
    assert np.allclose(first["plane"]["axes"] @ first["plane"]["axes"].T, np.eye(2), atol=1e-5)
    for _ in range(5):
        made.advance()
        later = made.draw(["map"])["map"]
        agree = np.abs(np.sum(later["plane"]["axes"] * first["plane"]["axes"], 1))
        assert (agree > 0.8).all() and (np.sum(later["plane"]["axes"] * first["plane"]["axes"], 1) > 0).all()
        first = later


def test_places_and_codes_of_a_plane_are_each_others_way_back() -> None:
    rng = np.random.default_rng(0)
    axes, _ = np.linalg.qr(rng.normal(size=(5, 2)))
    of = Plane("main", rng.normal(size=5).astype(np.float32), axes.T.astype(np.float32), (), ())
    places = rng.normal(size=(7, 2)).astype(np.float32)
    assert np.allclose(of.places(of.codes(places)), places, atol=1e-5)


def test_axes_stay_until_examples_leave_them_and_then_say_so() -> None:
    made = small("plain")
    context = made._context
    of = latent.plane(context)
    near, far = np.full((10, 2), 0.9, np.float32), np.full((10, 2), 2.5, np.float32)
    assert latent.reach(context, of, near) == (1.0, None)
    assert latent.reach(context, of, near * 0.6) == (1.0, None), "nothing moves for a little"
    assert latent.reach(context, of, far) == (3.0, 1.0)
    assert latent.reach(context, of, near * 1.9) == (3.0, 1.0)
    assert latent.reach(context, of, near) == (1.0, 3.0), "less than half of the map is filled"


def test_two_chosen_numbers_have_the_others_at_0() -> None:
    made = advanced(small("plain", latent=5), 20)
    drawn = made.ask("map", {"units": [4, 1]})
    assert np.allclose(drawn["places"], code(made, *drawn["index"])[:, [4, 1]], atol=1e-5)
    side, reach = drawn["grid"]["cols"], drawn["reach"]
    at = np.zeros(5)
    at[[4, 1]] = (0.5 / side * 2 - 1) * reach, (1 - 0.5 / side * 2) * reach
    assert np.array_equal(drawn["grid"]["pictures"][0], back(made, [at])[0])
    assert "all other numbers at 0" in drawn["say"]["$t"]


# -- questions


@pytest.mark.parametrize("kind", ["plain", "variational"])
def test_the_decoder_answers_a_code(kind: str) -> None:
    made = advanced(small(kind, latent=3), 30)
    at = [0.5, -1.0, 0.2]
    assert np.array_equal(made.ask("decode", {"code": at})["back"], back(made, [at])[0])


def test_a_point_is_decoded_to_a_point() -> None:
    made = advanced(Session(parse(plain("thread"))), 20)
    found = made.ask("decode", {"code": [0.3]})["back"]
    with torch.no_grad():
        assert np.allclose(found, made._context.model.decoder(torch.tensor([[0.3]]))[0])  # type: ignore[operator, union-attr]
    told = made.ask("maps", {"image": PICTURE})
    assert np.allclose(told["given"], made._context.parts.test.x[3]) and told["code"].shape == (1,)


def test_between_two_pictures_lie_the_codes_on_a_straight_line() -> None:
    made = advanced(small("plain", latent=3), 30)
    found = made.ask("walk", {"a": {"part": "test", "index": 1}, "b": PICTURE})
    one, other = code(made, 1, 3)
    shares = np.linspace(0, 1, 8)[:, None]
    assert np.abs(found["rows"][0]["pictures"].astype(int) - back(made, (1 - shares) * one + shares * other).astype(int)).max() <= 1
    x = made._context.parts.test.x
    mixed = ((1 - shares) * x[1] + shares * x[3]) * 255
    assert np.abs(found["rows"][1]["pictures"].reshape(8, -1) - mixed).max() <= 0.51


def test_a_minus_b_plus_c() -> None:
    made = advanced(small("plain", latent=3), 30)
    found = made.ask("sums", {name: {"part": "test", "index": at} for name, at in (("a", 1), ("b", 2), ("c", 5))})
    a, b, c = code(made, 1, 2, 5)
    assert np.abs(found["back"].astype(int) - back(made, [a - b + c])[0].astype(int)).max() <= 1
    same = made.ask("sums", {"a": PICTURE, "b": PICTURE, "c": PICTURE})
    assert np.abs(same["back"].astype(int) - back(made, code(made, 3))[0].astype(int)).max() <= 1


def test_a_noisy_picture_says_how_far_it_is_off_and_what_comes_back() -> None:
    made = advanced(small("denoising", latent=8), 300)
    told = made.ask("maps", {"image": {**PICTURE, "noise": 0.4, "seed": 1}})
    clean = made._context.parts.test.x[3]
    assert np.abs(told["clean"].ravel() / 255 - clean).max() < 0.003
    given = told["given"].ravel() / 255
    assert told["off"][0] == pytest.approx(float(np.sqrt(np.square(given - clean).mean())), abs=0.003)
    assert told["off"][1] == pytest.approx(float(np.sqrt(np.square(told["back"].ravel() / 255 - clean).mean())), abs=0.003)


def test_a_drawing_is_given_back() -> None:
    made = advanced(Session(parse(plain("plain-2"))), 5)
    canvas = np.zeros((84, 84), np.uint8)
    canvas[20:64, 38:46] = 255
    told = made.ask("maps", {"image": {"pixels": base64.b64encode(canvas.tobytes()).decode(), "rows": 84, "cols": 84, "channels": 1, "drawn": True}})
    assert told["part"] is None and told["given"].shape == told["back"].shape == (1, 28, 28) and told["given"].max() > 200


def test_shuffled_pixels_are_drawn_in_their_own_places() -> None:
    usual = small("plain")
    shuffled = Session(parse(plain(model=usual.experiment.model.model_dump(mode="json"), data={"name": "digits", "shuffled_pixels": True})))
    for made in (usual, shuffled):
        told = made.ask("maps", {"image": PICTURE})
        assert np.array_equal(told["given"], usual.ask("maps", {"image": PICTURE})["given"])


@pytest.mark.parametrize(
    ("name", "params", "sentence"),
    [
        ("decode", {"code": [1.0]}, "Code: this network has 3 latent numbers; 1 were given"),
        ("decode", {"code": [1.0, 2.0, 1e9]}, "must be at most"),
        ("decode", {"code": "x"}, "x"),
        ("decode", {}, "code"),
        ("map", {"units": [1, 3]}, "Latent numbers: two different ones from 1 to 3; 2 and 4 were given"),
        ("map", {"units": [1, 1]}, "two different ones"),
        ("maps", {"image": {"part": "test", "index": 99_999}}, "There is no example 100000"),
        ("maps", {"image": {**PICTURE, "fgsm": 0.1}}, "an autoencoder names none"),
        ("walk", {"a": PICTURE}, "b"),
        ("sums", {"a": PICTURE, "b": PICTURE, "c": 5}, "c"),
        ("nothing", {}, "Autoencoder networks know no nothing"),
    ],
)
def test_a_bad_question_gets_a_sentence(name: str, params: dict[str, Any], sentence: str) -> None:
    made = small("plain", latent=3)
    before = weights(made._context.model)
    with pytest.raises(Refusal) as refused:
        made.ask(name, params)
    assert sentence in " ".join(str(message) for message in refused.value.messages)
    assert all(torch.equal(a, b) for a, b in zip(before, weights(made._context.model), strict=True))


def test_a_point_that_is_not_there_is_refused() -> None:
    made = Session(parse(plain("thread")))
    with pytest.raises(Refusal, match="There is no example"):
        made.ask("maps", {"image": {"part": "test", "index": 5000}})
    with pytest.raises(Refusal):
        made.ask("maps", {"image": {"pixels": "", "rows": 1, "cols": 1}})


# -- sheets


def test_each_latent_numbers_divergence_and_which_sleep() -> None:
    made = advanced(small("variational", latent=4), 60)
    context = made._context
    found = looked(made, sheets.units)
    index = latent.codes(context).index
    with torch.no_grad():
        mean, spread = context.model.code(context.examples["test"].x[torch.from_numpy(index)])  # type: ignore[operator]
    m, s = mean.double().numpy(), spread.double().numpy()
    assert np.allclose(found["told"], (0.5 * (np.exp(s) + m**2 - 1 - s)).mean(0), rtol=1e-4)
    assert found["asleep"].tolist() == (found["told"] < 0.01).tolist()
    sparse = advanced(small("sparse", latent=4), 60)
    used = looked(sparse, sheets.units)
    codes = code(sparse, *latent.codes(sparse._context).index)
    assert np.allclose(used["told"], (codes > 0).mean(0)) and used["at_once"] == pytest.approx(float((codes > 0).sum(1).mean()))


def test_points_come_back_where_the_network_says_and_the_thread_goes_through_them() -> None:
    made = advanced(Session(parse(plain("thread"))), 300)
    found = looked(made, latent.laid)
    with torch.no_grad():
        said = made._context.model(made._context.examples["test"].x).numpy()
    index = latent.codes(made._context).index
    assert np.allclose(found["back"], said[index], atol=1e-5) and found["net"].shape == (1, latent.PLACES, 2)
    inside = np.abs(code(made, *index)[:, 0]) <= made._context.kept["reach own (0,)"][0]
    nearest = np.linalg.norm(found["back"][inside][:, None] - found["net"][0][None], axis=2).min(1)
    assert nearest.max() < 0.5, "every point comes back to a place of the thread"
    clumps = looked(Session(parse(plain("clumps"))), latent.laid)
    assert clumps["net"].shape == (2 * latent.LINES, latent.LINES, 2)


@pytest.mark.parametrize("name", PRESETS)
def test_a_frame_is_small(name: str) -> None:
    """With the largest tab open, and as many rows as a curve ever shows."""
    made = Session(parse(PRESETS[name].experiment))
    history = made._context.history
    for step in range(2000):
        history.append(step, step / 60, {metric: 100.0 for metric in history.metrics})
    shown = [view.name for view in FAMILY.views_of(made.experiment)]
    usual = [view for view in ("phase", "map", "tryout", "plane", "loss") if view in shown]
    tabs = [view.name for view in VIEWS if view.place == "tab" and view.name in shown]
    assert max(len(pack({"type": "frame", "views": made.draw([*usual, tab])})) for tab in tabs) <= 59_000  # the status beside them takes 1 kB of 60


@pytest.mark.parametrize("kind", ["denoising", "variational"])
def test_a_frame_of_coloured_pictures_is_small_too(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As CIFAR-10 has them, made up here."""
    shape, rng = (3, 32, 32), np.random.default_rng(0)
    coloured = replace(mnist.DATASET, shape=shape, features=pixels(shape))
    monkeypatch.setattr(mnist, "DATASET", coloured)
    monkeypatch.setattr(mnist, "make", lambda spec, chance: data_of(coloured, rng.random((200, 3 * 32 * 32), np.float32), np.arange(200) % 10))
    made = advanced(Session(parse(plain(model={"kind": KINDS[kind], "layers": [conv(4), dense(8)]}, data={"name": "mnist", "samples": 200}))), 3)
    shown = [view.name for view in FAMILY.views_of(made.experiment)]
    for tab in [view.name for view in VIEWS if view.place == "tab" and view.name in shown]:
        assert len(pack({"type": "frame", "views": made.draw(["phase", "map", "tryout", "loss", tab])})) <= 59_000, tab
    assert made.ask("maps", {"image": PICTURE})["back"].shape == shape


def test_a_network_that_gives_no_numbers_is_drawn() -> None:
    for name in ("vae-2", "beta", "thread"):
        made = Session(parse(plain(name)))
        with torch.no_grad():
            for parameter in made._context.model.parameters():
                parameter.fill_(float("nan"))
        made.draw([view.name for view in FAMILY.views_of(made.experiment)])
        assert len(made.draw(["map"])["map"]["places"]) == 0


# -- what the presets promise, in fewer epochs than a person gives them


def trained(name: str, epochs: int, model: dict[str, Any] | None = None) -> Session:
    made = Session(parse(plain(name, model=model, epochs=epochs)))
    while made.ended is None:
        made.advance()
    return made


def test_two_numbers_make_a_map_of_digits() -> None:
    made = trained("vae-2", 8)
    told = made.status()["metrics"]
    assert told["test_error"] < 172 < made._context.chance["error"] and 3 < told["test_divergence"] < 8
    places, true = code(made, *range(1000)), made._context.parts.test.y
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(len(places))
    assert (true[apart.argmin(1)] == true).mean() > 0.45, "the nearest neighbour on the map is of the same class far more often than one in ten times"


def test_without_the_pull_digits_come_back_more_sharply() -> None:
    pulled, free = (trained(name, 5).status()["metrics"]["test_error"] for name in ("vae-2", "plain-2"))
    assert free < pulled


def test_noise_is_taken_away() -> None:
    made = trained("denoising", 3)
    off = np.array([made.ask("maps", {"image": {"part": "test", "index": at, "noise": 0.5, "seed": 1}})["off"] for at in range(20)])
    assert (off[:, 1] < off[:, 0]).mean() > 0.9


def test_a_sparse_code_uses_few_numbers_at_a_time() -> None:
    found = looked(trained("sparse", 5), sheets.units)
    assert found["at_once"] < 16


@pytest.mark.parametrize(("beta", "epochs", "fewest", "most"), [(4.0, 20, 4, 15), (0.1, 5, 0, 1)])
def test_a_strong_pull_puts_numbers_to_sleep_and_a_weak_one_does_not(beta: float, epochs: int, fewest: int, most: int) -> None:
    made = trained("beta", epochs, {"kind": {"name": "variational", "beta": beta}})
    assert fewest <= looked(made, sheets.units)["asleep"].sum() <= most


def test_convolutions_tell_shapes_apart() -> None:
    made = trained("conv", 12)
    assert made.status()["metrics"]["test_error"] < 0.75 * made._context.chance["error"]


def test_a_thread_goes_through_two_moons() -> None:
    made = trained("thread", 150)
    assert made.status()["metrics"]["test_error"] < 0.15 * made._context.chance["error"]
