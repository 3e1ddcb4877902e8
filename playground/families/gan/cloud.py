"""Points of a plane: the real ones, the made-up ones, what the discriminator thinks of every place, and how the generator bends its noise. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked
from playground.families.gan.family import Model, pictured
from playground.families.gan.measures import FAIR, WITHIN, apart, cells
from playground.families.gan.model import EDGE, Rivals
from playground.training.context import Context
from playground.training.losses import Rivalry

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Floats = NDArray[np.float32]

POINTS = 400  # drawn of the real and of the made-up ones
SIDE = 40  # places of the ground, each way
LINES, PLACES = 21, 200  # of the bent square of noise, each way; along the bent line of one-dimensional noise
ARROWS = 40
OUTER = 0.98  # of Gaussian noise, the share that the drawn square holds each way


def rivals(context: Context) -> Rivals:
    assert isinstance(context.model, Rivals)
    return context.model


def goal(context: Context) -> Rivalry:
    assert isinstance(context.objective, Rivalry)
    return context.objective


def made(context: Context) -> Tensor:
    """(500, columns) points, or a page of the album of pictures: made up of the noise that stays the same; once a frame."""
    if "made" not in context.frame:
        model = rivals(context)
        some = model.fixed[: context.learner.album.count] if pictured(context.experiment) else model.fixed  # type: ignore[attr-defined]
        context.frame["made"] = model.generator(some.to(context.examples["train"].x.device))
    found: Tensor = context.frame["made"]
    return found


def layered(context: Context, params: Params) -> Arrays:
    """real, made (n, 2); surface (40, 40), the top row first: the discriminator's answer from -1, surely made up, to 1, surely real; bounds: what these two stand for where it tells no
    probabilities; grid: the bent square of noise (rows, columns, 2), None for more dimensions; arrows (n, 4): made-up points, and where each has to move for the generator's loss to fall, the
    longest of length 1; strongest: the number of that one. strokes: where a person drew, None of all other data. Within a step made is what that step made up. phase: of the step under way: name, part."""
    real, points = context.parts.train.x, made(context)[:POINTS]
    step = step_made(context)
    if step is not None:
        points = step[:POINTS]
    answers, bounds = _scaled(context, rivals(context).discriminator(_ground(context))[:, 0])
    arrows = pulls(context, points[:ARROWS])
    sizes = np.linalg.norm(arrows, axis=1)
    longest = float(sizes.max(initial=0.0))
    known = np.isfinite(longest) and longest > 0
    return {
        "real": real[picked(len(real), POINTS)],
        "made": points.cpu().numpy(),
        "surface": answers.reshape(SIDE, SIDE).cpu().numpy(),
        "bounds": bounds,
        "grid": bent(context),
        "arrows": np.concatenate([points[:ARROWS].cpu().numpy(), arrows / longest if known else np.zeros_like(arrows)], 1),
        "strongest": int(sizes.argmax()) if known else None,
        "loss": context.experiment.training.loss,
        "strokes": [list(stroke) for stroke in context.experiment.data.strokes] if context.experiment.data.name == "sketch" else None,  # type: ignore[attr-defined]
        "phase": None if context.phase is None else {"name": context.phase.name, "part": context.phase.part},
    }


def step_made(context: Context) -> Tensor | None:
    """What was made up in the step under way, by the network that is at work; None elsewhere."""
    if context.phase is None:
        return None
    forward = context.phases.get(f"{context.phase.part} forward")
    return forward.tensors["made"] if forward is not None and context.phase.name != "sample" else None


def _ground(context: Context) -> Tensor:
    if "ground" not in context.kept:
        middles = (np.arange(SIDE) + 0.5) / SIDE * 2 * EDGE - EDGE
        across, up = np.meshgrid(middles, middles[::-1])
        places = np.stack([across, up], -1).reshape(-1, 2).astype(np.float32)
        context.kept["ground"] = torch.from_numpy(places).to(context.examples["train"].x.device)
    found: Tensor = context.kept["ground"]
    return found


def _scaled(context: Context, said: Tensor) -> tuple[Tensor, list[float] | None]:
    """Answers from -1 to 1; probabilities around a half, all others between the mean answers to made-up and to real examples as they are now."""
    if goal(context).sided:
        return torch.sigmoid(said) * 2 - 1, None
    real, fake = (float(verdict.mean()) for verdict in verdicts(context))
    middle, half = (real + fake) / 2, max(abs(real - fake) / 2, 1e-3)
    return ((said - middle) / half).clamp(-1, 1), [fake, real]


def verdicts(context: Context) -> tuple[Tensor, Tensor]:
    """What the discriminator answers to some real examples and to made-up ones, before any sigmoid, (n,) each; once a frame."""
    if "verdicts" not in context.frame:
        model, real = rivals(context), context.examples["train"].x
        some = real[torch.from_numpy(picked(len(real), min(POINTS, len(made(context))))).to(real.device)]
        context.frame["verdicts"] = (model.discriminator(some)[:, 0], model.discriminator(made(context)[:POINTS])[:, 0])
    found: tuple[Tensor, Tensor] = context.frame["verdicts"]
    return found


def pulls(context: Context, points: Tensor) -> Floats:
    """Minus the gradient of each made-up example's own loss with respect to itself, (n, columns): where it has to go to fool the discriminator."""
    with torch.enable_grad():
        asked = points.detach().requires_grad_()
        loss = goal(context).forger(rivals(context).discriminator(asked)) * len(points)
        (slope,) = torch.autograd.grad(loss, asked)
    found: Floats = -slope.cpu().numpy()
    return found


def bent(context: Context) -> Floats | None:
    """Where the generator puts an even grid of noise: (21, 21, 2), or (1, 200, 2) of noise of one dimension; None for more. Every cell holds as much of the noise as any other: small cells are
    where many points are made up."""
    spec = context.experiment.model
    assert isinstance(spec, Model)
    if spec.noise > 2:
        return None
    if "noise" not in context.kept:
        even = torch.linspace(-1, 1, LINES if spec.noise == 2 else PLACES)
        if spec.noise_kind == "gaussian":
            even = torch.erfinv(even * OUTER) * 2**0.5  # the quantiles of N(0, 1)
        context.kept["noise"] = torch.cartesian_prod(even, even) if spec.noise == 2 else even[:, None]
    shape = (LINES, LINES, 2) if spec.noise == 2 else (1, PLACES, 2)
    found: Floats = rivals(context).generator(context.kept["noise"].to(context.examples["train"].x.device)).cpu().numpy().reshape(shape)
    return found


def histograms(context: Context, params: Params) -> Arrays:
    """real, made (n,): the discriminator's answers, probabilities where it tells them. sided: does it?"""
    real, fake = (goal(context).answer(verdict).cpu().numpy() for verdict in verdicts(context))
    return {"real": real, "made": fake, "sided": goal(context).sided}


def coverage(context: Context, params: Params) -> Arrays:
    """centres (modes, 2), shares (modes,) of the made-up points that are of each clump, found (modes,) uint8; None where there are no clumps. js, kl: as measures.py has them, None where a point is no
    number. wide: how far made-up points lie apart, as a share of how far real ones do. real, made: mean answers."""
    points = made(context).cpu().numpy()
    modes = context.parts.data.modes
    if "cells" not in context.kept:
        context.kept["cells"], context.kept["wide"] = cells(context.parts.train.x), _apart(context.parts.train.x)
    known = bool(np.isfinite(points).all())
    js, kl = apart(context.kept["cells"], cells(points)) if known else (None, None)
    found: Arrays = {"centres": None, "shares": None, "found": None, "js": js, "kl": kl, "wide": _apart(points) / context.kept["wide"] if known else None}
    if modes is not None and known:
        distances = np.linalg.norm(points[:, None] - modes.centres[None], axis=2)
        nearest = distances.argmin(1)
        own = distances.min(1) <= WITHIN * modes.spread
        shares = np.bincount(nearest[own], minlength=len(modes.centres)) / len(points)
        found |= {"centres": modes.centres, "shares": shares.astype(np.float32), "found": (shares >= FAIR / len(shares)).astype(np.uint8)}
    real, fake = (float(goal(context).answer(verdict).mean()) for verdict in verdicts(context))
    return {**found, "real": real, "made": fake, "sided": goal(context).sided, "steps": context.learner.steps}


def _apart(points: Floats) -> float:
    """The root mean square distance of points (n, 2) from their mean."""
    return float(np.sqrt(np.square(points - points.mean(0)).sum(1).mean())) or 1.0
