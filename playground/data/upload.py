"""A person's own table. The spec names the file by its checksum and says what it gives; the bytes are in a folder of this computer, never in a link."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, Field, model_validator

from playground.data import csv_table, kept
from playground.data.contract import Data, Dataset, TableSpec
from playground.data.csv_columns import LONGEST_NAME, MOST_CLASSES, clean
from playground.data.csv_table import MOST_INPUTS
from playground.data.csv_text import LEAST_ROWS, MOST_COLUMNS, MOST_ROWS
from playground.text import N_, Message, Refusal

WHERE = "PLAYGROUND_UPLOADS"  # the folder, for the engine's workers and the command line

DATASET = Dataset(
    title=N_("Your own table"),
    about=N_("A table of your own, out of a CSV file: you choose which column is learned."),
    kind="table",
    task="regression",
    features=(),
    standardized=True,
)


def _clean(name: str) -> str:
    """A link's names were written by somebody: only those that a file could have given."""
    if not name or clean(name) != name:
        raise Refusal(Message(N_("A column's or class's name in this link is not one that a table gives. Upload the table again.")))
    return name


Name = Annotated[str, MaxLen(LONGEST_NAME), AfterValidator(_clean)]


class Spec(TableSpec):
    """A table by its file's checksum, and what the file gives: so the spec alone tells shape and task. left_out: numbers of columns that are not used."""

    name: Literal["upload"] = "upload"
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    target: Name
    task: Literal["regression", "binary", "classes"]
    features: Annotated[tuple[Name, ...], MinLen(1), MaxLen(MOST_INPUTS)]
    class_names: Annotated[tuple[Name, ...], MaxLen(MOST_CLASSES)] = ()
    rows: Annotated[int, Ge(LEAST_ROWS), Le(MOST_ROWS)]
    left_out: Annotated[tuple[Annotated[int, Ge(0), Le(MOST_COLUMNS - 1)], ...], MaxLen(MOST_COLUMNS)] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Spec:
        count = len(self.class_names)
        if {"regression": count == 0, "binary": count == 2, "classes": count > 2}[self.task] and len(set(self.class_names)) == count:
            return self
        raise Refusal(Message(N_("The table's classes ({given}) do not fit its task {task}. Upload the table again."), {"given": count, "task": self.task}))


def describe(spec: Spec) -> Dataset:
    """The dataset with the columns, classes and rows that the spec names."""
    return replace(DATASET, task=spec.task, features=spec.features, classes=spec.class_names, rows=spec.rows)


def folder() -> Path:
    """Where uploaded files are kept: $PLAYGROUND_UPLOADS, as the engine sets it; else in the server's home folder."""
    return kept.folder(WHERE, "uploads")


def path(sha256: str, suffix: str = ".csv") -> Path:
    """The file of a checksum."""
    return folder() / f"{sha256}{suffix}"


def missing() -> Refusal:
    return Refusal(Message(N_("The table behind this link is not on this server. Upload the same file again, and the link works.")))


def spec_for(described: Mapping[str, Any], target: int, left_out: Sequence[int]) -> dict[str, Any]:
    """The data of an experiment on a described table, as plain data. Refusal where the choice cannot be learned."""
    found = csv_table.chosen(described, target, left_out)
    return {"name": "upload", "sha256": described["sha256"], "target": described["columns"][target]["name"], "left_out": sorted(left_out), **found}


def description(raw: bytes) -> dict[str, Any]:
    """What is in a file, as JSON: its checksum, rows, columns, what was put right, and what is proposed. Refusal where it is no table."""
    return {"sha256": hashlib.sha256(raw).hexdigest(), **csv_table.read(raw).plain()}


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The table as it is in the file; nothing is drawn by chance. Refusal where the file is not here, or does not give what the spec says."""
    try:
        raw = path(spec.sha256).read_bytes()
    except OSError:
        raise missing() from None
    table = csv_table.read(raw)
    described = {"sha256": hashlib.sha256(raw).hexdigest(), **table.plain()}
    target = next((at for at, column in enumerate(table.columns) if column.name == spec.target), None)
    if target is None or not spec_for(described, target, spec.left_out).items() <= spec.model_dump(mode="json").items():
        raise Refusal(Message(N_("The table does not give what this link says of it. Upload it again, and choose its target once more.")))
    x, y = csv_table.arrays(table, target, spec.left_out)
    return Data(x, y, spec.task, spec.class_names, spec.features, None)
