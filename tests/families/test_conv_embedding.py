"""The last hidden layer in two dimensions: main axes against scikit-learn, held from one time to the next."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from playground.families.conv.embedding import ENDS, principal, turn
from tests.families.made_conv import session, written_out


@pytest.mark.parametrize("shape", [(60, 5), (20, 50), (7, 1)])
def test_main_axes_are_scikit_learns(shape: tuple[int, int]) -> None:
    hidden = np.random.default_rng(1).normal(size=shape) * np.linspace(3, 1, shape[1])
    places, spread = principal(hidden)
    known = PCA(min(2, *shape)).fit(hidden)
    wanted = known.transform(hidden)
    for axis in range(wanted.shape[1]):
        assert places[:, axis] == pytest.approx(wanted[:, axis] * np.sign(places[:, axis] @ wanted[:, axis]), abs=1e-9)
    assert np.square(places).sum(0)[: wanted.shape[1]] / spread == pytest.approx(known.explained_variance_ratio_, abs=1e-9)
    assert (places[:, wanted.shape[1] :] == 0).all()


def test_a_turned_and_mirrored_cloud_is_turned_back() -> None:
    rng = np.random.default_rng(2)
    onto = rng.normal(size=(40, 2)) * [3, 1]
    angle = 2.1
    for mirror in (1, -1):
        away = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([1, mirror])
        places = onto @ away
        assert places @ turn(places, onto) == pytest.approx(onto)


def test_places_are_of_the_last_hidden_layer_when_last_measured() -> None:
    made = session(steps=2)
    figure = made.draw(["embedding"])["embedding"]
    test = made._context.parts.test
    assert figure["epoch"] == 0 and len(figure["index"]) == len(test) == 359, "not of now: the run began, and no row came since"
    hidden = np.array([written_out(session(), test.x[at].reshape(1, 8, 8))[-2] for at in figure["index"][:40]])
    own = figure["places"][:40].astype(float)
    wanted = principal(made._context.answered["test"].hidden.double().numpy())[0][:40]
    assert np.abs(own) == pytest.approx(np.abs(wanted), abs=1e-4)
    assert made._context.answered["test"].hidden.numpy()[:40] == pytest.approx(hidden, abs=1e-4)
    assert figure["true"].tolist() == test.y[figure["index"]].tolist()
    assert (figure["said"] == made._context.answered["test"].outputs.argmax(1).numpy()).all()


def test_axes_are_held_and_ends_seldom_move() -> None:
    """From row to row the cloud never turns: no turn or mirroring would bring it nearer to where it was."""
    made, before, ends = session(training={"epochs": 12}), None, set()
    made.take_rows()
    while made.ended is None:
        made.advance()
        if not made.take_rows():
            continue
        figure = made.draw(["embedding"])["embedding"]
        places = figure["places"].astype(float)
        assert figure["epoch"] == made.epoch
        if before is not None:
            assert turn(places, before) == pytest.approx(np.eye(2), abs=1e-3)
        before = places
        ends.add(figure["extent"][0][1])
        assert figure["extent"][0][1] >= np.abs(places).max() and figure["extent"] == [[-figure["extent"][0][1], figure["extent"][0][1]]] * 2
        assert min(figure["share"]) >= 0 and 0.3 < sum(figure["share"]) <= 1 + 1e-9
    assert len(ends) <= len(ENDS)


def test_drawing_it_twice_draws_the_same() -> None:
    made = session(steps=4)
    assert made.draw(["embedding"])["embedding"] is not None
    first, second = made.draw(["embedding"])["embedding"], made.draw(["embedding"])["embedding"]
    assert first["places"] is second["places"]
