"""Wines: 178 rows, 13 chemical measurements, 3 growers (UCI, 1991), out of scikit-learn."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset, TableSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Wines"),
    about=N_("178 Italian wines from three growers, thirteen chemical measurements on each: who grew it?"),
    kind="table",
    task="classes",
    features=(
        N_("alcohol"),
        N_("malic acid"),
        N_("ash"),
        N_("alkalinity of ash"),
        N_("magnesium"),
        N_("total phenols"),
        N_("flavonoids"),
        N_("nonflavonoid phenols"),
        N_("proanthocyanins"),
        N_("colour intensity"),
        N_("hue"),
        N_("diluted wine OD280/OD315"),
        N_("proline"),
    ),
    classes=(N_("grower 1"), N_("grower 2"), N_("grower 3")),
    rows=178,
    standardized=True,
)


class Spec(TableSpec):
    name: Literal["wine"] = "wine"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The table in its own units, in its own order: nothing is drawn by chance."""
    from sklearn.datasets import load_wine

    table = load_wine()
    return Data(table.data.astype(np.float32), table.target.astype(np.int64), "classes", DATASET.classes, DATASET.features, None)
