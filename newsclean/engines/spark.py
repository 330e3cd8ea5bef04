"""Spark: one function for ``DataFrame.mapInArrow``."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from newsclean.arrow import BatchCleaner

__all__ = ["clean"]


def clean(frame: Any, cleaner: BatchCleaner | None = None) -> Any:
    """Return the DataFrame with its text column cleaned.

    >>> frame = spark.read.parquet("articles/")                  # doctest: +SKIP
    >>> clean(frame).write.parquet("clean/")                     # doctest: +SKIP

    What `BatchCleaner` adds and raises, this does too.
    """
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    batch_cleaner = cleaner or BatchCleaner()

    def batches(found: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return map(batch_cleaner, found)

    schema = from_arrow_schema(batch_cleaner.output_schema(to_arrow_schema(frame.schema)))
    return frame.mapInArrow(batches, schema)
