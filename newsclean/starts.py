"""What a text must have for a pattern to match it, read off the pattern: most rules need never be asked."""

import re
import warnings
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["Needs", "canonical", "needs"]

# So many characters of a beginning are kept: three tell most lines apart, more save the rest of the asking.
SIZES = (12, 8, 5, 3)
# A pattern with more beginnings of one size is read to the next smaller one.
MOST = 300
# A string within of this weight is worth looking for: shorter ones are everywhere.
LEAST = 4

# Letters that are one letter to a pattern that ignores case, but not to `fold`.
_SAME = (("ı", "i"), ("ς", "σ"), ("ſ", "s"), ("µ", "μ"))
# What `regex` reads otherwise than `re`, or `re` not at all.
_OTHERWISE = re.compile(r"(?<!\\)\{(?![0-9,])|\[\[|\(\?(?![:=!<P>]|-i:)")


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


class Needs(NamedTuple):
    """What a text must have for a pattern to match: one of the beginnings, or one of the strings within."""

    begins: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def needs(pattern: str) -> Needs:
    """Return folded, `canonical` strings, one of which stands in every text that `pattern` finds; none if unknown.

    >>> needs("^(?:sign up|subscribe) now")
    Needs(begins=('sign up now', 'subscribe no'), holds=())
    >>> needs("^ad$|.{3,9} inbox")
    Needs(begins=('ad',), holds=(' inbox',))

    Whatever is not understood makes a shorter string or none: it costs time and changes no result.
    """
    if _OTHERWISE.search(pattern):
        return Needs()
    from re import _parser  # type: ignore[attr-defined]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            nodes = list(_parser.parse(pattern, re.IGNORECASE))
        begins: set[str] = set()
        holds: set[str] = set()
        for way in [nodes] if _begins(nodes) else _ways(nodes):
            texts = _begins(way)
            begins |= texts
            if not texts:
                within = _holds(way)
                if not within:
                    return Needs()
                holds |= within
    except (re.error, Warning, OverflowError, RecursionError, _TooMany):
        return Needs()
    return Needs(_fewest(begins), tuple(sorted(holds)))


def _fewest(texts: set[str]) -> tuple[str, ...]:
    return tuple(sorted(t for t in texts if not any(t != o and t.startswith(o) for o in texts)))


def _begins(nodes: list[Any]) -> set[str]:
    """How what a row of nodes matches begins, or nothing where it may begin anyhow or stand anywhere."""
    if not _anchored(nodes):
        return set()
    for size in SIZES:
        try:
            texts = {canonical(text[:size]) for text, _ in _expand(nodes, size)}
            return set() if "" in texts else texts
        except _TooMany:
            pass
    return set()


def _ways(nodes: list[Any]) -> list[list[Any]]:
    """The alternatives that a row of nodes begins with, each with what follows."""
    from re import _constants as op  # type: ignore[attr-defined]

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
        found = [way for body in bodies for way in _ways([*before, *body, *after])]
        if len(found) > MOST:
            raise _TooMany
        return found
    return [nodes]


def _holds(nodes: list[Any]) -> set[str]:
    """Strings one of which is in whatever a row of nodes matches: the longest, of those the fewest; or nothing."""
    from re import _constants as op  # type: ignore[attr-defined]

    best: tuple[int, int] = (LEAST - 1, 0)
    found: set[str] = set()
    run = ""
    for code, value in [*nodes, (None, None)]:
        if code is op.LITERAL:
            run += _lower(chr(value))
            continue
        if code in (op.AT, op.ASSERT_NOT):
            continue
        within: set[str] = set()
        if code is op.BRANCH:
            parts = [_holds(list(branch)) for branch in value[1]]
            within = set().union(*parts) if all(parts) else set()
        elif code is op.SUBPATTERN:
            within = _holds(list(value[3]))
        elif code is op.ASSERT and value[0] == 1:
            within = _holds(list(value[1]))
        elif code is op.ATOMIC_GROUP:
            within = _holds(list(value))
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0]:
            within = _holds(list(value[2]))
        for texts in {canonical(run)} if run else set(), within:
            worth = min(map(_weight, texts), default=0), -len(texts)
            if worth > best:
                best, found = worth, texts
        if code is not op.ASSERT:
            run = ""
    return found


def _weight(text: str) -> int:
    """How rare a string is: by its length, letters outside ASCII counting twice."""
    return min(8, len(text) if text.isascii() else 2 * len(text))


class _TooMany(Exception):
    pass


Begin = tuple[str, bool]  # a beginning, and whether what follows is known too


def _expand(nodes: list[Any], size: int) -> set[Begin]:
    """Beginnings of what a row of nodes matches."""
    from re import _constants as op  # type: ignore[attr-defined]

    found: set[Begin] = {("", True)}
    next_: set[Begin]
    for code, value in nodes:
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue
        if code is op.LITERAL:
            next_ = {(_lower(chr(value)), True)}
        elif code is op.IN:
            next_ = _class(value)
        elif code is op.BRANCH:
            next_ = {x for branch in value[1] for x in _expand(list(branch), size)}
        elif code is op.SUBPATTERN:
            next_ = _expand(list(value[3]), size)
        elif code is op.ATOMIC_GROUP:
            next_ = _expand(list(value), size)
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            low, high, body = value
            once = _expand(list(body), size) if high else {("", True)}
            next_ = once if (low, high) == (1, 1) else {(text, open_ and (low, high) == (0, 1)) for text, open_ in once}
            if low == 0:
                next_ |= {("", True)}
        else:
            next_ = {("", False)}
        found = {
            (a + b, open_ and len(a + b) < size) if more else (a, False)
            for a, more in found
            for b, open_ in (next_ if more else {("", False)})
        }
        if len(found) > MOST:
            raise _TooMany
        if not any(more for _, more in found):
            break
    return found


def _anchored(nodes: list[Any]) -> bool:
    """Whether all that a row of nodes matches stands at the beginning of the text."""
    from re import _constants as op  # type: ignore[attr-defined]

    for code, value in nodes:
        if code in (op.ASSERT, op.ASSERT_NOT):
            continue
        if code is op.AT:
            return value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING)
        if code is op.BRANCH:
            return all(_anchored(list(branch)) for branch in value[1])
        return code is op.SUBPATTERN and _anchored(list(value[3]))
    return False


def _class(value: list[Any]) -> set[Begin]:
    from re import _constants as op  # type: ignore[attr-defined]

    chars: set[str] = set()
    for kind, what in value:
        if kind is op.LITERAL:
            chars.add(_lower(chr(what)))
        elif kind is op.RANGE and what[1] - what[0] < 16:
            chars.update(_lower(chr(c)) for c in range(what[0], what[1] + 1))
        else:
            return {("", False)}
        if len(chars) > 16:
            return {("", False)}
    return {(c, True) for c in chars}


def _lower(char: str) -> str:
    return canonical("i" if char == "\u0130" else char.lower())
