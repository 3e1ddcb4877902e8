"""The mathematics of each dataset of sequences, against closed forms, plain loops, and a machine with a stack; windows, scales and signs."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import adding, airline, brackets, co2, copy, names, parity, random_sequences, series, sine, sunspots, symbols, text, three_signals
from playground.data.contract import Data, Dataset, Sequence, Series, Split, split, steps
from playground.text import Refusal


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# -- memory tasks


@pytest.mark.parametrize(("delay", "remember", "letters"), [(0, 1, 2), (7, 1, 4), (3, 5, 8), (80, 2, 3)])
def test_copy_is_letters_a_pause_and_the_call_for_them(delay: int, remember: int, letters: int) -> None:
    spec = copy.Spec(samples=300, delay=delay, remember=remember, symbols=letters)
    data, sequence = copy.make(spec, rng()), copy.describe(spec).sequence
    assert sequence is not None and sequence.answered == remember and sequence.length == 2 * remember + delay
    for row, answer in zip(data.x.astype(int), data.y.reshape(300, -1), strict=True):
        read = "".join(sequence.symbols[number] for number in row)
        said = "".join(data.classes[number] for number in answer)
        assert read == said + "·" * delay + "?" * remember
    counts = np.bincount(data.y.ravel(), minlength=letters)
    assert np.abs(counts / data.y.size - 1 / letters).max() < 4 * np.sqrt(0.25 / data.y.size)


@pytest.mark.parametrize("length", [4, 5, 20, 100])
def test_adding_marks_one_number_of_each_half_and_asks_for_their_sum(length: int) -> None:
    data = adding.make(adding.Spec(samples=2000, length=length), rng())
    firsts, seconds = Counter[int](), Counter[int]()
    for row, answer in zip(data.x, data.y, strict=True):
        marked = [step for step in range(length) if row[2 * step + 1] == 1]
        assert len(marked) == 2 and marked[0] < length // 2 <= marked[1]
        assert set(row[1::2]) == {0, 1}
        assert answer[0] == pytest.approx(row[2 * marked[0]] + row[2 * marked[1]], abs=1e-6)
        firsts[marked[0]] += 1
        seconds[marked[1]] += 1
    assert len(firsts) == length // 2 and len(seconds) == length - length // 2
    numbers = data.x[:, ::2]
    assert numbers.min() >= 0 and numbers.max() < 1 and numbers.mean() == pytest.approx(0.5, abs=0.02)
    assert ((data.y - 1) ** 2).mean() == pytest.approx(1 / 6, rel=0.1)  # as it says


@pytest.mark.parametrize("answers", ["every", "last"])
def test_parity_turns_over_at_every_one(answers: str) -> None:
    data = parity.make(parity.Spec(samples=400, length=9, answers=answers), rng())
    for row, answer in zip(data.x.astype(int), data.y.reshape(400, -1), strict=True):
        odd, seen = False, []
        for bit in row:
            odd ^= bool(bit)
            seen.append(int(odd))
        assert answer.tolist() == (seen if answers == "every" else seen[-1:])
    assert data.x.mean() == pytest.approx(0.5, abs=0.03)


def closing(read: str) -> list[str] | None:
    """By a machine with a stack: what has to close after each sign, "none" where nothing is open; None where a bracket closes that was not open, or one stays open."""
    stack, wanted = [], []
    for sign in read:
        if sign in "([{":
            stack.append({"(": ")", "[": "]", "{": "}"}[sign])
        elif not stack or stack.pop() != sign:
            return None
        wanted.append(stack[-1] if stack else "none")
    return None if stack else wanted


@pytest.mark.parametrize(("length", "kinds", "depth"), [(4, 1, 1), (12, 2, 4), (13, 3, 2), (40, 3, 6), (12, 3, 1)])
def test_brackets_by_a_stack_machine(length: int, kinds: int, depth: int) -> None:
    spec = brackets.Spec(samples=300, length=length, kinds=kinds, depth=depth)
    data, sequence = brackets.make(spec, rng()), brackets.describe(spec).sequence
    assert sequence is not None and sequence.length == length - length % 2
    deepest = 0
    for row, answer in zip(data.x.astype(int), data.y, strict=True):
        read = "".join(sequence.symbols[number] for number in row)
        assert closing(read) == [data.classes[number] for number in answer]
        deepest = max(deepest, *np.cumsum([1 if sign in "([{" else -1 for sign in read]))
    assert deepest <= depth and (deepest == depth or 2 * depth > length)
    assert set(np.unique(data.x)) == set(range(2 * kinds))


@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_about_half_are_balanced_and_those_that_are_not_are_spoiled_in_one_place(kinds: int) -> None:
    spec = brackets.Spec(samples=600, length=12, kinds=kinds, answers="last")
    data, sequence = brackets.make(spec, rng()), brackets.describe(spec).sequence
    assert sequence is not None and data.classes == ("not balanced", "balanced")
    for row, answer in zip(data.x.astype(int), data.y, strict=True):
        assert (closing("".join(sequence.symbols[number] for number in row)) is not None) == bool(answer)
    assert data.y.mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 600))
    whole = brackets.make(brackets.Spec(samples=600, length=12, kinds=kinds), rng())
    assert ((whole.x != data.x).sum(1) == 1 - data.y).all()


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_the_leading_sensor_is_told_by_cross_correlation(noise: float) -> None:
    """Sensor a leads b where a(t) goes with b(t + 1) better than with b(t): the one that does so with both others leads."""
    data = three_signals.make(three_signals.Spec(samples=1500, noise=noise), rng())
    signals = data.x.reshape(-1, 10, 3).astype(float)
    ahead = np.zeros((len(signals), 3))
    for a in range(3):
        for b in range(3):
            if a != b:
                ahead[:, a] += (signals[:, :-1, a] * signals[:, 1:, b]).sum(1) - (signals[:, 1:, a] * signals[:, :-1, b]).sum(1)
    assert (ahead.argmax(1) == data.y).mean() > (0.97 if noise == 0 else 0.85)
    assert np.abs(np.bincount(data.y) / 1500 - 1 / 3).max() < 0.05
    for lead in range(3):
        mine = signals[data.y == lead]
        others = [sensor for sensor in range(3) if sensor != lead]
        if noise == 0:
            for other in others:
                assert np.array_equal(mine[:, 1:, other], mine[:, :-1, lead])
        assert mine[:, :, lead].std() == pytest.approx(np.sqrt(1 + noise**2), rel=0.05)
        following = [np.corrcoef(mine[:, t, lead], mine[:, t + 1, lead])[0, 1] for t in range(9)]
        assert np.mean(following) == pytest.approx(0.5 / (1 + noise**2), abs=0.05)


def test_random_targets_have_nothing_to_do_with_their_numbers() -> None:
    data = random_sequences.make(random_sequences.Spec(samples=5000), rng())
    assert data.x.mean() == pytest.approx(0, abs=0.02) and data.x.std() == pytest.approx(1, abs=0.02)
    assert np.abs(np.bincount(data.y) / 5000 - 1 / 3).max() < 0.03
    for label in range(3):
        assert np.abs(data.x[data.y == label].mean(0)).max() < 4 / np.sqrt(5000 / 3)


# -- series


@pytest.mark.parametrize("waves", [1, 2, 3])
def test_sine_is_so_many_waves_of_known_periods_and_heights(waves: int) -> None:
    """Least squares on sines and cosines of 20, 11 and 47 steps leave nothing, and find the heights."""
    found = sine.make(sine.Spec(samples=1000, waves=waves, noise=0.0), rng(3)).series
    assert found is not None and found.times.tolist() == list(range(1, 1001))
    at = np.arange(1000)
    base = np.stack([wave(2 * np.pi * at / period) for period in (20, 11, 47)[:waves] for wave in (np.sin, np.cos)], 1)
    parts, *_ = np.linalg.lstsq(base, found.values, rcond=None)
    assert np.abs(base @ parts - found.values).max() < 1e-9
    assert np.hypot(parts[::2], parts[1::2]) == pytest.approx([1.0, 0.6, 0.8][:waves])
    noisy = sine.make(sine.Spec(samples=1000, waves=waves, noise=0.4), rng(3)).series
    assert noisy is not None and (noisy.values - found.values).std() == pytest.approx(0.4, rel=0.08)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.1, 1e4), min_size=2, max_size=30), st.sampled_from(["values", "changes", "growth"]))
def test_what_is_prepared_is_restored(values: list[float], how: str) -> None:
    given_ = np.array(values)
    seen = series.prepared(given_, how)
    expected = {"values": values, "changes": [b - a for a, b in pairwise(values)], "growth": [np.log(b / a) for a, b in pairwise(values)]}
    assert seen.tolist() == pytest.approx(expected[how], abs=1e-9)
    wanted, before = (given_, given_) if how == "values" else (given_[1:], given_[:-1])
    assert series.restored(seen, before, how) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("values", [[1.0, 0.0, 2.0], [3.0, -1.0]])
def test_growth_of_what_is_not_above_0_is_refused(values: list[float]) -> None:
    with pytest.raises(Refusal, match="growth needs values above 0") as refused:
        series.prepared(np.array(values), "growth")
    assert refused.value.messages[0].values == {"given": min(values)}


ABOUT = Dataset("any", "any", "sequences", "regression", (), standardized=True)


@settings(max_examples=80, deadline=None)
@given(st.integers(30, 90), st.integers(2, 12), st.sampled_from(["last", "every"]), st.sampled_from(["values", "changes", "growth"]))
def test_windows_by_a_plain_loop(count: int, length: int, answers: str, how: str) -> None:
    """As many as fit, one after another in time; nothing that could be a window is left out."""
    values = np.exp(rng(count).standard_normal(count))
    spec = series.SeriesSpec(name="any", length=length, answers=answers, prepared=how)
    dataset = series.described(ABOUT, spec, count)
    data = series.windows(dataset, spec, Series(values, np.arange(count) + 1.0, "u"))
    seen, xs, ys, begin = series.prepared(values, how).tolist(), [], [], 0
    while begin + length < len(seen):
        xs.append(seen[begin : begin + length])
        ys.append(seen[begin + 1 : begin + length + 1] if answers == "every" else seen[begin + length : begin + length + 1])
        begin += length if answers == "every" else 1
    assert dataset.rows == len(xs) and np.allclose(data.x, xs, rtol=1e-6) and np.allclose(data.y, ys, rtol=1e-6)
    assert data.series is not None and data.series.prepared == how and data.series.unit == "u" and np.array_equal(data.series.values, values)
    assert dataset.sequence == Sequence(length, answered=length if answers == "every" else 1, ahead=True)


@pytest.mark.parametrize("module", [airline, co2, sunspots, sine])
def test_an_answer_can_be_the_next_input_and_goes_back_to_its_own_unit(module: Any) -> None:
    spec = module.Spec(answers="every")
    data, dataset = module.make(spec, rng()), module.describe(spec)
    parts = split(data, dataset, spec, rng(1))
    whole = Split(np.concatenate([parts.train.x, parts.test.x]), np.concatenate([parts.train.y, parts.test.y]))
    assert np.allclose(whole.x[:, 1:], whole.y[:, :-1], atol=1e-4) and np.allclose(whole.x[1:, 0], whole.y[:-1, -1], atol=1e-4)
    assert parts.units is not None and (parts.units[0] == parts.units[0][0]).all() and (parts.units[1] == parts.units[1][0]).all()
    said = whole.y.ravel().astype(float) * parts.scale[1] + parts.scale[0]
    assert data.series is not None
    values, how = data.series.values, data.series.prepared
    first = 1 + (how != "values")  # the value that the first answer is
    told = series.restored(said, values[first - 1 : first - 1 + len(said)], how)
    assert told == pytest.approx(values[first : first + len(said)], rel=1e-4, abs=1e-3)


def test_the_scale_is_each_channels_own_over_all_steps_of_the_training_part() -> None:
    x = (rng().standard_normal((40, 6, 2)) * [1, 50] + [3, -200]).astype(np.float32)
    dataset = Dataset("any", "", "sequences", "classes", steps(Sequence(6, channels=2)), ("a", "b"), standardized=True, sequence=Sequence(6, channels=2))
    data = Data(x.reshape(40, 12), rng().integers(0, 2, 40), "classes", ("a", "b"), dataset.features, None)
    spec = three_signals.Spec(train_fraction=0.5)
    parts = split(data, dataset, spec, rng(7))
    order = rng(7).permutation(40)
    for channel in range(2):
        known = x[order[:20], :, channel]
        assert parts.units is not None
        assert parts.units[0][channel::2] == pytest.approx([known.mean()] * 6, rel=1e-4) and parts.units[1][channel::2] == pytest.approx([known.std()] * 6, rel=1e-4)  # fmt: skip
        assert parts.test.x.reshape(20, 6, 2)[:, :, channel] == pytest.approx((x[order[20:], :, channel] - known.mean()) / known.std(), abs=1e-3)


def test_columns_are_told_step_by_step() -> None:
    assert steps(Sequence(2, channels=2), ("a", "b")) == ("step 1, a", "step 1, b", "step 2, a", "step 2, b")
    assert steps(Sequence(3)) == ("step 1", "step 2", "step 3")


# -- signs


@settings(max_examples=60, deadline=None)
@given(st.integers(210, 400), st.integers(5, 40), st.sampled_from(["last", "every"]))
def test_windows_of_a_text_by_a_plain_loop(count: int, length: int, answers: str) -> None:
    letters = "\n abcxyz"
    written = "".join(rng(count).choice(list(letters), count))
    spec = symbols.TextSpec(name="any", length=length, answers=answers)
    about = Dataset("any", "", "sequences", "classes", ())
    dataset = symbols.described(about, spec, count, letters)
    data = symbols.text_windows(dataset, spec, written, letters)
    xs, ys, begin = [], [], 0
    while begin + length < count:
        xs.append(written[begin : begin + length])
        ys.append(written[begin + 1 : begin + length + 1] if answers == "every" else written[begin + length])
        begin += length if answers == "every" else 3
    assert ["".join(letters[number] for number in row) for row in data.x.astype(int)] == xs
    assert ["".join(letters[number] for number in row) for row in data.y.reshape(len(ys), -1)] == ys
    assert dataset.classes == ("⏎", "␣", "a", "b", "c", "x", "y", "z") == (dataset.sequence.symbols if dataset.sequence else ())


def test_a_long_text_has_at_most_so_many_windows_and_they_reach_its_end() -> None:
    spec = text.Spec(samples=text.SIGNS, answers="last")
    data = text.make(spec, rng())
    assert len(data.x) == text.describe(spec).rows and 4900 <= len(data.x) <= symbols.MOST_ROWS
    ending = "".join(text.ALPHABET[number] for number in data.x[-1].astype(int))
    assert text.novel().rindex(ending) > text.SIGNS - 2 * symbols.stride(spec, text.SIGNS) - spec.length


def test_a_sign_that_is_not_in_the_alphabet_is_an_error() -> None:
    spec = symbols.TextSpec(name="any", length=5)
    dataset = symbols.described(Dataset("any", "", "sequences", "classes", ()), spec, 20, "ab")
    with pytest.raises(ValueError, match="substring not found"):
        symbols.text_windows(dataset, spec, "ab" * 9 + "ac", "ab")


@pytest.mark.parametrize(("given_", "wanted"), [
    ("Ärger  im   Café\u00a0!", "arger im cafe !"), ("“Oh—no…” ‘he’ said", '"oh-no." \'he\' said'), ("a\n\n b \t c\n", "a\n\nb c\n"), ("_word_ É", "word e"), ("Ёжик й", "ёжик й"),
])  # fmt: skip
def test_folding(given_: str, wanted: str) -> None:
    assert symbols.folded(given_) == wanted and symbols.folded(wanted) == wanted


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(written: str) -> None:
    folded = symbols.folded(written)
    assert symbols.folded(folded) == folded and "  " not in folded


# -- names


def test_names_are_as_many_of_each_language_and_none_comes_twice() -> None:
    listed = names.listed()
    assert len(listed) == len(set(listed)) == 8 * names.EACH
    assert set("".join(listed)) <= set("abcdefghijklmnopqrstuvwxyz") and max(map(len, listed)) <= names.LONGEST and min(map(len, listed)) >= 2


@pytest.mark.parametrize("languages", [2, 7, 8])
def test_a_name_stands_at_the_end_behind_its_padding(languages: int) -> None:
    spec = names.Spec(languages=languages)
    data, sequence = names.make(spec, rng()), names.describe(spec).sequence
    assert sequence is not None and sequence.padded
    assert np.bincount(data.y).tolist() == [names.EACH] * languages and data.classes == names.LANGUAGES[:languages]
    for row, name in zip(data.x.astype(int), names.listed(), strict=False):
        assert "".join(sequence.symbols[number] for number in row) == name.rjust(names.LONGEST, "·")
