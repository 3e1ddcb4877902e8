"""The bare loop: the same network, data, order, optimizer, thread count, niceness and evaluation in a plain PyTorch script.

Nothing of ours but the data and the split. Run as a process: prints steps per second, for `--seconds`.
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np
import torch
from torch import nn

from benchmarks._server import default
from playground.data.contract import split
from playground.randomness import streams
from playground.registry import make


def main(seconds: float) -> None:
    os.nice(19 - os.nice(0))
    torch.set_num_threads(1)
    experiment = default()
    seeds = streams(experiment.seed)
    parts = split(make(experiment.data, np.random.default_rng(seeds.data)), experiment.dataset, experiment.data, np.random.default_rng(seeds.split))
    x, y = torch.from_numpy(parts.train.x), torch.from_numpy(parts.train.y * 2.0 - 1).float().unsqueeze(1)
    test_x, test_y = torch.from_numpy(parts.test.x), torch.from_numpy(parts.test.y * 2.0 - 1).float().unsqueeze(1)
    torch.manual_seed(seeds.weights)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Tanh())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.015)
    loss_of = nn.MSELoss()
    order = torch.Generator().manual_seed(seeds.order)
    history = []
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        losses, outputs, targets = [], [], []
        for batch in torch.randperm(len(x), generator=order).split(10):
            optimizer.zero_grad()
            out, target = model(x[batch]), y[batch]
            loss = loss_of(out, target)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
            outputs.append(out.detach())
            targets.append(target)
            steps += 1
        with torch.no_grad():  # once an epoch, as the run does
            found = model(test_x)
            row = [torch.stack(losses).mean().item(), loss_of(found, test_y).item()]
            row += [((torch.cat(outputs) > 0) == (torch.cat(targets) > 0)).float().mean().item(), ((found > 0) == (test_y > 0)).float().mean().item()]
        history.append(row)
    print(steps / (time.perf_counter() - begun))


if __name__ == "__main__":
    main(float(sys.argv[1]))
