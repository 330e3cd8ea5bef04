"""The same articles through every route: one hash of the output, and what each route costs beside a plain loop.

    python benchmarks/routes.py [articles.jsonl.gz] [--only corpus ray]     # in .venv-engines: make routes

Each route runs in a process of its own. Its processor time and memory are those of all processes that it starts, sampled
ten times a second; memory counts shared pages once (PSS). A run over the first 100 articles tells what a route costs to
start; what all others cost above that is compared with the plain loop over texts in memory, measured before each
route on every fourth article (the median of them).
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ARTICLES = "../shared/articles/articles.jsonl.gz"
FEW, PART = 100, 4
EVERY = 0.1
CLEANED = "cleaned"  # the file that says that a route is through, and the hash is all that is left to do
Hash = Callable[[], str]
TICKS = os.sysconf("SC_CLK_TCK")
FIELDS = ("--lang-field", "lang", "--site-field", "site")


# ------------------------------------------------------------------------------------------------ the routes
def digest(texts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for text in texts:
        total.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return total.hexdigest()


def in_order(rows: Iterable[dict[str, Any]]) -> str:
    return digest(row["text"] for row in sorted(rows, key=lambda row: row["n"]))


def of_jsonl(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        import zstandard

        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()
    return in_order(map(json.loads, data.splitlines()))


def of_parquet(path: Path) -> str:
    import pyarrow.dataset as ds

    return in_order(ds.dataset(path, format="parquet").to_table(columns=["n", "text"]).to_pylist())


def loop(work: Path) -> Hash:
    from newsclean import Cleaner

    rows = [json.loads(line) for line in (work / "in.jsonl").read_bytes().splitlines()]
    cleaner = Cleaner()
    texts = [cleaner(row["text"], lang=row["lang"], site=row["site"]).text for row in rows]
    return lambda: digest(texts)


def corpus(suffix: str, *options: str) -> Callable[[Path], Hash]:
    def route(work: Path) -> Hash:
        out = work / f"out{suffix}"
        command = [sys.executable, "-m", "newsclean", "corpus", str(work / f"in{suffix}"), "-o", str(out)]
        subprocess.run([*command, *FIELDS, *options], check=True, stderr=subprocess.DEVNULL)
        return lambda: of_parquet(out) if suffix == ".parquet" else of_jsonl(out)

    return route


def batch_cleaner() -> Any:
    from newsclean.arrow import BatchCleaner

    return BatchCleaner(lang_field="lang", site_field="site")


def ray_data(work: Path) -> Hash:
    import ray

    from newsclean.engines.ray import clean

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    data = ray.data.read_parquet(str(work / "in.parquet"), override_num_blocks=8)
    clean(data, batch_cleaner(), batch_size=128).write_parquet(str(work / "out"))
    return lambda: of_parquet(work / "out")


def spark(work: Path) -> Hash:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    from newsclean.engines.spark import clean

    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    frame = session.read.parquet(str(work / "in.parquet")).repartition(8)
    clean(frame, batch_cleaner()).write.parquet(str(work / "out"))
    session.stop()
    return lambda: of_parquet(work / "out")


def datasets(work: Path) -> Hash:
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": str(work / "hf"), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    from datasets import load_dataset

    from newsclean.engines.datasets import clean

    data = load_dataset("parquet", data_files=str(work / "in.parquet"), split="train")
    clean(data, batch_cleaner(), num_proc=2, batch_size=128).to_parquet(str(work / "out.parquet"))
    return lambda: of_parquet(work / "out.parquet")


def datatrove(work: Path) -> Hash:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from newsclean.engines.datatrove import NewsClean

    lines = (work / "in.jsonl").read_bytes().splitlines(keepends=True)
    (work / "parts").mkdir()
    for n in range(2):  # one reader a file
        (work / "parts" / f"{n}.jsonl").write_bytes(b"".join(lines[n::2]))
    steps = [
        JsonlReader(str(work / "parts")),
        NewsClean(lang_field="lang", site_field="site"),
        JsonlWriter(str(work / "out"), compression=None),
    ]
    LocalPipelineExecutor(steps, tasks=2, workers=2, logging_dir=str(work / "logs")).run()

    def hashed() -> str:
        lines = (line for path in (work / "out").glob("*.jsonl") for line in path.read_bytes().splitlines())
        return in_order(
            {"n": row["metadata"]["n"], "text": row.get("text", "")} for row in map(json.loads, lines)
        )  # it leaves out what is empty

    return hashed


ROUTES: dict[str, tuple[str, Callable[[Path], Hash]]] = {
    "loop": ("plain loop over texts in memory", loop),
    "one": ("corpus, JSONL, one process", corpus(".jsonl", "-j", "1")),
    "two": ("corpus, JSONL, two processes", corpus(".jsonl", "-j", "2")),
    "gz": ("corpus, JSONL.gz, two processes", corpus(".jsonl.gz", "-j", "2")),
    "zst": ("corpus, JSONL.zst, two processes", corpus(".jsonl.zst", "-j", "2")),
    "parquet": ("corpus, Parquet (zstd), two processes", corpus(".parquet", "-j", "2")),
    "corpus-ray": ("corpus --engine ray, JSONL", corpus(".jsonl", "--engine", "ray")),
    "ray": ("Ray Data, Parquet", ray_data),
    "spark": ("Spark, Parquet, local[2]", spark),
    "datasets": ("datasets, Parquet, num_proc=2", datasets),
    "datatrove": ("datatrove, JSONL, two workers", datatrove),
}


# ------------------------------------------------------------------------------------------------ what they cost
@dataclass
class Cost:
    """What a command took: seconds, processor seconds and the most memory (MB) of it and all that it started."""

    wall: float
    cpu: float
    memory: float
    said: str


def tree(root: int) -> dict[int, int]:
    """Processor ticks of a process and of all that descend from it."""
    ticks, children = {}, {}  # type: ignore[var-annotated]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        ticks[pid] = int(fields[11]) + int(fields[12])
        children.setdefault(int(fields[1]), []).append(pid)
    found, todo = {}, [root]
    while todo:
        pid = todo.pop()
        if pid in ticks:
            found[pid] = ticks[pid]
        todo += children.get(pid, [])
    return found


def pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def measure(command: list[str], cleaned: Path) -> Cost:
    """Run a command to its end, and watch it until `cleaned` is there."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    ticks: dict[int, int] = {}
    memory = 0
    while process.poll() is None and not cleaned.exists():
        now = tree(process.pid)
        ticks |= now
        memory = max(memory, sum(map(pss, now)))
        time.sleep(EVERY)
    wall = time.monotonic() - began
    said = process.communicate()[0].strip().splitlines()
    if process.returncode or not said:
        raise SystemExit(f"failed: {' '.join(command)}")
    return Cost(wall, sum(ticks.values()) / TICKS, memory / 1024, said[-1])


def prepare(lines: list[bytes], work: Path) -> None:
    """Write the articles in every form that a route reads."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import zstandard

    work.mkdir()
    rows = [{"n": n, **json.loads(line)} for n, line in enumerate(lines)]
    data = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    (work / "in.jsonl").write_bytes(data)
    (work / "in.jsonl.gz").write_bytes(gzip.compress(data, 6))
    (work / "in.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(data))
    pq.write_table(pa.Table.from_pylist(rows), work / "in.parquet", compression="zstd", row_group_size=2000)


def run(name: str, source: Path) -> Cost:
    """One route, over files of its own."""
    with tempfile.TemporaryDirectory(prefix="newsclean-routes-") as folder:
        work = Path(folder) / "work"
        shutil.copytree(source, work)
        return measure([sys.executable, __file__, "--route", name, str(work)], work / CLEANED)


def main() -> None:
    """Run the routes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", default=ARTICLES)
    parser.add_argument("--only", nargs="+", choices=list(ROUTES), default=list(ROUTES))
    parser.add_argument("--route", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.route:
        made = ROUTES[args.route][1](Path(args.articles))
        Path(args.articles, CLEANED).touch()
        print(made())
        return
    with gzip.open(args.articles) as file:
        lines = file.read().splitlines()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"{len(lines):,} articles; commit {commit}; {platform.platform()}, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory(prefix="newsclean-routes-") as folder:
        few, part, whole = (Path(folder) / name for name in ("few", "part", "whole"))
        prepare(lines[:FEW], few)
        prepare(lines[::PART], part)
        prepare(lines, whole)
        costs: dict[str, tuple[Cost, Cost]] = {}
        loops = []
        for name in args.only:
            loops.append((run("loop", part).cpu - run("loop", few).cpu) / (len(lines[::PART]) - FEW))
            costs[name] = run(name, few), run(name, whole)
            print(f"{name}: loop {loops[-1] * 1e6:.0f} µs, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    print(f"plain loop: {median(loops) * 1e6:.0f} µs an article ({min(loops) * 1e6:.0f} … {max(loops) * 1e6:.0f})\n")
    print("| route | time, s | processor, s | memory, MB | start, processor s | above the loop, µs an article |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, (start, cost) in costs.items():
        above = ((cost.cpu - start.cpu) / (len(lines) - FEW) - median(loops)) * 1e6
        figures = f"{cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:.0f} | {start.cpu:.1f} | {above:+.0f}"
        print(f"| {ROUTES[name][0]} | {figures} |")
    hashes = {cost.said for _, cost in costs.values()}
    if len(hashes) > 1:
        raise SystemExit("the routes do not agree")
    print(f"All routes: {hashes.pop()}")


if __name__ == "__main__":
    main()
