"""Ready-made linear experiments, each making one point. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_

DESCENT = {"name": "gradient_descent", "learning_rate": 0.1}


def _linear(data: Mapping[str, Any], model: Mapping[str, Any] | None = None, **training: Any) -> dict[str, Any]:
    return {
        "version": 1, "seed": 0, "data": dict(data), "model": {"family": "linear", **(model or {})},
        "training": {"loss": "mse", "optimizer": DESCENT, "batch_size": 10, "epochs": 300, **training},
    }  # fmt: skip


PRESETS = MappingProxyType({
    "line": Preset(N_("Line: y = 3x + 2"), N_("Press Train: the line turns until slope and intercept are about 3 and 2. Look at the path on the surface: it runs straight down to the cross, the closed-form solution."), _linear({"name": "line"})),
})  # fmt: skip
