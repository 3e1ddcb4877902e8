"""Packets and messages: what is packed comes back, what is cut is put together, what is wrong is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from playground.engine import protocol
from playground.text import Refusal

ARRAYS = arrays.arrays(st.sampled_from([np.float32, np.float64, np.uint8, np.int32, np.int64]), arrays.array_shapes(max_dims=3, max_side=5))


@given(
    st.dictionaries(
        st.text(max_size=8).filter(lambda key: key != "$"), st.one_of(ARRAYS, st.integers(-9, 9), st.text(max_size=5), st.lists(ARRAYS, max_size=2)), max_size=5
    )
)
def test_arrays_travel_anywhere_in_a_header(header: dict[str, object]) -> None:
    found = protocol.unpack(protocol.pack(header))
    assert found.keys() == header.keys()
    for key, value in header.items():
        np.testing.assert_equal(found[key], value)


def test_arrays_start_at_multiples_of_eight_so_that_a_browser_can_view_them() -> None:
    payload = protocol.pack({"a": np.arange(3, dtype=np.uint8), "b": np.arange(2.0), "text": "żółw"})
    size = int.from_bytes(payload[:4], "little")
    head = json.loads(payload[4 : 4 + size])
    assert (4 + size) % 8 == 0 and head["b"]["at"] % 8 == 0


def test_not_a_number_outside_arrays_becomes_null() -> None:
    assert protocol.unpack(protocol.pack({"loss": float("nan"), "most": float("inf")})) == {"loss": None, "most": None}


@given(st.lists(st.tuples(st.integers(0, 2), st.binary(max_size=50)), max_size=6), st.integers(1, 7))
def test_a_stream_cut_anywhere_gives_the_same_packets(packets: list[tuple[int, bytes]], piece: int) -> None:
    stream = b"".join(protocol.packet(kind, payload) for kind, payload in packets)
    unpacker = protocol.Unpacker()
    found = [one for at in range(0, len(stream), piece) for one in unpacker.feed(stream[at : at + piece])]
    assert found == packets


def test_a_packet_over_the_limit_is_not_waited_for() -> None:
    with pytest.raises(ValueError):
        list(protocol.Unpacker(limit=10).feed(protocol.packet(0, bytes(11))))


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"null", b"[]", b'{"type": "shout"}', b'{"type": "ack", "extra": 1}', b'{"type": "hello"}',
        b'{"type": "hello", "run": 3}', b'{"type": "hello", "run": "' + b"x" * 65 + b'"}', b'{"type": "hello", "run": "x", "rate": 1e9}',
        b'{"type": "open", "views": ["' + b"v" * 41 + b'"]}', b'{"type": "open", "views": [' + b'"a",' * 40 + b'"a"]}',
        b'{"type": "command", "name": "explode"}', b'{"type": "ask", "name": "neuron"}', b'{"type": "ask", "id": -1, "name": "neuron"}',
        b'{"type": "action", "id": 1, "name": "learning_rate", "params": [1]}', b"[" * 50_000, b" " * (protocol.MAX_INBOUND + 1), b"\xff\xfe",
    ],
)  # fmt: skip
def test_a_message_that_is_wrong_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        protocol.inbound(raw)
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 400


def test_messages_are_understood() -> None:
    assert protocol.inbound(b'{"type": "hello", "run": "abc", "views": ["loss"]}') == protocol.Hello(type="hello", run="abc", views=("loss",))
    command = protocol.inbound(b'{"type": "command", "id": 3, "name": "speed", "params": {"name": "full"}}')
    assert isinstance(command, protocol.Command) and command.params == {"name": "full"}
