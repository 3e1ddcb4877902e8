"""What a generator made of the same noises, kept as it gets better, so that one can go back."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.training.learner import answering

if TYPE_CHECKING:
    from playground.families.gan.model import Rivals

MOST = 60  # pages
ROOM = 40_000  # bytes of a page's pictures
SIDE = 8  # pictures of a page, each way, at most


class Album:
    """Pages of pictures that were made of a run's fixed noises, one for each row; when there are more than 60, every second one goes and from then on only every second one is kept.

    shape: (channels, height, width). steps, epochs: when. count: pictures of a page, a square number. Of points nothing is kept.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.count = min(SIDE, int((ROOM / prod(shape)) ** 0.5)) ** 2 if len(shape) == 3 else 0
        self.steps: list[int] = []
        self.epochs: list[float] = []
        self._pages: list[NDArray[np.uint8]] = []
        self._every, self._asked = 1, 0

    def add(self, model: Rivals, step: int, epoch: float) -> None:
        """Keep what the generator makes now, if a page is due."""
        self._asked += 1
        if not self.count or (self._asked - 1) % self._every:
            return
        self._pages.append(self.made(model))
        self.steps.append(step)
        self.epochs.append(epoch)
        if len(self.steps) > MOST:
            self._every *= 2
            self.steps, self.epochs, self._pages = self.steps[::2], self.epochs[::2], self._pages[::2]

    def made(self, model: Rivals) -> NDArray[np.uint8]:
        """(count, columns): what the generator makes now of the first fixed noises."""
        with answering(model):
            return shades(model.generator(model.fixed[: self.count]))

    def page(self, place: int) -> NDArray[np.uint8]:
        """(count, columns) of one page."""
        return self._pages[place]

    def __len__(self) -> int:
        return len(self.steps)

    def state(self) -> dict[str, Tensor]:
        pages = np.stack(self._pages) if self._pages else np.empty((0, self.count, prod(self.shape)), np.uint8)
        when = np.array([[self._every, self._asked], *zip(self.steps, self.epochs, strict=True)], np.float64)
        return {"album.pages": torch.from_numpy(pages), "album.when": torch.from_numpy(when)}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over the pages of a checkpoint. KeyError or ValueError where they are of another run."""
        pages, when = tensors["album.pages"].numpy(), tensors["album.when"].numpy()
        if pages.shape != (len(when) - 1, self.count, prod(self.shape)) or pages.dtype != np.uint8:
            raise ValueError("pages of another shape")
        self._every, self._asked = int(when[0, 0]), int(when[0, 1])
        self.steps, self.epochs, self._pages = when[1:, 0].astype(int).tolist(), when[1:, 1].tolist(), list(pages)


def shades(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures of 0 to 1 as bytes; what is no number is black."""
    found: NDArray[np.uint8] = (pictures.nan_to_num(0.0).clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()
    return found
