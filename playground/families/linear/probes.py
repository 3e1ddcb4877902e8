"""What can be seen of a linear network, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from playground.families.dense import probes as dense
from playground.families.linear.landscape import heights
from playground.families.linear.surface import surface
from playground.families.supervised.fit import fit, least_squares
from playground.families.supervised.weights import checked, layers_of, numbers, weight, weights
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def coefficients(context: Context, params: Params) -> Arrays:
    """values (parameters,): all weights, the bias last where there is one; features: the names of the first; closed: least squares of the same, or None."""
    regression = context.parts.data.task == "regression"
    return {
        "values": np.array(numbers(layers_of(context)[0]), np.float32),
        "features": context.parts.data.feature_names,
        "closed": least_squares(context).astype(np.float32) if regression else None,
    }


def loss_at(context: Context, params: Params) -> Arrays:
    """Ask: the training loss that other weights would have. {"values", "loss"}; changes nothing."""
    values = checked(context, params)
    loss = float(heights(context, np.array([values], np.float64))[0])
    return {"values": list(values), "loss": loss if np.isfinite(loss) else None}


Probe = Callable[[Context, Params], Arrays]

PROBES: Mapping[str, Probe] = MappingProxyType({**dense.PROBES, "fit": fit, "coefficients": coefficients, "surface": surface})
ASKS: Mapping[str, Probe] = MappingProxyType({"loss_at": loss_at, "slice": dense.ASKS["slice"], "trace": dense.ASKS["trace"]})
ACTIONS: Mapping[str, Probe] = MappingProxyType({"weight": weight, "weights": weights})
