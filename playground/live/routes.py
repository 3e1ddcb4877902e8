"""Our routes beside Streamlit's: the live channel, the front's files, the health of the server.

The channel passes bytes between a browser and the engine, unread. Who may open it is decided here; what is said on it
is checked by the engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.engine import protocol
from playground.engine.client import Unreachable, engine
from playground.live.assets import sent

POLICY, TRY_LATER = 1008, 1013  # WebSocket close codes
MESSAGES = 60.0  # a second that one browser may send, averaged over a few seconds


def allowed_origins() -> set[str]:
    """Hosts besides our own whose pages may open the channel: PLAYGROUND_ORIGINS, separated by spaces."""
    return {urlsplit(origin).netloc or origin for origin in os.environ.get("PLAYGROUND_ORIGINS", "").split()}


def same_origin(socket: WebSocket) -> bool:
    """Browsers name the page's origin. One from elsewhere must not steer a run; what is no browser names none."""
    origin = socket.headers.get("origin")
    if origin is None:
        return True
    host = urlsplit(origin).netloc
    return host in {socket.headers.get("host"), socket.headers.get("x-forwarded-host")} | allowed_origins()


async def live(socket: WebSocket) -> None:
    """One browser's channel: messages in, frames and answers out."""
    if not same_origin(socket):
        await socket.close(POLICY)
        return
    await socket.accept()
    try:
        handle = await asyncio.to_thread(engine)
        reader, writer = await connect(handle.address)
    except (OSError, Unreachable):
        await socket.close(TRY_LATER)
        return
    writer.write(protocol.text({"secret": handle.secret}) + protocol.text({"type": "watch"}))
    tasks = [asyncio.ensure_future(outward(reader, socket)), asyncio.ensure_future(inward(socket, writer))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        writer.close()
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # closed by the browser already
            await socket.close(TRY_LATER)


async def connect(address: dict[str, Any]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if "path" in address:
        return await asyncio.open_unix_connection(address["path"])
    return await asyncio.open_connection(address["host"], address["port"])


async def outward(reader: asyncio.StreamReader, socket: WebSocket) -> None:
    """Engine to browser."""
    while True:
        try:
            size, kind = protocol.HEAD.unpack(await reader.readexactly(protocol.HEAD.size))
            payload = await reader.readexactly(size)
        except asyncio.IncompleteReadError:
            return
        if kind == protocol.TEXT:
            await socket.send_text(payload.decode())
        else:
            await socket.send_bytes(payload)


async def inward(socket: WebSocket, writer: asyncio.StreamWriter) -> None:
    """Browser to engine: so many messages a second, each so large."""
    allowance, last = 4 * MESSAGES, time.monotonic()
    while True:
        try:
            message = await socket.receive()
        except (WebSocketDisconnect, RuntimeError):
            return
        if message["type"] == "websocket.disconnect":
            return
        now = time.monotonic()
        allowance, last = min(4 * MESSAGES, allowance + (now - last) * MESSAGES) - 1, now
        said = message.get("text")
        raw = said.encode("utf-8", "replace") if said is not None else message.get("bytes") or b""
        if allowance < 0 or len(raw) > protocol.MAX_INBOUND:
            await socket.close(POLICY)
            return
        writer.write(protocol.packet(protocol.TEXT, raw))
        await writer.drain()


async def asset(request: Request) -> Response:
    """A file of the front, by name; nothing else can be asked for. Packed beforehand: for each of a class of eighty anew, it would hold up everybody's pictures."""
    found = await asyncio.to_thread(sent, request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    kept = "no-cache" if found.changes else "max-age=86400"
    headers = {"Cache-Control": kept, "ETag": found.tag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.media, headers=headers | {"Content-Encoding": "gzip"})
    return Response(found.plain, media_type=found.media, headers=headers)


async def health(request: Request) -> Response:
    """Whether the server and its engine work, and how busy they are."""
    try:
        return JSONResponse(await asyncio.to_thread(lambda: engine().health()))
    except Unreachable:
        return JSONResponse({"ok": False, "engine": {}, "runs": {}}, status_code=503)


@contextlib.asynccontextmanager
async def engine_lifespan(app: object) -> AsyncIterator[None]:
    """The engine lives as long as the server."""
    handle = await asyncio.to_thread(engine)
    try:
        yield None
    finally:
        await asyncio.to_thread(handle.close)


def routes(base: str = "") -> list[BaseRoute]:
    """All our routes, under the server's base path."""
    return [
        WebSocketRoute(f"{base}/live", live),
        Route(f"{base}/assets/{{name}}", asset),
        Route(f"{base}/healthz", health),
    ]
