"""`python -m benchmarks NAME [--json] [--runs N] [--seconds S] [--seeds N]`: the last line is JSON with bench, figures and machine."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import os
import pkgutil
import platform
import sys

import psutil

import benchmarks


def machine() -> dict[str, object]:
    """What it was measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = {name: importlib.metadata.version(name) for name in ("torch", "streamlit", "plotly")}
    return {
        "cores": cores,
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        **versions,
    }


def main() -> int:
    names = sorted(info.name for info in pkgutil.iter_modules(benchmarks.__path__) if not info.name.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=names)
    parser.add_argument("--json", action="store_true", help="print nothing but the last line")
    parser.add_argument("--runs", type=int, default=80, help="how many trainings (classroom)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each measurement takes")
    parser.add_argument("--seeds", type=int, default=21, help="how many runs of each shape (shapes)")
    options = parser.parse_args()
    figures = importlib.import_module(f"benchmarks.{options.name}").run(options)
    if not options.json:
        for name, value in figures.items():
            print(f"{name:>24}  {value}", file=sys.stderr)
    print(json.dumps({"bench": options.name, "figures": figures, "machine": machine()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
