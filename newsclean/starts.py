"""What a text must have for a pattern to match it, read off the pattern: most rules need never be asked."""

import re
import warnings
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from newsclean.article import fold
from newsclean.scan import is_english

__all__ = ["DIGIT", "LETTERS", "LONG", "Way", "begins", "canonical", "first_letter", "needs", "same", "worth"]

# So many characters of a beginning are kept: three tell most lines apart, more save the rest of the asking.
# With 12 there are 62,000 beginnings and 1,046 rules are asked on 240 articles, with 8 45,000 and 1,092, with 6 1,328.
LETTERS = 8
SIZES = (LETTERS, 5, 3)
# A pattern with more beginnings of one size is read to the next smaller one.
MOST = 300
# A string within of this weight is worth looking for: shorter ones are everywhere.
LEAST = 4
WITHIN, FEW = (16, 6), 60
# How many rows of strings besides that are worth asking for, and how many strings in a row: more cost what they save.
ROWS, ROW = 3, 24
# What stands in every other paragraph weighs as one letter (a count over English news; other languages have rarer ones).
_FREQUENT = (
    "about after also back been can comment comp content first from full have here info just last like line main more news"
    " next only other over read said says see sent site some that their them there they this time view were what when"
    " which will with work would year your"
)
_COMMON = frozenset(_FREQUENT.split())
# What a line in ten begins with.
_FIRST = frozenset(("the ", "the", "a", "a "))

LONG = 1 << 20  # as long as it likes
DIGIT = "\0"  # a beginning that is a digit, whichever
_NO_LETTERS = re.compile(r"[\W\d_]*")
_DIGIT = re.compile(r"\d")

# Letters that are one letter to a pattern that ignores case, but not to `fold`.
_SAME = (("ı", "i"), ("ς", "σ"), ("ſ", "s"), ("µ", "μ"))
# What `regex` reads otherwise than `re`, or `re` not at all, in a pattern without its escapes and classes.
_OTHERWISE = re.compile(r"\{(?![0-9,])|\(\?(?![:=!<P>]|-?i:)")
_PROPERTY = re.compile(r"\\[pP]\{[^{}]*\}")
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")


def canonical(folded: str) -> str:
    """Write letters that are one letter to a pattern alike, offset by offset.

    >>> canonical("sığ")
    'siğ'
    """
    if not folded.isascii():
        for letter, same in _SAME:
            if letter in folded:
                folded = folded.replace(letter, same)
    return folded


@cache
def same(char: str) -> bool:
    """Whether a character is itself when folded and `canonical`.

    >>> same("”"), same("É")
    (True, False)
    """
    return canonical(fold(char)) == char


class Way(NamedTuple):
    """One way for a pattern to match, by what a text must have for it; all strings are folded and `canonical`.

    words: how the text goes on from its first letter, one of these. begins: or how it begins, one of these. holds: or
    what stands in it, one of these. None of the three: unknown. ends: how it ends with its last letter, one of these as
    well. also: of each of these rows, one as well. digit: a digit as well. low, high: how long it is, in code points.
    """

    words: Sequence[str] = ()
    begins: Sequence[str] = ()
    holds: Sequence[str] = ()
    ends: tuple[str, ...] = ()
    also: Sequence[Sequence[str]] = ()
    digit: bool = False
    low: int = 0
    high: int = LONG

    @property
    def known(self) -> bool:
        """Whether it says where to look."""
        return bool(self.words or self.begins or self.holds)

    def fits(self, text: str) -> bool:
        """Whether a folded, canonical text has it all.

        >>> Way(words=("ad",)).fits("(3) ad")
        True
        """
        one = text[first_letter(text) :].startswith(tuple(self.words)) or any(begins(text, b) for b in self.begins)
        return (
            (one or not self.known or any(x in text for x in self.holds))
            and self.low <= len(text) <= self.high
            and self.may(text)
        )

    def may(self, text: str) -> bool:
        """Whether a text, its size aside, has all that is asked for as well."""
        if self.ends:
            stop = len(text)
            while stop and not text[stop - 1].isalpha():
                stop -= 1
            if not text.endswith(self.ends, 0, stop):
                return False
        for row in self.also:
            for some in row:
                if some in text:
                    break
            else:
                return False
        return not self.digit or _DIGIT.search(text) is not None


def begins(text: str, begin: str) -> bool:
    """Whether a text that is not empty begins so.

    >>> begins("3 ads", DIGIT), begins("(ad)", "(")
    (True, True)
    """
    return text[0].isdecimal() if begin == DIGIT else text.startswith(begin)


def first_letter(text: str) -> int:
    """Where the first letter stands, or where the text ends.

    >>> first_letter("(3) ad")
    4
    """
    at = _NO_LETTERS.match(text).end()  # type: ignore[union-attr]
    while at < len(text) and not text[at].isalpha():
        at += 1
    return at


@lru_cache(maxsize=4096)
def needs(pattern: str, span: bool = False) -> tuple[Way, ...]:
    """Return the ways for a pattern to match: a text that has none of them is never found.

    >>> [(way.words, way.low, way.high) for way in needs("^(?:sign up|subscribe) now$")]
    [(('sign up ', 'subscrib'), 11, 13)]
    >>> [(way.words, way.holds) for way in needs("^ad$|.{3,9} inbox")]
    [(('ad',), ()), ((), (' inbox',))]

    span: it is looked for within lines, part by part: only what stands in it counts. Whatever is not understood asks for
    less: it costs time and changes no result.
    """
    frame = _ESCAPE.sub("x", _PROPERTY.sub("x", pattern))
    if "[[" in frame or _OTHERWISE.search(_CLASS.sub("x", frame)):
        return (Way(),)
    # A character with a property, to be read as a letter or not: see _Reader.loose for the one place where that matters.
    plain = _PROPERTY.sub(r"\\w", pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = _parser.parse(plain, re.IGNORECASE)
        reader = _Reader(parsed.state, loose=plain == pattern)
        nodes = list(parsed)
        whole = not span and reader.begins(nodes, skip=True)
        return _merged([reader.way(way, span) for way in ([nodes] if whole else reader.ways(nodes))])
    except (re.error, Warning, OverflowError, RecursionError, _TooMany):
        return (Way(),)


def _merged(ways: list[Way]) -> tuple[Way, ...]:
    """Ways that ask for the same as well are one."""
    rest: dict[Any, list[Way]] = {}
    for way in ways:
        rest.setdefault((way.known, bool(way.holds), way[3:]), []).append(way)
    return tuple(
        Way(
            _english_first(_fewest({t for w in some for t in w.words})),
            _fewest({t for w in some for t in w.begins}),
            tuple(sorted({t for w in some for t in w.holds})),
            *key[2],
        )
        for key, some in rest.items()
    )


def _english_first(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words in the letters of English news first: who needs only these knows where they end."""
    return tuple(sorted(words, key=lambda word: (not is_english(word), word)))


def _fewest(texts: set[str]) -> tuple[str, ...]:
    """The texts, without those that another one begins."""
    kept: list[str] = []
    for text in sorted(texts):
        if not kept or not text.startswith(kept[-1]):
            kept.append(text)
    return tuple(kept)


class _TooMany(Exception):
    pass


Begin = tuple[str, bool]  # a beginning, and whether what follows is known too
_OPEN: set[Begin] = {("", True)}
_CLOSED: set[Begin] = {("", False)}


class _Reader:
    """Reads rows of nodes, as Python's own parser of patterns gives them."""

    def __init__(self, state: Any, loose: bool) -> None:
        self.state = state
        self.loose = loose  # whether negated classes are what they seem
        self.read: dict[tuple[Any, int, int, bool], tuple[Any, set[Begin]]] = {}

    def way(self, nodes: list[Any], span: bool) -> Way:
        """What a row of nodes needs."""
        rows = sorted(self.rows(nodes), key=worth, reverse=True)
        words = set() if span else self.begins(nodes, skip=True)
        begins = set() if span or words else self.begins(nodes, skip=False)
        ends = self.texts(_mirrored(nodes), SIZES, skip=True) if not span and _bound(nodes, _END, -1) else set()
        holds: set[str] = set()
        least = 0 if words & _FIRST else 2 + max(map(_weight, words or begins), default=0)
        if rows and worth(rows[0])[0] >= max(LEAST, least):
            words, begins, holds = set(), set(), rows[0]
        also: list[set[str]] = []
        for row in rows:
            taken = [t for other in (words, begins, holds, *also) for t in other]
            taken += [t[::-1] for t in ends]
            if len(row) <= ROW and len(also) < ROWS and not any(a in b or b in a for a in row for b in taken):
                also.append(row)
        low, high = self.width(nodes)
        return Way(
            _fewest(words),
            _fewest(begins),
            tuple(sorted(holds)),
            tuple(sorted(t[::-1] for t in _fewest(ends))),
            tuple(tuple(sorted(row)) for row in also),
            _needs_digit(nodes),
            0 if span else low,
            high if not span and _bound(nodes, _BEGINNING) and _bound(nodes, _END, -1) else LONG,
        )

    def width(self, nodes: list[Any]) -> tuple[int, int]:
        """The sizes of what a row of nodes matches."""
        low, high = _parser.SubPattern(self.state, nodes).getwidth()
        return min(low, LONG), min(high, LONG)

    def begins(self, nodes: list[Any], skip: bool) -> set[str]:
        """How what a row of nodes matches begins, or nothing where it may begin anyhow or stand anywhere.

        skip: from its first letter on.
        """
        return self.texts(nodes, SIZES, skip, digit=not skip) if _bound(nodes, _BEGINNING) else set()

    def texts(
        self, nodes: list[Any], sizes: tuple[int, ...], skip: bool = False, most: int = MOST, digit: bool = False
    ) -> set[str]:
        """What a row of nodes begins with, or nothing; digit: whether a digit says enough."""
        self.most = most
        for size in sizes:
            try:
                texts = {canonical(text[:size]) for text, _ in self.expand(nodes, size, skip)}
                texts = {text if digit and text == DIGIT else text.replace(DIGIT, "") for text in texts}
                return set() if "" in texts else texts
            except _TooMany:
                pass
        return set()

    def ways(self, nodes: list[Any]) -> list[list[Any]]:
        """The alternatives that a row of nodes begins with, each with what follows."""
        for n, (code, value) in enumerate(nodes):
            if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
                continue
            before, after = nodes[:n], nodes[n + 1 :]
            if code is op.BRANCH:
                bodies = [list(branch) for branch in value[1]]
            elif code is op.SUBPATTERN:
                bodies = [list(value[3])]
            elif code is op.MAX_REPEAT and tuple(value[:2]) == (0, 1):
                bodies = [[], list(value[2])]
            else:
                break
            found = [way for body in bodies for way in self.ways([*before, *body, *after])]
            if len(found) > MOST:
                raise _TooMany
            return found
        return [nodes]

    def rows(self, nodes: list[Any]) -> list[set[str]]:
        """Sets of strings, of each of which one is in whatever a row of nodes matches."""
        found: list[set[str]] = []
        run = ""
        for n, (code, value) in enumerate([*nodes, (None, None)]):
            if code is op.LITERAL:
                if not run:
                    found.append(self.texts(nodes[n:], WITHIN, most=FEW))
                run += _lower(chr(value))
                continue
            if code in (op.AT, op.ASSERT_NOT):
                continue
            if run:
                found.append({canonical(run)})
                run = ""
            if code is op.BRANCH:
                parts = [max(self.rows(list(branch)), key=worth, default=set()) for branch in value[1]]
                found.append(set().union(*parts) if all(parts) else set())
            elif code is op.SUBPATTERN:
                found += self.rows(list(value[3]))
            elif code is op.ASSERT and value[0] == 1:
                found += self.rows(list(value[1]))
            elif code is op.ATOMIC_GROUP:
                found += self.rows(list(value))
            elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0]:
                found += self.rows(list(value[2]))
            if code in (op.BRANCH, op.SUBPATTERN, op.IN, op.MAX_REPEAT, op.MIN_REPEAT):
                found.append(self.texts(nodes[n:], WITHIN, most=FEW))
        return [row for row in found if row]

    def expand(self, nodes: list[Any], size: int, skip: bool) -> set[Begin]:
        """Beginnings of what a row of nodes matches; skip: from its first letter on."""
        found: set[Begin] = _OPEN
        for code, value in nodes:
            if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
                continue
            more = self.step(code, value, size, skip=False)
            first = self.step(code, value, size, skip=True) if skip and ("", True) in found else more
            found = {
                (a + b, open_ and len(a + b) < size) if go_on else (a, False)
                for a, go_on in found
                for b, open_ in ((more if a else first) if go_on else _CLOSED)
            }
            if len(found) > self.most:
                raise _TooMany
            if not any(go_on for _, go_on in found):
                break
        return found

    def step(self, code: Any, value: Any, size: int, skip: bool) -> set[Begin]:
        """Beginnings of what one node matches."""
        key = code, id(value), size, skip
        known = self.read.get(key)
        if known is None:  # the node stays with it, so that no other one gets its id
            known = self.read[key] = value, self._step(code, value, size, skip)
        return known[1]

    def _step(self, code: Any, value: Any, size: int, skip: bool) -> set[Begin]:
        if code is op.LITERAL and value:
            return _OPEN if skip and _no_letter(value) else {(_lower(chr(value)), True)}
        if code is op.IN:
            if skip and self.is_loose(value):
                return _OPEN
            if value == [(op.CATEGORY, op.CATEGORY_DIGIT)]:
                return {(DIGIT, False)}
            chars = _class(value)
            return {("" if skip and _no_letter(ord(c)) else c, True) for c in chars} if chars else _CLOSED
        if code is op.BRANCH:
            return {x for branch in value[1] for x in self.expand(list(branch), size, skip)}
        if code is op.SUBPATTERN:
            return self.expand(list(value[3]), size, skip)
        if code is op.ATOMIC_GROUP:
            return self.expand(list(value), size, skip)
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            low, high, body = value
            once = self.expand(list(body), size, skip) if high else _OPEN
            if (low, high) == (1, 1):
                return once
            # More of what is skipped, or of nothing, is the same again.
            once = {(text, open_ and ((low, high) == (0, 1) or not text)) for text, open_ in once}
            return once | _OPEN if low == 0 else once
        return _CLOSED

    def is_loose(self, value: list[Any]) -> bool:
        """Whether a class holds no letter."""
        bare = (op.CATEGORY_SPACE, op.CATEGORY_NOT_WORD, op.CATEGORY_DIGIT)
        if value[0][0] is op.NEGATE:
            return self.loose and value[1:] == [(op.CATEGORY, op.CATEGORY_WORD)]
        for kind, what in value:
            if kind is op.CATEGORY and what in bare:
                continue
            if kind is op.LITERAL and _no_letter(what):
                continue
            if kind is op.RANGE and what[1] - what[0] < 256 and all(map(_no_letter, range(what[0], what[1] + 1))):
                continue
            return False
        return True


def _no_letter(code: int) -> bool:
    """Whether a character is no letter in either case."""
    char = chr(code)
    return not any(c.isalpha() for c in (char, *char.lower(), *char.upper()))


def _weight(text: str) -> int:
    """How rare a string is: by its length, letters outside ASCII counting three times, common words hardly at all."""
    word = text.strip()
    if word in _COMMON:
        return 1
    return min(8, len(text) if text.isascii() else 3 * len(text))


def worth(texts: Collection[str]) -> tuple[int, int]:
    """How rare it is that one of some strings stands in a text.

    >>> worth(["newsletter"]) > worth(["the"])
    True
    """
    return min(map(_weight, texts), default=0), -len(texts)


_BEGINNING = (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
_END = (op.AT_END, op.AT_END_STRING)


def _bound(nodes: Iterable[Any], at: tuple[Any, ...], step: int = 1) -> bool:
    """Whether all that a row of nodes matches begins (with `step` -1: ends) at one of the places `at`."""
    for code, value in list(nodes)[::step]:
        if code in (op.ASSERT, op.ASSERT_NOT):
            continue
        if code is op.AT:
            return value in at
        if code is op.BRANCH:
            return all(_bound(branch, at, step) for branch in value[1])
        return code is op.SUBPATTERN and _bound(value[3], at, step)
    return False


def _mirrored(nodes: list[Any]) -> list[Any]:
    """A row of nodes that matches backwards what the row matches."""
    out: list[Any] = []
    for code, value in reversed(nodes):
        if code is op.BRANCH:
            out.append((code, (value[0], [_mirrored(list(branch)) for branch in value[1]])))
        elif code is op.SUBPATTERN:
            out.append((code, (*value[:3], _mirrored(list(value[3])))))
        elif code is op.ATOMIC_GROUP:
            out.append((code, _mirrored(list(value))))
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            out.append((code, (*value[:2], _mirrored(list(value[2])))))
        else:
            out.append((code, value))
    return out


def _needs_digit(nodes: list[Any]) -> bool:
    """Whether there is a digit in all that a row of nodes matches."""
    for code, value in nodes:
        if code is op.IN and value == [(op.CATEGORY, op.CATEGORY_DIGIT)]:
            return True
        if code is op.BRANCH and all(_needs_digit(list(branch)) for branch in value[1]):
            return True
        if code is op.SUBPATTERN and _needs_digit(list(value[3])):
            return True
        if code in (op.MAX_REPEAT, op.MIN_REPEAT) and value[0] and _needs_digit(list(value[2])):
            return True
    return False


def _class(value: list[Any]) -> set[str]:
    """The characters of a small class, in lower case; none where there are many."""
    chars: set[str] = set()
    for kind, what in value:
        if kind is op.LITERAL:
            chars.add(_lower(chr(what)))
        elif kind is op.RANGE and what[1] - what[0] < 16:
            chars.update(_lower(chr(c)) for c in range(what[0], what[1] + 1))
        else:
            return set()
        if len(chars) > 16:
            return set()
    return chars


def _lower(char: str) -> str:
    return canonical("i" if char == "\u0130" else char.lower())
