"""What is said between browser, UI server, engine and worker: messages, their limits, and how bytes carry them.

On a socket between processes a packet is `length (4 bytes, big-endian) | kind (1 byte) | payload`. A TEXT payload is
one JSON object with a "type". A BINARY payload is `header length (4 bytes, little-endian) | JSON header | arrays`: each
array of the header stands as {"$": dtype, "at": offset, "shape": [...]}, its bytes at that offset after the header,
which is padded with spaces so that arrays start at a multiple of 8. FRAME is BINARY too, marked so that it can be passed on
unread. To a browser a packet goes without length and kind: TEXT as a text message, the others as binary ones.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
import orjson
from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel, ConfigDict, Discriminator, TypeAdapter, ValidationError

from playground.text import N_, Message, Refusal

TEXT, BINARY, FRAME = 0, 1, 2
HEAD = struct.Struct("!IB")
MAX_INBOUND = 64 * 1024  # bytes of one message from a browser
MAX_PACKET = 256 * 1024 * 1024  # bytes of one packet between our own processes

STATES = ("queued", "ready", "running", "paused", "finished", "stopped", "diverged", "failed", "lost", "parked")
State = Literal["queued", "ready", "running", "paused", "finished", "stopped", "diverged", "failed", "lost", "parked"]
EVENTS_TOLD = 24  # the last live changes of a run, that its status tells

Name = Annotated[str, MaxLen(40)]
Run = Annotated[str, MaxLen(64)]


class Inbound(BaseModel):
    """From a viewer. Unknown keys and types are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Hello(Inbound):
    """First of all: which run, which views are open, how many frames a second are wanted at most."""

    type: Literal["hello"]
    run: Run
    views: Annotated[tuple[Name, ...], MaxLen(32)] = ()
    rate: Annotated[float, Ge(0.1), Le(30)] = 15.0


class Open(Inbound):
    """The views that are open now; frames hold only these."""

    type: Literal["open"]
    views: Annotated[tuple[Name, ...], MaxLen(32)]


class Ack(Inbound):
    """The last frame was painted: one more, please."""

    type: Literal["ack"]


class Command(Inbound):
    """Transport: train, pause, step, stop, reset, speed, device. Answered under `id`."""

    type: Literal["command"]
    id: Annotated[int, Ge(0), Le(2**53)] = 0
    name: Literal["train", "pause", "step", "stop", "reset", "speed", "device"]
    params: Annotated[dict[str, Any], MaxLen(8)] = {}


class Ask(Inbound):
    """A question that changes nothing. Answered under `id`."""

    type: Literal["ask"]
    id: Annotated[int, Ge(0), Le(2**53)]
    name: Name
    params: Annotated[dict[str, Any], MaxLen(16)] = {}


class Action(Inbound):
    """A change to the run: logged with its step. Answered under `id`."""

    type: Literal["action"]
    id: Annotated[int, Ge(0), Le(2**53)]
    name: Name
    params: Annotated[dict[str, Any], MaxLen(16)] = {}


AnyInbound = Annotated[Hello | Open | Ack | Command | Ask | Action, Discriminator("type")]
_inbound: TypeAdapter[Hello | Open | Ack | Command | Ask | Action] = TypeAdapter(AnyInbound)


def inbound(raw: bytes) -> Hello | Open | Ack | Command | Ask | Action:
    """A viewer's message, or a Refusal that says what is wrong with it."""
    if len(raw) > MAX_INBOUND:
        raise Refusal(Message(N_("A message may have at most {limit} bytes; this one has {given}."), {"limit": MAX_INBOUND, "given": len(raw)}))
    try:
        message = _inbound.validate_json(raw)
        orjson.dumps(getattr(message, "params", None))  # it travels on to a worker: whole numbers beyond 64 bits would not
        return message
    except TypeError:
        raise Refusal(Message(N_("The message was not understood at {where}: {detail}."), {"where": "params", "detail": "a number is too large"})) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))[:80] or "message"
        raise Refusal(Message(N_("The message was not understood at {where}: {detail}."), {"where": where, "detail": first["msg"][:120]})) from None


def id_of(raw: bytes) -> int | None:
    """The id of a message that was refused, so that its sender knows which; None if it has none."""
    try:
        found = orjson.loads(raw[:MAX_INBOUND])
    except orjson.JSONDecodeError:
        return None
    number = found.get("id") if isinstance(found, dict) else None
    return number if isinstance(number, int) else None


def pack(header: Mapping[str, Any]) -> bytes:
    """A BINARY payload: JSON with numpy arrays anywhere in it. NaN outside arrays becomes null."""
    blobs: list[bytes] = []
    at = 0

    def place(value: object) -> object:
        nonlocal at
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{type(value).__name__} does not travel")
        data = np.ascontiguousarray(value).tobytes()
        told = {"$": value.dtype.str[1:], "at": at, "shape": value.shape}
        filled = -len(data) % 8
        blobs.extend((data, bytes(filled)))
        at += len(data) + filled
        return told

    head = orjson.dumps(header, default=place, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    head += b" " * (-(4 + len(head)) % 8)
    return b"".join((struct.pack("<I", len(head)), head, *blobs))


def unpack(payload: bytes) -> dict[str, Any]:
    """The header of a BINARY payload, its arrays in place (read-only views of the bytes)."""
    (size,) = struct.unpack_from("<I", payload)
    header: dict[str, Any] = orjson.loads(payload[4 : 4 + size])

    def revive(value: Any) -> Any:
        if isinstance(value, dict):
            if "$" in value:
                dtype, shape = np.dtype("<" + value["$"]), tuple(value["shape"])
                return np.frombuffer(payload, dtype, int(np.prod(shape)), 4 + size + value["at"]).reshape(shape)
            return {key: revive(item) for key, item in value.items()}
        return [revive(item) for item in value] if isinstance(value, list) else value

    return {key: revive(item) for key, item in header.items()}


def packet(kind: int, payload: bytes) -> bytes:
    return HEAD.pack(len(payload), kind) + payload


def text(message: Mapping[str, Any]) -> bytes:
    """A whole TEXT packet."""
    return packet(TEXT, orjson.dumps(message))


class Unpacker:
    """Cuts a stream of bytes into packets. Feed what arrived, take what is whole."""

    def __init__(self, limit: int = MAX_PACKET) -> None:
        self._waiting = bytearray()
        self._limit = limit

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield (kind, payload) for each packet that is whole now. ValueError past the limit."""
        self._waiting += data
        while len(self._waiting) >= HEAD.size:
            size, kind = HEAD.unpack_from(self._waiting)
            if size > self._limit:
                raise ValueError(f"packet of {size} bytes")
            if len(self._waiting) < HEAD.size + size:
                return
            payload = bytes(self._waiting[HEAD.size : HEAD.size + size])
            del self._waiting[: HEAD.size + size]
            yield kind, payload
