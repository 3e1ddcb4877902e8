"""Iris flowers: 150 rows, 4 measurements, 3 species (Fisher, 1936), out of scikit-learn."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset, TableSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Iris flowers"),
    about=N_("150 flowers of three species, four lengths measured on each (Fisher, 1936). One species stands apart, two overlap."),
    kind="table",
    task="classes",
    features=(
        N_("sepal length (cm)"),
        N_("sepal width (cm)"),
        N_("petal length (cm)"),
        N_("petal width (cm)"),
    ),
    classes=(N_("setosa"), N_("versicolor"), N_("virginica")),
    rows=150,
    standardized=True,
)


class Spec(TableSpec):
    name: Literal["iris"] = "iris"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The table in its own units, in its own order: nothing is drawn by chance."""
    from sklearn.datasets import load_iris

    table = load_iris()
    return Data(table.data.astype(np.float32), table.target.astype(np.int64), "classes", DATASET.classes, DATASET.features, None)
