"""What sets of pictures share: the files that ship."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from playground.data.contract import Data, Dataset, Floats, Integers

FILES = Path(__file__).parent / "files"
DIGITS = tuple("0123456789")


@cache
def shipped(name: str) -> MappingProxyType[str, NDArray[np.uint8]]:
    """A file that ships: x (n, columns) and y (n,), as bytes."""
    with np.load(FILES / f"{name}.npz", allow_pickle=False) as held:
        return MappingProxyType({key: held[key] for key in ("x", "y")})


def evenly(y: NDArray[np.uint8], count: int) -> NDArray[np.intp]:
    """Places of the first `count` examples, as many of each class as can be, in the order of the file."""
    order = np.argsort(np.argsort(y, kind="stable"), kind="stable")  # a rank by class
    within = order - np.searchsorted(np.sort(y), y)  # how often its class came before
    return np.sort(np.argsort(within, kind="stable")[:count])


def data_of(dataset: Dataset, x: Floats, y: Integers) -> Data:
    """Pictures (n, columns) of a set as its data."""
    return Data(x, y, dataset.task, dataset.classes, dataset.features, None)
