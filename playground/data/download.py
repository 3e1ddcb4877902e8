"""Data sets that are fetched when a person asks for them: where they are, how large, by which checksum they are known; and how they become arrays.

What comes is of exactly the size and checksum that stand here, or it is thrown away: the addresses need not be trusted. Nothing is ever unpickled.
`python -m playground.data.download NAME` fetches one without a browser.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import os
import shutil
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

import numpy as np
from numpy.typing import NDArray

from playground.data import catalogue, kept
from playground.data.contract import Data, Dataset
from playground.data.pictures import data_of, evenly
from playground.text import N_, Message, Refusal

WHERE = "PLAYGROUND_DATASETS"  # the folder, for the engine's workers and the command line
MIRROR = "PLAYGROUND_MIRROR"  # an address that has every set's files in a folder of its name, asked instead of the usual ones
MB = 2**20
PIECE = 1 << 18
PATIENCE = 20.0  # seconds without a byte
ROOM = 64 * MB  # bytes of the disk that are left free


@dataclass(frozen=True)
class Part:
    """A file as it is fetched: its name at each address, its exact size, its SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Source:
    """A data set elsewhere. addresses: asked one after the other. rows, columns: of the arrays it becomes, uint8. Its parts, in order: see `convert`."""

    addresses: tuple[str, ...]
    parts: tuple[Part, ...]
    rows: int
    columns: int
    convert: Callable[[Source, Path, Path], None]

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)


def _from_idx(source: Source, fetched: Path, made: Path) -> None:
    """LeCun's files: pictures and labels for learning, then those for testing. http://yann.lecun.com/exdb/mnist has the form."""
    pictures, labels = [part.name for part in source.parts[0::2]], [part.name for part in source.parts[1::2]]
    with (made / "x.npy").open("wb") as out:
        _head(out, (source.rows, source.columns))
        for name in pictures:
            with gzip.open(fetched / name) as file:
                head = np.frombuffer(file.read(16), ">u4")
                if head[0] != 0x803 or head[2] * head[3] != source.columns:
                    raise ValueError("not pictures")
                _copy(file, out, int(head[1]) * source.columns)
    with (made / "y.npy").open("wb") as out:
        _head(out, (source.rows,))
        for name in labels:
            with gzip.open(fetched / name) as file:
                head = np.frombuffer(file.read(8), ">u4")
                if head[0] != 0x801:
                    raise ValueError("not labels")
                _copy(file, out, int(head[1]))


def _from_cifar(source: Source, fetched: Path, made: Path) -> None:
    """Krizhevsky's binary version: a tar of files whose records are one byte of class and 3,072 of pixels, red, green, blue."""
    x = np.lib.format.open_memmap(made / "x.npy", "w+", np.uint8, (source.rows, source.columns))
    y = np.zeros(source.rows, np.uint8)
    at = 0
    with tarfile.open(fetched / source.parts[0].name, "r:gz") as archive:
        members = {member.name.rpartition("/")[2]: member for member in archive.getmembers() if member.isfile()}
        for name in (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"):
            file = archive.extractfile(members[name])
            assert file is not None
            records = np.frombuffer(file.read((source.rows - at) * (1 + source.columns)), np.uint8).reshape(-1, 1 + source.columns)
            x[at : at + len(records)], y[at : at + len(records)] = records[:, 1:], records[:, 0]
            at += len(records)
    if at != source.rows:
        raise ValueError("not as many pictures as there should be")
    x.flush()
    np.save(made / "y.npy", y)


def _head(out: IO[bytes], shape: tuple[int, ...]) -> None:
    np.lib.format.write_array_header_1_0(out, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _copy(file: IO[bytes] | gzip.GzipFile, out: IO[bytes], count: int) -> None:
    """So many bytes, piece by piece."""
    while count:
        piece = file.read(min(PIECE, count))
        if not piece:
            raise ValueError("cut off")
        out.write(piece)
        count -= len(piece)


SOURCES: Mapping[str, Source] = MappingProxyType({
    "mnist_full": Source(
        ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
        (
            Part("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            Part("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            Part("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            Part("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ),
        70_000, 784, _from_idx,
    ),
    "fashion_mnist": Source(
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
        (
            Part("train-images-idx3-ubyte.gz", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            Part("train-labels-idx1-ubyte.gz", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            Part("t10k-images-idx3-ubyte.gz", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            Part("t10k-labels-idx1-ubyte.gz", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ),
        70_000, 784, _from_idx,
    ),
    "cifar10": Source(
        ("https://www.cs.toronto.edu/~kriz/",),
        (Part("cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),),
        60_000, 3072, _from_cifar,
    ),
})  # fmt: skip


def folder() -> Path:
    """Where fetched sets are kept: $PLAYGROUND_DATASETS, as the engine sets it; else in the server's home folder."""
    return kept.folder(WHERE, "datasets")


def here(name: str, where: Path | None = None) -> bool:
    """Is the set on this computer?"""
    return ((where or folder()) / name / "y.npy").exists()


def missing(dataset: Dataset) -> Refusal:
    """For a set that is not here; it names the one that ships."""
    twin = catalogue.datasets()[dataset.download].title
    return Refusal(Message(N_("{name} is not on this server yet. Download it in the form, under More pictures; or take {twin}, which ships with the playground and works the same way."), {"name": dataset.title, "twin": twin}))  # fmt: skip


def made(name: str, dataset: Dataset, samples: int) -> Data:
    """Of a set that is here so many pictures, as many of each class as can be, the first in the set's own order; nothing is drawn by chance."""
    try:
        x, y = (np.load(folder() / name / f"{part}.npy", mmap_mode="r", allow_pickle=False) for part in "xy")
    except (OSError, ValueError):
        raise missing(dataset) from None
    some = evenly(np.asarray(y), samples)
    chosen: NDArray[np.uint8] = x[some]
    return data_of(dataset, (chosen / np.float32(255)).astype(np.float32), y[some].astype(np.int64))


def fetch(name: str, where: Path, tell: Callable[[int], None]) -> None:
    """Fetch a set into its folder under `where`, whole or not at all. tell: is told the bytes that have come so far. Refusal, with a sentence, where it cannot."""
    source, final = SOURCES[name], where / name
    work = where / f"{name}.part"
    shutil.rmtree(work, ignore_errors=True)
    try:
        (work / "made").mkdir(parents=True)
        needed = source.bytes + source.rows * (source.columns + 1)
        if shutil.disk_usage(work).free < needed + ROOM:
            raise Refusal(
                Message(N_("There is no room on this server's disk: {needed} MB are needed. Ask whoever runs it for more."), {"needed": (needed + ROOM) // MB})
            )
        done = 0
        for part in source.parts:
            for piece in _stream(name, source, part, work / part.name):
                done += piece
                tell(done)
        try:
            source.convert(source, work, work / "made")
        except (ValueError, OSError, EOFError, KeyError, tarfile.TarError) as error:
            raise Refusal(Message(N_("What came could not be turned into pictures: {detail}."), {"detail": str(error)[:80] or "?"})) from None
        shutil.rmtree(final, ignore_errors=True)
        os.replace(work / "made", final)
    except OSError as error:
        raise Refusal(Message(N_("The download could not be kept: {detail}."), {"detail": error.strerror or "?"})) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _stream(name: str, source: Source, part: Part, path: Path) -> Iterator[int]:
    """Write a part to `path`, from the first address that has it; the size of each piece. Refusal where none has it, or it is not what it should be."""
    mirror = os.environ.get(MIRROR)
    addresses = (f"{mirror.rstrip('/')}/{name}/",) if mirror else source.addresses
    for number, address in enumerate(addresses):
        try:
            with urllib.request.urlopen(
                urllib.request.Request(address + part.name, headers={"User-Agent": "neural-network-playground"}), timeout=PATIENCE
            ) as answer:
                yield from _written(answer, part, path)
                return
        except urllib.error.HTTPError as error:
            why = Message(N_("The address that has it answers {code} to {file}. Try again later."), {"code": error.code, "file": part.name})
        except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException):
            if path.exists():
                raise Refusal(Message(N_("The connection broke off in the middle of {file}. Try again."), {"file": part.name})) from None
            why = Message(N_("There is no network here, or the address does not answer."))
        if number == len(addresses) - 1:
            raise Refusal(why)


def _written(answer: http.client.HTTPResponse, part: Part, path: Path) -> Iterator[int]:
    """The pieces of an answer, written; Refusal where they are more or fewer than they should be, or others."""
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as out:
        while piece := answer.read1(PIECE):
            count += len(piece)
            if count > part.bytes:
                raise Refusal(
                    Message(N_("{file} is larger than the {limit} bytes it should have. It was not kept."), {"file": part.name, "limit": f"{part.bytes:,}"})
                )
            digest.update(piece)
            out.write(piece)
            yield len(piece)
    if count < part.bytes:
        raise Refusal(Message(N_("The connection broke off in the middle of {file}. Try again."), {"file": part.name}))
    if digest.hexdigest() != part.sha256:
        raise Refusal(Message(N_("{file} is not what it should be: its checksum is wrong. It was not kept. Try again later."), {"file": part.name}))


if __name__ == "__main__":
    import sys

    fetch(sys.argv[1], folder(), lambda done: print(f"\r{done / MB:.1f} MB", end="", flush=True))
    print()
