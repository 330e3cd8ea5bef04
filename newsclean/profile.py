"""What one site prints on every page, learned from repetition: `Tally` adds up, `Profile` is a finder a person can read.

No general rule knows an archive's own dirt. A line that stands on many different stories of one site is not the story;
what must be told apart from it is what a story repeats on purpose: subheadings, speakers, bylines.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nsmallest
from pathlib import Path
from typing import Any

from newsclean.article import Article
from newsclean.edit import Edit
from newsclean.lines import Lines, bare
from newsclean.rule import INFO_KINDS, RuleError, shipped_rules

__all__ = ["Profile", "Tally", "form"]

# Stories kept per site: the smallest digests, so that merging in any order gives the same sample. A line on 2 % of the
# stories is then on 10 of 500, and seen on at least 4 with a probability of 99 %.
STORIES = 500
# A profile speaks only when it has seen so many stories of the site, and a line on so many of them.
LEAST_STORIES, LEAST_LINES = 12, 4
# The share of the stories that a line must stand on: at the edges of a story less is needed than between its paragraphs,
# where recurring subheadings live ("What happens next?").
EDGE_SHARE, BODY_SHARE = 0.02, 0.08
# A shorter line may be a byline, a speaker, a subheading or a section's name; the packs know the labels that are dirt.
LEAST_WORDS, LEAST_CHARS = 4, 20
# A longer line is a paragraph: the same one on two stories is one story told twice.
LONGEST = 420
# Subheadings keep changing company: a line that most often has the same line beside it is part of a page's furniture.
SAME_NEIGHBOUR = 0.5

_DIGITS = re.compile(r"\d+")
_NAME = re.compile(r"By [A-Z]|(?:By |— ?|-+ ?)?(?:[A-Z][\w.’'-]*[ ,&]*(?:and |of |the |de |van |von )?){2,7}$")


def form(line: str) -> str:
    """The form under which lines count as the same: lower case, letters only, numbers folded.

    >>> form("Updated 6 years ago") == form("updated 12 years ago.")
    True
    """
    text = _DIGITS.sub("0", bare(line).lower())
    return "".join(c for c in text if c.isalnum())


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One short line on one story: its text, its zone, and the form of the short line above it."""

    text: str
    zone: str
    above: str


class Tally:
    """Counts of what the stories of each site print; tallies add up in any order and grouping.

    >>> a, b = Tally(), Tally()
    >>> story = "The mayor of Ostrava Mills left the ferry at noon on Monday, she said."
    >>> a.add(story, "courier.example")
    >>> b.add(story, "courier.example")
    >>> (a + b).stories("courier.example")
    1

    The same story crawled twice counts once: a story is known by its longest paragraph. Memory is bounded: of each site
    the `STORIES` stories with the smallest digests are kept, a fair sample that any order of merging finds again, so
    that ``+`` is commutative, associative and idempotent. Only lines up to 420 code points are kept.
    """

    def __init__(self) -> None:
        self._sites: dict[str, dict[int, dict[str, _Seen]]] = {}

    def add(self, text: str, site: str) -> None:
        """Count one story of `site`; a text without a line of prose tells nothing and is passed over."""
        article = Article(text)
        if not site or not article.prose:
            return
        lead = max((article.key(i) for i in article.prose), key=lambda k: (len(k), k))
        digest = _digest(lead)
        stories = self._sites.setdefault(site, {})
        if digest in stories or (len(stories) >= STORIES and digest > max(stories)):
            return
        seen: dict[str, _Seen] = {}
        above = ""
        for i in article.filled:
            line = article.lines[i].strip()
            if len(line) > LONGEST:
                above = ""
                continue
            key = form(line)
            if key and key not in seen:
                seen[key] = _Seen(line, article.zone(i), above)
            above = key
        stories[digest] = seen
        self._trim(site)

    def _trim(self, site: str) -> None:
        stories = self._sites[site]
        if len(stories) > STORIES:
            self._sites[site] = {d: stories[d] for d in nsmallest(STORIES, stories)}

    def __add__(self, other: "Tally") -> "Tally":
        total = Tally()
        for tally in (self, other):
            for site, stories in tally._sites.items():
                mine = total._sites.setdefault(site, {})
                for digest, seen in stories.items():
                    if digest in mine:  # two crawls of one story: the choice must not depend on the order
                        mine[digest] = min(mine[digest], seen, key=lambda s: sorted((k, v.text) for k, v in s.items()))
                    else:
                        mine[digest] = seen
                total._trim(site)
        return total

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self._sites == other._sites

    __hash__ = None  # type: ignore[assignment]

    def dumps(self) -> str:
        """The tally as JSON, for another process to add."""
        sites = {
            site: {str(d): [[s.text, s.zone, s.above] for s in seen.values()] for d, seen in sorted(stories.items())}
            for site, stories in sorted(self._sites.items())
        }
        return json.dumps(sites, ensure_ascii=True)

    @classmethod
    def loads(cls, text: str) -> "Tally":
        """Read what `dumps` wrote.

        >>> Tally.loads(Tally().dumps()) == Tally()
        True
        """
        tally = cls()
        for site, stories in json.loads(text).items():
            tally._sites[site] = {
                int(d): {form(line): _Seen(line, zone, above) for line, zone, above in seen}
                for d, seen in stories.items()
            }
        return tally

    def by_site(self) -> "Iterator[tuple[str, Tally]]":
        """The part of each site, as a tally of its own: what a cluster adds up site by site."""
        for site, stories in sorted(self._sites.items()):
            part = Tally()
            part._sites[site] = stories
            yield site, part

    def sites(self) -> list[str]:
        """The sites counted, in order."""
        return sorted(self._sites)

    def stories(self, site: str) -> int:
        """How many different stories of `site` are in the sample."""
        return len(self._sites.get(site, {}))

    def profile(self) -> "Profile":
        """What each site prints on its pages, and is not the story; see `Profile`.

        Reason: a line on many different stories is furniture. Left alone is what the packs know as information, what
        looks like a name, a speaker, a question or a short heading, and what changes its neighbours between paragraphs.
        """
        lines: dict[str, dict[str, Known]] = {}
        for site in self.sites():
            found = dict(self._furniture(site))
            if found:
                lines[site] = found
        return Profile(lines)

    def _furniture(self, site: str) -> Iterator[tuple[str, "Known"]]:
        stories = self._sites[site]
        if len(stories) < LEAST_STORIES:
            return
        where: dict[str, list[_Seen]] = {}
        for digest in sorted(stories):
            for key, seen in stories[digest].items():
                where.setdefault(key, []).append(seen)
        for key in sorted(where):
            sightings = where[key]
            count = len(sightings)
            if count < LEAST_LINES or not _may_go(sightings[0].text):
                continue
            inside = sum(s.zone == "body" for s in sightings) * 2 > count
            if count < (BODY_SHARE if inside else EDGE_SHARE) * len(stories):
                continue
            company: dict[str, int] = {}
            for s in sightings:
                company[s.above] = company.get(s.above, 0) + 1
            company.pop("", None)
            fixed = max(company.values(), default=0) >= SAME_NEIGHBOUR * count
            if inside and not fixed and not sightings[0].text.rstrip().endswith((".", "!", ">", "»")):
                continue
            yield key, Known(sightings[0].text, count, len(stories))


@lru_cache(maxsize=1)
def _informs() -> Lines:
    return Lines(r for r in shipped_rules() if r.kind in INFO_KINDS and r.part == "line")


def _may_go(line: str) -> bool:
    """Whether a recurring line may be furniture at all, by its looks."""
    text = bare(line)
    if len(text) < LEAST_CHARS or len(text.split()) < LEAST_WORDS:
        return False
    if text.endswith((":", "?")) or _NAME.match(text):
        return False
    return not _informs().read(Article(line)).marks


@dataclass(frozen=True, slots=True)
class Known:
    """A line of a profile: how it reads, and on how many stories of how many it was seen."""

    text: str
    count: int
    of: int


@dataclass(frozen=True)
class Profile:
    """Finder of what a site prints on its pages; for articles whose `site` it knows.

    >>> line = "All the valley in one place"
    >>> profile = Profile({"courier.example": {form(line): Known(line, 412, 500)}})
    >>> [e.reason for e in profile(Article(line, site="courier.example"))]
    ['on 412 of 500 stories of courier.example']

    It is JSON that a person can read, edit, diff and merge: ``{site: [{"line", "stories", "of"}]}``. Edits are deletions
    of whole lines, under the rule id ``und.profile.line``. Raises RuleError for a file that cannot be used.
    """

    lines: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)

    def __call__(self, article: Article) -> Iterator[Edit]:
        known = self.lines.get(article.site)
        if not known:
            return
        for i in article.filled:
            line = article.lines[i]
            if len(line) <= LONGEST and (hit := known.get(form(line))):
                reason = f"on {hit.count} of {hit.of} stories of {article.site}"
                yield Edit(*article.span(i), "", "und.profile.line", reason)

    def dumps(self) -> str:
        """The profile as JSON, sites and lines in order, most frequent first."""
        sites = {
            site: [
                {"line": k.text, "stories": k.count, "of": k.of}
                for _, k in sorted(known.items(), key=lambda item: (-item[1].count, item[0]))
            ]
            for site, known in sorted(self.lines.items())
        }
        return json.dumps(sites, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def loads(cls, text: str, file: str = "profile") -> "Profile":
        """Read what `dumps` wrote, or a person edited.

        >>> Profile.loads('{"courier.example": [{"line": "All the valley", "stories": 9, "of": 10}]}').lines.keys()
        dict_keys(['courier.example'])
        """
        try:
            data: Any = json.loads(text)
        except ValueError as error:
            raise RuleError(file, "", "", f"is not JSON: {error}") from error
        if not isinstance(data, dict):
            raise RuleError(file, "", "", "must be an object of sites")
        lines: dict[str, dict[str, Known]] = {}
        for site, rows in data.items():
            if not isinstance(rows, list):
                raise RuleError(file, site, "", "must be a list of lines")
            for n, row in enumerate(rows, 1):
                if not isinstance(row, dict) or not isinstance(row.get("line"), str) or not form(row["line"]):
                    raise RuleError(file, site, "line", f"of entry {n} is missing, blank or not a string")
                counts = [row.get(name, 0) for name in ("stories", "of")]
                if not all(isinstance(c, int) and c >= 0 for c in counts):
                    raise RuleError(file, site, "stories", f"and 'of' of entry {n} must be whole numbers")
                lines.setdefault(site, {})[form(row["line"])] = Known(row["line"], *counts)
        return cls(lines)

    @classmethod
    def load(cls, path: str | Path) -> "Profile":
        """Read a profile from a file; raises RuleError where it cannot be read or used."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError(str(path), "", "", f"cannot be read: {error}") from error
        return cls.loads(text, str(path))


def tally(articles: Iterable[tuple[str, str]]) -> Tally:
    """Count (text, site) pairs.

    >>> tally([("The mayor of Ostrava Mills left the ferry at noon on Monday, she said.", "a.example")]).sites()
    ['a.example']
    """
    total = Tally()
    for text, site in articles:
        total.add(text, site)
    return total
