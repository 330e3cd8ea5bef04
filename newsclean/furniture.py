"""What one site prints on its pages, as a person can read it: `Profile`, the finder of lines, sentences and openings.

`newsclean.profile` learns it; here is how it reads, how it is written down and what it cuts.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsclean.article import Article
from newsclean.capitals import lone_capitals
from newsclean.edit import Edit
from newsclean.lines import bare
from newsclean.rule import RuleError

__all__ = ["CAPITALS", "LONGEST", "Known", "Profile", "form", "label", "lead", "sentences", "words"]

# A longer line is a paragraph: the same one on two stories is one story told twice.
LONGEST = 420
# A label with what follows it is within so many code points: twelve words at most.
REACH = 300
# A lead-in has so many words and code points at most, and a line with one is a link, not a paragraph that opens so.
LEAD_WORDS, LEAD_SIZE, LEAD_LINE = 6, 40, 200
# The one form of links that a profile knows: lines of capitals between paragraphs.
CAPITALS = "capitals"

_DIGITS = re.compile(r"\d+")
_MARKS = re.compile(r"[\W_]+")
_LEAD = re.compile(rf"([^:：|»›>\n]{{2,{LEAD_SIZE}}})[:：|»›>](?!//)\s*+\S")
# Each run of stops is looked at once, from its beginning: linear on any input.
_SENTENCE = re.compile(r"(?<![.!?…؟۔।])[.!?…؟۔।]++[\"'”’»›)\]*_]*+\s++|[。！？｡][」』）”’]*+\s*+")


def form(line: str) -> str:
    """The form under which lines count as the same: lower case, letters only, numbers folded.

    >>> form("Updated 6 years ago") == form("updated 12 years ago.")
    True
    """
    return _MARKS.sub("", _DIGITS.sub("0", bare(line).lower()))


def words(sentence: str) -> str:
    """The form under which sentences inside paragraphs count as the same: numbers as they are.

    >>> words("Rates rose 3 %.") == words("Rates rose 4 %.")
    False

    Reason: a paragraph of the story may differ from yesterday's in its numbers alone.
    """
    return _MARKS.sub("", sentence.lower())


def sentences(line: str) -> list[tuple[int, int]]:
    """Where the sentences of a line are, without the blanks between them.

    >>> [" One. (Two!)  Three"[a:b] for a, b in sentences(" One. (Two!)  Three")]
    ['One.', '(Two!)', 'Three']

    In code points. Cut after stops and their closers; an abbreviation cuts, too, so pieces may be shorter than sentences.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for end in (*(m.end() for m in _SENTENCE.finditer(line)), len(line)):
        piece = line[at:end]
        if piece and not piece.isspace():
            found.append((at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip())))
        at = end
    return found


def label(line: str) -> str:
    """What a line opens with that may be a label: a word and, in lower case, at least three more, before a fresh start.

    >>> label("Enlarge this image toggle caption Petra Vance/AP")
    'Enlarge this image toggle caption'
    >>> label("Council closes the bridge")
    ''

    Reason: what stays in lower case holds no name, so neither a dateline nor an agency; only scripts with case have it.
    """
    words = line.split(" ", 13)
    if len(words) < 5:
        return ""
    n = 1
    while n < len(words) and words[n].isalpha() and words[n].islower():
        n += 1
    fresh = n < len(words) and words[n][:1] and not words[n][:1].islower()
    first = words[0]
    return " ".join(words[:n]) if 4 <= n <= 12 and fresh and first.isalpha() and first.istitle() else ""


def lead(line: str) -> tuple[str, str]:
    """The lead-in that a line opens with, and what it leads to; blank where there is none.

    >>> lead("Read: Ferry captains dream of warmer winters")
    ('Read:', 'Ferry captains dream of warmer winters')
    >>> lead("The ferry sank.")
    ('', '')
    """
    text = bare(line) if len(line) <= LEAD_LINE else ""
    if (found := _LEAD.match(text)) and len(found[1].split()) <= LEAD_WORDS:
        at = found.end(1) + 1
        return text[:at], text[at:].strip()
    return "", ""


@dataclass(frozen=True, slots=True)
class Known:
    """Something a profile knows: how it reads, and on how many stories of how many it was seen."""

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

    lines are cut whole, up to 420 code points long; spans are sentences, cut out of their paragraph wherever they stand
    in it; labels are cut off the beginning of a line; a line with one of the leads goes whole, whatever it leads to;
    forms say how a site's links look: ``capitals`` are lines of capitals between paragraphs. Each is a table of sites,
    and of each site what is known by its `form`, by its `words`, or as it stands. Rule ids: ``und.profile.line``,
    ``und.profile.span``, ``und.profile.label``, ``und.profile.lead``, ``und.profile.form``.

    It is JSON that a person can read, edit, diff and merge: ``{site: [{"line": ..., "stories": ..., "of": ...}]}``, with
    ``"span"``, ``"label"``, ``"lead"`` or ``"form"`` in the place of ``"line"``. Raises RuleError for a file that cannot
    be used.
    """

    lines: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)
    spans: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)
    leads: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)

    def __call__(self, article: Article) -> Iterator[Edit]:
        site = article.site
        lines, spans, labels, leads, forms = (table.get(site) for table in self.tables)
        if not (lines or spans or labels or leads or forms):
            return
        if forms and (hit := forms.get(CAPITALS)):
            for i in lone_capitals(article, usual=True):
                reason = f"line of capitals between paragraphs, {_reason(hit, site)}"
                yield Edit(*article.span(i), "", "und.profile.form", reason)
        for i in article.filled:
            line = article.lines[i]
            if lines and len(line) <= LONGEST and (hit := lines.get(form(line))):
                yield Edit(*article.span(i), "", "und.profile.line", _reason(hit, site))
                continue
            if leads and (hit := leads.get(form(lead(line)[0]))):
                yield Edit(*article.span(i), "", "und.profile.lead", f"{hit.text!r} and a link, {_reason(hit, site)}")
                continue
            if spans:
                yield from _spans(article, i, spans)
            if labels:
                yield from _labels(article, i, labels)

    @property
    def tables(self) -> tuple[Mapping[str, Mapping[str, Known]], ...]:
        """All that is known, kind by kind, in the order of the fields."""
        return self.lines, self.spans, self.labels, self.leads, self.forms

    def sites(self) -> list[str]:
        """The sites of which something is known, in order."""
        return sorted({site for table in self.tables for site in table})

    def __or__(self, other: "Profile") -> "Profile":
        """Both profiles; of a site that both know, the other's word counts."""
        return Profile(*({**mine, **theirs} for mine, theirs in zip(self.tables, other.tables, strict=True)))

    def dumps(self) -> str:
        """The profile as JSON, sites in order; kind by kind, most frequent first."""
        sites = {
            site: [
                {kind: k.text, "stories": k.count, "of": k.of}
                for kind, table in zip(_KEYS, self.tables, strict=True)
                for _, k in sorted(table.get(site, {}).items(), key=lambda item: (-item[1].count, item[0]))
            ]
            for site in self.sites()
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
        tables: dict[str, dict[str, dict[str, Known]]] = {kind: {} for kind in _KEYS}
        for site, rows in data.items():
            if not isinstance(rows, list):
                raise RuleError(file, site, "", "must be a list of lines")
            for n, row in enumerate(rows, 1):
                kind = next((k for k in _KEYS if isinstance(row, dict) and k in row), "line")
                if not isinstance(row, dict) or not isinstance(row.get(kind), str) or not form(row[kind]):
                    raise RuleError(file, site, kind, f"of entry {n} is missing, blank or not a string")
                if kind == "form" and row[kind].strip() != CAPITALS:
                    raise RuleError(file, site, kind, f"of entry {n} is {row[kind]!r}; the only one is {CAPITALS!r}")
                counts = [row.get(name, 0) for name in ("stories", "of")]
                if not all(isinstance(c, int) and c >= 0 for c in counts):
                    raise RuleError(file, site, "stories", f"and 'of' of entry {n} must be whole numbers")
                tables[kind].setdefault(site, {})[_KEYS[kind](row[kind])] = Known(row[kind], *counts)
        return cls(*(tables[kind] for kind in _KEYS))

    @classmethod
    def load(cls, path: str | Path) -> "Profile":
        """Read a profile from a file; raises RuleError where it cannot be read or used."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError(str(path), "", "", f"cannot be read: {error}") from error
        return cls.loads(text, str(path))


_KEYS = {"line": form, "span": words, "label": str.strip, "lead": form, "form": str.strip}


def _reason(known: Known, site: str) -> str:
    return f"on {known.count} of {known.of} stories of {site}"


def _spans(article: Article, i: int, spans: Mapping[str, Known]) -> Iterator[Edit]:
    """Cuts for the known sentences of a line, neighbours as one; the whole line where nothing else is in it."""
    line, at = article.lines[i], article.starts[i]
    places = sentences(line)
    hits = [spans.get(words(line[a:b])) for a, b in places]
    n = 0
    while n < len(places):
        first, hit = n, hits[n]
        n += 1
        if not hit:
            continue
        while n < len(places) and hits[n]:
            n += 1
        reason = _reason(hit, article.site)
        if n - first == len(places):
            start, end = article.span(i)
        elif n == len(places):
            start, end = at + places[first - 1][1], at + places[-1][1]
        else:
            start, end = at + places[first][0], at + places[n][0]
        yield Edit(start, end, "", "und.profile.span", reason)


def _labels(article: Article, i: int, labels: Mapping[str, Known]) -> Iterator[Edit]:
    """Cuts for the known labels that a line opens with, one after the other."""
    line = article.lines[i]
    at = len(line) - len(line.lstrip())
    while (text := label(line[at : at + REACH])) and (hit := labels.get(text)):
        start = article.starts[i] + at
        at += len(text) + 1
        yield Edit(start, article.starts[i] + at, "", "und.profile.label", _reason(hit, article.site))
