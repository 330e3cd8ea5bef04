"""What a line must begin with for a pattern to match it, read off the pattern: most rules need never be asked."""

import re
import warnings
from functools import lru_cache
from typing import Any

__all__ = ["canonical", "starts"]

# So many characters of a beginning are kept: three tell most lines apart, more save the rest of the asking.
SIZES = (12, 8, 5, 3)
# A pattern with more beginnings of one size is read to the next smaller one.
MOST = 300

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


@lru_cache(maxsize=4096)
def starts(pattern: str) -> tuple[str, ...]:
    """Return folded, `canonical` strings, one of which every text begins with that `pattern` finds; () if unknown.

    >>> starts("^(?:sign up|subscribe) now")
    ('sign up now', 'subscribe no')
    >>> starts("sign up")
    ()

    Whatever is not understood makes a shorter beginning or none: it costs time and changes no result.
    """
    if "^" not in pattern or _OTHERWISE.search(pattern):
        return ()
    from re import _parser  # type: ignore[attr-defined]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            nodes = list(_parser.parse(pattern, re.IGNORECASE))
        if not _anchored(nodes):
            return ()
        texts = _texts(nodes)
    except (re.error, Warning, OverflowError, RecursionError):
        return ()
    return () if "" in texts else tuple(sorted(t for t in texts if not any(t != o and t.startswith(o) for o in texts)))


def _texts(nodes: list[Any]) -> set[str]:
    for size in SIZES:
        try:
            return {canonical(text[:size]) for text, _ in _expand(nodes, size)}
        except _TooMany:
            pass
    return {""}


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
