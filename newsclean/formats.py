"""Rows in files: what a file holds by its name, and its rows in chunks that are the same on every run."""

import bz2
import gzip
import hashlib
import io
import lzma
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from newsclean.progress import show

__all__ = ["MAX_ROW", "SUFFIXES", "Broken", "Chunk", "chunks", "form", "identity", "read"]

SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet")
_PACKED = (".gz", ".zst", ".bz2", ".xz")
# A chunk is one task of a worker, one step of a resumed run and one member of a compressed output: large enough that
# each of them costs little (some 50 ms of cleaning), small enough that a killed run loses little.
CHUNK_BYTES, CHUNK_ROWS = 1 << 18, 128
# How many bytes are read from a file at once: with the 8 KB of Python's own, an article was one or two reads.
BUFFER = 1 << 18
# Cleaning takes 10 to 15 times a text's size in memory, so a longer row would break the bound that we promise.
MAX_ROW = 16 << 20
# zstd packs up to 32 KB of one letter into a byte: what is unpacked at once stays within some 100 MB.
_ZSTD_STEP = 1 << 12


class Broken(ValueError):
    """An archive that ends early or is damaged, or a file that is not what its name says."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of one input. `first` is the number of the first one; `after` and `offset` are where the next chunk begins."""

    file: str
    first: int
    rows: Any
    after: int
    offset: int
    at: int  # bytes of the file read so far, for the progress bar
    input: int = 0  # which of the inputs the next chunk is in
    damage: str = ""  # why nothing more could be read; then there are no rows


def form(path: str) -> str:
    """Return what a file holds by its name: ``parquet``, or ``jsonl`` with its compression.

    >>> form("a/b.jsonl.gz"), form("b.parquet"), form("-")
    ('jsonl.gz', 'parquet', 'jsonl')
    """
    name = path.lower()
    if name.endswith((".parquet", ".parquet.zst", ".parquet.gz")):
        return "parquet"
    return "jsonl" + next((p for p in _PACKED if name.endswith(p)), "")


def chunks(inputs: Sequence[str], number: int = 0, row: int = 0, offset: int = 0) -> Iterator[Chunk]:
    """Read all inputs from a place in input `number` on; a damaged one ends in a chunk that says so. Raises OSError."""
    for n in range(number, len(inputs)):
        try:
            for chunk in read(inputs[n], row, offset):
                yield replace(chunk, input=n)
        except Broken as err:
            yield Chunk(inputs[n], 0, (), 0, 0, 0, n + 1, f"{show(inputs[n])} is damaged {err}")
        row = offset = 0


def read(path: str, row: int = 0, offset: int = 0) -> Iterator[Chunk]:
    """Read the chunks of a file from row number `row` on (at `offset`, in a file that can be sought).

    Raises Broken, after the last good row, and OSError.
    """
    if form(path) == "parquet":
        from newsclean.parquet import read as read_parquet  # only who has Parquet needs pyarrow

        yield from read_parquet(path, row)
        return
    errors: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, ValueError)
    with Path(path).open("rb", BUFFER) as raw:
        packed = form(path) != "jsonl"
        stream = _unpacked(raw, path)
        number = row
        if not packed:
            raw.seek(offset)
        chunk: list[bytes] = []
        size, first = 0, row + 1
        try:
            if packed:
                for _ in range(row):
                    _line(stream)
            while True:
                broken: Exception | None = None
                try:
                    line = _line(stream)
                except errors as err:
                    broken, line = err, b""
                except OSError as err:
                    if err.errno is not None:
                        raise
                    broken, line = err, b""  # bz2 says so
                if line:
                    number += 1
                    if number == 1:
                        line = line.removeprefix(b"\xef\xbb\xbf")
                    chunk.append(line.rstrip(b"\r\n"))
                    size += len(line)
                if chunk and (not line or size >= CHUNK_BYTES or len(chunk) >= CHUNK_ROWS):
                    place = stream.tell() if not packed else 0
                    yield Chunk(path, first, chunk, number, place, raw.tell())
                    chunk, size, first = [], 0, number + 1
                if broken:
                    what = str(broken) or type(broken).__name__
                    raise Broken(f"after row {number}: {what}")
                if not line:
                    return
        finally:
            stream.close()


def _line(stream: IO[bytes]) -> bytes:
    """The next line; of one that is too long as much as shows that it is."""
    line = stream.readline(MAX_ROW + 1)
    if len(line) > MAX_ROW and not line.endswith(b"\n"):
        more = stream.readline(MAX_ROW)
        while more and not more.endswith(b"\n"):
            more = stream.readline(MAX_ROW)
    return line


def _unpacked(raw: Any, path: str) -> IO[bytes]:
    match form(path):
        case "jsonl.gz":
            return io.BufferedReader(gzip.GzipFile(fileobj=raw))
        case "jsonl.bz2":
            return bz2.BZ2File(raw)
        case "jsonl.xz":
            return lzma.LZMAFile(raw)
        case "jsonl.zst":
            return io.BufferedReader(_Zstd(raw), 1 << 16)
    return raw  # type: ignore[no-any-return]


class _Zstd(io.RawIOBase):
    """Unpacks zstd frame after frame, and tells a truncated file from a whole one (`stream_reader` does not)."""

    def __init__(self, raw: IO[bytes]) -> None:
        import zstandard

        self._raw, self._error = raw, zstandard.ZstdError
        self._new: Callable[[], Any] = lambda: zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        self._object = self._new()
        self._begun = False
        self._packed = self._plain = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain:
            if not self._packed:
                self._packed = self._raw.read(_ZSTD_STEP)
            if not self._packed:
                if self._begun:
                    raise EOFError("the archive ends before its end marker")
                return 0
            try:
                self._plain = self._object.decompress(self._packed)
            except self._error as err:
                raise ValueError(str(err)) from None
            self._begun = not self._object.eof
            self._packed = self._object.unused_data
            if self._object.eof:
                self._object = self._new()
        n = min(len(buffer), len(self._plain))
        buffer[:n] = self._plain[:n]
        self._plain = self._plain[n:]
        return n


def identity(path: str) -> list[Any]:
    """What tells whether a file is still the same one: its name, size, time, and a digest of its beginning."""
    info = Path(path).stat()
    with Path(path).open("rb") as file:
        start = hashlib.sha256(file.read(1 << 16)).hexdigest()
    return [path, info.st_size, info.st_mtime_ns, start]
