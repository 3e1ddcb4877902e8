"""Finds datasets and families: one file or folder each, its name is its key. Nothing is listed by hand."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

import playground.families
from playground.data.catalogue import at_hand, dataset_specs, datasets, describe, fewest, make, rows, spec_of

if TYPE_CHECKING:
    from playground.families.contract import Family

SHARED = "supervised"  # what families that learn from answers have in common; no family itself

__all__ = ["at_hand", "dataset_specs", "datasets", "describe", "families", "fewest", "make", "rows", "spec_of", "torch_side"]


@cache
def families() -> Mapping[str, Family]:
    """Name -> family, in the order of their pages."""
    names = [info.name for info in pkgutil.iter_modules(playground.families.__path__) if info.ispkg and info.name != SHARED]
    found: list[Family] = [import_module(f"playground.families.{name}.family").FAMILY for name in names]
    return MappingProxyType({family.name: family for family in sorted(found, key=lambda family: family.order)})


def torch_side(family: str) -> tuple[ModuleType, ModuleType, ModuleType]:
    """The modules model, probes and figures of a family. Imports torch: only for a worker, or headless."""
    model, probes, figures = (import_module(f"playground.families.{family}.{part}") for part in ("model", "probes", "figures"))
    return model, probes, figures
