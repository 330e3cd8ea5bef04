"""What one site prints on its pages, learned from repetition: `Tally` adds up in any order, and gives a `Profile`.

No general rule knows an archive's own dirt. A line or sentence that stands on many different stories of one site is not
the story; what must be told apart from it is what a story repeats on purpose: subheadings, speakers, bylines.
"""

import hashlib
import json
import re
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from newsclean.article import Article
from newsclean.capitals import lone_capitals
from newsclean.furniture import CAPITALS, LONGEST, Known, Profile, form, label, lead, sentences, words
from newsclean.lines import Lines, bare
from newsclean.rule import DROP_KINDS, INFO_KINDS, acting_rules

__all__ = ["Known", "Profile", "Tally", "form", "tally"]

# Stories kept per site: the smallest digests, so that merging in any order gives the same sample. A line on 2 % of the
# stories is then on 10 of 500, and seen on at least 4 with a probability of 99 %.
STORIES = 500
# Stories kept of all sites: some 2 KB each, so a tally stays below half a gigabyte however many sites there are. Where
# sites are so many, the largest number a site that keeps within it holds for all.
ALL_STORIES = 200_000
# Of so many stories of a site the texts are kept, of the others digests only, but for what stands at a story's edges. What
# is on 8 % of the stories is on one of these with a probability of 99.98 %.
TEXTS = 100
# A profile speaks only when it has seen so many stories of the site, and a line on so many of them.
LEAST_STORIES, LEAST_LINES = 12, 4
# The share of the stories that a line must stand on: at the edges of a story less is needed than between its paragraphs,
# where recurring subheadings live ("What happens next?"). A sentence inside paragraphs needs as much as a line there.
EDGE_SHARE, BODY_SHARE = 0.02, 0.08
# A label opens lines of so many of the stories: of 10,613 articles the one true label was on 88 % of its site's stories,
# the most frequent opening of sentences by words in lower case on 22 % ("This article was published in partnership with").
LABEL_SHARE = 0.4
# A lead-in ("Read:") that the packs take to be dirt on so many of the stories that have it is dirt on the others, too.
DROPPED = 0.75
# One of four words or more that no pack knows must lead to ever other things: a verdict ("Our rating for this claim:
# False") does not, a list of tags does.
VARIETY = 0.75
# A shorter line may be a byline, a speaker, a subheading or a section's name; the packs know the labels that are dirt.
LEAST_WORDS, LEAST_CHARS = 4, 20
# Subheadings keep changing company: a line that most often has the same line beside it is part of a page's furniture.
SAME_NEIGHBOUR = 0.5
# So many lines that begin with a speaker in capitals make a transcript: what is said in it every day is the story.
SPEAKERS = 3

_NAME = re.compile(r"By [A-Z]|(?:By |— ?|-+ ?)?(?:[A-Z][\w.’'-]*[ ,&]*(?:and |of |the |de |van |von )?){2,7}$")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_SPEAKER = re.compile(r"\w[\w .'’-]{2,40}:")
_QUOTES = frozenset('"“”„«»「」『』')
# A sentence's last word: shorter, it may be an abbreviation and no end at all ("the U.S.").
_END = re.compile(r"[^\W\d_]{3,}[.!?…؟۔।]+[)\]]*$|[。！？｡][）]*$")


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


@dataclass(slots=True)
class _Story:
    """One story: digests of its short lines, of the short line above each, and of the sentences in its paragraphs."""

    lines: "array[int]" = field(default_factory=lambda: array("Q"))
    above: "array[int]" = field(default_factory=lambda: array("Q"))
    spans: "array[int]" = field(default_factory=lambda: array("Q"))
    homes: "array[int]" = field(default_factory=lambda: array("Q"))  # the short line that each of them is in
    zones: str = ""  # of each line: head, body or tail, by their first letters
    leads: "array[int]" = field(default_factory=lambda: array("Q"))  # of lines that open with one
    rests: "array[int]" = field(default_factory=lambda: array("Q"))  # what each of them leads to
    places: str = ""  # of each of them: its zone, or D where the packs drop the line
    capitals: int = 0  # whether lines of capitals between paragraphs are links here
    texts: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, article: Article) -> "_Story":
        story = cls()
        above, zones = 0, []
        seen: set[int] = set()
        for i in article.filled:
            line = article.lines[i].strip()
            key = 0
            if len(line) <= LONGEST and (folded := form(line)):
                key = _digest(folded)
                if key not in seen:
                    seen.add(key)
                    story.lines.append(key)
                    story.above.append(above)
                    zones.append(article.zone(i)[0])
                    story.texts[key] = line
            above = key
        story.zones = "".join(zones)
        if not _is_transcript(article):
            story._count_spans(article, seen)
        story._count_links(article)
        return story

    def _count_links(self, article: Article) -> None:
        """How the site leads to other stories, as far as the packs see it."""
        marks = article.once(_packs().read).marks
        self.capitals = int(bool(lone_capitals(article, marks)))
        places = []
        for i in article.filled:
            opening, rest = lead(article.lines[i])
            if folded := form(opening):
                key = _digest(f"lead {folded}")
                self.leads.append(key)
                self.rests.append(_digest(form(rest)))
                places.append("D" if i in marks else article.zone(i)[0])
                if places[-1] != "b":
                    self.texts[key] = opening
        self.places = "".join(places)

    def _count_spans(self, article: Article, seen: set[int]) -> None:
        for i in article.filled:
            line = article.lines[i]
            places = sentences(line)
            if len(places) < 2:
                continue
            home = _digest(form(line)) if len(line) <= LONGEST else 0
            for a, b in places:
                text = line[a:b]
                if _may_be_span(text, b == places[-1][1]):
                    key = _digest(f"span {words(text)}")
                    if key not in seen:
                        seen.add(key)
                        self.spans.append(key)
                        self.homes.append(home)
                        self.texts[key] = text

    def edges(self) -> "_Story":
        """The same without texts but those of lead-ins and of lines at the edges, which may be rare."""
        keys = {*self.leads, *(k for k, zone in zip(self.lines, self.zones, strict=True) if zone != "b")}
        return replace(self, texts={k: t for k, t in self.texts.items() if k in keys})

    def __or__(self, other: "_Story") -> "_Story":
        """One of two crawls of a story, whichever comes first."""
        mine, theirs = self.digests(), other.digests()
        if mine != theirs:
            return self if mine < theirs else other
        keys = self.texts.keys() | other.texts.keys()
        return replace(self, texts={k: min(s.texts[k] for s in (self, other) if k in s.texts) for k in keys})

    def digests(self) -> list[Any]:
        """All but the texts, as JSON can hold it."""
        return [list(v) if isinstance(v, array) else v for v in (getattr(self, name) for name in _DIGESTS)]

    @classmethod
    def loads(cls, digests: list[Any], texts: list[list[Any]]) -> "_Story":
        """Read `digests` and pairs of texts."""
        values: dict[str, Any] = {
            n: array("Q", v) if isinstance(v, list) else v for n, v in zip(_DIGESTS, digests, strict=True)
        }
        return cls(**values, texts=dict(map(tuple, texts)))


_DIGESTS = tuple(f.name for f in fields(_Story) if f.name != "texts")


class Tally:
    """Counts of what the stories of each site print; tallies add up in any order and grouping.

    >>> a, b = Tally(), Tally()
    >>> story = "The mayor of Ostrava Mills left the ferry at noon on Monday, she said."
    >>> a.add(story, "courier.example")
    >>> b.add(story, "courier.example")
    >>> (a + b).stories("courier.example")
    1

    The same story crawled twice counts once: a story is known by its longest paragraph. Memory is bounded: of each site
    the `STORIES` stories with the smallest digests are kept, fewer where there are more than `ALL_STORIES`, and the texts
    of `TEXTS` of them: a fair sample that any order of merging finds again, so that ``+`` is commutative, associative and
    idempotent.
    """

    def __init__(self) -> None:
        self._sites: dict[str, dict[int, _Story]] = {}
        self._order: dict[str, list[int]] = {}  # the digests of each site's stories, sorted
        self._count = 0

    def add(self, text: str, site: str) -> None:
        """Count one story of `site`; a text without a line of prose tells nothing and is passed over."""
        article = Article(text)
        if not site or not article.prose:
            return
        digest = _digest(max((article.key(i) for i in article.prose), key=lambda k: (len(k), k)))
        order = self._order.get(site, [])
        if len(order) < STORIES or digest <= order[-1]:
            self._put(site, digest, _Story.of(article))
        if self._count > 2 * ALL_STORIES:
            self._trim()

    def _put(self, site: str, digest: int, story: _Story) -> None:
        stories, order = self._sites.setdefault(site, {}), self._order.setdefault(site, [])
        if digest in stories:
            story |= stories[digest]
        else:
            insort(order, digest)
            self._count += 1
        stories[digest] = story if bisect_left(order, digest) < TEXTS else story.edges()
        if len(order) > TEXTS:
            last = order[TEXTS]
            stories[last] = stories[last].edges()
        self._cut(site, STORIES)

    def _cut(self, site: str, most: int) -> None:
        stories, order = self._sites[site], self._order[site]
        for digest in order[most:]:
            del stories[digest]
        self._count -= len(order[most:])
        del order[most:]

    def _trim(self) -> None:
        """Bring the sample within `ALL_STORIES`, into the one form that the stories seen determine."""
        if self._count > ALL_STORIES:
            sizes = [len(order) for order in self._order.values()]
            most = bisect_right(range(STORIES), ALL_STORIES, key=lambda m: sum(min(n, m) for n in sizes)) - 1
            for site in self._sites:
                self._cut(site, most)

    def __add__(self, other: "Tally") -> "Tally":
        total = Tally()
        for tally in (self, other):
            for site, stories in tally._sites.items():
                for digest, story in stories.items():
                    total._put(site, digest, story)
        total._trim()
        return total

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.dumps() == other.dumps()

    __hash__ = None  # type: ignore[assignment]

    def dumps(self) -> str:
        """The tally as JSON, for another process to add."""
        self._trim()
        sites = {
            site: {str(d): [*s.digests(), sorted(s.texts.items())] for d, s in sorted(stories.items())}
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
            for d, (*digests, texts) in stories.items():
                tally._put(site, int(d), _Story.loads(digests, texts))
        return tally

    def by_site(self) -> "Iterator[tuple[str, Tally]]":
        """The part of each site, as a tally of its own: what a cluster adds up site by site."""
        self._trim()
        for site, stories in sorted(self._sites.items()):
            part = Tally()
            for digest, story in stories.items():
                part._put(site, digest, story)
            yield site, part

    def sites(self) -> list[str]:
        """The sites counted, in order."""
        return sorted(self._sites)

    def stories(self, site: str) -> int:
        """How many different stories of `site` are in the sample."""
        self._trim()
        return len(self._sites.get(site, {}))

    def profile(self) -> Profile:
        """What each site prints on its pages, and is not the story; see `Profile`.

        Reason: a line on many different stories is furniture. Left alone is what the packs know as information, what
        looks like a name, a speaker, a question or a short heading, and what changes its neighbours between paragraphs.
        """
        self._trim()
        total = Profile()
        for site in self.sites():
            stories = [self._sites[site][d] for d in sorted(self._sites[site])]
            if len(stories) >= LEAST_STORIES:
                labels = dict(_labels(stories))
                lines, spans, leads = _lines(stories, labels), _spans(stories), _leads(stories)
                tables = dict(lines), dict(spans), labels, dict(leads), dict(_forms(stories))
                total |= Profile(*({site: table} if table else {} for table in tables))
        return total


def _lines(stories: list[_Story], labels: dict[str, Known]) -> Iterator[tuple[str, Known]]:
    """Lines that stand on enough of the stories."""
    zones: dict[int, list[str]] = {}
    company: dict[int, Counter[int]] = {}
    for story in stories:
        for key, above, zone in zip(story.lines, story.above, story.zones, strict=True):
            zones.setdefault(key, []).append(zone)
            company.setdefault(key, Counter())[above] += 1
    for key, sightings in zones.items():
        count = len(sightings)
        inside = sightings.count("b") * 2 > count
        if count < max(LEAST_LINES, (BODY_SHARE if inside else EDGE_SHARE) * len(stories)):
            continue
        text = next((story.texts[key] for story in stories if key in story.texts), "")
        if not _may_go(text) or label(text) in labels:
            continue
        beside = company[key]
        beside.pop(0, None)
        fixed = max(beside.values(), default=0) >= SAME_NEIGHBOUR * count
        if inside and not fixed and not _ends(text):
            continue
        yield form(text), Known(text, count, len(stories))


def _spans(stories: list[_Story]) -> Iterator[tuple[str, Known]]:
    """Sentences that stand in the paragraphs of enough of the stories."""
    lines = Counter(key for story in stories for key in story.lines)
    counts = Counter(
        key
        for story in stories
        for key, home in zip(story.spans, story.homes, strict=True)
        if lines[home] < LEAST_LINES  # else it is the line that recurs, and nothing was spliced
    )
    for key, count in counts.items():
        if count >= max(LEAST_LINES, BODY_SHARE * len(stories)):
            text = next((story.texts[key] for story in stories if key in story.texts), "")
            if _may_go(text):
                yield words(text), Known(text, count, len(stories))


def _labels(stories: list[_Story]) -> Iterator[tuple[str, Known]]:
    """Openings of lines that are the same on enough of the stories whose texts we have, before ever other words."""
    stories = stories[:TEXTS]
    counts: Counter[str] = Counter()
    after: dict[str, set[str]] = {}
    for story in stories:
        found = {}
        for key in story.lines:
            text = story.texts[key]
            if opening := label(text):
                found[opening] = text
        counts.update(found.keys())
        for opening, text in found.items():
            after.setdefault(opening, set()).add(text[len(opening) :].split()[0])
    for opening, count in sorted(counts.items()):
        often = count >= max(LEAST_LINES, LABEL_SHARE * len(stories))
        if often and len(opening) >= LEAST_CHARS and len(after[opening]) >= LEAST_LINES:
            yield opening, Known(opening, count, len(stories))


def _leads(stories: list[_Story]) -> Iterator[tuple[str, Known]]:
    """Lead-ins of links: those that the packs mostly drop, and long ones at the edges that lead to ever other things."""
    counts: dict[int, Counter[str]] = {}
    rests: dict[int, set[int]] = {}
    ends: dict[int, int] = {}
    for story in stories:
        first: dict[int, str] = {}
        for key, rest, place in zip(story.leads, story.rests, story.places, strict=True):
            first[key] = min(first.get(key, place), place)  # D before all others
            rests.setdefault(key, set()).add(rest)
            ends[key] = ends.get(key, 0) + 1
        for key, place in first.items():
            counts.setdefault(key, Counter())[place] += 1
    for key, places in counts.items():
        count = places.total()
        if count < LEAST_LINES:
            continue
        text = next((story.texts[key] for story in stories if key in story.texts), "")
        dropped = places["D"] >= max(LEAST_LINES, DROPPED * count)
        edge = count >= EDGE_SHARE * len(stories) and places["b"] * 2 <= count
        varied = len(rests[key]) >= max(LEAST_LINES, VARIETY * ends[key])
        if dropped or (edge and varied and _may_go(text.rstrip(":：|»›> "))):
            yield form(text), Known(text, count, len(stories))


def _forms(stories: list[_Story]) -> Iterator[tuple[str, Known]]:
    """How links look."""
    count = sum(story.capitals for story in stories)
    if count >= max(LEAST_LINES, BODY_SHARE * len(stories)):
        yield CAPITALS, Known(CAPITALS, count, len(stories))


@lru_cache(maxsize=1)
def _packs() -> Lines:
    return Lines(r for r in acting_rules() if r.kind in DROP_KINDS and r.part == "line")


@lru_cache(maxsize=1)
def _informs() -> Lines:
    return Lines(r for r in acting_rules() if r.kind in INFO_KINDS and r.part == "line")


def _may_go(line: str) -> bool:
    """Whether a recurring line may be furniture at all, by its looks."""
    text = bare(line)
    if len(text) < LEAST_CHARS or len(text.split()) < LEAST_WORDS:
        return False
    if text.endswith((":", "?")) or _NAME.match(text) or text[0].islower():
        return False
    if _CLOCK.search(text) and len(text.split()) <= 2 * LEAST_WORDS:
        return False
    return not _informs().read(Article(line)).marks


def _ends(line: str) -> bool:
    """Whether a line ends as a sentence, or is one in brackets."""
    text = line.rstrip()
    return text.endswith((".", "!", ">", "»")) or (text.endswith("]") and bare(text).startswith("["))


def _is_transcript(article: Article) -> bool:
    speakers = (m[0] for i in article.filled if (m := _SPEAKER.match(article.lines[i])))
    return sum(map(str.isupper, speakers)) >= SPEAKERS


def _may_be_span(text: str, last: bool) -> bool:
    """Whether a piece of a paragraph may be a sentence that was spliced into it, by its looks."""
    if len(text) < LEAST_CHARS or len(text) > LONGEST or text[0].islower() or _QUOTES.intersection(text):
        return False
    return last or bool(_END.search(text))


def tally(articles: Iterable[tuple[str, str]]) -> Tally:
    """Count (text, site) pairs.

    >>> tally([("The mayor of Ostrava Mills left the ferry at noon on Monday, she said.", "a.example")]).sites()
    ['a.example']
    """
    total = Tally()
    for text, site in articles:
        total.add(text, site)
    return total
