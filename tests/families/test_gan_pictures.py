"""Generators of pictures: their layers, the examiner and its distance, the album, the way between noises, and one network trained alone."""

from __future__ import annotations

import copy
import os
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from torch import Tensor, nn

from playground.data import kept
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.contract import Misfit
from playground.families.gan import album, examiner, layers
from playground.families.gan.figures import how_pictures_go
from playground.families.gan.layers import Conv, Dense
from playground.families.gan.learner import Adversary
from playground.families.gan.model import Rivals
from playground.families.gan.pictures import between
from playground.families.gan.presets import PRESETS
from playground.text import Refusal
from playground.training import devices
from tests.families.test_gan import learner, same, weights

devices.one_thread()

SIDES = (8, 16, 28, 32)


def small(**model: Any) -> dict[str, Any]:
    """A generator of digits of 8x8 that is quick."""
    found: dict[str, Any] = copy.deepcopy(dict(PRESETS["dcgan-8"].experiment))
    found["model"] |= {"generator": [{"name": "conv", "maps": 8}], "discriminator": [{"name": "conv", "maps": 8}], "noise": 4, **model}
    found["training"] |= {"batch_size": 256}
    return found


@pytest.fixture(scope="module")
def run() -> Session:
    """A few steps of it."""
    made = Session(parse(small()))
    for _ in range(8):
        made.advance()
    return made


# -- layers


@settings(deadline=None, max_examples=40)
@given(
    side=st.sampled_from(SIDES), channels=st.sampled_from((1, 3)), units=st.lists(st.integers(1, 9), max_size=2), maps=st.lists(st.integers(1, 6), max_size=4),
    normed=st.booleans(), noise=st.integers(1, 7),
)  # fmt: skip
def test_sizes_are_those_of_the_modules_whatever_is_stacked(side: int, channels: int, units: list[int], maps: list[int], normed: bool, noise: int) -> None:
    data = {"name": "cifar10" if channels == 3 else "mnist", "side": str(side)}
    dense = [{"name": "dense", "units": one, "batch_norm": normed} for one in units]
    conv = [{"name": "conv", "maps": one, "batch_norm": normed} for one in maps]
    plain = small(noise=noise, generator=[*dense, *conv], discriminator=[*conv, *dense]) | {"data": data}
    experiment = parse(plain)
    from playground.families.gan.model import build
    from playground.training.layers import Chance

    model = build(experiment, "linear", Chance(torch.Generator(), torch.Generator()))
    heard: dict[str, Tensor] = {}
    for name, module in model.named_modules():
        module.register_forward_hook(lambda module, given, answer, name=name: heard.__setitem__(name, answer))
    found = experiment.family.estimate(experiment)
    with torch.no_grad():
        model(torch.rand(3, channels * side * side))
    assert found.parameters == sum(parameter.numel() for parameter in model.parameters())
    for size in found.layers:
        if size.kind in ("noise", "input"):
            continue
        part = "generator" if size.of == "generator" else "discriminator"
        answer = heard.get(f"{part}.{size.name}_shape", heard[f"{part}.{size.name}"])
        assert tuple(answer.shape[1:]) in (size.shape, (prod(size.shape),)), size
        module = dict(model.named_modules())[f"{part}.{size.name}"]
        own = sum(parameter.numel() for name, parameter in model.named_parameters() if name.split(".")[1] in (size.name, f"{size.name}_norm"))
        assert size.parameters == own
        if isinstance(module, nn.Linear):
            assert size.work == module.in_features * module.out_features
    assert heard["generator.scale"].min() >= 0 and heard["generator.scale"].max() <= 1


def test_the_textbooks_generator_goes_from_7_to_28_pixels() -> None:
    shapes = [size.shape for size in layers.up([Conv(maps=256), Conv(maps=128), Conv(maps=64)], 100, (1, 28, 28))]
    assert shapes == [(100,), (256, 7, 7), (128, 7, 7), (64, 14, 14), (1, 28, 28)]
    assert [size.shape for size in layers.down([Conv(maps=64), Conv(maps=128)], (1, 32, 32))] == [(1, 32, 32), (64, 16, 16), (128, 8, 8), (1,)]


def test_multiply_adds_of_convolutions_by_counting() -> None:
    """A transposed convolution of 4x4 that doubles 7x7 maps puts each of 7 * 7 * 3 numbers into 16 places of 5 maps."""
    found = layers.up([Conv(maps=3), Conv(maps=5)], 2, (1, 28, 28))
    assert found[2].work == 7 * 7 * 3 * 16 * 5 and found[2].parameters == 3 * 5 * 16 + 5
    assert layers.down([Conv(maps=5)], (1, 28, 28))[1].work == 14 * 14 * 5 * 16


@pytest.mark.parametrize(
    ("generator", "discriminator", "shape", "of", "number", "words"),
    [
        ([Dense(), Conv()], [], (2,), "generator", 2, "points, which have no pixels"),
        ([], [Conv()], (2,), "discriminator", 1, "points, which have no pixels"),
        ([Conv(), Dense()], [], (1, 8, 8), "generator", 2, "convolutions come last"),
        ([], [Dense(), Conv()], (1, 8, 8), "discriminator", 2, "no pixel has neighbours"),
    ],
)
def test_a_layer_that_does_not_fit_is_told_in_its_own_list(generator: Any, discriminator: Any, shape: Any, of: str, number: int, words: str) -> None:
    with pytest.raises(Misfit) as refused:
        layers.up(generator, 3, shape)
        layers.down(discriminator, shape)
    (message,) = refused.value.messages
    assert message.values["of"] == of and message.values["layer_number"] == number and words in str(message)


# -- the examiner


def test_the_frechet_distance_in_closed_form_and_by_the_matrix_root() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(300, 6)) @ rng.normal(size=(6, 6)), rng.normal(size=(200, 6)) + 1
    (m, covariance), (n, other) = examiner.spread(a), examiner.spread(b)
    expected = ((m - n) ** 2).sum() + np.trace(covariance + other - 2 * sqrtm(covariance @ other).real)
    assert examiner.frechet((m, covariance), (n, other)) == pytest.approx(expected, rel=1e-6)
    flat = (np.zeros(3), np.diag([4.0, 1.0, 0.0])), (np.array([1.0, 2.0, 2.0]), np.diag([1.0, 1.0, 9.0]))
    assert examiner.frechet(*flat) == pytest.approx(9 + (2 - 1) ** 2 + 0 + 3**2)
    assert examiner.frechet(flat[0], flat[0]) == pytest.approx(0, abs=1e-9)


def test_the_examiner_knows_digits_and_tells_real_from_nothing(run: Session) -> None:
    parts = run._context.examples
    judge = examiner.Examiner((1, 8, 8), 10)
    _, named = judge.look(parts["test"].x, parts)
    assert (named == parts["test"].y.numpy()).mean() > 0.93
    told = judge(_Fixed(parts["train"].x[:1000]), parts)  # type: ignore[arg-type]
    assert told["frechet"] == pytest.approx(judge.floor, rel=1e-6) and 0 < judge.floor < 12
    assert told["rarest"] > 0.05 and told["largest"] < 0.15  # type: ignore[operator]
    one = judge(_Fixed(parts["train"].x[:1].repeat(1000, 1)), parts)  # type: ignore[arg-type]
    assert one["largest"] == 1 and one["rarest"] == 0 and one["frechet"] > 10 * judge.floor  # type: ignore[operator]
    lost = judge(_Fixed(torch.full((1000, 64), torch.nan)), parts)  # type: ignore[arg-type]
    assert set(lost.values()) == {None}


class _Fixed(nn.Module):
    """A generator that makes these pictures."""

    def __init__(self, pictures: Tensor) -> None:
        super().__init__()
        self.fixed = pictures
        self.generator = nn.Identity()


def test_the_same_pictures_have_the_same_examiner(run: Session) -> None:
    train = run._context.examples["train"]
    found = []
    for seed in (5, 6):
        torch.manual_seed(seed)
        model = examiner.Classifier((1, 8, 8), 10)
        examiner.learned(model, train)
        found.append(weights(model))
    assert same(*found) and same(found[0], weights(examiner.classifier(train, (1, 8, 8), 10)))


def test_an_examiner_learns_once_on_a_server(run: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From the disk after that, as long as the data are the same and the file is whole; a disk that takes nothing is no harm."""
    train, times, learn = run._context.examples["train"], [0], examiner.learned

    def counted(*given: Any) -> None:
        times[0] += 1
        learn(*given)

    monkeypatch.setattr(examiner, "learned", counted)
    monkeypatch.setenv("PLAYGROUND_LEARNED", str(tmp_path / "learned"))
    first = weights(examiner.classifier(train, (1, 8, 8), 10))
    assert same(first, weights(examiner.classifier(train, (1, 8, 8), 10))) and times == [1]
    other = train._replace(y=(train.y + 1) % 10)
    examiner.classifier(other, (1, 8, 8), 10)
    (file,) = {*(tmp_path / "learned").iterdir()} - {max((tmp_path / "learned").iterdir(), key=lambda one: one.stat().st_mtime_ns)}
    assert times == [2]
    for damaged in (b"", file.read_bytes()[:-40], b"\x00" * 500):
        file.write_bytes(damaged)
        assert same(first, weights(examiner.classifier(train, (1, 8, 8), 10)))
    assert times == [5]
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLAYGROUND_LEARNED", str(tmp_path / "file" / "learned"))
    assert same(first, weights(examiner.classifier(train, (1, 8, 8), 10))) and times == [6]


def test_what_was_learned_long_ago_makes_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAYGROUND_LEARNED", str(tmp_path))
    monkeypatch.setattr(kept, "MOST", 3)
    names = [f"{number}.safetensors" for number in range(6)]
    for number, name in enumerate(names[:5]):
        kept.keep(name, name.encode())
        os.utime(tmp_path / name, (number, number))
    assert {one.name for one in tmp_path.iterdir()} == {*names[2:5]}
    assert kept.recall(names[0]) is None and kept.recall(names[2]) == names[2].encode()
    kept.keep(names[5], b"newest")
    assert {one.name for one in tmp_path.iterdir()} == {names[2], names[4], names[5]}, "the one that was used stays"


def told(**found: Any) -> str:
    usual = {
        "steps": 100,
        "epoch": 9.0,
        "shares": np.full(10, 0.1),
        "wide": 0.9,
        "frechet": 14.0,
        "untrained": 104.0,
        "floor": 4.0,
        "sided": True,
        "real": 0.6,
        "made": 0.4,
    }
    return str(how_pictures_go(usual | found)["$t"])


def test_how_it_goes_is_said() -> None:
    assert "every class is made up" in told() and how_pictures_go_values()["share"] == "90.0"
    assert "Untrained" in told(steps=0, shares=None)
    assert "Mode collapse" in told(wide=0.2) and "Mode collapse" in told(shares=np.array([0.7, 0.3] + [0.0] * 8))
    assert "Mode collapse" not in told(wide=0.2, epoch=0.5)
    assert "has won" in told(real=0.99, made=0.01) and "has won" not in told(real=0.99, made=0.01, sided=False)
    assert "no number any more" in told(frechet=None)
    assert "hardly ever" in told(shares=np.array([0.2, 0.0] + [0.1] * 8))


def how_pictures_go_values() -> dict[str, Any]:
    found = {
        "steps": 1,
        "epoch": 9.0,
        "shares": np.full(10, 0.1),
        "wide": 0.9,
        "frechet": 14.0,
        "untrained": 104.0,
        "floor": 4.0,
        "sided": True,
        "real": 0.6,
        "made": 0.4,
    }
    return dict(how_pictures_go(found)["values"])


# -- the sheet, back in time, between two, and what is near


def test_the_sheet_shows_what_the_generator_makes(run: Session) -> None:
    drawn = run.draw(["samples"])["samples"]
    model = run._context.model
    assert isinstance(model, Rivals)
    with torch.no_grad():
        model.eval()
        expected = model.generator(model.fixed[:64]).reshape(64, 1, 8, 8)
        model.train()
    assert np.abs(drawn["pictures"] - 255 * expected.numpy()).max() <= 0.51
    assert drawn["pages"].tolist() == learner(run).album.epochs


def test_a_page_is_what_was_seen_then() -> None:
    made = Session(parse(small()))
    before = made.draw(["samples"])["samples"]["pictures"]
    for _ in range(made.epoch_steps):
        made.advance()
    assert np.array_equal(made.ask("page", {"at": 0})["pictures"], before)
    assert made.ask("page", {"at": 0})["epoch"] == 0 and not np.array_equal(made.draw(["samples"])["samples"]["pictures"], before)
    with pytest.raises(Refusal, match="page 100 was asked for"):
        made.ask("page", {"at": 99})


def test_pages_thin_out_evenly_and_never_grow_beyond_their_room() -> None:
    book = album.Album((1, 8, 8))
    model = _Fixed(torch.zeros(64, 64))
    for step in range(500):
        book.add(model, step, step / 10)  # type: ignore[arg-type]
        assert len(book) <= album.MOST
    gaps = set(np.diff(book.steps).tolist())
    assert book.steps[0] == 0 and len(gaps) == 1 and len(book) > album.MOST // 2
    other = album.Album((1, 8, 8))
    other.restore(book.state())
    for one in (book, other):
        for step in range(500, 700):
            one.add(model, step, step / 10)  # type: ignore[arg-type]
    assert book.steps == other.steps and all(np.array_equal(book.page(at), other.page(at)) for at in range(len(book)))
    with pytest.raises(ValueError, match="another shape"):
        album.Album((1, 28, 28)).restore(book.state())


@pytest.mark.parametrize(("shape", "count"), [((1, 8, 8), 64), ((1, 28, 28), 49), ((3, 32, 32), 9), ((2,), 0)])
def test_a_page_fits_its_room(shape: tuple[int, ...], count: int) -> None:
    assert album.Album(shape).count == count and count * prod(shape) <= album.ROOM


def test_between_two_noises_the_length_stays_for_gaussian_ones_and_the_line_is_straight_for_uniform_ones() -> None:
    a, b = torch.tensor([3.0, 0.0]), torch.tensor([0.0, 3.0])
    half = between(a, b, 0.5, True)
    assert torch.allclose(half, torch.tensor([3.0, 3.0]) / 2**0.5) and torch.allclose(between(a, b, 0.5, False), torch.tensor([1.5, 1.5]))
    for gaussian in (True, False):
        assert torch.allclose(between(a, b, 0.0, gaussian), a) and torch.allclose(between(a, b, 1.0, gaussian), b)
        assert torch.allclose(between(a, a, 0.4, gaussian), a)


def test_a_walk_ends_where_its_pictures_are(run: Session) -> None:
    walked = run.ask("walk", {"a": 3, "b": 9, "shares": [0.0, 0.5, 1.0]})
    sheet = run.draw(["samples"])["samples"]["pictures"].astype(int)
    assert np.abs(walked["pictures"][[0, 2]] - sheet[[3, 9]]).max() <= 1
    model = run._context.model
    assert isinstance(model, Rivals)
    with torch.no_grad():
        model.eval()
        said = torch.sigmoid(model.discriminator(model.generator(model.fixed[[3, 9]])))[:, 0].numpy()
        model.train()
    assert np.allclose(walked["answers"][[0, 2]], said, atol=1e-5)
    for wrong, words in (
        ({"a": 3, "b": 5000, "shares": [0.5]}, "number 5001"),
        ({"a": 3, "b": 4, "shares": []}, "shares"),
        ({"a": -1, "b": 4, "shares": [0]}, "a"),
    ):
        with pytest.raises(Refusal, match=words):
            run.ask("walk", wrong)


def test_the_nearest_real_pictures_are_found_and_a_copy_has_no_distance(monkeypatch: pytest.MonkeyPatch, run: Session) -> None:
    real = run._context.examples["train"].x.numpy()
    model = run._context.model
    assert isinstance(model, Rivals)
    with torch.no_grad():
        model.eval()
        own = model.generator(model.fixed[5:6]).numpy()
        model.train()
    found = run.ask("nearest", {"index": 5})
    distances = np.sqrt(np.square(real - own).mean(1))
    assert found["index"].tolist() == np.argsort(distances)[:5].tolist()
    assert found["distances"] == pytest.approx(np.sort(distances)[:5], rel=1e-3)
    held = run._context.examples["test"].x.numpy()[:300]
    usual = np.median([np.sqrt(np.square(real - one).mean(1)).min() for one in held])
    assert found["usual"] == pytest.approx(usual, rel=1e-3)

    class Copier(nn.Module):
        def forward(self, noise: Tensor) -> Tensor:
            return torch.from_numpy(real[7:8]).repeat(len(noise), 1)

    monkeypatch.setattr(model, "generator", Copier())
    copied = run.ask("nearest", {"index": 5})
    assert copied["index"][0] == 7 and copied["distances"][0] < 1e-3 and copied["true"][0] == run._context.parts.train.y[7]


# -- learning


@pytest.mark.parametrize(("alone", "still"), [("discriminator", "generator"), ("generator", "discriminator")])
def test_one_network_learns_alone_and_everything_is_still_measured(alone: str, still: str) -> None:
    made = Session(parse(small()))
    made.act("set", {"path": "model.trained", "value": alone})
    model = made._context.model
    held, moved = weights(getattr(model, still)), weights(getattr(model, alone))
    made.take_rows()
    for _ in range(made.epoch_steps):
        made.advance()
    assert same(held, weights(getattr(model, still))) and not same(moved, weights(getattr(model, alone)))
    metrics = made.take_rows()[-1]["metrics"]
    assert all(value is not None for value in metrics.values()), metrics
    parts = set()
    made.advance_phase()
    while made.mid_step:
        parts.add(made._context.phase.part)  # type: ignore[union-attr]
        made.advance_phase()
    assert parts == {alone}


def test_losses_of_the_one_that_is_held_are_of_the_same_examples() -> None:
    """With the generator alone at a rate of nearly 0 the networks stay, so the row's means are of what both say to their mini-batches: near what fresh ones give."""
    plain = small()
    plain["training"]["optimizer"]["learning_rate"] = 1e-7
    made = Session(parse(plain))
    before = made.status()["metrics"]
    made.act("set", {"path": "model.trained", "value": "generator"})
    for _ in range(made.epoch_steps):
        made.advance()
    after = made.take_rows()[-1]["metrics"]
    for name in ("discriminator_loss", "generator_loss", "real_answer", "made_answer"):
        assert after[name] == pytest.approx(before[name], abs=0.02)


def test_a_run_of_pictures_goes_on_bit_for_bit_watched_or_not() -> None:
    plain = small(generator=[{"name": "conv", "maps": 8, "batch_norm": True}])
    one, other = Session(parse(plain)), Session(parse(plain))
    views = [view.name for view in other._family.views_of(other.experiment)]
    for _ in range(15):
        one.advance()
        other.advance()
        other.draw(views)
        other.ask("nearest", {"index": 1})
    third = Session(parse(plain))
    third.restore(one.checkpoint())
    came, was = third.draw(["classes"])["classes"], one.draw(["classes"])["classes"]
    assert np.array_equal(came["shares"], was["shares"]) and (came["frechet"], came["floor"]) == (was["frechet"], was["floor"])
    for made in (one, other, third):
        for _ in range(6):
            made.advance()
    assert same(weights(one._context.model), weights(other._context.model)) and same(weights(one._context.model), weights(third._context.model))
    assert one.status()["metrics"] == other.status()["metrics"] == third.status()["metrics"]
    assert third.draw(["classes"])["classes"]["frechet"] == one.draw(["classes"])["classes"]["frechet"]
    assert learner(third).album.steps == learner(one).album.steps


def test_digits_of_8_pixels_come_out_of_noise() -> None:
    made = Session(parse(copy.deepcopy(dict(PRESETS["dcgan-8"].experiment))))
    untrained = made.status()["metrics"]["frechet"]
    judge = learner(made).judge
    assert isinstance(made._learner, Adversary) and isinstance(judge, examiner.Examiner)
    rows: list[dict[str, Any]] = []
    while made.step < 1200 and not (rows and (untrained - rows[-1]["metrics"]["frechet"]) / (untrained - judge.floor) >= 0.9):
        made.advance()
        rows += made.take_rows()
    assert made.step < 1200 and rows[-1]["metrics"]["largest"] < 0.4
