"""Series and texts of people's own: what is made of them, and that the bad ones are answered with a sentence."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import csv_series, csv_text, own_series, own_text, text_files, upload
from playground.data.catalogue import describe
from playground.data.contract import split
from playground.experiment import parse
from playground.text import Message, Refusal
from tests.data import hostile_sequences
from tests.data.hostile_sequences import WALK, dated, lines, table

SERIES = list(hostile_sequences.series())
TEXTS = list(hostile_sequences.texts())
LIMIT = 2 * 2**20


def complete(message: Message) -> None:
    """A sentence, its places filled."""
    said = str(message)
    assert len(said) > 10 and said[0] not in " {" and "{" not in said, said


def test_there_are_cases_enough() -> None:
    assert len(SERIES) + len(TEXTS) >= 60 and len({name for name, *_ in SERIES}) == len(SERIES) and len({name for name, *_ in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize(("raw", "outcome", "repairs"), [case[1:] for case in SERIES], ids=[case[0] for case in SERIES])
def test_a_series_is_used_or_refused_with_a_sentence(raw: bytes, outcome: str, repairs: int) -> None:
    try:
        csv_text.check(raw, LIMIT)
        told = own_series.description(raw)
    except Refusal as refusal:
        assert outcome == "refused", str(refusal)
        for message in refusal.messages:
            complete(message)
        return
    assert outcome == "used", told
    column = told["columns"][told["column"]]
    said = [Message.of(one) for one in (*told["repairs"], *column["repairs"], *(other["why"] for other in told["columns"] if other["why"]))]
    assert len(said) >= repairs, told
    for message in said:
        complete(message)
    assert csv_series.LEAST <= column["count"] <= csv_series.MOST


@pytest.mark.parametrize(("raw", "outcome", "repairs"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
def test_a_text_is_used_or_refused_with_a_sentence(raw: bytes, outcome: str, repairs: int) -> None:
    try:
        text_files.check(raw, LIMIT)
        told, kept = own_text.description(raw)
    except Refusal as refusal:
        assert outcome == "refused", str(refusal)
        for message in refusal.messages:
            complete(message)
        return
    assert outcome == "used", told
    assert len(told["repairs"]) >= repairs, told
    for one in told["repairs"]:
        complete(Message.of(one))
    text = kept.decode()
    assert len(text) == told["count"] and "".join(sorted(set(text))) == told["alphabet"]
    assert text_files.LEAST <= len(text) <= text_files.MOST and len(told["alphabet"]) <= text_files.KINDS
    assert all(sign == "\n" or sign.isprintable() for sign in told["alphabet"])
    again = own_text.kept_description(kept)
    assert {**again, "repairs": told["repairs"]} == told
    own_text.Spec.model_validate(own_text.spec_for(told))


# -- what is made of a good series


def first(raw: bytes, name: str | None = None) -> csv_series.Column:
    columns, _, _ = csv_series.read(raw)
    return next(column for column in columns if name is None or column.name == name)


@pytest.mark.parametrize("form", ["{y}-{m:02}-{d:02}", "{d:02}.{m:02}.{y}", "{m}/{d}/{y}", "{d}/{m}/{y}", "{y}/{m}/{d}"])
def test_dates_of_every_writing_are_the_same_days(form: str) -> None:
    column = first(dated(form))
    days = np.rint((column.times - 2021) * 365.2425)
    assert days[:30].tolist() == [*range(28), 31, 32]  # there is no 29 January in it
    assert column.values.tolist() == [round(value, 2) for value in WALK]


def test_rows_are_put_in_order_and_doubles_count_with_their_mean() -> None:
    rows: list[list[object]] = [[f"2021-01-{day:02}", day] for day in range(31, 0, -1)] + [["2021-01-05", 15]]
    column = first(table(rows))
    assert column.values.tolist() == [1, 2, 3, 4, 10, *range(6, 32)]
    assert (np.diff(column.times) > 0).all()


def test_gaps_lie_on_straight_lines_and_ends_are_cut_off() -> None:
    values: list[Any] = ["", *range(60), "", ""]
    values[11:14] = ["", "na", "-"]
    column = first(table([[at, value] for at, value in enumerate(values)], "a,b"), "b")
    assert column.values.tolist() == list(range(60))
    assert column.times.tolist() == list(range(2, 62))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=30, max_size=120).filter(lambda values: np.ptp(values) > 1))
def test_numbers_come_back_as_they_were_written(values: list[float]) -> None:
    assert first(lines(values)).values.tolist() == values


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(upload.WHERE, str(tmp_path))
    return tmp_path


def experiment(data: dict[str, Any], loss: str) -> dict[str, Any]:
    return {"version": 1, "seed": 0, "data": data, "model": {"family": "recurrent", "layers": [{"name": "lstm", "units": 4}]}, "training": {"loss": loss}}


def test_a_series_becomes_the_windows_that_its_spec_tells_of(folder: Path) -> None:
    raw = lines(WALK)
    told = own_series.description(raw)
    (folder / f"{told['sha256']}{own_series.SUFFIX}").write_bytes(raw)
    made = parse(experiment(own_series.spec_for(told, told["column"]), "mse"))
    data = own_series.make(made.data, np.random.default_rng(0))  # type: ignore[arg-type]
    assert data.x.shape == (made.dataset.rows, 12) and data.series is not None and np.allclose(data.series.values, WALK)
    assert np.allclose(data.y[:, 0], WALK[12:])
    parts = split(data, made.dataset, made.data, np.random.default_rng(0))
    assert len(parts.train) + len(parts.test) == len(data.x)


def test_a_text_becomes_the_windows_that_its_spec_tells_of(folder: Path) -> None:
    told, kept = own_text.description((string.ascii_letters + "\n").encode() * 30)
    (folder / f"{told['sha256']}{own_text.SUFFIX}").write_bytes(kept)
    made = parse(experiment({**own_text.spec_for(told), "length": 10}, "cross_entropy"))
    data = own_text.make(made.data, np.random.default_rng(0))  # type: ignore[arg-type]
    alphabet = told["alphabet"]
    assert "".join(alphabet[int(number)] for number in data.x.ravel()) == kept.decode()[: data.x.size]
    assert "".join(alphabet[int(number)] for number in data.y.ravel()) == kept.decode()[1 : data.y.size + 1]
    assert describe(made.data).classes[alphabet.index("\n")] == "⏎"


@pytest.mark.parametrize("change", [{"count": 40}, {"column": "other"}])
def test_a_link_that_lies_of_its_series_is_refused(folder: Path, change: dict[str, Any]) -> None:
    raw = lines(WALK)
    told = own_series.description(raw)
    (folder / f"{told['sha256']}{own_series.SUFFIX}").write_bytes(raw)
    spec = own_series.Spec.model_validate({**own_series.spec_for(told, 0), **change})
    with pytest.raises(Refusal, match="does not give what this link says"):
        own_series.make(spec, np.random.default_rng(0))


def test_a_file_that_is_not_here_is_said(folder: Path) -> None:
    for module, spec in (
        (own_series, own_series.Spec(sha256="0" * 64, column="value", count=90)),
        (own_text, own_text.Spec(sha256="0" * 64, alphabet="abcde", count=900)),
    ):
        with pytest.raises(Refusal, match="not on this server"):
            module.make(spec, np.random.default_rng(0))  # type: ignore[attr-defined]


@pytest.mark.parametrize("alphabet", ["edcba", "aabcd", "abcd\u202e", "ab\x00cd"])
def test_an_alphabet_that_no_text_gives_is_refused(alphabet: str) -> None:
    with pytest.raises(Refusal, match="alphabet"):
        parse(experiment({"name": "own_text", "sha256": "0" * 64, "alphabet": alphabet, "count": 900}, "cross_entropy"))


def test_growth_of_a_series_with_values_below_0_is_refused_with_the_value(folder: Path) -> None:
    raw = lines(value - 60 for value in WALK)
    told = own_series.description(raw)
    (folder / f"{told['sha256']}{own_series.SUFFIX}").write_bytes(raw)
    spec = own_series.Spec.model_validate({**own_series.spec_for(told, 0), "prepared": "growth"})
    with pytest.raises(Refusal, match="growth needs values above 0"):
        own_series.make(spec, np.random.default_rng(0))
