"""Figures on the labelled articles of ../shared: what of the boilerplate was found, and what of the story was lost.

    python benchmarks/evaluate.py            print the figures beside their floors
    python benchmarks/evaluate.py --raise    pin what is better than its floor as the new floor
    python benchmarks/evaluate.py --lower    pin all figures, worse ones too: say why in the commit

Rules are tuned on the articles of one half of the sites; those of the other half tell the truth, so both are given.
"""

import argparse
import gzip
import hashlib
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
FLOORS = HERE.parent / "tests" / "data" / "floors.toml"
# Higher is better for the first, lower for the others.
FIGURES = ("core_recall", "body_lines_lost", "body_chars_lost", "docs_harmed")
LANGUAGES = ("de", "es")
# A floor is written to so many digits, rounded to the side that the figure passes.
DIGITS = 5

Figures = dict[str, dict[str, float]]


@cache
def _module(name: str) -> Any:
    spec = spec_from_file_location(f"{name}_score", SHARED / name / "score.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _half(site: str) -> str:
    return "other" if hashlib.md5(site.encode(), usedforsecurity=False).digest()[-1] % 2 else "tune"


def _gold(line: str) -> tuple[list[str], Counter[str]]:
    from newsclean import clean

    score = _module("gold")
    row = json.loads(line)
    gone, cut = score.removed_lines(row["lines"], clean("\n\n".join(row["lines"])).edits)
    c: Counter[str] = Counter(docs=1)
    for i, label in enumerate(row["labels"]):
        if label == "body":
            c.update(body=1, lost=i in gone, chars=len(row["lines"][i]), cut=cut[i])
        elif label in score.CORE:
            c.update(core=1, hit=i in gone)
    c["harmed"] = c["lost"] > 0
    return _groups(row["lang"], row["domain"]), c


def _page(line: str) -> tuple[list[str], Counter[str]]:
    from newsclean import clean

    row = json.loads(line)
    if row["heavy"] or row["genre"] != "news":
        return [], Counter()
    lines = [x["text"] for x in row["lines"]]
    gone, _ = _module("gold").removed_lines(lines, clean("\n\n".join(lines)).edits)
    c = _module("pages").doc_counts(row, [float(i not in gone) for i in range(len(lines))])
    named = {"docs": "docs", "body": "body", "lost": "body-", "chars": "chars", "cut": "chars-", "core": "core", "hit": "core-", "harmed": "docs-body"}  # fmt: skip
    return _groups(row["lang"], row["brand"]), Counter({ours: c[theirs] for ours, theirs in named.items()})


def _groups(lang: str, site: str) -> list[str]:
    return ["all", _half(site), *([lang] if lang in LANGUAGES else [])]


def figures() -> Figures:
    """The figures by set and group; sets that are not here are left out."""
    out: Figures = {}
    with ProcessPoolExecutor(2) as pool:
        for name, count in (("gold", _gold), ("pages", _page)):
            path = SHARED / name / f"{name}.jsonl.gz"
            if path.exists():
                with gzip.open(path, "rt", encoding="utf-8") as file:
                    out.update(_shares(name, pool.map(count, file, chunksize=16)))
    return out


def _shares(name: str, counted: Iterable[tuple[list[str], Counter[str]]]) -> Figures:
    sums: dict[str, Counter[str]] = {}
    for groups, c in counted:
        for group in groups:
            sums.setdefault(group, Counter()).update(c)
    pairs = (("hit", "core"), ("lost", "body"), ("cut", "chars"), ("harmed", "docs"))
    return {
        f"{name}.{group}": {figure: s[a] / max(s[b], 1) for figure, (a, b) in zip(FIGURES, pairs, strict=True)}
        for group, s in sorted(sums.items())
    }


def floors() -> Figures:
    """The pinned figures."""
    if not FLOORS.exists():
        return {}
    with FLOORS.open("rb") as file:
        tables = tomllib.load(file)
    return {f"{name}.{group}": values for name, groups in tables.items() for group, values in groups.items()}


def better(figure: str, value: float, floor: float) -> bool:
    """Whether a figure is at least as good as its floor."""
    return value >= floor if figure == "core_recall" else value <= floor


def short(now: Figures, pinned: Figures) -> Iterator[str]:
    """Yield each figure that is worse than its floor."""
    for group, values in now.items():
        for figure, value in values.items():
            floor = pinned.get(group, {}).get(figure)
            if floor is None:
                yield f"{group} {figure} has no floor: run benchmarks/evaluate.py --raise"
            elif not better(figure, value, floor):
                yield f"{group} {figure} is {value:.5f}, its floor {floor:.5f}"


def pin(now: Figures, pinned: Figures, lower: bool) -> None:
    """Write the floors: the better of each figure and its floor, or with `lower` the figure."""
    step = 10**-DIGITS
    lines = ["# Floors of benchmarks/evaluate.py; only its --lower makes one worse."]
    for group in sorted({*now, *pinned}):
        lines.append(f"\n[{group}]")
        for figure in FIGURES:
            value, floor = now.get(group, {}).get(figure), pinned.get(group, {}).get(figure)
            if value is not None:
                value = (int(value / step) + (figure != "core_recall" and value > 0)) * step
            if value is None or (floor is not None and not lower and better(figure, floor, value)):
                assert floor is not None
                value = floor
            lines.append(f"{figure} = {value:.{DIGITS}f}")
    FLOORS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise", dest="up", action="store_true", help="pin what is better than its floor")
    parser.add_argument("--lower", action="store_true", help="pin all figures, worse ones too")
    args = parser.parse_args()
    now, pinned = figures(), floors()
    if not now:
        print("no labelled articles: ../shared is not here", file=sys.stderr)
        return 2
    print(f"{'':14}" + "".join(f"{f.replace('_', ' '):>28}" for f in FIGURES) + "   (floor)")
    for group, values in now.items():
        cells = (f"{values[f]:.3%} ({pinned.get(group, {}).get(f, float('nan')):.3%})" for f in FIGURES)
        print(f"{group:14}" + "".join(f"{cell:>28}" for cell in cells))
    if args.up or args.lower:
        pin(now, pinned, args.lower)
        pinned = floors()
    bad = list(short(now, pinned))
    print(*bad, sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
