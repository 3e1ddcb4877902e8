"""What clouds of points share: points of the plane without answers, which a network is to make more of. No dataset itself."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from playground.choices import Ui
from playground.data.contract import HOW_MANY, PLANE, Data, Dataset, DataSpec, Modes, TrainFraction
from playground.text import N_


class CloudSpec(DataSpec):
    """Points of the plane [-6, 6] x [-6, 6]."""

    samples: Annotated[int, Ge(100), Le(5000), Ui(N_("Points"), HOW_MANY, step=100, more=True)] = 2000
    train_fraction: TrainFraction = 0.8


def cloud(dataset: Dataset, x: NDArray[np.float64], modes: Modes | None = None) -> Data:
    """The data of points (n, 2)."""
    return Data(x.astype(np.float32), np.zeros((len(x), 1), np.float32), "generate", (), dataset.features, PLANE, modes=modes)
