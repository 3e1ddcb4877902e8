"""Finds the datasets: each file of this package with a `DATASET`, its name is its key."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType

import numpy as np
from annotated_types import Ge

import playground.data
from playground.data.contract import Data, Dataset, DataSpec, sided
from playground.data.drawing import scaled


@cache
def _dataset_modules() -> Mapping[str, ModuleType]:
    found = {}
    for info in pkgutil.iter_modules(playground.data.__path__):
        module = import_module(f"playground.data.{info.name}")
        if hasattr(module, "DATASET"):
            found[info.name] = module
    return MappingProxyType(found)


@cache
def datasets() -> Mapping[str, Dataset]:
    """Name -> what is known of the dataset before it is made."""
    return MappingProxyType({name: module.DATASET for name, module in _dataset_modules().items()})


def dataset_specs() -> tuple[type[DataSpec], ...]:
    return tuple(module.Spec for module in _dataset_modules().values())


def spec_of(name: str) -> type[DataSpec]:
    """The spec class of one dataset."""
    spec: type[DataSpec] = _dataset_modules()[name].Spec
    return spec


def describe(spec: DataSpec) -> Dataset:
    """What is known of the data of one spec before they are made: the dataset, with the columns, classes and rows that were chosen."""
    return sided(_described(spec), spec)


def _described(spec: DataSpec) -> Dataset:
    module = _dataset_modules()[spec.name]
    found: Dataset = module.describe(spec) if hasattr(module, "describe") else module.DATASET
    return found


def make(spec: DataSpec, rng: np.random.Generator) -> Data:
    """Make the data that a spec describes."""
    data: Data = _dataset_modules()[spec.name].make(spec, rng)
    was, asked = _described(spec), describe(spec)
    if was.shape is None or asked.shape is None or was.shape == asked.shape:
        return data
    return replace(data, x=scaled(data.x, was.shape, asked.shape), feature_names=asked.features)


def rows(spec: DataSpec) -> int:
    """How many examples a spec describes, known without making them."""
    found = describe(spec).rows
    return int(spec.samples) if found is None else found  # type: ignore[attr-defined]


def at_hand(name: str) -> bool:
    """Whether a dataset is there for everybody, and needs nothing else to be chosen: not one's own, nor one that has to be downloaded."""
    return not datasets()[name].download and not any(info.is_required() for info in spec_of(name).model_fields.values())


def fewest(name: str) -> DataSpec:
    """The spec of a dataset at hand, with as few examples as it can have."""
    spec = spec_of(name)
    limits = spec.model_fields["samples"].metadata if "samples" in spec.model_fields else ()
    few = next((limit.ge for limit in limits if isinstance(limit, Ge)), None)
    return spec(**({} if few is None else {"samples": few}))  # type: ignore[arg-type]
