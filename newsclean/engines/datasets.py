"""Hugging Face datasets: one function for ``Dataset.map``."""

from typing import Any

import pyarrow as pa

from newsclean.arrow import BatchCleaner

__all__ = ["clean"]


def clean(dataset: Any, cleaner: BatchCleaner | None = None, **options: Any) -> Any:
    """Return the dataset with its text column cleaned; `options` go to ``Dataset.map`` (num_proc, batch_size, ...).

    >>> clean(datasets.load_dataset("json", data_files="articles.jsonl"))    # doctest: +SKIP

    What `BatchCleaner` adds and raises, this does too.
    """
    batch_cleaner = cleaner or BatchCleaner()

    def batch(table: pa.Table) -> pa.Table:
        return batch_cleaner(table)

    return dataset.with_format("arrow").map(batch, batched=True, **options).with_format(None)
