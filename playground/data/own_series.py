"""A person's own series: a column of a CSV file. The spec names the file by its checksum and says what it gives; the bytes are in a folder of this computer, never in a link."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Le
from pydantic import Field

from playground.data import csv_series, upload
from playground.data.contract import Data, Dataset, Series
from playground.data.csv_series import LEAST, MOST
from playground.data.series import SeriesSpec, about, described, windows
from playground.text import N_, Message, Refusal

SUFFIX = ".series"
ABOUT = about(N_("Your own series"), N_("A series of your own: a column of numbers out of a CSV file, one after another in time."))


class Spec(SeriesSpec):
    """A series by its file's checksum and its column, and how many values that gives: so the spec alone tells its shape."""

    name: Literal["own_series"] = "own_series"
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    column: upload.Name
    count: Annotated[int, Ge(LEAST), Le(MOST)]


def describe(spec: Spec) -> Dataset:
    """The dataset with the windows that the spec tells of."""
    return described(ABOUT, spec, spec.count)


DATASET = ABOUT


def missing() -> Refusal:
    return Refusal(Message(N_("The series behind this link is not on this server. Give the same file again, and the link works.")))


def description(raw: bytes) -> dict[str, Any]:
    """What is in a file, as JSON: its checksum, columns, what was put right, the column that tells the time, and the one that is proposed. Refusal where there is no series in it."""
    columns, repairs, time = csv_series.read(raw)
    usable = [at for at, column in enumerate(columns) if column.why is None]
    proposed = next((at for at in usable if not csv_series.numbered(columns[at])), usable[0])
    return {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "columns": [column.plain() for column in columns],
        "repairs": [message.plain() for message in repairs],
        "time": time,
        "column": proposed,
    }


def spec_for(told: Mapping[str, Any], column: int) -> dict[str, Any]:
    """The data of an experiment on a described file, as plain data. Refusal where that column cannot be learned."""
    found = told["columns"][column]
    if found["why"] is not None:
        raise Refusal(Message.of(found["why"]))
    return {"name": "own_series", "sha256": told["sha256"], "column": found["name"], "count": found["count"]}


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The series as it is in the file; nothing is drawn by chance. Refusal where the file is not here, or does not give what the spec says."""
    try:
        raw = upload.path(spec.sha256, SUFFIX).read_bytes()
    except OSError:
        raise missing() from None
    column = next((one for one in csv_series.read(raw)[0] if one.name == spec.column), None)
    if column is None or column.why is not None or len(column.values) != spec.count:
        raise Refusal(Message(N_("The file does not give what this link says of it. Give it again, and choose its column once more.")))
    return windows(describe(spec), spec, Series(column.values, column.times, spec.column))
