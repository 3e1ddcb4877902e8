"""A server that pretends to be ours, for the front alone: its modules, a page that mounts them, and a live channel.

`python -m tests.front.harness` serves it to look at, a frame for each acknowledgement.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.engine.protocol import pack
from playground.live.assets import sent
from playground.live.component import BOOTSTRAP
from tests.front import pretended
from tests.front.pretended_conv import Conv

PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Front</title>
<style>
  body { margin: 0; background: #fff; font: 13px/1.45 Arial; }
  header { height: 48px; border-bottom: 1px solid #8883; } aside { display: none; }
  main { padding: 8px 16px 0; }
  @media (min-width: 800px) { aside { display: block; position: fixed; left: 0; top: 0; bottom: 0; width: 280px; border-right: 1px solid #8883; } header, main { margin-left: 280px; } }
</style>
<body><aside></aside><header></header><main><div id="host"></div></main>
<script type="module">
  if (location.hash === "#dark") document.body.style.background = "#12161c";
  window.states = []; window.outbox = []; window.errors = [];
  addEventListener("error", ({ message }) => errors.push(message));
  addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));
  const start = (await import("/bootstrap.js")).default;
  window.show = (data) => { window.takeDown = start({
    data, parentElement: document.getElementById("host"),
    setStateValue: (name, value) => states.push([name, value]), setTriggerValue: (name, value) => outbox.push(...value),
  }); };
  window.page = await (await fetch("/page.json")).json();
  show(page);
</script>"""


class Stage:
    """The pretended server, in a thread. What tests steer:

    heard: the messages that came, in order; page: the page's data; open: whether the channel takes connections;
    answers: whether each hello and ack is answered by a frame; served: whether the front's files are there; replies: what
    commands and actions are answered with, by name; an answer that is a list of messages is a refusal; held: a list in which those answers wait until `release()`. Asks for a neuron are answered by a map that is
    positive everywhere, or by answers where the figure has stripes; for a slice by a pretended one. conv: a pretended convolutional network, whose figure
    each frame holds, and which answers `maps` and `layer`.
    """

    def __init__(self, port: int = 0) -> None:
        self.heard: list[dict[str, Any]] = []
        self.page = pretended.page()
        self.open = self.answers = self.served = True
        self.words: dict[str, str] = {}
        self.replies: dict[str, Any] = {"reset": {"run": "run-b"}}
        self.run = "run-a"
        self.held: list[str] | None = None
        self.conv: Conv | None = None
        self.table = False  # are neurons asked about on a table's examples?
        self.epoch = 0.0
        self.pace = 0.0  # seconds a frame is held back, to look at in the harness
        self._sockets: set[WebSocket] = set()
        self._views: tuple[str, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        routes = [
            Route("/", lambda _: HTMLResponse(PAGE)),
            Route("/favicon.ico", lambda _: Response(status_code=204)),
            Route("/bootstrap.js", lambda _: Response(BOOTSTRAP, media_type="text/javascript")),
            Route("/page.json", lambda _: JSONResponse(self.page)),
            Route("/assets/{name}", self._asset),
            WebSocketRoute("/live", self._live),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: self._server.run([listener]), daemon=True)
        self._thread.start()

    async def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if not self.served:
            return HTMLResponse("<!doctype html>the host's own page")
        if name.startswith("words-"):
            return JSONResponse(self.words)
        held = sent(name)
        return (
            Response(status_code=404)
            if held is None
            else Response(held.plain, media_type=held.media, headers={"Cache-Control": "no-store" if held.changes else "max-age=600"})
        )

    async def _live(self, channel: WebSocket) -> None:
        self._loop = asyncio.get_running_loop()
        if not self.open:
            await channel.close()
            return
        await channel.accept()
        self._sockets.add(channel)
        try:
            while True:
                await self._hear(channel, json.loads(await channel.receive_text()))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._sockets.discard(channel)

    async def _hear(self, channel: WebSocket, message: dict[str, Any]) -> None:
        self.heard.append(message)
        if message["type"] in ("hello", "open"):
            self._views = tuple(message["views"])
            self.run = message.get("run", self.run)
        if self.answers and message["type"] in ("hello", "ack"):
            self.epoch += 2
            await asyncio.sleep(self.pace)
            await channel.send_bytes(self._frame())
        elif message["type"] in ("command", "action"):
            reply = self.replies.get(message["name"], {})
            told = {"type": "refusal", "messages": reply} if isinstance(reply, list) else {"type": "answer", **reply}
            text = json.dumps({**told, "id": message["id"]})
            await channel.send_text(text) if self.held is None else self.held.append(text)
        elif message["type"] == "ask":
            await channel.send_bytes(pack({"type": "answer", "id": message["id"], **self._answer(message["name"], message["params"])}))

    def _frame(self) -> bytes:
        if not self.conv:
            return pretended.frame(self.run, self.epoch, self._views)
        return pack({"type": "frame", "run": self.run, "status": pretended.status(self.run, self.epoch), "views": {"network": self.conv.figure()}})

    def _answer(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        if name in self.replies:
            found: dict[str, Any] = self.replies[name]
            return found
        if name == "slice":
            return pretended.sliced(**params)
        if self.conv and name == "layer":
            return self.conv.layer(params["layer"], params["unit"])
        return self.conv.maps() if self.conv and name == "maps" else pretended.neuron(self.table)

    def send(self, message: bytes | dict[str, Any]) -> None:
        """To every open channel: a frame's bytes, or a message."""
        assert self._loop is not None
        for channel in tuple(self._sockets):
            sent = channel.send_bytes(message) if isinstance(message, bytes) else channel.send_text(json.dumps(message))
            asyncio.run_coroutine_threadsafe(sent, self._loop).result(60)

    def release(self) -> None:
        """Send the answers that were held."""
        held, self.held = self.held or [], None
        for text in held:
            self.send(json.loads(text))

    def cut(self) -> None:
        """Break every open channel."""
        assert self._loop is not None
        for channel in tuple(self._sockets):
            asyncio.run_coroutine_threadsafe(channel.close(1011), self._loop).result(60)

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["type"] == kind]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)


if __name__ == "__main__":
    stage = Stage(8600)
    stage.pace = 0.05
    print(stage.url)
    stage._thread.join()
