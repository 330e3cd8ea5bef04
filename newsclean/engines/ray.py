"""Ray Data: cleaning by ``map_batches``, learning by tallies that are merged in the cluster."""

import contextlib
import logging
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa
import ray
from ray.data.aggregate import AggregateFn, Sum

from newsclean.arrow import BatchCleaner
from newsclean.formats import Chunk, chunks
from newsclean.pool import LIMIT, Pool, PoolError
from newsclean.profile import Profile, Tally, tally
from newsclean.work import Done, Work

__all__ = ["clean", "clean_files", "connected", "learn", "learn_files"]

# Bytes of a block: some 16 chunks are one task, about a second of cleaning, so that many are busy with one file.
BLOCK = 4 << 20
# Reading feeds some 30 cores of cleaning; more readers than needed only fill the object store.
CORES_A_READER = 16


def clean(dataset: Any, cleaner: BatchCleaner | None = None, **options: Any) -> Any:
    """Return the dataset with its text column cleaned; `options` go to ``map_batches`` (batch_size, concurrency, ...).

    >>> import ray                                               # doctest: +SKIP
    >>> clean(ray.data.read_parquet("articles/")).write_parquet("clean/")    # doctest: +SKIP

    What `BatchCleaner` adds and raises, this does too.
    """
    return dataset.map_batches(cleaner or BatchCleaner(), batch_format="pyarrow", **options)


def learn(dataset: Any, text_field: str = "text", site_field: str = "site") -> Profile:
    """Learn a profile: one tally a batch and site, added up site by site in the cluster; no order leaves a trace.

    >>> learn(ray.data.read_parquet("articles/")).dumps()        # doctest: +SKIP
    """

    def count(batch: pa.Table) -> pa.Table:
        rows = zip(batch.column(text_field).to_pylist(), batch.column(site_field).to_pylist(), strict=True)
        return _tallies(tally((text, site) for text, site in rows if isinstance(text, str) and isinstance(site, str)))

    counted = dataset.select_columns([text_field, site_field]).map_batches(count, batch_format="pyarrow")
    return _merged(counted)[0]


# ------------------------------------------------------------------------------------------------ files
def clean_files(
    work: Work, inputs: Sequence[str], place: tuple[int, int, int], jobs: int | None = None, limit: float = LIMIT
) -> Iterator[tuple[Chunk, Done]]:
    """Clean the files from `place` (input, row, offset) on in the cluster; chunk after chunk, in order.

    `jobs` bounds how many tasks run at once; a row may take `limit` seconds. The chunks come without their rows. Raises
    PoolError where Ray gives up.
    """
    clean_block = partial(_clean_block, work, limit)
    blocks = _read_blocks(inputs, place).map_batches(
        clean_block, batch_size=None, batch_format="pyarrow", compute=ray.data.TaskPoolStrategy(jobs)
    )
    try:
        for batch in blocks.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=1):
            for data in batch.column("done"):
                yield pickle.loads(data.as_buffer())
    except ray.exceptions.RayError as err:
        raise PoolError(_said(err)) from None


def learn_files(inputs: Sequence[str], count: Callable[[Chunk], tuple[Tally, int]]) -> tuple[Profile, int, int]:
    """Learn from files: the profile, the sites seen, and how many rows were passed over.

    `count` makes the tally of a chunk and says how many of its rows it passed over. Raises PoolError where Ray gives up.
    """

    def count_block(batch: pa.Table) -> pa.Table:
        total, passed_over = Tally(), 0
        for chunk in _chunks_in(batch):
            more, passed = count(chunk)
            total, passed_over = total + more, passed_over + passed
        return _tallies(total, passed_over)

    try:
        return _merged(
            _read_blocks(inputs, (0, 0, 0)).map_batches(count_block, batch_size=None, batch_format="pyarrow")
        )
    except ray.exceptions.RayError as err:
        raise PoolError(_said(err)) from None


@contextlib.contextmanager
def connected() -> Iterator[None]:
    """Join the cluster that RAY_ADDRESS or ``ray start`` names, or start Ray on this machine and stop it at the end."""
    if ray.is_initialized():
        yield
        return
    try:
        ray.init(log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError) as err:
        raise PoolError(f"Ray cannot be reached: {err}") from None
    try:
        yield
    finally:
        ray.shutdown()


def _read_blocks(inputs: Sequence[str], place: tuple[int, int, int]) -> Any:
    """A dataset of pickled chunks, in order; each file is read by one task, wherever that runs."""
    number, row, offset = place
    context = ray.data.DataContext.get_current()
    context.target_max_block_size = BLOCK
    context.target_min_block_size = 1
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)  # a run tells what it does itself
    items = [
        {"number": n, "row": row if n == number else 0, "offset": offset if n == number else 0}
        for n in range(number, len(inputs))
    ]
    readers = 1 + int(ray.cluster_resources().get("CPU", 1)) // CORES_A_READER
    # Without a core of its own: it waits most of the time, and would otherwise be fused with the cleaning.
    return ray.data.from_items(items, override_num_blocks=len(items)).map_batches(
        partial(_read_files, list(inputs)),
        batch_size=1,
        batch_format="pyarrow",
        num_cpus=0,
        compute=ray.data.TaskPoolStrategy(readers),
    )


def _read_files(inputs: list[str], batch: pa.Table) -> Iterator[pa.Table]:
    for item in batch.to_pylist():
        n = item["number"]
        for chunk in chunks(inputs[: n + 1], n, item["row"], item["offset"]):
            yield pa.table({"chunk": pa.array([pickle.dumps(chunk)], pa.large_binary())})


def _chunks_in(batch: pa.Table) -> Iterator[Chunk]:
    for data in batch.column("chunk"):
        yield pickle.loads(data.as_buffer())


def _clean_block(work: Work, limit: float, batch: pa.Table) -> pa.Table:
    done = [pickle.dumps((replace(c, rows=None), d)) for c, d in _pool(work, limit).run(_chunks_in(batch))]
    return pa.table({"done": pa.array(done, pa.large_binary())})


@lru_cache(maxsize=1)
def _pool(work: Work, limit: float) -> "Pool[Chunk, Done]":
    """One process of ours for each of Ray's, so that a row that hangs or kills it is set aside as in a local run."""
    work.cleaner("")  # compiled before the fork, for all that follow
    return Pool(work, 1, limit)


def _tallies(total: Tally, passed_over: int = 0) -> pa.Table:
    """One row a site, and one without a site that tells how many rows were passed over."""
    rows = [(site, part.dumps(), 0) for site, part in total.by_site()]
    sites, texts, passed = zip(*rows, ("", Tally().dumps(), passed_over), strict=True)
    columns = {"site": pa.array(sites, pa.string()), "tally": pa.array(texts, pa.large_string())}
    return pa.table(columns | {"passed": pa.array(passed, pa.int64())})


def _merged(counted: Any) -> tuple[Profile, int, int]:
    """Add up, site by site, on the workers; here arrives one row a site: its part of the profile."""
    add = AggregateFn(
        init=lambda _: Tally().dumps(),
        accumulate_row=lambda total, row: (Tally.loads(total) + Tally.loads(row["tally"])).dumps(),
        merge=lambda a, b: (Tally.loads(a) + Tally.loads(b)).dumps(),
        finalize=lambda total: Tally.loads(total).profile().dumps(),
        name="profile",
    )
    merged = counted.groupby("site").aggregate(add, Sum("passed", alias_name="passed"))
    profile = Profile()
    passed = sites = 0
    for row in merged.iter_rows():
        profile |= Profile.loads(row["profile"])
        passed += row["passed"]
        sites += bool(row["site"])
    return profile, sites, passed


def _said(err: BaseException) -> str:
    lines = [line for line in str(err).splitlines() if line.strip()]
    return f"Ray: {lines[-1].strip()}" if lines else f"Ray: {type(err).__name__}"
