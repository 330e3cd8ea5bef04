"""Rows in files: reads them in chunks that are the same on every run, cleans a chunk, and makes its bytes of output."""

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import IO, Any

from newsclean.cleaner import Cleaner

__all__ = ["SUFFIXES", "Broken", "Chunk", "Done", "Work", "form", "identity", "parquet_schema", "read", "write_parquet"]

SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet")
_PACKED = (".gz", ".zst", ".bz2", ".xz")
# A chunk is one task of a worker, one step of a resumed run and one member of a compressed output: large enough that
# each of them costs little (some 50 ms of cleaning), small enough that a killed run loses little.
CHUNK_BYTES, CHUNK_ROWS = 1 << 18, 128
# Cleaning takes 10 to 15 times a text's size in memory, so a longer row would break the bound that we promise.
MAX_ROW = 16 << 20
# zstd packs up to 32 KB of one letter into a byte: what is unpacked at once stays within some 100 MB.
_ZSTD_STEP = 1 << 12
ROW_GROUP_BYTES = 64 << 20


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


@dataclass(slots=True)
class Done:
    """What came of a chunk: bytes for the output, bytes for the errors file, numbers for the summary."""

    output: bytes
    errors: bytes = b""
    counts: Counter[str] = field(default_factory=Counter)


def form(path: str) -> str:
    """Return what a file holds by its name: ``parquet``, or ``jsonl`` with its compression.

    >>> form("a/b.jsonl.gz"), form("b.parquet"), form("-")
    ('jsonl.gz', 'parquet', 'jsonl')
    """
    name = path.lower()
    if name.endswith((".parquet", ".parquet.zst", ".parquet.gz")):
        return "parquet"
    return "jsonl" + next((p for p in _PACKED if name.endswith(p)), "")


def read(path: str, row: int = 0, offset: int = 0) -> Iterator[Chunk]:
    """Read the chunks of a file from row number `row` on (at `offset`, in a file that can be sought).

    Raises Broken, after the last good row, and OSError.
    """
    if form(path) == "parquet":
        yield from _read_parquet(path, row)
        return
    errors: tuple[type[Exception], ...] = (EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, ValueError)
    with Path(path).open("rb") as raw:
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


def _read_parquet(path: str, row: int) -> Iterator[Chunk]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    at = 0
    try:
        with Path(path).open("rb") as raw, pq.ParquetFile(raw) as file:
            for batch in file.iter_batches(batch_size=CHUNK_ROWS, use_threads=False):
                first, at = at + 1, at + batch.num_rows
                if at > row:
                    sink = pa.BufferOutputStream()
                    with pa.ipc.new_stream(sink, file.schema_arrow) as writer:
                        writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=file.schema_arrow))
                    rows = sink.getvalue().to_pybytes()
                    yield Chunk(path, first, rows, at, 0, raw.tell())
    except (pa.ArrowException, OSError) as err:
        if isinstance(err, OSError) and err.errno is not None:
            raise
        raise Broken(f"after row {at}: {str(err).splitlines()[0]}") from None  # damaged pages are an OSError, too


_blank = re.compile(r"[ \t\n\r]*").match
_scan: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def _fields(line: str) -> dict[str, tuple[Any, int, int]]:
    """The fields of a JSON object: value and span of each, so that one can be replaced and no other byte moves."""
    at = _end(line, 0)
    if line[at : at + 1] != "{":
        what = type(json.loads(line)).__name__  # or says what is wrong
        raise ValueError(f"the row is a JSON {what}, not an object")
    found: dict[str, tuple[Any, int, int]] = {}
    at = _end(line, at + 1)
    while line[at : at + 1] == '"':
        key, at = scanstring(line, at + 1)
        at = _end(line, at)
        if line[at : at + 1] != ":":
            raise ValueError(f"a colon is missing at character {at}")
        at = _end(line, at + 1)
        value, end = _scan(line, at)
        found[key] = value, at, end
        at = _end(line, end)
        if line[at : at + 1] != ",":
            break
        at = _end(line, at + 1)
        if line[at : at + 1] != '"':
            raise ValueError(f"a field is missing at character {at}")
    if line[at : at + 1] != "}":
        raise ValueError(f"the object is not closed at character {at}")
    if _end(line, at + 1) != len(line):
        raise ValueError(f"something follows the object at character {at + 1}")
    return found


def _end(line: str, at: int) -> int:
    match = _blank(line, at)
    return match.end() if match else at


def _with(line: str, fields: dict[str, tuple[Any, int, int]], new: dict[str, Any]) -> str:
    """`line` with the fields `new` put in the place of those they replace, or at its end."""
    parts: list[str] = []
    at = 0
    for key in sorted((k for k in new if k in fields), key=lambda k: fields[k][1]):
        parts += line[at : fields[key][1]], json.dumps(new[key], ensure_ascii=False)
        at = fields[key][2]
    close = line.rindex("}")
    parts.append(line[at:close])
    parts += [f", {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in new.items() if k not in fields]
    return "".join(parts) + line[close:]


@dataclass(frozen=True)
class Work:
    """What a worker does with a chunk: configuration only."""

    cleaner: Cleaner
    text_field: str = "text"
    lang_field: str = ""
    site_field: str = ""
    keep_original: bool = False
    edits: bool = False
    out: str = "jsonl"

    def __call__(self, chunk: Chunk, bad: dict[int, str], before: Callable[[int], None] | None = None) -> Done:
        """Clean a chunk; rows in `bad` are left alone, `before` is called with each row's number in the chunk."""
        if self.out == "parquet":
            return self._parquet(chunk, bad, before)
        done, lines = Done(b""), []
        for i, raw in enumerate(chunk.rows):
            if before:
                before(i)
            if raw.strip():
                done.counts["articles"] += 1
                line, error = self._row(raw, bad.get(i, ""), done.counts)
                if line is not None:
                    lines.append(line + b"\n")
                if error:
                    done.counts["errors"] += 1
                    done.errors += _error(chunk, i, error, raw)
        done.output = _pack(b"".join(lines), self.out)
        return done

    def _row(self, raw: bytes, error: str, counts: Counter[str]) -> tuple[bytes | None, str]:
        """One row's line, None where it cannot be one, and what is wrong with it."""
        if len(raw) > MAX_ROW:
            return None, f"the row is too long: more than {MAX_ROW} bytes"
        try:
            line = raw.decode()
            fields = _fields(line)
        except StopIteration as err:
            return None, f"not JSON: no value at character {err.value}"
        except RecursionError:
            return None, "not JSON that can be read: nested too deep"
        except ValueError as err:
            return None, f"not JSON: {err}"
        if error:
            return raw, error
        if self.text_field not in fields:
            return raw, f"no field {self.text_field!r}"
        text = fields[self.text_field][0]
        if not isinstance(text, str):
            return raw, f"field {self.text_field!r} is {'null' if text is None else type(text).__name__}, not a string"
        try:
            result = self.cleaner(text, lang=_string(fields, self.lang_field), site=_string(fields, self.site_field))
        except Exception as err:  # a row may fail in any way; the others must not pay for it
            return raw, f"{type(err).__name__}: {err}"
        new: dict[str, Any] = {self.text_field: result.text} if result.edits else {}
        if self.keep_original:
            new["newsclean_original"] = text
        if self.edits:
            names = ("start", "end", "replacement", "rule", "confidence")
            new["newsclean_edits"] = [{n: getattr(e, n) for n in names} for e in result.edits]
        _count(counts, ((e.start, e.end, e.replacement, e.rule) for e in result.edits))
        # A lone surrogate cannot be written but as an escape, and Python's happens to be JSON's.
        return (_with(line, fields, new).encode("utf-8", "backslashreplace") if new else raw), ""

    def _parquet(self, chunk: Chunk, bad: dict[int, str], before: Callable[[int], None] | None) -> Done:
        import pyarrow as pa

        from newsclean.arrow import EDITS, ERROR, BatchCleaner

        done = Done(b"")
        cleaner = BatchCleaner(
            self.cleaner, self.text_field, self.lang_field, self.site_field, self.keep_original, True
        )
        with pa.ipc.open_stream(chunk.rows) as stream:
            source = stream.read_next_batch()
        batch = cleaner(source, bad, before)
        texts, errors = batch.column(self.text_field), batch.column(ERROR).to_pylist()
        for i, (error, edits) in enumerate(zip(errors, batch.column(EDITS).to_pylist(), strict=True)):
            done.counts["articles"] += 1
            _count(done.counts, ((e["start"], e["end"], e["replacement"], e["rule"]) for e in edits or ()))
            if not error and not texts[i].is_valid:
                error = f"field {self.text_field!r} is null, not a string"
            if error:
                done.counts["errors"] += 1
                done.errors += _error(chunk, i, error, None)  # the row itself is in the output, as it was
        batch = batch.drop_columns([ERROR] if self.edits else [ERROR, EDITS])
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_batch(batch)
        data = sink.getvalue().to_pybytes()
        done.output = len(data).to_bytes(8, "little") + data
        return done


def _string(fields: dict[str, tuple[Any, int, int]], name: str) -> str:
    value = fields[name][0] if name and name in fields else ""
    return value if isinstance(value, str) else ""


def _count(counts: Counter[str], edits: Any) -> None:
    changed = False
    for start, end, replacement, rule in edits:
        changed = True
        counts["removed " + rule.split(".", 2)[1]] += end - start - len(replacement)
    counts["changed"] += changed


def _error(chunk: Chunk, i: int, reason: str, raw: bytes | None) -> bytes:
    """A line of the errors file; the row's own bytes are in it, as text where they are text."""
    line: dict[str, Any] = {"file": chunk.file, "row": chunk.first + i, "reason": reason}
    if raw is not None:
        kept = raw if len(raw) <= MAX_ROW else raw[:1000]
        try:
            line["data"] = kept.decode()
        except UnicodeDecodeError:
            line["data_base64"] = base64.b64encode(kept).decode()
    return json.dumps(line).encode() + b"\n"  # ASCII: a file name need not be UTF-8


def _pack(data: bytes, out: str) -> bytes:
    """Compress a chunk as a member of its own: members in a row are one file, and a run can stop after any."""
    if not data:
        return b""
    match out:
        case "jsonl.gz":
            return gzip.compress(data, 6, mtime=0)
        case "jsonl.bz2":
            return bz2.compress(data)
        case "jsonl.xz":
            return lzma.compress(data)
        case "jsonl.zst":
            import zstandard

            return zstandard.ZstdCompressor().compress(data)
    return data


def write_parquet(partial: Path, out: Path, empty_schema: Any = None) -> None:
    """Make one Parquet file of the chunks in `partial`; `empty_schema` is that of an output without rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    group: list[Any] = []

    def flush(schema: Any) -> None:
        nonlocal writer
        if writer is None:
            writer = pq.ParquetWriter(out, schema, compression="zstd")
        if group:
            writer.write_table(pa.Table.from_batches(group, schema))
            group.clear()

    try:
        with partial.open("rb") as file:
            while head := file.read(8):
                with pa.ipc.open_stream(file.read(int.from_bytes(head, "little"))) as stream:
                    group.extend(stream)
                if sum(b.nbytes for b in group) >= ROW_GROUP_BYTES:
                    flush(group[0].schema)
        schema = group[0].schema if group else empty_schema
        if schema is not None:
            flush(schema)
    finally:
        if writer is not None:
            writer.close()


def parquet_schema(path: str, work: Work) -> Any:
    """The schema that a Parquet file comes out with. Raises KeyError and TypeError where it has no column of text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from newsclean.arrow import ERROR, BatchCleaner

    try:
        with Path(path).open("rb") as raw:
            schema = pq.read_schema(raw)
    except pa.ArrowException as err:
        raise Broken(str(err).splitlines()[0]) from None
    cleaner = BatchCleaner(work.cleaner, work.text_field, keep_original=work.keep_original, edits=work.edits)
    schema = cleaner.output_schema(schema)
    return schema.remove(schema.get_field_index(ERROR))


def identity(path: str) -> list[Any]:
    """What tells whether a file is still the same one: its name, size, time, and a digest of its beginning."""
    info = Path(path).stat()
    with Path(path).open("rb") as file:
        start = hashlib.sha256(file.read(1 << 16)).hexdigest()
    return [path, info.st_size, info.st_mtime_ns, start]
