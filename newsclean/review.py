"""The review page: what a run did, in one HTML file that a person can read, search and mark, with no network.

One pass over the output, in bounded memory. Everything is counted; what is shown is a sample that depends on the
articles alone, never on their order: the articles whose digests are lowest, at least one for each rule where there is
room, and for each rule those of its cuts whose digests are lowest.
"""

import base64
import hashlib
import re
from bisect import insort
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import newsclean
from newsclean.edit import Edit, Edits, apply
from newsclean.reasons import known_rules, reason

if TYPE_CHECKING:
    from newsclean.result import Result

__all__ = ["ARTICLES", "Review", "Reviewed", "safe_name"]

# How many articles are shown in full unless asked otherwise: more than anybody reads, and a page of a few megabytes.
ARTICLES = 300
# Longer articles are not shown in full, in code points; 99.6 % of 10,613 real ones are shorter. It bounds the memory.
LONGEST = 30_000
# How much text the articles shown in full may hold together, and the samples, in code points: both bound the page.
ARTICLE_CHARS, SAMPLE_CHARS = 3_000_000, 2_000_000
# Different cuts shown for each rule, how much stands on either side of one, and how much of a long one is shown.
SAMPLES, CONTEXT, LONGEST_CUT = 6, 240, 2_000
# Sites and languages, and rules, counted by name; those that first come up later are counted together.
MOST_NAMES, MOST_RULES = 20_000, 5_000
OTHERS = "(others)"
# Bars of the chart of sites; kinds that have a colour of their own there.
BARS, COLOURS = 15, 8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One article of a run: what it was and what was done to it.

    >>> Reviewed("a.txt", 0, "Hello\\n\\nAdvertisement", (Edit(5, 20, "", "en.ad.label", "an ad"),)).text
    'Hello'

    row counts from 1; 0 where the file is the article. edits: sorted, disjoint, in code points of the original.
    """

    file: str
    row: int
    original: str
    edits: Edits
    id: str = ""
    title: str = ""
    site: str = ""
    lang: str = ""

    @property
    def text(self) -> str:
        """The cleaned text."""
        return apply(self.original, self.edits)


class _Lowest(Generic[T]):
    """The `most` things with the lowest keys of all that were offered, one of each `name`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[tuple[Any, bytes, T]] = []

    def takes(self, key: Any) -> bool:
        return len(self._kept) < self._most or key < self._kept[-1][0]

    def add(self, key: Any, name: bytes, thing: T) -> None:
        if not self.takes(key):
            return
        for n, (other, named, _) in enumerate(self._kept):
            if named == name:
                if other <= key:
                    return
                del self._kept[n]
                break
        insort(self._kept, (key, name, thing), key=lambda kept: kept[0])
        del self._kept[self._most :]

    def __iter__(self) -> Iterator[T]:
        return (thing for _, _, thing in self._kept)


@dataclass(slots=True)
class _Counted:
    """What a rule did in the whole run, and samples of it."""

    edits: int = 0
    articles: int = 0
    cut: int = 0
    put: int = 0
    confidence: Counter[str] = field(default_factory=Counter)
    samples: _Lowest[dict[str, Any]] = field(default_factory=lambda: _Lowest(SAMPLES))
    article: _Lowest[Reviewed] = field(default_factory=lambda: _Lowest(1))


class Review:
    """Takes in articles one by one and makes the page.

    >>> review = Review()
    >>> review.add(Reviewed("a.txt", 0, "Hello\\n\\nAdvertisement", (Edit(5, 20, "", "en.ad.label", "an ad"),)))
    >>> review.counts["edits"], review.rules["en.ad.label"].cut
    (1, 15)
    >>> "advertisement" in review.page().lower()
    True

    articles: how many are shown in full at most. every: all are, changed or not, however long. packs: TOML files of the run's own rules, for their reasons. Memory
    does not grow with the number of articles. The same articles in any order make the same page.
    """

    def __init__(self, articles: int = ARTICLES, packs: Sequence[str] = (), every: bool = False) -> None:
        self.most, self.every = articles, every
        self.known = known_rules(packs)
        self.counts: Counter[str] = Counter()
        self.rules: dict[str, _Counted] = {}
        self.kinds: Counter[str] = Counter()
        self.sites: dict[str, Counter[str]] = {}
        self.langs: Counter[str] = Counter()
        self._shown: _Lowest[Reviewed] = _Lowest(articles)
        self._all: list[Reviewed] = []

    def add(self, article: Reviewed) -> None:
        """Count an article, and keep it if it belongs to the sample."""
        self.counts["articles"] += 1
        self.counts["characters"] += len(article.original)
        self.langs[_slot(self.langs, article.lang, MOST_NAMES)] += 1
        site = self.sites.setdefault(_slot(self.sites, article.site, MOST_NAMES), Counter())
        site["articles"] += 1
        site["characters"] += len(article.original)
        if self.every:
            self._all.append(article)
        if not article.edits:
            return
        self.counts["changed"] += 1
        digest = _digest(article.original)
        key = (digest, article.file, article.row)
        whole = self.every or len(article.original) <= LONGEST
        self.counts["long"] += not whole
        seen: set[str] = set()
        for n, edit in enumerate(article.edits):
            cut, put = edit.end - edit.start, len(edit.replacement)
            rule = _slot(self.rules, edit.rule, MOST_RULES)
            counted = self.rules.get(rule) or self.rules.setdefault(rule, _Counted())
            counted.edits += 1
            counted.cut += cut
            counted.put += put
            counted.confidence[edit.confidence] += 1
            counted.articles += rule not in seen
            seen.add(rule)
            kind = _kind(rule)
            self.counts["edits"] += 1
            self.counts["removed"] += cut - put
            self.kinds[kind] += cut - put
            site[f"kind {kind}"] += cut - put
            site["removed"] += cut - put
            # One of each cut, since a rule's cuts are mostly the same few; and which ones depends on nothing else.
            name = _digest(article.original[edit.start : edit.end] + "\0" + edit.replacement)
            if counted.samples.takes((name,)):
                counted.samples.add((name, *key, n), name, _sample(article, edit))
        if whole:
            self._shown.add(key, digest, article)
            for rule in seen:
                self.rules[rule].article.add(key, digest, article)

    def add_result(self, file: str, result: "Result", site: str = "") -> None:
        """Add what cleaning a whole file gave.

        >>> review = Review(every=True)
        >>> review.add_result("a.txt", newsclean.clean("The mayor left."))
        >>> len(review.shown())
        1
        """
        self.add(Reviewed(file, 0, result.source, result.edits, site=safe_name(site), lang=safe_name(result.lang)))

    # -------------------------------------------------------------------------------------------- what is shown
    def shown(self) -> list[Reviewed]:
        """The articles that are shown in full: for the rarest rule first one that has it, then whatever was kept."""
        if self.every:
            return self._all
        chosen: dict[tuple[str, int], Reviewed] = {}
        covered: set[str] = set()
        room = ARTICLE_CHARS
        rarest = sorted(self.rules, key=lambda rule: (self.rules[rule].articles, rule))
        first = (a for rule in rarest for a in self.rules[rule].article if rule not in covered)
        for source in (first, iter(self._shown)):
            for article in source:
                key = article.file, article.row
                if len(chosen) < self.most and key not in chosen and len(article.original) <= room:
                    chosen[key] = article
                    covered.update(e.rule for e in article.edits)
                    room -= len(article.original)
        return sorted(chosen.values(), key=lambda a: (a.file, a.row))

    def page(self) -> str:
        """The page, as HTML. Raises ImportError where jinja2 is missing."""
        import jinja2

        order = sorted(self.rules, key=lambda rule: (-self.rules[rule].edits, rule))
        at = {rule: n for n, rule in enumerate(order)}
        shown = self.shown()
        place = {(a.file, a.row): n for n, a in enumerate(shown)}
        samples, articles = self._samples(order, place), [self._article(a, at) for a in shown]
        rules = [self._rule(rule) for rule in order]
        data = {"version": newsclean.__version__, "rules": rules, "samples": samples, "articles": articles}
        data["digest"] = _digest(repr(data)).hex()  # under which a browser keeps the marks of this page
        seen = [*articles, *(sample for some in samples for sample in some)]
        folder = Path(__file__).parent / "templates"
        env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        style, script = ((folder / name).read_text(encoding="utf-8") for name in ("review.css", "review.js"))
        kinds = sorted(self.kinds, key=lambda kind: (-self.kinds[kind], kind))
        html = env.get_template("review.html").render(
            data=data,
            style=style,
            script=script,
            style_hash=_csp(style),
            script_hash=_csp(script),
            version=newsclean.__version__,
            counts=self.counts,
            rules=rules,
            kinds=[(kind, self.kinds[kind]) for kind in kinds],
            colour={kind: n for n, kind in enumerate(kinds[:COLOURS])},
            sites=self._sites(kinds),
            all_sites=sorted({x["site"] for x in seen}),
            all_langs=sorted({x["lang"] for x in seen}),
            shown=len(shown),
            longest=LONGEST,
            every=self.every,
        )
        # Half a character has no bytes; in JSON the escape that stands there instead means the same.
        return str(html).encode("utf-8", "backslashreplace").decode()

    def _rule(self, rule: str) -> dict[str, Any]:
        counted = self.rules[rule]
        return {
            "id": rule,
            "kind": _kind(rule),
            "reason": reason(rule, self.known),
            "confidence": "/".join(sorted(counted.confidence)),
            "edits": counted.edits,
            "articles": counted.articles,
            "cut": counted.cut,
            "put": counted.put,
        }

    def _samples(self, order: list[str], place: dict[tuple[str, int], int]) -> list[list[dict[str, Any]]]:
        """Samples of each rule: the first of every rule, then the second of every rule, while there is room."""
        out: list[list[dict[str, Any]]] = [[] for _ in order]
        room = SAMPLE_CHARS
        taken = [list(self.rules[rule].samples) for rule in order]
        for n in range(SAMPLES):
            for mine, samples in zip(out, taken, strict=True):
                if n < len(samples):
                    sample = samples[n]
                    room -= sum(len(sample[name]) for name in ("before", "cut", "put", "after"))
                    if room >= 0:
                        mine.append(sample | {"article": place.get((sample["file"], sample["row"]), -1)})
        return out

    def _article(self, article: Reviewed, at: dict[str, int]) -> dict[str, Any]:
        """An article as the page reads it: kept text and edits in turn, so that it need not count code points."""
        parts: list[Any] = []
        done = 0
        for e in article.edits:
            if e.start > done:
                parts.append(article.original[done : e.start])
            why = "" if e.reason == reason(e.rule, self.known) else e.reason
            parts.append(
                [
                    article.original[e.start : e.end],
                    e.replacement,
                    at.get(e.rule, -1),
                    e.confidence,
                    e.start,
                    e.end,
                    why,
                    e.rule,
                ]
            )
            done = e.end
        if article.original[done:]:
            parts.append(article.original[done:])
        return _source_of(article) | {"title": article.title, "parts": parts}

    def _sites(self, kinds: list[str]) -> dict[str, Any]:
        """The bars of the chart of sites."""
        order = sorted(self.sites, key=lambda s: (s == OTHERS, -self.sites[s]["removed"], s))
        rest: Counter[str] = Counter()
        for name in order[BARS:]:
            rest.update(self.sites[name])
        bars: list[dict[str, Any]] = []
        named: list[tuple[str | None, Counter[str]]] = [(n, self.sites[n]) for n in order[:BARS]]
        for label, site in [*named, (None, rest)] if rest else named:
            parts = [(kind, n) for kind in kinds[:COLOURS] if (n := site[f"kind {kind}"]) > 0]
            other = sum(n for kind in kinds[COLOURS:] if (n := site[f"kind {kind}"]) > 0)
            length = sum(n for _, n in parts) + other
            counts = {k: site[k] for k in ("articles", "characters", "removed")}
            bars.append({"name": label, "parts": [*parts, ("", other)], "length": length} | counts)
        longest: int = max((bar["length"] for bar in bars), default=0)
        return {"bars": bars, "count": len(self.sites), "rest": len(order) - BARS, "longest": longest or 1}


def _slot(table: Any, name: str, most: int) -> str:
    """The name under which something is counted."""
    return name if name in table or len(table) < most else OTHERS


def _kind(rule: str) -> str:
    parts = rule.split(".", 2)
    return parts[1] if len(parts) == 3 else rule


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _source_of(article: Reviewed) -> dict[str, Any]:
    return {name: getattr(article, name) for name in ("file", "row", "id", "site", "lang")}


def _sample(article: Reviewed, edit: Edit) -> dict[str, Any]:
    """One edit with what stands around it, in whole lines where they are not long."""
    text = article.original
    before, after = text[max(edit.start - CONTEXT, 0) : edit.start], text[edit.end : edit.end + CONTEXT]
    if edit.start > CONTEXT and "\n" in before.rstrip():
        before = before[before.index("\n") + 1 :]
    elif edit.start > CONTEXT and " " in before[:30]:
        before = before[before.index(" ") + 1 :]
    if edit.end + CONTEXT < len(text) and "\n" in after.strip():
        after = after[: after.rindex("\n")]
    elif edit.end + CONTEXT < len(text) and " " in after[-30:]:
        after = after[: after.rindex(" ")]
    cut = text[edit.start : edit.end]
    return _source_of(article) | {
        "before": before,
        "cut": cut[:LONGEST_CUT],
        "more": max(len(cut) - LONGEST_CUT, 0),
        "put": edit.replacement[:LONGEST_CUT],
        "after": after,
        "open": edit.end + len(after) < len(text),
        "confidence": edit.confidence,
        "start": edit.start,
        "end": edit.end,
        "why": edit.reason,
    }


def _csp(source: str) -> str:
    """What Content-Security-Policy calls this script or style, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


# Controls, bidi overrides and halves of characters: in a name that stands in the page's own markup they are replaced.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def safe_name(name: str) -> str:
    """A name as it may stand in a page's own markup.

    >>> safe_name("courier\\u202e.example") == "courier\\ufffd.example"
    True
    """
    return _UNSAFE.sub("\ufffd", name)
