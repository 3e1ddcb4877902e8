"""The engine's process: `python -m playground.engine HOME`. Its standard input is its parent's hold on it: closed, it ends.

The secret that callers must know comes as the first line of standard input; where to call is the first line of standard
output, as JSON: {"path": ...} or {"host": ..., "port": ...}.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from playground.data import download, kept, upload
from playground.engine.limits import limits
from playground.engine.places import hear_devices
from playground.engine.server import Engine
from playground.engine.store import Store


def claim(home: Path) -> tuple[Path, Any]:
    """A home folder for this engine alone. While another engine holds it, ours is a numbered one beside it."""
    for number in range(1, 100):
        folder = home if number == 1 else home.with_name(f"{home.name}-{number}")
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
        try:
            import fcntl
        except ImportError:  # Windows: no such lock; one server for each home there
            return folder, lock
        for _ in range(30 if number == 1 else 1):  # an engine that is just ending may need a moment
            with contextlib.suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return folder, lock
            threading.Event().wait(0.1)
        lock.close()
    raise SystemExit(f"No free home folder beside {home}.")


async def listen(engine: Engine, folder: Path) -> tuple[asyncio.Server, dict[str, Any]]:
    """A Unix socket only we can reach, or a loopback port where there is none; both ask for the secret."""
    if hasattr(asyncio, "start_unix_server"):
        path = str(folder / "engine")
        server = await asyncio.start_unix_server(engine.serve, path)
        return server, {"path": path}
    server = await asyncio.start_server(engine.serve, "127.0.0.1", 0)
    return server, {"host": "127.0.0.1", "port": server.sockets[0].getsockname()[1]}


async def serve(home: Path, secret: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="playground-"))
    tempfile.tempdir = str(folder)  # the forkserver's own socket goes there too, and goes with it
    engine = Engine(Store(home), limits(), secret)
    os.environ[upload.WHERE] = str(engine.uploads.folder)  # for the workers, which come from here
    os.environ[download.WHERE] = str(engine.downloads.folder)
    os.environ[kept.LEARNED] = str(home / "learned")
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()

    def hold() -> None:
        with contextlib.suppress(OSError, ValueError):
            while sys.stdin.buffer.read(1):
                pass
        loop.call_soon_threadsafe(ending.set)

    threading.Thread(target=hold, daemon=True, name="parent").start()
    if os.name == "posix":
        loop.add_signal_handler(signal.SIGTERM, ending.set)
    _, address = await listen(engine, folder)
    print(json.dumps(address), flush=True)
    tasks = (asyncio.create_task(engine.watchdog()), asyncio.create_task(hear_devices(engine)))  # held: the loop itself does not hold tasks
    await ending.wait()
    del tasks
    engine.close()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # at once: threads that wait on a pipe, and open connections, must not hold the process


def main() -> None:
    secret = sys.stdin.readline().strip()
    home, lock = claim(Path(sys.argv[1]).resolve())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; our end comes with our parent's
    asyncio.run(serve(home, secret))
    lock.close()


if __name__ == "__main__":
    main()
