"""Every engine gives the same bytes as one process does; each is skipped, saying so, where it is not installed."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from test_profile import SITE, page

from newsclean import clean
from newsclean.arrow import BatchCleaner
from newsclean.cli import main
from newsclean.formats import Chunk
from newsclean.profile import tally
from newsclean.work import Done

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


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'newsclean[ray]'")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


def test_ray(ray: Any) -> None:
    from newsclean.engines.ray import clean as clean_ray
    from newsclean.engines.ray import learn

    data = ray.data.from_arrow(rows())
    out = sorted(clean_ray(data, batch_size=32).take_all(), key=lambda r: r["id"])
    assert digest([r["text"] for r in out]) == WANT
    assert all(r["newsclean_error"] is None for r in out)
    texts = [t for t in TEXTS if t]
    assert learn(data.repartition(3)) == tally((t, SITE) for t in texts).profile()


def both(tmp_path: Path, *args: str | Path, status: int) -> list[Path]:
    """Run a corpus here and on Ray; everything that they leave must be the same."""
    folders = [tmp_path / engine for engine in ("local", "ray")]
    for folder in folders:
        folder.mkdir()
        assert main(["corpus", *map(str, args), "-o", str(folder / "out.jsonl"), "--engine", folder.name]) == status
    local, ray = ({p.name: p.read_bytes() for p in f.iterdir() if ".state." not in p.name} for f in folders)
    assert local == ray
    return folders


def jsonl(path: Path, texts: Sequence[Any], pack: Any = bytes) -> Path:
    lines = [json.dumps({"id": i, "text": t, "site": SITE}).encode() + b"\n" for i, t in enumerate(texts)]
    path.write_bytes(pack(b"".join(lines)))
    return path


def test_a_corpus_run_on_ray_leaves_the_same_bytes(ray: Any, tmp_path: Path, capsys: Any) -> None:
    a = jsonl(tmp_path / "a.jsonl", TEXTS * 5)
    b = jsonl(tmp_path / "b.jsonl.gz", [*PAGES, 7, "\ud800"], gzip.compress)
    (tmp_path / "c.jsonl").write_bytes(b"not json\n" + a.read_bytes()[:90_000])
    both(tmp_path, a, b, tmp_path / "c.jsonl", a, "--site-field", "site", "--edits", status=1)
    said = capsys.readouterr().err
    assert said.count("rows set aside  ") == 2
    assert main(["corpus", str(a), "-o", str(tmp_path / "ray" / "out.jsonl"), "--engine", "ray"]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert main(["corpus", str(a), "-o", str(tmp_path / "none" / "out.jsonl"), "--engine", "ray"]) == 2


def test_a_damaged_archive_on_ray(ray: Any, tmp_path: Path) -> None:
    noise = [f"{t} {os.urandom(300).hex()}" for t in PAGES * 4]
    a = jsonl(tmp_path / "a.jsonl.gz", noise, lambda data: gzip.compress(data)[:-50_000])
    local, _ = both(tmp_path, a, jsonl(tmp_path / "b.jsonl", PAGES), status=1)
    assert {p.name for p in local.iterdir()} == {
        f"out.jsonl.{end}" for end in ("incomplete", "errors.jsonl", "state.json")
    }


def test_parquet_on_ray(ray: Any, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(rows(), tmp_path / "a.parquet", row_group_size=50)
    for engine in ("local", "ray"):
        out = tmp_path / f"{engine}.parquet"
        assert main(["corpus", str(tmp_path / "a.parquet"), "-o", str(out), "--edits", "--engine", engine]) == 1
    assert (tmp_path / "ray.parquet").read_bytes() == (tmp_path / "local.parquet").read_bytes()


def test_learning_on_ray_gives_the_same_profile(ray: Any, tmp_path: Path) -> None:
    inputs = [jsonl(tmp_path / f"{n}.jsonl", [*PAGES[n::3], n]) for n in range(3)]
    for engine in ("local", "ray"):
        args = ["learn", *map(str, inputs), "-o", str(tmp_path / engine), "--engine", engine]
        assert main(args) == 1  # rows were passed over
    assert (tmp_path / "ray").read_text() == (tmp_path / "local").read_text()
    assert SITE in json.loads((tmp_path / "ray").read_text())


class Fragile:
    """Work that one row kills and another hangs."""

    cleaner = staticmethod(lambda text: None)

    def __call__(self, chunk: Chunk, bad: dict[int, str], before: Any) -> Done:
        done = Done(b"")
        for i, row in enumerate(chunk.rows):
            if before:
                before(i)
            if i not in bad and b"die" in row:
                os.kill(os.getpid(), signal.SIGKILL)
            if i not in bad and b"hang" in row:
                time.sleep(600)
            done.output += bad.get(i, "well").encode() + b"\n"
        return done


def test_the_row_to_blame_is_named_on_ray_too(ray: Any, tmp_path: Path) -> None:
    from newsclean.engines.ray import clean_files

    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    source = jsonl(tmp_path / "a.jsonl", ["a", "die", "b", "hang", "c"])
    ((chunk, done),) = clean_files(Fragile(), [str(source)], (0, 0, 0), 1, 1.0)  # type: ignore[arg-type]
    assert chunk.after == 5
    assert done.output.splitlines() == [
        b"well", b"the process that cleaned it died", b"well", b"took longer than 1 s", b"well",
    ]  # fmt: skip


def test_a_killed_run_on_ray_goes_on_anywhere(ray: Any, tmp_path: Path) -> None:
    source = jsonl(tmp_path / "a.jsonl", PAGES * 50)
    out, whole, note = tmp_path / "out.jsonl", tmp_path / "whole.jsonl", tmp_path / "out.jsonl.state.json"
    command = [sys.executable, "-m", "newsclean", "corpus", str(source), "-o", str(out), "--engine", "ray"]
    run = subprocess.Popen(command, stderr=subprocess.PIPE)
    end = time.monotonic() + 120
    while not note.exists() and run.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    run.kill()
    run.communicate(timeout=60)
    assert note.exists() and not out.exists()
    assert main(["corpus", str(source), "-o", str(out)]) == main(["corpus", str(source), "-o", str(whole)]) == 0
    assert out.read_bytes() == whole.read_bytes()


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
