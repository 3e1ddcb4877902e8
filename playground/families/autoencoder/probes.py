"""What can be seen of an autoencoder, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from playground.families.autoencoder import figures, latent, sheets, steps
from playground.families.autoencoder.kinds import Variational
from playground.families.autoencoder.latent import Arrays, Params
from playground.families.supervised import inside
from playground.families.supervised.probes import curves
from playground.training.context import Context

Probe = Callable[[Context, Params], Arrays]


def loss(context: Context, params: Params) -> Arrays:
    """As everywhere, and parts: what the test loss was made of when last measured, with what KL and code sizes count; None of kinds whose loss has one part."""
    kind, row = latent.spec(context).kind, context.history.row()
    parts = {name: row["metrics"].get(f"test_{name}") for name in ("loss", "error", "divergence")}
    weight = kind.beta_at(row["epoch"]) if isinstance(kind, Variational) else None
    return {**curves("loss", context, {}), "parts": parts, "beta": weight}


def drawn(figure: Callable[[Arrays], Arrays], probe: Probe) -> Probe:
    """A question whose answer is a figure."""
    return lambda context, params: figure(probe(context, params))


PROBES: Mapping[str, Probe] = MappingProxyType({
    "map": latent.latent,
    "tryout": sheets.tryout,
    "plane": latent.laid,
    "loss": loss,
    "error": partial(curves, "error"),
    "divergence": partial(curves, "divergence"),
    "rebuilt": sheets.rebuilt,
    "walk": sheets.walk,
    "sums": sheets.sums,
    "units": sheets.units,
    "samples": sheets.samples,
    **inside.PROBES,
    "phase": steps.phase,
})  # fmt: skip
ASKS: Mapping[str, Probe] = MappingProxyType({
    "maps": sheets.maps,
    "decode": sheets.decode,
    "map": drawn(figures.latent, sheets.chosen),
    "walk": drawn(figures.walk, sheets.walk),
    "sums": drawn(figures.sums, sheets.sums),
})  # fmt: skip
ACTIONS: Mapping[str, Probe] = MappingProxyType({})
