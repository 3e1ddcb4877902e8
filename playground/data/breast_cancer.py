"""Breast cancer cells: 569 rows, 30 measurements of nuclei, 2 classes (Wisconsin, 1995), out of scikit-learn."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset, TableSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Breast cancer cells"),
    about=N_("569 samples of breast tissue, thirty measurements of their cell nuclei: malignant or benign (Wisconsin, 1995)?"),
    kind="table",
    task="binary",
    features=(
        N_("mean radius"),
        N_("mean texture"),
        N_("mean perimeter"),
        N_("mean area"),
        N_("mean smoothness"),
        N_("mean compactness"),
        N_("mean concavity"),
        N_("mean concave points"),
        N_("mean symmetry"),
        N_("mean fractal dimension"),
        N_("radius error"),
        N_("texture error"),
        N_("perimeter error"),
        N_("area error"),
        N_("smoothness error"),
        N_("compactness error"),
        N_("concavity error"),
        N_("concave points error"),
        N_("symmetry error"),
        N_("fractal dimension error"),
        N_("worst radius"),
        N_("worst texture"),
        N_("worst perimeter"),
        N_("worst area"),
        N_("worst smoothness"),
        N_("worst compactness"),
        N_("worst concavity"),
        N_("worst concave points"),
        N_("worst symmetry"),
        N_("worst fractal dimension"),
    ),
    classes=(N_("malignant"), N_("benign")),
    rows=569,
    standardized=True,
)


class Spec(TableSpec):
    name: Literal["breast_cancer"] = "breast_cancer"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The table in its own units, in its own order: nothing is drawn by chance."""
    from sklearn.datasets import load_breast_cancer

    table = load_breast_cancer()
    return Data(table.data.astype(np.float32), table.target.astype(np.int64), "binary", DATASET.classes, DATASET.features, None)
