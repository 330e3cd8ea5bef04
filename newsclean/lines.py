"""Pass 2, by cue: what each line is by itself, then what its neighbours make of it; whole lines and spans inside lines."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from newsclean.article import Article, fold
from newsclean.edit import Edit
from newsclean.packs import known_needs
from newsclean.rule import DROP_KINDS, Rule, compiled
from newsclean.scan import WINDOW, ByteCues, is_english, utf8
from newsclean.starts import DIGIT, LETTERS, LONG, Way, begins, canonical, first_letter, same, worth

__all__ = ["Lines", "Reading", "bare"]

# A bullet is how an extractor writes a list item; rules speak of what stands behind it.
_BULLETS = "-–—•*·▪▫■□●○◦‣⁃➤►▶‑"
# Possessive, as nothing is won by giving back: else each bullet of a line full of them is kept to come back to.
_BULLET = re.compile(rf"\s*+(?:[{_BULLETS}][ \t\u00a0]++)++(?=[^{_BULLETS}\s])")
# A picture before a line says no more than a bullet; a rule may ask for it, so lines are looked at with it and without.
_PICTURES = re.compile(r"(?:[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?+\s*+)++(?=\w)")
# Marks that stand close to the word before them.
_HUGS = ",.;:!?)]}”’»…%"
# How far around its cue a span rule looks, in code points: no inline promo seen was longer, and it bounds the cost.
REACH = 400
# Lines are asked about by size, in code points: most rules know only short ones, and few the paragraphs, two thirds of
# a text.
SIZES = (0, 100, 250)
# How many bytes of a beginning are looked up at once, the longest beginnings first.
WIDTHS = (6, 3, 2)

_CLASS = re.compile(r"\\.|\[\^?\]?[^\]\\]*(?:\\.[^\]\\]*)*\]")
_GROUP = re.compile(r"\([^()]*\)")


class Reading(NamedTuple):
    """What the rules made of an article: the rule of each line that has one, and what went wrong on the way."""

    marks: dict[int, Rule]
    problems: tuple[str, ...]


def bare(line: str) -> str:
    """Return a line without its bullet and outer blanks: what rules look at.

    >>> bare("  • Read more ")
    'Read more'
    """
    bullet = _BULLET.match(line)
    return (line[bullet.end() :] if bullet else line).strip()


def _least(text: str) -> int:
    """The size of a line that is bare, without its pictures."""
    pictures = None if text[0].isalnum() else _PICTURES.match(text)
    return len(text) - (pictures.end() if pictures else 0)


class Lines:
    """Finder of lines and spans that a rule knows.

    >>> from newsclean.rule import shipped_rules
    >>> find = Lines(shipped_rules())
    >>> [(e.rule, e.start) for e in find(Article("Sign up for our daily newsletter"))]
    [('en.newsletter.signup', 0)]

    Kinds that are information are found too; whether they are cut is the cleaner's to say. Of two rules that know a
    line, one that drops comes before one that informs, a heading of tags before another label, then the order of `rules`
    decides.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        ordered = sorted(rules, key=lambda r: (r.kind not in DROP_KINDS, r.kind != "nav" or not r.opens))
        self._whole = [r for r in ordered if r.part == "line"]
        self._spans = [r for r in ordered if r.part == "span"]
        self._cues = [tuple(map(canonical, r.cue)) for r in self._spans]
        asked = [*self._whole, *self._spans]
        self._asks = _Asks(asked)
        self._closing = frozenset(n for n, r in enumerate(self._spans) if _closes(r.match))

    def __call__(self, article: Article) -> Iterator[Edit]:
        for line, rule in article.once(self.read).marks.items():
            yield Edit(*article.span(line), "", rule.id, rule.reason, rule.confidence)
        yield from article.once(self._cuts)[0]

    def problems(self, article: Article) -> tuple[str, ...]:
        """What went wrong: patterns from outside that ran out of time."""
        return article.once(self.read).problems + article.once(self._cuts)[1]

    def read(self, article: Article) -> Reading:
        """Mark each line with the rule that knows it, in the order of the lines; ask through ``article.once``."""
        lines, zone, whole = article.lines, article.zone, self._whole
        marks: dict[int, Rule] = {}
        weak: dict[int, list[Rule]] = {}
        problems: list[str] = []
        known = article.by_line(self)
        for line in article.once(self._asked):
            asks = known[lines[line]]
            if not asks.owners:
                continue
            text = bare(lines[line])
            size = len(text)
            first = size - _least(text)
            folded = ""
            failed: set[int] = set()
            for owner in asks.owners:
                rule = whole[owner]
                if size > rule.longest or (len(rule.where) < 3 and zone(line) not in rule.where):
                    continue
                if owner not in asks.sure:
                    folded = folded or fold(text)
                    troubles = len(problems)
                    if not any(map(folded.__contains__, rule.cue)) or not (
                        _matches(rule, text, problems) or (first and _matches(rule, text[first:], problems))
                    ):
                        if len(problems) == troubles:  # nor will it in the next round
                            failed.add(owner)
                        continue
                    asks.sure.add(owner)
                if rule.beside or rule.run:
                    weak.setdefault(line, []).append(rule)
                else:
                    marks[line] = rule
                    break
            if failed:
                asks.owners = [o for o in asks.owners if o not in failed]
        if weak:
            _join_neighbours(article.filled, weak, marks)
            _join_runs(article.filled, weak, marks)
            _join_neighbours(article.filled, weak, marks)
        return Reading(dict(sorted(marks.items())), tuple(problems))

    def _asked(self, article: Article) -> list[int]:
        """The lines that a rule may know; sees to it that what is asked about them is in the article's table."""
        lines = article.lines
        known = article.by_line(self)
        new: list[tuple[list[str], list[int]]] = [([], []) for _ in SIZES]
        for i in article.filled:
            line = lines[i]
            if line not in known:
                known[line] = None
                size = len(line) if line[0].isalnum() and not line[-1].isspace() else _least(bare(line))
                some, sizes = new[bisect_left(SIZES, size) - 1]
                some.append(line)
                sizes.append(size)
        rare = article.rare
        plain = all(map(same, rare))
        if not plain:
            rare = {*rare, *canonical(fold("".join(rare)))}
        for level, (some, sizes) in enumerate(new):
            if some:
                self._asks.of(some, sizes, level, plain, rare, known)
        return [i for i in article.filled if known[lines[i]]]

    def _cuts(self, article: Article) -> tuple[list[Edit], tuple[str, ...]]:
        lines = article.lines
        known = article.by_line(self)
        problems: list[str] = []
        edits: list[Edit] = []
        for i in article.once(self._asked):
            asks = known[lines[i]]
            if asks.inside:
                if asks.spans is None:
                    asks.spans = self._find_spans(lines[i], asks.inside, problems)
                for owner, a, b in asks.spans:
                    rule = self._spans[owner]
                    if len(rule.where) == 3 or article.zone(i) in rule.where:
                        edits.append(_cut(article, i, a, b, rule))
        return edits, tuple(problems)

    def _places(self, line: str, owners: list[int]) -> list[tuple[int, int]]:
        """Where the cues of rules for spans stand in a line, in the order of their ends."""
        folded = canonical(fold(line))
        places: list[tuple[int, int, int]] = []
        for owner in owners:
            for cue in self._cues[owner]:
                at = folded.find(cue)
                while at >= 0:
                    places.append((at + len(cue), at, owner))
                    at = folded.find(cue, at + 1)
        return [(at, owner) for _, at, owner in sorted(places)]

    def _find_spans(self, line: str, owners: list[int], problems: list[str]) -> list[tuple[int, int, int]]:
        """Which of some rules know a span in a line, and where, by the places of their cues."""
        found: list[tuple[int, int, int]] = []
        done: dict[int, int] = {}  # rule -> where its last match ended
        for at, owner in self._places(line, owners):
            rule = self._spans[owner]
            low, high = max(done.get(owner, 0), at - REACH), min(len(line), at + REACH)
            if owner in self._closing:  # what it finds begins so near the end
                low = max(low, len(line) - rule.longest)
            if at < low:
                continue
            hit = _search(rule, line, low, high, problems)
            if hit is None:
                continue
            a, b = hit
            done[owner] = b
            if b - a <= rule.longest and (b < high or high == len(line)):
                found.append((owner, a, b))
        return found


class _Line:
    """What is asked about a line: the rules for whole lines, those of them that know it, those for spans, their spans."""

    __slots__ = ("inside", "owners", "spans", "sure")

    def __init__(self, owners: list[int], inside: list[int]) -> None:
        self.owners = owners
        self.sure: set[int] = set()
        self.inside = inside
        self.spans: list[tuple[int, int, int]] | None = None


# By their first bytes, the beginnings of lines from their first letter on: the longest line, the beginnings, the way.
Table = dict[bytes, list[tuple[int, tuple[bytes, ...], int]]]
Heads = list[Table]  # one for each of WIDTHS


def _heads(ways: Iterable[tuple[int, int, Sequence[str]]]) -> Heads:
    tables: Heads = [{} for _ in WIDTHS]
    by_width = dict(zip(WIDTHS, tables, strict=True))
    wide, mid, least = WIDTHS
    for number, limit, words in ways:
        by_key: dict[bytes, list[bytes]] = {}
        for head in map(utf8, words):
            size = len(head)
            if size < least:  # whatever follows
                for key in (head, *(head + bytes((b,)) for b in range(256))):
                    by_key.setdefault(key, []).append(head)
            else:
                by_key.setdefault(head[: wide if size >= wide else mid if size >= mid else least], []).append(head)
        for key, some in by_key.items():
            by_width[max(len(key), least)].setdefault(key, []).append((limit, tuple(some), number))
    return tables


class _Asks:
    """Which of many rules are worth asking about a line: it has what their patterns need."""

    def __init__(self, rules: list[Rule]) -> None:
        self._first_span = next((n for n, r in enumerate(rules) if r.part == "span"), len(rules))
        # The rule's number, the shortest and the longest line, and what else is asked for.
        self._ways: list[tuple[int, int, int, Way | None]] = []
        plain: list[tuple[int, int, Sequence[str]]] = []
        other: list[tuple[int, int, Sequence[str]]] = []
        self._begins: dict[str, list[tuple[str, int]]] = {}  # of lines that begin with no letter
        holds: list[tuple[int, Sequence[str]]] = []
        for owner, rule in enumerate(rules):
            longest = rule.longest if rule.part == "line" else LONG
            for way in known_needs(rule.match, rule.part == "span"):
                number = len(self._ways)
                limit = min(longest, way.high)
                self._ways.append((owner, way.low, limit, way if way.ends or way.also or way.digit else None))
                if way.holds or not way.known:
                    cues = tuple(map(canonical, rule.cue))
                    holds.append((limit, way.holds or max((cues, *way.also), key=worth)))
                else:
                    holds.append((0, ()))
                words: Sequence[str] = way.words
                if words and not is_english(words[-1]):  # those stand last
                    first = bisect_left(words, True, key=lambda word: not is_english(word))
                    other.append((number, limit, words[first:]))
                    words = words[:first]
                plain.append((number, limit, words))
                for begin in way.begins:
                    key = DIGIT if begin[0].isdecimal() else begin[0]
                    self._begins.setdefault(key, []).append((begin, number))
        self._other = other
        self._heads = _heads(plain)
        # Most lines of the last size are the story's: a small table stays in the processor's memory.
        self._few_heads = _heads([way for way in plain if way[1] > SIZES[-1]])
        letters = {*"".join(["".join(words) for _, _, words in other])}
        self._letters = frozenset(c for c in letters if not is_english(c))
        self._cues = [ByteCues([cues if limit > low else () for limit, cues in holds], often=low > 0) for low in SIZES]

    @cached_property
    def _other_heads(self) -> Heads:
        """Beginnings in letters that English has not: at the first text that has one of them."""
        return _heads(self._other)

    def of(
        self,
        lines: list[str],
        sizes: list[int],
        level: int,
        plain: bool,
        rare: set[str],
        known: dict[str, _Line | None],
    ) -> None:
        """Put what is asked about some lines into the table `known`.

        sizes: theirs, without bullets and pictures, of one level of SIZES. plain: whether letters outside ASCII are the same when
        folded. rare: those letters.
        """
        joined = utf8("\n".join(lines)).lower() if plain else utf8(canonical(fold("\n".join(lines))))
        texts = joined.split(b"\n")
        found: dict[int, list[int]] = {}
        cues = self._cues[level]
        hits = cues.hits(joined, rare) if len(joined) <= WINDOW else cues.walk(joined, rare)
        if hits:
            owners = cues.owners
            starts = list(accumulate(map(len, texts), lambda at, size: at + size + 1, initial=0))
            at, stop = 0, 0
            here: list[int] = []
            for cue, start, *_ in hits:
                if start >= stop:
                    at = bisect_right(starts, start, at) - 1
                    stop = starts[at + 1]
                    here = found.setdefault(at, [])
                here += owners[cue]
        wide, mid, least = self._heads if level + 1 < len(SIZES) else self._few_heads
        others = None if self._letters.isdisjoint(rare) else self._other_heads
        one, two, three = WIDTHS
        for at, text in enumerate(texts):
            if not text[:1].isalpha():
                text = self._first_letter(text, found, at)
            nears = [wide.get(text[:one]), mid.get(text[:two]), least.get(text[:three])]
            if others and not text[:LETTERS].isascii():
                nears += [table.get(text[:width]) for width, table in zip(WIDTHS, others, strict=True)]
            for near in nears:
                if near:
                    size = sizes[at]
                    for limit, heads, number in near:
                        if size <= limit and text.startswith(heads):
                            found.setdefault(at, []).append(number)
        ways, first_span = self._ways, self._first_span
        for at, numbers in found.items():
            size, line = sizes[at], ""
            fit: set[int] = set()
            for number in set(numbers):  # each once: one cue may stand in a line ten thousand times
                owner, shortest, longest, way = ways[number]
                if size <= longest and owner not in fit:
                    if way or size < shortest:
                        line = line or texts[at].decode("utf-8", "surrogatepass")
                        if len(line) < shortest or not (way is None or way.may(line)):
                            continue
                    fit.add(owner)
            if fit:
                whole = sorted(fit)
                inside = [owner - first_span for owner in whole if owner >= first_span]
                known[lines[at]] = _Line(whole[: len(whole) - len(inside)], inside)

    def _first_letter(self, text: bytes, found: dict[int, list[int]], at: int) -> bytes:
        """The folded text of a line from its first letter on; notes ways to begin with something else."""
        plain = bare(text.decode("utf-8", "surrogatepass"))
        first = len(plain) - _least(plain)
        for shown in (plain, plain[first:])[: 1 + bool(first)]:
            some = self._begins.get(DIGIT if shown[0].isdecimal() else shown[0], ())
            mine = [number for begin, number in some if begins(shown, begin)]
            if mine:
                found.setdefault(at, []).extend(mine)
        return utf8(plain[first_letter(plain) :])


def _closes(pattern: str) -> bool:
    """Whether all that a pattern finds ends where the line does; False where that is not plain to see."""
    rest, inner = "", _CLASS.sub("", pattern)
    while rest != inner:
        rest, inner = inner, _GROUP.sub("", inner)
    return rest.endswith("$") and "|" not in rest


def _join_runs(filled: list[int], weak: dict[int, list[Rule]], marks: dict[int, Rule]) -> None:
    """Mark weak lines that stand in a run of enough lines of one kind."""
    for kind in sorted({r.kind for rules in weak.values() for r in rules if r.run}):
        row: list[int] = []
        for line in [*filled, -1]:
            if (line in marks and marks[line].kind == kind) or any(
                r.run and r.kind == kind for r in weak.get(line, ())
            ):
                row.append(line)
                continue
            for i in row:
                if i not in marks:
                    hit = next((r for r in weak[i] if r.run and r.kind == kind and len(row) >= r.run), None)
                    if hit:
                        marks[i] = hit
            row = []


def _join_neighbours(filled: list[int], weak: dict[int, list[Rule]], marks: dict[int, Rule]) -> None:
    """Mark weak lines beside a line that bears one of the kinds or rules they name, from line to line."""
    for order in (filled, filled[::-1]):
        before: Rule | None = None
        for line in order:
            if before and line in weak and line not in marks:
                hit = next((r for r in weak[line] if before.kind in r.beside or before.id in r.beside), None)
                if hit:
                    marks[line] = hit
            before = marks.get(line)


def _matches(rule: Rule, text: str, problems: list[str]) -> bool:
    try:
        limit = rule.timeout or None
        return bool(compiled(rule.match).search(text, timeout=limit)) and not (
            rule.unless and compiled(rule.unless).search(text, timeout=limit)
        )
    except TimeoutError:
        problems.append(_slow(rule))
        return False


def _search(rule: Rule, text: str, low: int, high: int, problems: list[str]) -> tuple[int, int] | None:
    try:
        limit = rule.timeout or None
        found = compiled(rule.match).search(text, low, high, timeout=limit)
        if not found or (rule.unless and compiled(rule.unless).search(text, low, high, timeout=limit)):
            return None
    except TimeoutError:
        problems.append(_slow(rule))
        return None
    a, b = found.span("cut") if "cut" in found.re.groupindex else found.span()
    return (a, b) if 0 <= a < b else None


def _slow(rule: Rule) -> str:
    return f"rule {rule.id} of {rule.file} took more than {rule.timeout:g} s on a line and was passed over"


def _cut(article: Article, line: int, a: int, b: int, rule: Rule) -> Edit:
    """Cut ``a:b`` out of a line so that the sentence and its spacing stay whole."""
    text, base = article.lines[line], article.starts[line]
    left, right = text[:a], text[b:]
    new = ""
    if not right.strip():
        if not left.strip():
            return Edit(*article.span(line), "", rule.id, rule.reason, rule.confidence)
        a, b = len(left.rstrip()), len(text)
    elif left.strip() and left[-1].isspace() and right[0] in _HUGS:
        a = len(left.rstrip())
    elif not left.strip() or left[-1].isspace():
        b += len(right) - len(right.lstrip())
    elif not right[0].isspace() and right[0].isalnum():
        new = " "
    return Edit(base + a, base + b, new, rule.id, rule.reason, rule.confidence)
