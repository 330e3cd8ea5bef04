"""What 200,000 forms cost: seconds and megabytes to load, and the scan beside that of the shipped names alone.

    python benchmarks/bench_names.py [texts.jsonl]

Each load runs in a process of its own, so that its peak is its own.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

FORMS, OF_EACH = 200_000, 5
SYLLABLES = [c + v + e for c in "bcdfghklmnprstvz" for v in "aeiou" for e in ("", "n", "r", "l")]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {suffix: str(Path(folder) / f"names.{suffix}") for suffix in ("csv", "jsonl", "toml")}
        _generate(files)
        for what in ("shipped", *files.values()):
            run = [sys.executable, __file__, "--load", what, *sys.argv[1:]]
            print(subprocess.run(run, capture_output=True, text=True, check=True).stdout, end="")


def _generate(files: dict[str, str]) -> None:
    from newsclean.gazetteer import load_names
    from newsclean.nameio import dump

    rng = random.Random(1)
    made: set[str] = set()
    while len(made) < FORMS:
        made.add(" ".join("".join(rng.choices(SYLLABLES, k=2)).capitalize() for _ in range(2)))
    forms = sorted(made)
    rng.shuffle(forms)
    rows = [
        {"id": f"made-{n}", "kind": "person", "write": forms[n], "variants": forms[n + 1 : n + OF_EACH]}
        for n in range(0, FORMS, OF_EACH)
    ]
    with Path(files["csv"]).open("w") as out:
        out.write("id,kind,write,variants\n")
        out.writelines(f"{r['id']},person,{r['write']},{'|'.join(r['variants'])}\n" for r in rows)
    Path(files["jsonl"]).write_text("".join(json.dumps(r) + "\n" for r in rows))
    Path(files["toml"]).write_text("\n".join(map(dump, load_names(rows, "made"))))


def _load(what: str, args: list[str]) -> None:
    from bench import ARTICLES, articles

    from newsclean.cleaner import _gazetteer
    from newsclean.gazetteer import plain, shipped_gazetteer

    if args:
        with Path(args[0]).open(encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file]
    else:
        texts, _ = articles(ARTICLES)
    texts = [plain(t) for t in texts]
    shipped_gazetteer().find("warm")
    before, start = _peak(), time.process_time()
    gazetteer = shipped_gazetteer() if what == "shipped" else _gazetteer((what,))
    gazetteer.find("warm")
    loaded, peak = time.process_time() - start, _peak() - before
    spent = []
    for _ in range(3):
        start = time.process_time()
        for text in texts:
            gazetteer.find(text)
        spent.append(time.process_time() - start)
    size = sum(map(len, texts))
    print(
        f"{Path(what).suffix or what:10} load {loaded:5.2f} s, +{peak:6.1f} MB peak; scan {min(spent) / size * 1e9:7.2f} us/KB"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if "--load" in sys.argv:
        _load(sys.argv[2], sys.argv[3:])
    else:
        main()
