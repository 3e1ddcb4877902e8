"""Diabetes progression: 442 rows, 10 measurements, 1 target from 25 to 346 (Efron and others, 2004), out of scikit-learn."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset, TableSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Diabetes progression"),
    about=N_("442 patients, ten measurements on each; the target is how far the disease went a year later (Efron and others, 2004)."),
    kind="table",
    task="regression",
    features=(
        N_("age"),
        N_("sex"),
        N_("body mass index"),
        N_("blood pressure"),
        N_("total cholesterol"),
        N_("LDL cholesterol"),
        N_("HDL cholesterol"),
        N_("cholesterol / HDL"),
        N_("log triglycerides"),
        N_("blood sugar"),
    ),
    rows=442,
    standardized=True,
)


class Spec(TableSpec):
    name: Literal["diabetes"] = "diabetes"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The table in its own units, in its own order: nothing is drawn by chance."""
    from sklearn.datasets import load_diabetes

    table = load_diabetes(scaled=False)
    return Data(table.data.astype(np.float32), table.target[:, None].astype(np.float32), "regression", DATASET.classes, DATASET.features, None)
