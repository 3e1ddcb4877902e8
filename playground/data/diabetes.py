"""Diabetes progression: 442 rows, 10 measurements, 1 target from 25 to 346 (Efron and others, 2004), out of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from playground.choices import Choice, Ui, one_of
from playground.data.contract import Data, Dataset, TableSpec
from playground.text import N_

ALL = "all"
COLUMNS: Mapping[str, Choice] = MappingProxyType({
    ALL: Choice(N_("all ten"), r"x_1, \dots, x_{10}", N_("Every measurement is an input.")),
    "age": Choice(N_("age"), "x_1", N_("In years.")),
    "sex": Choice(N_("sex"), "x_2", N_("Coded as 1 and 2.")),
    "body_mass_index": Choice(N_("body mass index"), "x_3", N_("Weight in kilograms over the square of the height in metres. It tells the most of all ten.")),
    "blood_pressure": Choice(N_("blood pressure"), "x_4", N_("The mean arterial pressure.")),
    "total_cholesterol": Choice(N_("total cholesterol"), "x_5", N_("All cholesterol in the blood.")),
    "ldl_cholesterol": Choice(N_("LDL cholesterol"), "x_6", N_("Carried by low-density lipoproteins, the harmful kind.")),
    "hdl_cholesterol": Choice(N_("HDL cholesterol"), "x_7", N_("Carried by high-density lipoproteins, the helpful kind. More of it goes with less disease.")),
    "cholesterol_ratio": Choice(N_("cholesterol / HDL"), "x_8", N_("Total cholesterol over HDL cholesterol.")),
    "log_triglycerides": Choice(N_("log triglycerides"), "x_9", N_("The logarithm of the blood fats.")),
    "blood_sugar": Choice(N_("blood sugar"), "x_{10}", N_("Glucose in the blood.")),
})  # fmt: skip
SINGLE = tuple(name for name in COLUMNS if name != ALL)  # in the table's order

DATASET = Dataset(
    title=N_("Diabetes progression"),
    about=N_("442 patients, ten measurements on each; the target is how far the disease went a year later (Efron and others, 2004)."),
    kind="table",
    task="regression",
    features=tuple(COLUMNS[name].title for name in SINGLE),
    rows=442,
    standardized=True,
)

if TYPE_CHECKING:
    Column = str
else:
    Column = one_of(COLUMNS)


class Spec(TableSpec):
    name: Literal["diabetes"] = "diabetes"
    column: Annotated[Column, Ui(N_("Column"), N_("Which measurement the network is given. With one, the data are a cloud in a plane, and the answer is a line through it."))] = ALL  # fmt: skip


def describe(spec: Spec) -> Dataset:
    return DATASET if spec.column == ALL else replace(DATASET, features=(COLUMNS[spec.column].title,))


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The table, or one column of it, in its own units, in its own order: nothing is drawn by chance."""
    from sklearn.datasets import load_diabetes

    table = load_diabetes(scaled=False)
    x = table.data if spec.column == ALL else table.data[:, [SINGLE.index(spec.column)]]
    return Data(x.astype(np.float32), table.target[:, None].astype(np.float32), "regression", DATASET.classes, describe(spec).features, None)
