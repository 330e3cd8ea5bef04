"""What is kept of one story to learn a site's profile from: digests of what it prints, and some of its texts."""

import hashlib
import re
from array import array
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from newsclean.article import Article
from newsclean.capitals import lone_capitals
from newsclean.furniture import LONGEST, form, lead, sentences, words
from newsclean.lines import Lines
from newsclean.rule import DROP_KINDS, acting_rules

__all__ = ["Story", "digest_of"]

# So short a piece of a paragraph is no sentence that was spliced into it.
LEAST_CHARS = 20
# So many lines that begin with a speaker in capitals make a transcript: what is said in it every day is the story.
SPEAKERS = 3

_SPEAKER = re.compile(r"\w[\w .'’-]{2,40}:")
_QUOTES = frozenset('"“”„«»「」『』')
# A sentence's last word: shorter, it may be an abbreviation and no end at all ("the U.S.").
_END = re.compile(r"[^\W\d_]{3,}[.!?…؟۔।]+[)\]]*$|[。！？｡][）]*$")


def digest_of(text: str) -> int:
    """Eight bytes that stand for a text, as a number: the same on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


@dataclass(slots=True)
class Story:
    """One story: digests of its short lines, of the short line above each, and of the sentences in its paragraphs."""

    lines: "array[int]" = field(default_factory=lambda: array("Q"))
    above: "array[int]" = field(default_factory=lambda: array("Q"))
    spans: "array[int]" = field(default_factory=lambda: array("Q"))
    homes: "array[int]" = field(default_factory=lambda: array("Q"))  # the short line that each of them is in
    zones: str = ""  # of each line: head, body or tail, by their first letters; capitals where the packs drop it
    leads: "array[int]" = field(default_factory=lambda: array("Q"))  # of lines that open with one
    rests: "array[int]" = field(default_factory=lambda: array("Q"))  # what each of them leads to
    places: str = ""  # of each of them: its zone, or D where the packs drop the line
    capitals: int = 0  # whether lines of capitals between paragraphs are links here
    texts: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, article: Article) -> "Story":
        story = cls()
        marks = article.once(_packs().read).marks
        above, zones = 0, []
        seen: set[int] = set()
        for i in article.filled:
            line = article.lines[i].strip()
            key = 0
            if len(line) <= LONGEST and (folded := form(line)):
                key = digest_of(folded)
                if key not in seen:
                    seen.add(key)
                    story.lines.append(key)
                    story.above.append(above)
                    zones.append(article.zone(i)[0].upper() if i in marks else article.zone(i)[0])
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
                key = digest_of(f"lead {folded}")
                self.leads.append(key)
                self.rests.append(digest_of(form(rest)))
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
            home = digest_of(form(line)) if len(line) <= LONGEST else 0
            for a, b in places:
                text = line[a:b]
                if _may_be_span(text, b == places[-1][1]):
                    key = digest_of(f"span {words(text)}")
                    if key not in seen:
                        seen.add(key)
                        self.spans.append(key)
                        self.homes.append(home)
                        self.texts[key] = text

    def edges(self) -> "Story":
        """The same without texts but those of what may be rare: lead-ins, lines at the edges and beside what packs drop."""
        dropped = {k for k, zone in zip(self.lines, self.zones, strict=True) if zone.isupper()}
        keys = {*self.leads, *(k for k, zone in zip(self.lines, self.zones, strict=True) if zone not in "bB")}
        for key, above in zip(self.lines, self.above, strict=True):
            keys.update({key} if above in dropped else {above} if key in dropped else ())
        return replace(self, texts={k: t for k, t in self.texts.items() if k in keys})

    def __or__(self, other: "Story") -> "Story":
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
    def loads(cls, digests: list[Any], texts: list[list[Any]]) -> "Story":
        """Read `digests` and pairs of texts."""
        values: dict[str, Any] = {
            n: array("Q", v) if isinstance(v, list) else v for n, v in zip(_DIGESTS, digests, strict=True)
        }
        return cls(**values, texts=dict(map(tuple, texts)))


_DIGESTS = tuple(f.name for f in fields(Story) if f.name != "texts")


@lru_cache(maxsize=1)
def _packs() -> Lines:
    return Lines(r for r in acting_rules() if r.kind in DROP_KINDS and r.part == "line")


def _is_transcript(article: Article) -> bool:
    speakers = (m[0] for i in article.filled if (m := _SPEAKER.match(article.lines[i])))
    return sum(map(str.isupper, speakers)) >= SPEAKERS


def _may_be_span(text: str, last: bool) -> bool:
    """Whether a piece of a paragraph may be a sentence that was spliced into it, by its looks."""
    if len(text) < LEAST_CHARS or len(text) > LONGEST or text[0].islower() or _QUOTES.intersection(text):
        return False
    return last or bool(_END.search(text))
