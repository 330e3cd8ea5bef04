"""Where the time of `clean` goes: by pass, by rule, and which rules are asked most in vain.

    python benchmarks/costs.py [texts.jsonl]

A rule asked in vain costs its pattern and more: give it rarer cues, or a pattern that begins with words.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench import ARTICLES, articles  # the script beside this one

from newsclean import Cleaner, clean
from newsclean import lines as lines_module
from newsclean.article import Article
from newsclean.cleaner import _engine
from newsclean.rule import Rule

ROWS = 20


def main() -> None:
    if len(sys.argv) > 1:
        with Path(sys.argv[1]).open(encoding="utf-8") as file:
            texts, what = [json.loads(line)["text"] for line in file], sys.argv[1]
    else:
        texts, what = articles(ARTICLES)
    size = sum(map(len, texts))
    print(f"{len(texts)} {what}; {size / 1e6:.2f} million code points; microseconds a thousand code points (us/KB)\n")
    for text in texts:
        clean(text)
    engine = _engine(Cleaner())
    print(f"{'clean':32} {_time(clean, texts) / size * 1e9:8.1f}")
    print(f"{'split into lines':32} {_time(lambda t: Article(t).filled, texts) / size * 1e9:8.1f}")
    for n, finders in enumerate(engine.passes, 1):
        for finder in finders:
            name = getattr(finder, "__name__", type(finder).__name__)
            spent = _time(lambda t, f=finder: list(f(Article(t))), texts)
            print(f"pass {n}: {name:24} {spent / size * 1e9:8.1f}")
    print("(Related reads the lines too: in a pass they are read once.)\n")
    _rules(texts, size)


def _time(run: Any, texts: list[str]) -> float:
    spent = []
    for _ in range(3):
        start = time.process_time()
        for text in texts:
            run(text)
        spent.append(time.process_time() - start)
    return min(spent)


def _rules(texts: list[str], size: int) -> None:
    """Ask the rules under a watch; what they find stays what it is."""
    spent: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    plain = {"_matches": lines_module._matches, "_search": lines_module._search}

    def watched(name: str) -> Any:
        def run(rule: Rule, *args: Any) -> Any:
            start = time.process_time()
            hit = plain[name](rule, *args)
            spent[rule.id] += time.process_time() - start
            asked[rule.id] += 1
            found[rule.id] += bool(hit)
            return hit

        return run

    for name in plain:
        setattr(lines_module, name, watched(name))
    try:
        for text in texts:
            clean(text)
    finally:
        for name, function in plain.items():
            setattr(lines_module, name, function)
    print(
        f"All rules: {sum(spent.values()) / size * 1e9:.1f} us/KB, {sum(asked.values()):,} asked, {sum(found.values()):,} found\n"
    )
    vain = Counter({rule: asked[rule] - found[rule] for rule in asked})
    for title, rows in (("dearest", spent.most_common(ROWS)), ("asked most in vain", vain.most_common(ROWS))):
        print(f"{title:36} {'us/KB':>8} {'asked':>8} {'found':>8} {'us each':>8}")
        for rule, _ in rows:
            each = spent[rule] / asked[rule] * 1e6
            print(f"{rule:36} {spent[rule] / size * 1e9:8.2f} {asked[rule]:8,} {found[rule]:8,} {each:8.1f}")
        print()


if __name__ == "__main__":
    main()
