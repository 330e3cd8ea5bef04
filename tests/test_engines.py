"""Every engine gives the same bytes as one process does; each is skipped, saying so, where it is not installed."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from test_profile import SITE, page

from newsclean import clean
from newsclean.arrow import BatchCleaner
from newsclean.profile import tally

pytestmark = pytest.mark.engine
pa = pytest.importorskip("pyarrow")

PAGES = [
    page(
        n, *(["Advertisement"] if n % 2 else []), "The war against ISIS was not the matter, said the mayor of the town."
    )
    for n in range(120)
]
TEXTS: list[str | None] = [*PAGES, None, "", "\u2028", "don\u00e2\u20ac\u2122t"]


def rows() -> Any:
    return pa.table({"id": list(range(len(TEXTS))), "text": TEXTS, "site": [SITE] * len(TEXTS)})


def digest(texts: Sequence[str | None]) -> str:
    return hashlib.sha256(repr(texts).encode()).hexdigest()


WANT = digest([None if t is None else clean(t).text for t in TEXTS])


def test_arrow() -> None:
    assert digest(BatchCleaner()(rows()).column("text").to_pylist()) == WANT


def test_ray() -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'newsclean[ray]'")
    from newsclean.engines.ray import clean as clean_ray
    from newsclean.engines.ray import learn

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        data = ray.data.from_arrow(rows())
        out = sorted(clean_ray(data, batch_size=32).take_all(), key=lambda r: r["id"])
        assert digest([r["text"] for r in out]) == WANT
        assert all(r["newsclean_error"] is None for r in out)
        texts = [t for t in TEXTS if t]
        assert learn(data.repartition(3)) == tally((t, SITE) for t in texts).profile()
    finally:
        ray.shutdown()


def test_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # its workers would take the system's
    sql = pytest.importorskip("pyspark.sql", reason="Spark is not installed: pip install 'newsclean[spark]'")
    from newsclean.engines.spark import clean as clean_spark

    spark = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        frame = spark.createDataFrame(
            [(r["id"], r["text"], r["site"]) for r in rows().to_pylist()], ["id", "text", "site"]
        )
        out = sorted(clean_spark(frame).collect(), key=lambda r: r["id"])
        assert digest([r["text"] for r in out]) == WANT
    finally:
        spark.stop()


def test_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets", reason="datasets is not installed: pip install 'newsclean[datasets]'")
    from newsclean.engines.datasets import clean as clean_datasets

    out = clean_datasets(datasets.Dataset(rows()), batch_size=32)
    assert digest(list(out["text"])) == WANT


def test_datatrove() -> None:
    data = pytest.importorskip(
        "datatrove.data", reason="datatrove is not installed: pip install 'newsclean[datatrove]'"
    )
    from newsclean.engines.datatrove import NewsClean

    documents = [
        data.Document(text=t, id=str(n), metadata={"site": SITE}) for n, t in enumerate(TEXTS) if t is not None
    ]
    out = [d.text for d in NewsClean(site_field="site").run(documents)]
    assert digest(out) == digest([clean(t).text for t in TEXTS if t is not None])
    bad = data.Document(text=None, id="x", metadata={})
    (kept,) = NewsClean().run([bad])
    assert kept.text is None and "TypeError" in kept.metadata["newsclean_error"]
