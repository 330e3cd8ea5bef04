"""How fast `similar` is beside rapidfuzz and jellyfish, and how right each of them is on a table of name pairs.

    python benchmarks/bench_similar.py [pairs.tsv]

All of them run in one process in turn, so that the ratios mean something on a busy machine. "first" has empty caches (no
word seen before), "again" has seen the names, as a corpus mostly has. Without the table only speed is shown, on our names.
"""

from __future__ import annotations

import csv
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import jellyfish
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from newsclean import romanization
from newsclean.romanization import AUTOMATIC, same_name, similar

Pair = tuple[str, str, bool, int]  # two names, whether they are one, and the half they belong to: 0 tune, 1 held out
Score = Callable[[str, str], float]
ROUNDS = 5
FLOOR = 0.985
TABLE = Path(__file__).resolve().parents[2] / "shared" / "names" / "pairs.tsv"
OURS: list[Pair] = [
    ("Moammar Gadhafi", "Muammar al-Qaddafi", True, 0),
    ("Viktor Yushchenko", "Wiktor Juschtschenko", True, 0),
    ("Abdel-Rahman Shalgham", "Abd al-Rahman Shalqam", True, 0),
    ("Kim Jong Il", "Kim Jong Un", False, 0),
    ("Dmitry Medvedev", "Dmitriy Medvedyev", True, 0),
    ("Bashar al-Assad", "Hafez al-Assad", False, 0),
    ("Angela Merkel", "Nicolas Sarkozy", False, 0),
    ("Mohammed Abbas", "Mahmoud Abbas", False, 0),
]


def read(path: Path) -> tuple[list[Pair], list[Pair]]:
    """Pairs of names of two words or more, and all pairs, each in its half by entity."""
    two, everything = [], []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            a, b = row["name_a"], row["name_b"]
            half = zlib.crc32(min(row["entity_a"], row["entity_b"]).encode()) % 2
            everything.append(pair := (a, b, row["label"] == "1", half))
            if len(a.split()) > 1 < len(b.split()):
                two.append(pair)
    return two, everything


def recall(pairs: list[Pair], score: Score) -> tuple[float, float]:
    """The best recall at a precision of `FLOOR` or more, and the threshold that gives it."""
    scored = sorted(((score(a, b), same) for a, b, same, _ in pairs), reverse=True)
    right, best = 0, (0.0, 1.0)
    for n, (value, same) in enumerate(scored, 1):
        right += same
        if (n == len(scored) or scored[n][0] != value) and right / n >= FLOOR:
            best = (right / sum(same for _, same in scored), value)
    return best


def at(pairs: list[Pair], accepts: Callable[[str, str], bool]) -> tuple[float, float]:
    """Precision and recall of a yes or no."""
    verdicts = [(accepts(a, b), same) for a, b, same, _ in pairs]
    right = sum(yes and same for yes, same in verdicts)
    return right / max(1, sum(yes for yes, _ in verdicts)), right / sum(same for _, same in verdicts)


def forget() -> None:
    for cached in (romanization._word, romanization._parse, romanization._sounds):
        cached.cache_clear()


def seconds(pairs: list[Pair], score: Score) -> float:
    start = time.process_time()  # of this process: neighbours do not count
    for a, b, _, _ in pairs:
        score(a, b)
    return time.process_time() - start


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE
    two, everything = read(path) if path.exists() else (OURS * 500, [])
    scores: dict[str, Score] = {
        "newsclean, again": similar,
        "rapidfuzz ratio": lambda a, b: fuzz.ratio(a.lower(), b.lower()),
        "rapidfuzz token_sort": lambda a, b: fuzz.token_sort_ratio(a.lower(), b.lower()),
        "rapidfuzz Jaro-Winkler": lambda a, b: JaroWinkler.similarity(a.lower(), b.lower()),
        "jellyfish Jaro-Winkler": lambda a, b: jellyfish.jaro_winkler_similarity(a.lower(), b.lower()),
        "jellyfish Damerau": lambda a, b: (
            -jellyfish.damerau_levenshtein_distance(a.lower(), b.lower()) / (len(a) + len(b))
        ),
        "jellyfish Metaphone": lambda a, b: float(jellyfish.metaphone(a) == jellyfish.metaphone(b)),
    }
    best = dict.fromkeys(["newsclean, first", *scores], float("inf"))
    for _ in range(ROUNDS):
        forget()
        best["newsclean, first"] = min(best["newsclean, first"], seconds(two, similar))
        for name, score in scores.items():
            best[name] = min(best[name], seconds(two, score))
    fastest = best["rapidfuzz ratio"]
    print(f"{len(two)} pairs of names of two words or more, the best of {ROUNDS} rounds")
    for name, took in best.items():
        print(f"  {name:24} {took / len(two) * 1e6:7.2f} us a pair  {took / fastest:6.1f} x rapidfuzz ratio")
    if not everything:
        print("no table of pairs: nothing to say about precision and recall")
        return
    for what, pairs in (("two words or more", two), ("all rows", everything)):
        print(f"best recall at precision {FLOOR}: {what} (all, tune half, held-out half)")
        for name, score in scores.items():
            parts = [pairs, [p for p in pairs if p[3] == 0], [p for p in pairs if p[3] == 1]]
            print(f"  {name:24}", *(f"{recall(part, score)[0]:.3f}" for part in parts))
    for title, accepts in (
        (f"similar >= {AUTOMATIC}", lambda a, b: similar(a, b) >= AUTOMATIC),
        ("same_name", same_name),
    ):
        for half, label in enumerate(("tune", "held out")):
            precision, found = at([p for p in two if p[3] == half], accepts)
            print(f"{title:16} {label:8} precision {precision:.4f} recall {found:.4f}")


if __name__ == "__main__":
    main()
