"""Finds datasets and families: one file or folder each, its name is its key. Nothing is listed by hand."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

import numpy as np

import playground.data
import playground.families

if TYPE_CHECKING:
    from playground.data.contract import Data, Dataset, DataSpec
    from playground.families.contract import Family


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


def make(spec: DataSpec, rng: np.random.Generator) -> Data:
    """Make the data that a spec describes."""
    data: Data = _dataset_modules()[spec.name].make(spec, rng)
    return data


def rows(spec: DataSpec) -> int:
    """How many examples a spec describes, known without making them."""
    return datasets()[spec.name].rows or int(spec.samples)  # type: ignore[attr-defined]


@cache
def families() -> Mapping[str, Family]:
    """Name -> family, in the order of their pages."""
    packages = [info.name for info in pkgutil.iter_modules(playground.families.__path__) if info.ispkg]
    found: list[Family] = [import_module(f"playground.families.{name}.family").FAMILY for name in packages]
    return MappingProxyType({family.name: family for family in sorted(found, key=lambda family: family.order)})


def torch_side(family: str) -> tuple[ModuleType, ModuleType, ModuleType]:
    """The modules model, probes and figures of a family. Imports torch: only for a worker, or headless."""
    model, probes, figures = (import_module(f"playground.families.{family}.{part}") for part in ("model", "probes", "figures"))
    return model, probes, figures
