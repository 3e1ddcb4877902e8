"""A person's own CSV: bad files, good files with known numbers, and any table that Python itself writes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import csv_text, upload
from playground.data.csv_columns import clean
from playground.data.csv_numbers import MISSING, number
from playground.data.csv_table import arrays, read, said
from playground.data.upload import Spec, description, spec_for
from playground.registry import describe, make
from playground.text import Refusal
from tests.data import hostile

ROOT = Path(__file__).resolve().parents[2]


def test_hostile_files_each_get_a_sentence_in_time_and_in_little_memory() -> None:
    """All in one process, so that what one leaves behind is seen. Processor time: a busy machine is no fault of the reader."""
    done = subprocess.run([sys.executable, "-m", "tests.data.hostile"], cwd=ROOT, capture_output=True, text=True, timeout=280)
    *found, last = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0 and len(found) == hostile.MANY, done.stderr[-2000:]
    for one in found:
        word, _, sentences = one["outcome"].partition(": ")
        assert word in ("refused", "repaired") or one["case"].startswith("formulas"), one  # a formula is a text like any other
        assert sentences.endswith((".", "?", "…")) and "Traceback" not in sentences and "{" not in sentences.replace("{field}", ""), one
        assert one["seconds"] < 2, one
    assert last["growth"] < 64 * 2**20


# -- good files, their numbers known by hand


def rows(*lines: str, times: int = 20) -> str:
    """The lines, again and again: enough rows to be a table."""
    return "\n".join([*lines] * times) + "\n"


def taken(text: str | bytes, target: int | None = None) -> tuple[dict[str, Any], np.ndarray, np.ndarray, str]:
    """Spec, inputs, answers and sentences of a file."""
    raw = text.encode() if isinstance(text, str) else text
    described = description(raw)
    goal = described["target"] if target is None else target
    x, y = arrays(read(raw), goal, described["left_out"])
    return spec_for(described, goal, described["left_out"]), x, y, " ".join(map(str, said(described, goal, described["left_out"])))


def test_plain_numbers_and_classes() -> None:
    spec, x, y, told = taken("a,b,kind\n" + rows("1,2.5,yes", "-3,4e-1,no"))
    assert (spec["features"], spec["class_names"], spec["task"], spec["rows"]) == (["a", "b"], ["no", "yes"], "binary", 40)
    assert x[:2].tolist() == [[1, 2.5], [-3, np.float32(0.4)]] and y[:2].tolist() == [1, 0]
    assert told == ""


def test_few_numbers_are_classes_in_their_order_and_many_a_regression() -> None:
    spec, _, y, _ = taken("a,b\n" + rows("1,10", "2,2", "3,-1.5"))
    assert (spec["task"], spec["class_names"], y[:3].tolist()) == ("classes", ["-1.5", "2", "10"], [2, 1, 0])
    spec, _, y, _ = taken("a,b\n" + "".join(f"{at % 7},{at}\n" for at in range(5, 35)))
    assert (spec["task"], spec["class_names"], y.shape, y[0, 0]) == ("regression", [], (30, 1), 5)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, end: str) -> None:
    text = ("a,b,c\n" + rows("1,2,x", "3,4,y")).replace(",", separator).replace("\n", end)
    spec, x, _, told = taken(text)
    assert spec["features"] == ["a", "b"] and x[1].tolist() == [3, 4]
    assert ("separated by" in told) == (separator != ",")


def test_a_separator_inside_cells_is_no_separator() -> None:
    spec, x, _, _ = taken("a,b,c\n" + rows('1,"x;y;z",4', "2,p;q;r,5"))
    assert spec["features"] == ["a", "b = p;q;r", "b = x;y;z"] and x[0].tolist() == [1, 0, 1]


def test_decimal_commas_and_grouped_thousands() -> None:
    _, x, _, told = taken("a;b;c\n" + rows("1,5;1.234,5;x", "2,25;-7;y"))
    assert x[:2].tolist() == [[1.5, 1234.5], [2.25, -7]] and "decimal comma" in told
    _, x, _, _ = taken("a,b,c\n" + rows('"1,234.5",1,x', "2,3,y"))
    assert x[0].tolist() == [1234.5, 1]


@pytest.mark.parametrize(
    ("encoding", "text", "guessed"),
    [
        ("utf-8", "größe", ""), ("utf-8-sig", "größe", ""), ("utf-16", "größe", ""), ("utf-32", "größe", ""), ("utf-16-le", "größe", "UTF-16"),
        ("utf-16-be", "größe", "UTF-16"), ("cp1252", "größe", "Windows-1252"), ("latin-1", "déjà", "Windows-1252"), ("gb18030", "颜色", "GB 18030"),
    ],
)  # fmt: skip
def test_encodings(encoding: str, text: str, guessed: str) -> None:
    spec, _, _, told = taken((f"{text},b\n" + rows("1,x", "2,y")).encode(encoding))
    assert spec["features"] == [text]
    assert guessed in told and ("how its letters are coded" in told) == bool(guessed)


def test_missing_numbers_take_the_median_and_missing_texts_their_own_value() -> None:
    spec, x, y, told = taken("a,b,c\n" + rows("1,red,x", "NA,,y", "5,red,x", "?,blue,y", "3,-,"))
    assert spec["features"] == ["a", "b = red", "b = blue", "b = missing"]
    assert x[:4].tolist() == [[1, 1, 0, 0], [3, 0, 0, 1], [5, 1, 0, 0], [3, 0, 1, 0]]
    assert spec["rows"] == len(x) == len(y) == 80  # of the last kind of row the answer is missing
    assert "Missing numbers (40)" in told and "Missing texts (40)" in told and "target (20)" in told


def test_of_many_texts_the_commonest_have_an_input() -> None:
    words = [f"w{at:02}" for at in range(25) for _ in range(30 - at)]
    spec, x, _, told = taken("word,n\n" + "".join(f"{word},{at % 2}\n" for at, word in enumerate(words)))
    assert spec["features"] == [f"word = w{at:02}" for at in range(20)] + ["word = other"]
    assert x.sum(0).tolist() == [30 - at for at in range(20)] + [10 + 9 + 8 + 7 + 6]
    assert "20 commonest" in told


def test_dates_become_days() -> None:
    spec, x, _, told = taken("when,y\n" + rows("2024-02-28,a", "2024-03-01,b", "2024-03-01T12:00,a"))
    assert x[:3, 0].tolist() == [0, 2, 2.5] and "Dates became days" in told
    _, x, _, _ = taken("when,y\n" + rows("31.12.2023,a", "1.1.2024,b"))
    assert x[:2, 0].tolist() == [0, 1]
    spec, _, _, told = taken("n,when,y\n" + rows("1,03/04/2024,a", "2,05/06/2024,b"))
    assert spec["features"] == ["n"] and "cannot be told apart" in told


def test_what_tells_nothing_is_left_out_and_said() -> None:
    spec, _, _, told = taken("id,same,n,name,y\n" + "".join(f"{at},7,{at * at},person {at},{at % 2}\n" for at in range(1, 31)))
    assert spec["features"] == ["n"] and spec["left_out"] == [0]
    assert "numbers the rows is not used: id" in told and "nothing and are left out: same" in told and "nearly all differ" in told


def test_too_large_and_very_small_numbers() -> None:
    _, x, _, told = taken("a,b,y\n" + rows("1,2e-9,p", "1e400,4e-9,q", "3,inf,p"))
    assert np.allclose(x[:3], [[1, 2], [2, 4], [3, 3]]) and "too large to calculate with (40)" in told and "b / 1e-9" in told


def test_headers() -> None:
    spec, _, _, told = taken(",a,a,\n" + rows("4,1,2,x", "9,3,4,y"))
    assert spec["features"] == ["column 1", "a", "a (2)"] and "stood twice (1)" in told and "without a name (2)" in told
    spec, x, _, told = taken(rows("1,2,x", "3,4,y"))
    assert spec["features"] == ["column 1", "column 2"] and len(x) == 40 and "holds values" in told
    assert taken("id,2019\n" + rows("1,2", "3,4"))[0]["target"] == "2019"


def test_lines_before_the_table_and_names_of_rows() -> None:
    spec, _, _, told = taken("# measured by hand\nA title\n\na,b,y\n" + rows("1,2,x", "3,4,y"))
    assert spec["features"] == ["a", "b"] and "first lines (2)" in told
    spec, x, _, _ = taken("a,y\n" + rows("row,1,x", "row,3,y"))  # as R writes it
    assert spec["features"] == ["a"] and x[:2, 0].tolist() == [1, 3]


def test_ragged_rows_are_named_by_line() -> None:
    _, x, _, told = taken("y,a,b\n" + rows("x,1,2", "y,3,4") + "x,5\ny,7,8,9\n", target=0)
    assert x[-2:].tolist() == [[5, 4], [7, 8]]  # the median of twenty 2, twenty 4 and an 8
    assert "too short (1)" in told and "line 42" in told and "cut after 3 cells: line 43" in told


def test_quotes_line_ends_in_cells_and_a_quote_that_never_closes() -> None:
    spec, _, _, told = taken("a,b\n" + rows('1,"say ""x"""', '2,"two\nlines"'))
    assert spec["class_names"] == ['say "x"', "two lines"] and told == ""
    spec, _, _, told = taken("a,b\n" + rows("1,x", '2,"y'))
    assert spec["class_names"] == ["x", "y"] and "never closed" in told


def test_a_link_cannot_carry_markup() -> None:
    good = taken("a,b\n" + rows("1,x", "2,y"))[0]
    for name, value in (
        ("target", "<b>"),
        ("features", ["<img src=x>"]),
        ("class_names", ["a", "$x$"]),
        ("features", ["\u202ea"]),
        ("class_names", ["a", "a"]),
    ):
        with pytest.raises(ValueError):
            Spec.model_validate_json(json.dumps({**good, name: value}))


def test_any_link_is_short_enough() -> None:
    from playground.experiment import MAX_TOKEN, parse

    rng = np.random.default_rng(0)
    names = ["".join(rng.choice(list("abcdefghijklmnopqrstuvwxyzäöü颜色红绿蓝"), 60)) for _ in range(150)]
    answers = ["".join(rng.choice(list("红绿蓝颜色数据表格学习网络神经"), 60)) for _ in range(20)]
    text = ",".join([*names, "y"]) + "\n" + "".join(",".join([*map(str, rng.integers(0, 99, 150)), answers[at % 20]]) + "\n" for at in range(60))
    spec = taken(text)[0]
    experiment = parse({
        "data": spec, "model": {"family": "dense"},
        "training": {"loss": "cross_entropy", "optimizer": {"name": "sgd", "learning_rate": 0.1}, "batch_size": 10, "epochs": 5},
    })  # fmt: skip
    assert len(experiment.dataset.features) == 100 and len(set(experiment.dataset.features)) == 100
    assert len(experiment.token()) < MAX_TOKEN


def test_the_command_line_and_workers_find_the_file_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(upload.WHERE, str(tmp_path))
    raw = ("a,b,y\n" + rows("1,2,x", "3,4,y")).encode()
    described = description(raw)
    spec = Spec.model_validate_json(json.dumps(spec_for(described, 2, [1])))
    with pytest.raises(Refusal, match="not on this server"):
        make(spec, np.random.default_rng(0))
    (tmp_path / f"{spec.sha256}.csv").write_bytes(raw)
    data, dataset = make(spec, np.random.default_rng(0)), describe(spec)
    assert (data.feature_names, data.classes, data.task) == (dataset.features, dataset.classes, dataset.task) == (("a",), ("x", "y"), "binary")
    assert data.x.shape == (dataset.rows, 1) and data.x.dtype == np.float32 and data.y.dtype == np.int64
    (tmp_path / f"{spec.sha256}.csv").write_bytes(raw + b"1,2,x\n")
    with pytest.raises(Refusal, match="does not give what this link says"):
        make(spec, np.random.default_rng(0))


def test_what_cannot_be_chosen_is_refused_with_its_reason() -> None:
    described = description(("a,same,name,y\n" + "".join(f"{at % 5},1,n{at},{at % 2}\n" for at in range(30))).encode())
    for target, left_out, why in ((1, [], "the same"), (2, [], "30 different texts"), (3, [0], "no column is left")):
        with pytest.raises(Refusal, match=why):
            spec_for(described, target, left_out)


# -- any table that Python's own writer writes

WORDS = st.text(st.characters(exclude_categories=("C",), exclude_characters="\ufffd"), min_size=1, max_size=12).map(lambda text: " ".join(text.split()))
TEXTS = WORDS.filter(lambda text: text and text.lower() not in MISSING and number(text, ".") is None and number(text, ",") is None and clean(text, 30) == text)


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, np.ndarray, list[str]]:
    """A file of two numbers and a text column of two values, as csv.writer writes it; its numbers and texts."""
    values = np.array(draw(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 2), min_size=20, max_size=60, unique_by=(lambda pair: pair[0], lambda pair: pair[1]))))
    answers = draw(st.lists(TEXTS, min_size=2, max_size=2, unique=True))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=draw(st.sampled_from(",;\t|")), lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerow(["first", "second", "kind"])
    texts = [answers[at % 2] for at in range(len(values))]
    writer.writerows([*pair, text] for pair, text in zip(values.tolist(), texts, strict=True))
    return out.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))), values, texts


@settings(max_examples=60, deadline=None)
@given(tables())
def test_what_python_writes_is_read_back(table: tuple[bytes, np.ndarray, list[str]]) -> None:
    raw, values, texts = table
    found = read(raw)
    assert [column.name for column in found.columns] == ["first", "second", "kind"]
    for at in (0, 1):
        if found.columns[at].kind == "number" and not found.columns[at].notes:
            assert np.allclose(found.columns[at].values, values[:, at], rtol=0, atol=1e-300)
    assert [found.columns[2].texts[int(code)] for code in found.columns[2].values] == texts


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=3000) | st.text("0123456789,;.\n\t\"'ab -", max_size=3000).map(str.encode))
def test_anything_is_refused_or_read(raw: bytes) -> None:
    try:
        csv_text.check(raw)
        assert description(raw)["columns"]
    except Refusal as refusal:
        assert str(refusal)
