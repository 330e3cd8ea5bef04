"""Parquet: rows in chunks, each chunk an Arrow stream, and one file made of the chunks that were cleaned."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newsclean.arrow import ERROR, BatchCleaner
from newsclean.formats import CHUNK_ROWS, Broken, Chunk

__all__ = ["pack", "read", "schema_of", "unpack", "write"]

ROW_GROUP_BYTES = 64 << 20


def read(path: str, row: int) -> Iterator[Chunk]:
    """Read the chunks of a Parquet file from row number `row` on; raises as `newsclean.formats.read` does."""
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


def unpack(rows: bytes) -> pa.RecordBatch:
    """The batch that a chunk holds."""
    with pa.ipc.open_stream(rows) as stream:
        return stream.read_next_batch()


def pack(batch: pa.RecordBatch) -> bytes:
    """A cleaned batch as `write` reads it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
    data = sink.getvalue().to_pybytes()
    return len(data).to_bytes(8, "little") + data  # type: ignore[no-any-return]


def write(partial: Path, out: Path, empty_schema: Any = None) -> None:
    """Make one Parquet file of the chunks in `partial`; `empty_schema` is that of an output without rows."""
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


def schema_of(path: str, cleaner: BatchCleaner) -> Any:
    """The schema that a Parquet file comes out with. Raises KeyError and TypeError where it has no column of text."""
    try:
        with Path(path).open("rb") as raw:
            schema = pq.read_schema(raw)
    except pa.ArrowException as err:
        raise Broken(str(err).splitlines()[0]) from None
    schema = cleaner.output_schema(schema)
    return schema.remove(schema.get_field_index(ERROR))
