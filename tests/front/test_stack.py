"""The convolutional network at three distances, in a real Chromium, fed by a pretended run: what is drawn, what hands do, and that every sum written out is the one a plain loop gives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.front import pretended, steps
from tests.front import pretended_conv as nets
from tests.front import pretended_pictures as made
from tests.front.harness import Stage
from tests.front.pretended_conv import Conv, conv, dense
from tests.front.steps import Open, connected, laid_out
from tests.front.test_tryout import paint as paint_views

STACK = "[data-view=network]"
CANVAS = f"{STACK} .across canvas"
OWN = {"part": "test", "index": 0}
GREEN, PURPLE, ALERT = (27, 120, 55), (118, 42, 131), (179, 38, 30)
ZERO = (244, 243, 242)


def paint(page: Page, stage: Stage, figure: dict[str, Any] | None = None, **views: Any) -> None:
    """Send one frame and wait until it is drawn. figure: the network's, if not the pretended one's own."""
    assert stage.conv
    paint_views(page, stage, network=figure or stage.conv.figure(), **views)


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with this network, and others beside it."""

    def at(network: Conv, *others: str, figure: dict[str, Any] | None = None, **options: Any) -> Page:
        stage.answers = False
        stage.conv = network
        main = pretended.view("network", "stack", "Network", "main")
        stage.page = pretended.page(family="conv", views=[main, *made.views(*others)])
        page = visit(**options)
        connected(page, stage)
        paint(page, stage, figure)
        return page

    return at


def drawn(page: Page) -> NDArray[np.int64]:
    """The network's canvas in CSS pixels: (rows, cols, 3)."""
    return steps.shown(page.locator(CANVAS), scaled=True)[..., :3].astype(np.int64)


def where(pixels: NDArray[np.int64], ink: tuple[int, ...], within: int = 3) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the pixels of this colour."""
    found: tuple[NDArray[np.intp], NDArray[np.intp]] = np.nonzero((np.abs(pixels - np.array(ink)) <= within).all(-1))
    return found


def block(pixels: NDArray[np.int64], ink: tuple[int, ...]) -> tuple[float, float, int, int]:
    """The box around the pixels of this colour: its middle (x, y), its width and height."""
    rows, cols = where(pixels, ink)
    assert len(rows)
    return (cols.min() + cols.max()) / 2, (rows.min() + rows.max()) / 2, int(np.ptp(cols)) + 1, int(np.ptp(rows)) + 1


def plain_figure(network: Conv) -> dict[str, Any]:
    """All maps 0 but the first two of layer 1: all positive, all negative."""
    figure = network.figure()
    for layer in figure["layers"]:
        if layer["maps"] is not None:
            layer["maps"] = np.full_like(layer["maps"], 128)
    figure["layers"][0]["maps"][0], figure["layers"][0]["maps"][1] = 255, 1
    return figure


def number(page: Page, name: str) -> float:
    return float(page.locator(STACK).get_attribute(f"data-{name}") or "nan")


def at(page: Page, level: str, layer: int, unit: int) -> None:
    """Wait until the picture is at this distance, with numbers."""
    expect(page.locator(STACK)).to_have_attribute("data-level", level)
    expect(page.locator(STACK)).to_have_attribute("data-layer", str(layer))
    expect(page.locator(STACK)).to_have_attribute("data-unit", str(unit))
    expect(page.locator(STACK)).not_to_have_attribute("data-sum", "")


def walk(page: Page, column: int, down: int = 0) -> None:
    """With arrow keys from the picture to a column of maps, then down."""
    page.locator(CANVAS).focus()
    page.keyboard.press("Escape")
    for _ in range(column + 1):
        page.keyboard.press("ArrowRight")
    for _ in range(60 if down else 0):
        page.keyboard.press("ArrowUp")
    for _ in range(down):
        page.keyboard.press("ArrowDown")


def look(page: Page, place: Locator, row: int, column: int, sides: tuple[int, int]) -> tuple[float, float]:
    """Where a pixel of a large map is on the page."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    return box["x"] + (column + 0.5) * box["width"] / sides[1], box["y"] + (row + 0.5) * box["height"] / sides[0]


def asks(stage: Stage, name: str = "layer") -> list[dict[str, Any]]:
    return [message["params"] for message in stage.said("ask") if message["name"] == name]


# -- the whole network


def test_maps_are_drawn_by_sign_the_picture_in_grey_and_a_wrong_answer_in_alert(start: Open, stage: Stage) -> None:
    network = Conv(nets.SMALL)
    figure = plain_figure(network)
    figure["answer"] |= {"said": 2, "probabilities": made.probabilities(2)}
    page = start(network, figure=figure)
    seen = drawn(page)
    x, y, wide, high = block(seen, GREEN)
    x2, y2, wide2, _ = block(seen, PURPLE)
    assert 24 <= wide <= 80 and wide == high == wide2
    assert x2 == x and y2 > y + high - 1  # the second map stands under the first
    middle = seen[:, : int(x - wide)]
    assert len(where(middle, (255, 255, 255), 0)[0]) and len(where(middle, (0, 0, 0), 0)[0])  # the picture, on its black
    _, alert_cols = where(seen, ALERT)
    assert alert_cols.min() > 0.7 * seen.shape[1]
    paint(page, stage, plain_figure(network) | {"answer": {**network.figure()["answer"], "said": 7, "probabilities": made.probabilities(7)}})
    assert not len(where(drawn(page), ALERT)[0])
    expect(page.locator(CANVAS)).to_have_accessible_name(
        "Network of 4 layers. It says 7: 90.0 %. Arrow keys go from map to map, Enter opens one, Delete switches a filter off and on."
    )


def test_a_colour_goes_on_meaning_the_same_number(start: Open, stage: Stage) -> None:
    network = Conv(nets.SMALL)
    figure = plain_figure(network)
    page = start(network, figure=figure)
    x, y, *_ = (round(value) for value in block(drawn(page), GREEN))
    half = plain_figure(network)
    half["layers"][0]["range"] = figure["layers"][0]["range"] / 2
    paint(page, stage, half)
    assert np.abs(drawn(page)[y, x] - (np.array(ZERO) + GREEN) / 2).max() <= 2  # half as large, half as strong
    twice = plain_figure(network)
    twice["layers"][0]["range"] = figure["layers"][0]["range"] * 2
    paint(page, stage, twice)
    assert np.abs(drawn(page)[y, x] - np.array(GREEN)).max() <= 1
    paint(page, stage, figure)
    assert np.abs(drawn(page)[y, x] - (np.array(ZERO) + GREEN) / 2).max() <= 2


def test_under_the_pointer_a_map_is_large_and_tells_its_number(start: Open, stage: Stage) -> None:
    network = Conv(nets.SMALL)
    page = start(network, figure=plain_figure(network))
    x, y, wide, _ = block(drawn(page), GREEN)
    box = page.locator(CANVAS).bounding_box()
    assert box
    page.mouse.move(box["x"] + x + 0.3 * wide, box["y"] + y - 0.2 * wide)
    glass = page.locator(f"{STACK} .glass")
    expect(glass.locator("b")).to_have_text("Layer 1 · Convolution 3×3 · filter 1")
    side = 26
    output = network.layer(1, 0)["output"]
    row, column = int((0.5 - 0.2) * side), int((0.5 + 0.3) * side)
    expect(glass.locator("span")).to_have_text(
        f"row {row + 1}, column {column + 1}: {output[row, column]:.3f}" if output[row, column] else f"row {row + 1}, column {column + 1}: 0"
    )
    assert asks(stage)[0] == {"image": OWN, "layer": 1, "unit": 0}
    large = glass.locator("canvas").evaluate("(c) => Array.from(c.getContext('2d').getImageData(5, 5, 1, 1).data)")
    assert tuple(large[:3]) == GREEN
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    expect(glass.locator("b")).to_have_text("the picture")


def test_the_map_in_hand_shows_what_it_is_made_of_by_sign(start: Open, stage: Stage) -> None:
    network = Conv((conv(2), conv(1), nets.FLAT))
    weights = network.weights[1][0]
    weights[0, 0], weights[0, 1] = 0.5, -0.5
    figure = plain_figure(network)
    figure["layers"][0]["maps"][:] = 128
    page = start(network, figure=figure)
    assert not len(where(drawn(page), GREEN)[0])
    walk(page, 2)
    page.wait_for_function("() => document.querySelector('[data-view=network]').dataset.layer === '2'")
    for _ in range(100):
        laid_out(page)
        seen = drawn(page)
        if len(where(seen, GREEN)[0]):
            break
    green, purple = block(seen, GREEN), block(seen, PURPLE)
    assert green[1] < purple[1]  # from the upper map a positive line, from the lower one a negative


def test_a_switched_off_filter_is_hatched_and_delete_switches(start: Open, stage: Stage) -> None:
    network = Conv(nets.SMALL)
    figure = plain_figure(network)
    page = start(network, figure=figure)
    before = len(where(drawn(page), GREEN)[0])
    figure = plain_figure(network)
    figure["layers"][0]["on"][0] = 0
    paint(page, stage, figure)
    assert len(where(drawn(page), GREEN)[0]) < before / 4
    stage.replies["filter"] = {"layer": 1, "unit": 0, "on": True}
    walk(page, 1)
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"{STACK} .glass")).to_contain_text("switched off. Enter opens it, Delete switches it off or on")
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    for _ in range(100):
        if len(stage.said("action")) == 2:
            break
        laid_out(page)
    assert [message["params"] for message in stage.said("action")] == [
        {"layer": 1, "unit": 0, "on": True},
        {"layer": 1, "unit": 2, "on": False},
    ]  # 16 of 32 are drawn


# -- one layer, one number


def looped(answer: dict[str, Any], row: int, column: int) -> tuple[list[float], float]:
    """What each channel adds at one place, and all with the bias: a plain loop over the numbers of the answer."""
    x, kernel = answer["input"].astype(float), answer["kernel"].astype(float)
    parts = []
    for channel in range(len(x)):
        part = 0.0
        for u in range(kernel.shape[1]):
            for v in range(kernel.shape[2]):
                i, j = row * answer["stride"] + u - answer["padding"], column * answer["stride"] + v - answer["padding"]
                if 0 <= i < x.shape[1] and 0 <= j < x.shape[2]:
                    part += x[channel, i, j] * kernel[channel, u, v]
        parts.append(part)
    return parts, sum(parts) + answer["bias"]


def shown(value: float) -> str:
    """A number as the sums write it."""
    size = abs(value)
    if not size:
        return "0"
    places = 1 if size >= 100 else 2 if size >= 10 else 3 if size >= 0.0005 else 4
    return f"{value:,.{places}f}".replace("-", "−") if size >= 0.00005 else f"{value:.0e}".replace("e-0", "e-").replace("-", "−")


@pytest.mark.parametrize(
    ("layers", "layer", "unit"),
    [(nets.TEXTBOOK, 3, 9), ((conv(4, 5, stride=2, padding=2, activation="tanh"), nets.FLAT), 1, 1), ((nets.MEAN, conv(3, 7, padding=3, activation="linear"), nets.FLAT), 2, 2)],
    ids=["many maps", "stride and padding, tanh", "a kernel too large for numbers"],
)  # fmt: skip
def test_one_number_of_a_convolution_is_the_sum_that_a_loop_gives(start: Open, stage: Stage, layers: Any, layer: int, unit: int) -> None:
    network = Conv(layers)
    page = start(network)
    walk(page, layer)
    page.keyboard.press("Enter")
    at(page, "layer", layer, 0)
    for _ in range(unit):
        page.get_by_role("button", name="The next one").click()
    at(page, "layer", layer, unit)
    answer = network.layer(layer, unit)
    bend = {"relu": lambda z: max(0.0, z), "tanh": math.tanh, "linear": lambda z: z}[answer["activation"]]
    high, wide = answer["output"].shape
    output = page.locator(f"{STACK} .map.output")
    for row, column in ((0, 0), (high // 2, wide // 3), (high - 1, wide - 1)):
        page.mouse.click(*look(page, output, row, column, (high, wide)))
        at(page, "pixel", layer, unit)
        parts, total = looped(answer, row, column)
        assert (number(page, "row"), number(page, "column")) == (row, column)
        assert number(page, "sum") == pytest.approx(total, rel=1e-12, abs=1e-12)
        assert number(page, "sum") == pytest.approx(float(answer["sums"][row, column]), abs=1e-4)
        assert number(page, "output") == pytest.approx(bend(total), rel=1e-12, abs=1e-12)
        sums = page.locator(f"{STACK} .sums")
        expect(sums.locator("dd.end")).to_have_text(f"→ {shown(bend(total))}")
        expect(sums.locator("dd.own")).to_have_text(f"{shown(float(answer['sums'][row, column]))} ✓")
        if len(parts) > 1:
            chips = page.locator(f"{STACK} .channel span")
            assert chips.all_text_contents() == [shown(part) for part in parts]
            expect(page.locator(f"{STACK} .written").last).to_contain_text(f"= {shown(sum(parts))}")


def test_the_tables_hold_window_kernel_and_products_of_the_chosen_map(start: Open, stage: Stage) -> None:
    network = Conv(nets.TEXTBOOK)
    page = start(network)
    walk(page, 3)
    page.keyboard.press("Enter")
    at(page, "layer", 3, 0)
    answer = network.layer(3, 0)
    page.mouse.click(*look(page, page.locator(f"{STACK} .map.output"), 4, 5, (11, 11)))
    page.locator(f"{STACK} .channel").nth(6).click()
    window, kernel = answer["input"][6, 4:7, 5:8].astype(float), answer["kernel"][6].astype(float)
    for table, numbers in zip(page.locator(f"{STACK} table.grid").all(), (window, kernel, window * kernel), strict=True):
        assert table.locator("td").all_text_contents() == [shown(value) for value in numbers.ravel()]
    expect(page.locator(f"{STACK} .written").first).to_contain_text(f"= {shown(float((window * kernel).sum()))}")
    expect(page.locator(f"{STACK} .channel").nth(6)).to_have_attribute("aria-pressed", "true")


def test_the_window_moves_on_both_maps_under_the_pointer_and_the_arrow_keys(start: Open, stage: Stage) -> None:
    network = Conv((conv(2, 3, stride=2, padding=1), nets.FLAT))
    page = start(network)
    walk(page, 1)
    page.keyboard.press("Enter")
    at(page, "layer", 1, 0)
    box = page.locator(f"{STACK} .map.output").bounding_box()
    assert box
    page.mouse.move(*look(page, page.locator(f"{STACK} .map.output"), 5, 6, (14, 14)))
    assert (number(page, "row"), number(page, "column")) == (5, 6)
    scale = page.locator(f"{STACK} .map.input").evaluate("(map) => map.getBoundingClientRect().width / 30")  # 28 and a row of zeros at both sides
    window = page.locator(f"{STACK} .map.input .window").evaluate("(one) => [one.offsetLeft, one.offsetTop, one.offsetWidth]")
    assert window == pytest.approx([12 * scale, 10 * scale, 3 * scale], abs=1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert (number(page, "row"), number(page, "column")) == (4, 7)
    page.mouse.move(*look(page, page.locator(f"{STACK} .map.input"), 1 + 20, 1 + 8, (30, 30)))  # the pixel in row 20, column 8, under its ring of zeros
    assert (number(page, "row"), number(page, "column")) == (10, 4)
    page.keyboard.press("Enter")
    expect(page.locator(f"{STACK} .place")).to_have_text("› row 11, column 5")
    page.mouse.move(*look(page, page.locator(f"{STACK} .map.output"), 1, 1, (14, 14)))  # at this distance only a click moves it
    assert (number(page, "row"), number(page, "column")) == (10, 4)
    for level in ("layer", "network"):
        page.keyboard.press("Escape")
        expect(page.locator(STACK)).to_have_attribute("data-level", level)
    expect(page.locator(CANVAS)).to_be_focused()
    expect(page.locator(f"{STACK} .glass b")).to_have_text("Layer 1 · Convolution 3×3 · filter 1")


@pytest.mark.parametrize("kind", ["max_pool", "average_pool", "batch_norm"])
def test_pooling_and_batch_norm_are_written_out(start: Open, stage: Stage, kind: str) -> None:
    network = Conv((conv(4, activation="linear"), {"kind": kind, "window": 2} if "pool" in kind else nets.NORM, nets.FLAT))
    page = start(network)
    walk(page, 2)
    page.keyboard.press("Enter")
    at(page, "layer", 2, 0)
    answer = network.layer(2, 0)
    high, wide = answer["output"].shape
    page.mouse.click(*look(page, page.locator(f"{STACK} .map.output"), 6, 3, (high, wide)))
    at(page, "pixel", 2, 0)
    x = answer["input"][0].astype(float)
    window = [x[12 + u, 6 + v] for u in (0, 1) for v in (0, 1)]
    sentence = page.locator(f"{STACK} .written")
    if kind == "max_pool":
        wanted = max(window)
        expect(sentence).to_have_text(f"max({', '.join(shown(value) for value in window)}) = {shown(wanted)}")
        marked = page.locator(f"{STACK} td.marked")
        expect(marked).to_have_text(shown(wanted))
    elif kind == "average_pool":
        wanted = sum(window) / 4
        expect(sentence).to_contain_text(f") ÷ 4 = {shown(wanted)}")
    else:
        wanted = answer["gamma"] * (x[6, 3] - answer["mean"]) / math.sqrt(answer["variance"] + answer["epsilon"]) + answer["beta"]
        expect(sentence).to_contain_text(f"√(0.040 + 1e−5) + 0.100 = {shown(wanted)}")
    assert number(page, "output") == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    expect(page.locator(f"{STACK} dd.own")).to_have_text(f"{shown(float(answer['output'][6, 3]))} ✓")


def test_a_neuron_lists_its_largest_products_and_what_the_others_add(start: Open, stage: Stage) -> None:
    network = Conv((nets.MEAN, conv(4), nets.FLAT, dense(12)))
    page = start(network)
    walk(page, 3, down=5)  # what passes on is no stop
    page.keyboard.press("Enter")
    at(page, "layer", 4, 5)
    answer = network.layer(4, 5)
    products = answer["input"].astype(float) * answer["weights"]
    order = np.argsort(-np.abs(products), kind="stable")[:8]
    assert number(page, "sum") == pytest.approx(math.fsum(products) + answer["bias"], rel=1e-9)
    rows = page.locator(f"{STACK} .list tbody tr")
    assert [row.split("\t")[-1] for row in rows.all_inner_texts()] == [
        *(shown(products[place]) for place in order),
        shown(math.fsum(products) - math.fsum(products[order])),
    ]
    first = divmod(int(order[0]), 144)
    expect(rows.first.locator("th")).to_have_text(f"map {first[0] + 1}, row {first[1] // 12 + 1}, column {first[1] % 12 + 1}")
    expect(page.locator(f"{STACK} .hand")).to_contain_text(f"= {shown(products[order[0]])}")
    expect(page.get_by_role("button", name="Switch off this neuron")).to_be_visible()


def test_the_output_writes_its_softmax_out(start: Open, stage: Stage) -> None:
    network = Conv(nets.TEXTBOOK)
    page = start(network)
    walk(page, 6, down=4)
    page.keyboard.press("Enter")
    at(page, "layer", 7, 4)
    z = network.layer(7, 4)["logits"].astype(float)
    powers = np.exp(z)
    rows = page.locator(f"{STACK} .softmax tbody tr").all_inner_texts()
    for place, row in enumerate(rows[:10]):
        wanted = [
            str(place),
            shown(z[place]),
            shown(powers[place]),
            f"{shown(powers[place])} ÷ {shown(powers.sum())}",
            f"{100 * powers[place] / powers.sum():.1f} %",
        ]
        assert row.split("\t") == wanted
    assert rows[10].split("\t")[2] == shown(powers.sum())
    expect(page.locator(f"{STACK} .unit")).to_have_text("the score of 4")
    assert not page.locator(f"{STACK} .switch").is_visible()


def test_it_moves_while_it_trains(start: Open, stage: Stage) -> None:
    network = Conv(nets.SMALL)
    page = start(network)
    walk(page, 1)
    page.keyboard.press("Enter")
    at(page, "layer", 1, 0)
    before = number(page, "sum")
    network.grown = 1.5
    paint(page, stage)
    row, column = int(number(page, "row")), int(number(page, "column"))
    wanted = looped(network.layer(1, 0), row, column)[1]
    page.wait_for_function("(wanted) => Math.abs(document.querySelector('[data-view=network]').dataset.sum - wanted) < 1e-9", arg=wanted)
    assert wanted != pytest.approx(before)


def test_the_button_switches_a_filter_off_and_says_so(start: Open, stage: Stage) -> None:
    network = Conv(nets.SMALL)
    stage.replies["filter"] = {"layer": 1, "unit": 0, "on": False}
    page = start(network)
    walk(page, 1)
    page.keyboard.press("Enter")
    at(page, "layer", 1, 0)
    page.get_by_role("button", name="Switch off this filter").click()
    for _ in range(100):
        if stage.said("action"):
            break
        laid_out(page)
    assert (stage.said("action")[0]["name"], stage.said("action")[0]["params"]) == ("filter", {"layer": 1, "unit": 0, "on": False})
    network.off.add((1, 0))
    paint(page, stage)
    expect(page.get_by_role("button", name="Switch this filter on")).to_be_visible()
    expect(page.locator(f"{STACK} .sums")).to_contain_text("switched off")
    assert number(page, "output") == 0


# -- the viewer's own picture


def test_a_chosen_picture_goes_through_the_network_until_one_goes_back(start: Open, stage: Stage) -> None:
    network = Conv(nets.SMALL)
    page = start(network, "mistakes")
    other = np.zeros((1, 28, 28), np.float32)
    other[0, :, 10:18] = 1
    stage.replies["maps"] = network.maps(other, index=22, true=1)
    paint(page, stage, mistakes=made.mistakes(3))
    page.locator(".mistakes .tile").nth(2).click()
    expect(page.locator(f"{STACK} .chip")).to_be_visible()
    assert asks(stage, "maps")[-1] == {"image": {"part": "test", "index": 22}}
    _, y, *_ = block(drawn(page)[:, :112], (255, 255, 255))
    assert len(where(drawn(page)[int(y) - 30 : int(y) + 30, 20:90], (0, 0, 0), 0)[0])  # a stroke down the middle, black beside it
    walk(page, 1)
    page.keyboard.press("Enter")
    at(page, "layer", 1, 0)
    assert asks(stage)[-1]["image"] == {"part": "test", "index": 22}
    expect(page.locator(f"{STACK} .zoom .chip")).to_be_visible()
    page.get_by_role("button", name="back to the first test picture").click()
    expect(page.locator(f"{STACK} .chip")).to_be_hidden()
    for _ in range(100):
        if asks(stage)[-1]["image"] == OWN:
            break
        laid_out(page)
    assert asks(stage)[-1]["image"] == OWN


def test_another_network_leaves_the_zoom(start: Open, stage: Stage) -> None:
    page = start(Conv(nets.SMALL))
    walk(page, 1)
    page.keyboard.press("Enter")
    at(page, "layer", 1, 0)
    stage.conv = Conv(nets.LENET)
    paint(page, stage)
    expect(page.locator(STACK)).to_have_attribute("data-level", "network")
    expect(page.locator(CANVAS)).to_be_visible()


# -- sizes and themes


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["wide", "phone"])
@pytest.mark.parametrize("layers", [nets.SMALL, nets.TWELVE], ids=["small", "twelve"])
def test_it_fits(start: Open, stage: Stage, layers: Any, size: tuple[int, int], dark: bool) -> None:
    network = Conv(layers)
    page = start(network, size=size, dark=dark)
    assert page.evaluate("() => document.documentElement.scrollWidth") == size[0]
    seen = drawn(page)
    zero = (35, 42, 52) if dark else ZERO
    assert len(where(seen, zero)[0]) > 500
    hint = page.locator(f"{STACK} .sideways")
    scroll = page.locator(f"{STACK} .across")
    if size[0] == 390 and layers is nets.TWELVE:
        expect(hint).to_be_visible()
        scroll.evaluate("(one) => { one.scrollLeft = one.scrollWidth; }")
        expect(hint).to_be_hidden()
    else:
        expect(hint).to_be_hidden()
        assert scroll.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    walk(page, 1)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    at(page, "pixel", 1, 0)
    assert page.evaluate("() => document.documentElement.scrollWidth") == size[0]


def test_many_classes_show_the_likeliest_and_two_take_one_score(start: Open, stage: Stage) -> None:
    page = start(Conv(nets.SMALL, classes=[f"class {at}" for at in range(60)]))
    assert page.locator(STACK).get_attribute("data-said") is not None
    network = Conv((conv(2), nets.FLAT), classes=["even"])
    figure = network.figure()
    figure["answer"] |= {"classes": ["even", "odd"], "probabilities": np.array([0.2, 0.8], np.float32), "said": 1, "true": 1}
    paint(page, stage, figure)
    walk(page, 3)
    expect(page.locator(f"{STACK} .glass b")).to_have_text("Output · output")
