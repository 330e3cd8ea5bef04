"""What a change of rules changes: cleans articles with two revisions and prints the lines cut by one and not the other.

    python benchmarks/diff.py BASE [IN]      BASE: a git revision; IN: JSONL, plain or .gz (default ../shared/articles)

Grouped by rule id, most changed first; within a rule the longest text first, since the worst loss is a long one. The
second revision is the work tree, uncommitted changes included.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT.parent / "shared" / "articles" / "articles.jsonl.gz"
# Of each rule and side; `--show` takes more.
SHOWN = 20
WIDTH = 300

# Runs in the other revision, which may know nothing of this file.
WORKER = """
import gzip, json, sys
from multiprocessing import Pool
from newsclean import clean

def edits(line):
    row = json.loads(line)
    text = row.get("text")
    if text is None:
        text = "\\n\\n".join(x if isinstance(x, str) else x["text"] for x in row["lines"])
    return json.dumps([[e.rule, e.reason, text[e.start:e.end], e.replacement, e.start] for e in clean(text).edits])

if __name__ == "__main__":
    path = sys.argv[1]
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file, Pool(int(sys.argv[2])) as pool:
        for found in pool.imap(edits, file, 64):
            print(found)
"""

Found = list[list[list[Any]]]  # of each article its edits: rule, reason, what stood there, what stands there, where


def run(tree: Path, articles: Path, jobs: int) -> Found:
    """The edits of each article by the newsclean of one tree."""
    with tempfile.TemporaryDirectory() as room:
        worker = Path(room, "worker.py")  # not -c: a pool may have to import it
        worker.write_text(WORKER, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
        out = subprocess.run(
            [sys.executable, str(worker), str(articles.resolve()), str(jobs)],
            cwd=room, env=env, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True,
        )  # fmt: skip
    return [json.loads(line) for line in out.stdout.split("\n") if line]


def changes(before: Found, after: Found) -> tuple[dict[str, list[tuple[str, int, str]]], int]:
    """By rule: (``+`` cut now or ``-`` no longer, number of the article, what); and how many articles changed.

    >>> old, new = [[["en.ad.label", "ad", "Ad", "", 0]]], [[["en.social.bar", "bar", "Tweet", "", 5]]]
    >>> changes(old, new)
    ({'en.ad.label': [('-', 0, 'Ad')], 'en.social.bar': [('+', 0, 'Tweet')]}, 1)
    """
    by_rule: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    changed = 0
    for n, (old, new) in enumerate(zip(before, after, strict=True)):
        # By what is cut where: an edit that only bears another rule is no change of output.
        was, now = ({(start, text, put): rule for rule, _, text, put, start in edits} for edits in (old, new))
        changed += was.keys() != now.keys()
        for sign, mine, other in (("-", was, now), ("+", now, was)):
            for start, text, put in mine.keys() - other.keys():
                by_rule[mine[start, text, put]].append((sign, n, f"{text} → {put}" if put else text))
    return dict(sorted(by_rule.items(), key=lambda kv: (-len(kv[1]), kv[0]))), changed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", nargs="?", default="HEAD", help="a git revision")
    parser.add_argument("articles", nargs="?", type=Path, default=ARTICLES, help="JSONL with text or lines")
    parser.add_argument("--show", type=int, default=SHOWN, help="lines of each rule and side")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    if not args.articles.exists():
        print(f"{args.articles} is not here: name a JSONL file", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as room:
        tree = Path(room, "base")
        git = ["git", "-C", str(ROOT), "worktree"]
        added = subprocess.run([*git, "add", "--detach", "--quiet", str(tree), args.base], check=False)
        if added.returncode:
            return 2
        try:
            before = run(tree, args.articles, args.jobs)
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)
    after = run(ROOT, args.articles, args.jobs)
    by_rule, changed = changes(before, after)
    for rule, found in by_rule.items():
        count = Counter(sign for sign, _, _ in found)
        print(f"\n{rule}: {count['+']} more, {count['-']} fewer")
        for sign in "+-":
            mine = sorted((x for x in found if x[0] == sign), key=lambda x: (-len(x[2]), x[1], x[2]))
            for _, n, text in mine[: args.show]:
                print(f"  {sign} {len(text):5} [{n}] {json.dumps(text[:WIDTH], ensure_ascii=False)}")
            if len(mine) > args.show:
                print(f"  {sign} ... {len(mine) - args.show} more")
    print(f"\n{changed} of {len(after)} articles changed, by {len(by_rule)} rules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
