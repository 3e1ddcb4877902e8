"""One connection of the engine: packets in, packets out, never waiting for the other side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson

from playground.engine import protocol

BEHIND = 8 * 1024 * 1024  # bytes the other side may leave unread before it counts as gone


class Link:
    """Reads packets as they come; sends into the transport's buffer, whose size is bounded by closing."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def packets(self, limit: int = protocol.MAX_PACKET) -> AsyncIterator[tuple[int, bytes]]:
        """Packets until the other side closes, breaks off, or says something too large."""
        unpacker = protocol.Unpacker(limit)
        try:
            while data := await self._reader.read(1 << 18):
                for packet in unpacker.feed(data):
                    yield packet
        except (ConnectionError, ValueError):
            return

    def send(self, message: Mapping[str, Any]) -> None:
        self.pass_on(protocol.TEXT, orjson.dumps(message))

    def pass_on(self, kind: int, payload: bytes) -> None:
        """Send a packet; an other side that has left too much unread is cut off instead."""
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > BEHIND:
            transport.abort()
            return
        self._writer.write(protocol.HEAD.pack(len(payload), kind))
        self._writer.write(payload)

    def close(self) -> None:
        self._writer.close()
