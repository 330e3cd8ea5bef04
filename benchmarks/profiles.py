"""What site profiles add: learned on every other article of each large site, applied to the rest, each cut shown to be read.

python benchmarks/profiles.py [articles.jsonl.gz] [--least 12] [--show 300] [--swap]
"""

import argparse
import gzip
import json
import tempfile
from collections import Counter, defaultdict

from newsclean import Cleaner
from newsclean.profile import tally

ARTICLES = "../shared/articles/articles.jsonl.gz"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", default=ARTICLES)
    parser.add_argument("--least", type=int, default=12, help="stories that a site must have in the half learned from")
    parser.add_argument("--show", type=int, default=0, help="print so many cuts, to be read")
    parser.add_argument("--swap", action="store_true", help="learn on the half that is else applied to")
    args = parser.parse_args()
    by_site: dict[str, list[str]] = defaultdict(list)
    with gzip.open(args.articles, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            by_site[row["site"]].append(row["text"])
    first = int(args.swap)
    halves = {site: (texts[first::2], texts[1 - first :: 2]) for site, texts in by_site.items()}
    halves = {site: (half, rest) for site, (half, rest) in halves.items() if len(half) >= args.least}
    profile = tally((text, site) for site, (half, _) in halves.items() for text in half).profile()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(profile.dumps())
        file.flush()
        plain, knowing = Cleaner(names=False), Cleaner(names=False, profile=file.name)
        cuts: list[tuple[str, str, str, str]] = []
        stories = more = less = 0
        for site in profile.sites():
            for text in halves[site][1]:
                stories += 1
                before, after = plain(text, lang="en", site=site), knowing(text, lang="en", site=site)
                more += max(0, len(before.text) - len(after.text))
                less += len(text) - len(before.text)
                for edit in after.edits:
                    if edit.rule.startswith("und.profile"):  # what the packs take as well is no merit of the profile
                        cuts.append((site, edit.rule, text[edit.start : edit.end].strip(), _around(text, edit)))
    print(
        f"{len(halves)} sites with {args.least} stories or more in a half; {len(profile.sites())} with something known"
    )
    print(f"{stories} stories of the other halves; {len(cuts)} cuts by profile; {more:,} characters more than {less:,}")
    print(dict(Counter(rule for _, rule, _, _ in cuts)))
    step = max(1, len(cuts) // args.show) if args.show else 0
    for site, rule, cut, around in cuts[::step] if step else ():
        print(f"{site}\t{rule}\t{cut[:300]!r}\t{around!r}")


def _around(text: str, edit: object) -> str:
    start, end = edit.start, edit.end  # type: ignore[attr-defined]
    return f"{text[max(0, start - 40) : start]}[…]{text[end : end + 40]}"


if __name__ == "__main__":
    main()
