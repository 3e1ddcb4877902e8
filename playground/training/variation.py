"""Training pictures varied anew each time they are shown: shifted, turned, mirrored, grainy."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from playground.data.contract import SHUFFLE, ImagesSpec


class Variation:
    """Makes of pictures (n, channels * height * width), values 0 to 1, others like them. All chance is drawn from `generator`, on the CPU.

    spec: what is done; it may change between two steps. Turning and shifting move a picture's content on a black ground, by the middle of the picture,
    bilinear between pixels; a shift alone is by whole pixels and so leaves their values as they are. Grain is added last, and cut at black and white.
    """

    def __init__(self, spec: ImagesSpec, shape: tuple[int, int, int], generator: torch.Generator) -> None:
        self.spec, self.shape, self.generator = spec, shape, generator
        place = np.random.default_rng(SHUFFLE).permutation(math.prod(shape))
        self._shuffled, self._back = torch.from_numpy(place), torch.from_numpy(np.argsort(place))

    def __call__(self, x: Tensor) -> Tensor:
        if not self.spec.varied:
            return x
        if not self.spec.shuffled_pixels:
            return self._varied(x)
        return self._varied(x[:, self._back.to(x.device)])[:, self._shuffled.to(x.device)]  # the picture is varied, then its pixels dealt out

    def _varied(self, x: Tensor) -> Tensor:
        spec = self.spec
        images = x.reshape(-1, *self.shape)
        if spec.shift or spec.rotate or spec.flip:
            count = len(images)
            angles = (self._uniform(count) * 2 - 1) * math.radians(spec.rotate)
            down, across = (torch.randint(-spec.shift, spec.shift + 1, (count,), generator=self.generator).float() for _ in range(2))
            mirror = torch.where(self._uniform(count) < 0.5, -1.0, 1.0) if spec.flip else torch.ones(count)
            images = moved(images, angles, down, across, mirror)
        if spec.pixel_noise:
            grain = torch.randn(images.shape, generator=self.generator).to(x.device)
            images = (images + spec.pixel_noise * grain).clamp(0, 1)
        return images.flatten(1)

    def _uniform(self, count: int) -> Tensor:
        return torch.rand(count, generator=self.generator)


def moved(images: Tensor, angles: Tensor, down: Tensor, across: Tensor, mirror: Tensor) -> Tensor:
    """Pictures (n, channels, height, width), each turned by its angle (radians, clockwise), then mirrored left to right where `mirror` is -1, then shifted by whole or part pixels."""
    height, width = images.shape[2:]
    if not bool(angles.any()) and bool((down == down.round()).all()) and bool((across == across.round()).all()):
        return _stepped(images, down.long(), across.long(), mirror)
    rows, columns = torch.meshgrid(torch.arange(height, dtype=torch.float32), torch.arange(width, dtype=torch.float32), indexing="ij")
    y = rows - (height - 1) / 2 - down[:, None, None]  # (n, height, width): where each pixel comes from, about the middle
    x = (columns - (width - 1) / 2 - across[:, None, None]) * mirror[:, None, None]
    cos, sin = angles.cos()[:, None, None], angles.sin()[:, None, None]
    source = torch.stack([(cos * x + sin * y) * 2 / width, (cos * y - sin * x) * 2 / height], -1)
    return F.grid_sample(images, source.to(images.device), mode="bilinear", padding_mode="zeros", align_corners=False)


def _stepped(images: Tensor, down: Tensor, across: Tensor, mirror: Tensor) -> Tensor:
    """As `moved`, by whole pixels: every value stays what it is."""
    height, width = images.shape[2:]
    device = images.device
    images = torch.where((mirror < 0).to(device)[:, None, None, None], images.flip(3), images)
    rows = torch.arange(height)[None] - down[:, None]  # (n, height)
    columns = torch.arange(width)[None] - across[:, None]
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    which = torch.arange(len(images))[:, None, None].to(device)
    picked = images[
        which, :, rows.clamp(0, height - 1)[:, :, None].to(device), columns.clamp(0, width - 1)[:, None, :].to(device)
    ]  # (n, height, width, channels)
    return (picked * inside[..., None].to(device)).permute(0, 3, 1, 2)
