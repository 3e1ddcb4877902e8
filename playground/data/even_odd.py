"""Is a number even? All whole numbers of so many bits, written in zeros and ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, TableSpec
from playground.text import N_

BITS = (N_("bit 9"), N_("bit 8"), N_("bit 7"), N_("bit 6"), N_("bit 5"), N_("bit 4"), N_("bit 3"), N_("bit 2"), N_("bit 1"), N_("bit 0"))

DATASET = Dataset(
    title=N_("Even or odd"),
    about=N_("All whole numbers of so many bits, in zeros and ones: is the number even? Only the last bit tells, and the network has to find that out."),
    kind="table",
    task="binary",
    features=BITS[-8:],
    classes=(N_("odd"), N_("even")),
    rows=2**8,
)


class Spec(TableSpec):
    name: Literal["even_odd"] = "even_odd"
    bits: Annotated[int, Ge(4), Le(10), Ui(N_("Bits"), N_("How many binary digits a number has. Each one more doubles the table."), step=1)] = 8


def describe(spec: Spec) -> Dataset:
    return replace(DATASET, features=BITS[-spec.bits :], rows=2**spec.bits)


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The numbers 0 to 2^bits - 1 in their order, the highest bit first; class 1 is even. Nothing is drawn by chance."""
    number = np.arange(2**spec.bits)
    x = number[:, None] >> np.arange(spec.bits)[::-1] & 1  # (rows, bits)
    return Data(x.astype(np.float32), (1 - number % 2).astype(np.int64), "binary", DATASET.classes, describe(spec).features, None)
