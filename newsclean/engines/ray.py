"""Ray Data: cleaning by ``map_batches``, learning by tallies that are merged in the cluster."""

from functools import reduce
from typing import Any

import pyarrow as pa

from newsclean.arrow import BatchCleaner
from newsclean.profile import Profile, Tally, tally

__all__ = ["clean", "learn"]


def clean(dataset: Any, cleaner: BatchCleaner | None = None, **options: Any) -> Any:
    """Return the dataset with its text column cleaned; `options` go to ``map_batches`` (batch_size, concurrency, ...).

    >>> import ray                                               # doctest: +SKIP
    >>> clean(ray.data.read_parquet("articles/")).write_parquet("clean/")    # doctest: +SKIP

    What `BatchCleaner` adds and raises, this does too.
    """
    return dataset.map_batches(cleaner or BatchCleaner(), batch_format="pyarrow", **options)


def learn(dataset: Any, text_field: str = "text", site_field: str = "site") -> Profile:
    """Learn a profile: one tally a batch, added up; the order of the batches leaves no trace.

    >>> learn(ray.data.read_parquet("articles/")).dumps()        # doctest: +SKIP
    """

    def count(batch: pa.Table) -> pa.Table:
        rows = zip(batch.column(text_field).to_pylist(), batch.column(site_field).to_pylist(), strict=True)
        found = tally((text, site) for text, site in rows if isinstance(text, str) and isinstance(site, str))
        return pa.table({"tally": pa.array([found.dumps()], pa.large_string())})

    counted = dataset.select_columns([text_field, site_field]).map_batches(count, batch_format="pyarrow")
    total = reduce(Tally.__add__, (Tally.loads(row["tally"]) for row in counted.iter_rows()), Tally())
    return total.profile()
