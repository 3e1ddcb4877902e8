"""A curve that bends as often as its degree allows: the Chebyshev polynomials, with noise."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le
from numpy.polynomial.chebyshev import Chebyshev

from playground.choices import Ui
from playground.data.contract import CurveSpec, Data, Dataset, Deviation
from playground.text import N_

DATASET = Dataset(
    title=N_("Polynomial"),
    about=N_("Points along a curve of the degree you choose, with noise. A straight line can follow degree 1 only."),
    kind="curve",
    task="regression",
    features=("x",),
)


class Spec(CurveSpec):
    name: Literal["polynomial"] = "polynomial"
    degree: Annotated[
        int,
        Ge(1),
        Le(6),
        Ui(N_("Degree"), N_("The highest power of x in the curve. Degree 2 is a parabola; each degree more adds a turn (Chebyshev polynomials)."), step=1),
    ] = 3
    noise: Deviation = 0.1


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """x from U(-1, 1); y = T(x) + noise * N(0, 1), with T the Chebyshev polynomial of the degree: cos(degree * arccos x), so between -1 and 1.

    In powers of x: x, 2x² - 1, 4x³ - 3x, 8x⁴ - 8x² + 1, 16x⁵ - 20x³ + 5x, 32x⁶ - 48x⁴ + 18x² - 1.
    """
    x = rng.uniform(-1, 1, (spec.samples, 1))
    y = Chebyshev.basis(spec.degree)(x) + spec.noise * rng.standard_normal(x.shape)
    return Data(x.astype(np.float32), y.astype(np.float32), "regression", DATASET.classes, DATASET.features, None)
