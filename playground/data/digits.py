"""1,797 handwritten digits of 8x8 pixels."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset, ImagesSpec, pixels
from playground.data.pictures import DIGITS, data_of, shipped
from playground.text import N_

SHAPE = (1, 8, 8)
DATASET = Dataset(
    title=N_("Digits 8×8"),
    about=N_("Handwritten digits in 64 pixels (Alpaydin and Kaynak, 1998): small enough to read every number of a network."),
    kind="images",
    task="classes",
    features=pixels(SHAPE),
    classes=DIGITS,
    rows=1797,
    shape=SHAPE,
    drawing="digits",
)


class Spec(ImagesSpec):
    name: Literal["digits"] = "digits"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """All of them; nothing is drawn by chance."""
    held = shipped("digits")
    return data_of(DATASET, (held["x"] / 16).astype(np.float32), held["y"].astype(np.int64))
