"""Pass 1, characters: text decoded wrongly and damage below the words, repaired before anything reads the text.

Encodings are repaired by ftfy and by nothing else, behind an exact gate: a text that ftfy could not change never reaches
it. Entities, control characters, surrogates and composition (NFC) have finders of their own, so that each has its rule id.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from newsclean.article import Article, rare
from newsclean.edit import Edit, Edits, apply, compose

__all__ = ["mojibake"]

# A line longer than this is put to ftfy word by word. ftfy works on whole lines and restarts on each change, so its time
# grows with their length; in 496,000 lines of real news two were longer than 10,000 characters and none than 11,000.
LONG = 10_000
# Decoding exposes new damage at most a few times (text decoded wrongly three times is rare): a line that has not settled
# by then was built so, and its encoding is left alone.
ROUNDS = 8
# This many lead characters in a row ("ÂÂÂÂÂÂÂÂÂ") are no mojibake of any text, and cost ftfy quadratic time.
NESTED = 9
# Runs with more combining marks are left as they are: putting marks in order is quadratic, and no orthography stacks
# more than a handful (Unicode's stream-safe format allows 30).
MARKS = 64

# With fewer than one pair of neighbours outside ASCII in so many characters, pairs are looked at one by one: for German
# and French that takes a fifth of the time of a pattern (3 of 15 microseconds a thousand characters).
SPARSE = 25

# Sorts of damage, as bits.
SURROGATE, CONTROL, INVISIBLE, COMPOSE, ENTITY, ENCODING = 1, 2, 4, 8, 16, 32

# Non-ASCII characters of ordinary English news, which alone (or with ASCII) make no mojibake: so ftfy is not even imported.
HARMLESS = frozenset("‘’“”–—…")
# Characters without a combining class that a composition may end with, besides the Hangul vowels and finals. A test holds
# the list against the Unicode tables of the Python that runs it.
_SECONDS = frozenset(
    "\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf\u102e\u1b35"
    "\U000110ba\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af\U00011930"
    + "".join(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
)

_LINE = re.compile(r"[^\n\r]+")
_SEPARATORS = frozenset("\u2028\u2029")  # part the lines of an article, but not those that are looked at here
_ENTITY_LIKE = re.compile(r"&#?[0-9A-Za-z]{1,32};")
# Leading "amp;" are taken in one match, so that "&amp;amp;quot;" settles at once and in linear time.
_ENTITY = re.compile(
    r"&((?:(?:amp|AMP|#0{0,4}38|#[xX]0{0,4}26);)*)(?:(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][0-9A-Za-z]{1,31});)?"
)
_UNFINISHED = re.compile(r"&#?[0-9A-Za-z]{0,32}\Z")
_CONTROL = re.compile(
    "\x1b\\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # terminal colours and cursor movements
    "|\x1b\\][^\x07\x1b\n\r]{0,512}(?:\x07|\x1b\\\\)"  # terminal titles and links
    "|\x1b|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]+"
)
_C1 = re.compile("[\x80-\x9f]+")
_SEPARATES = re.compile("[\x0b\x0c\x1c-\x1f]")
_INVISIBLE = re.compile("[\u200b\ufeff]+")
_SOFT = re.compile("\xad+")
_SURROGATE = re.compile("[\ud800-\udfff]+")
_STAYS = re.compile(r"[!->@-~]+")  # what ftfy never makes nor takes: ASCII but for controls, the space and "?"
# Right text that ftfy takes for mojibake; the line is cut there, so that it never sees the two sides together.
_RIGHT = re.compile(
    "(?<=[A-ZÀ-Ý]Ã)(?=[’”»›–](?![^\\W\\d_])|—)"  # “AMANHÃ”: a capital word that ends in Ã, then punctuation
    "|(?<=[“„«‘‚][ÂÃÎÐ])(?=[”“’‘»](?![^\\W\\d_]))"  # the letter “Â”
    "|(?<=[A-ZÀ-Ý]É)(?=[\xa1-\xbf×\u2000-\u2fff])"  # CAFÉ², RENÉ†: would be rare phonetic letters
)

Stage = Callable[[str], Iterator[Edit]]


def mojibake(article: Article) -> Iterator[Edit]:
    """Find text decoded wrongly, left-over entities, controls, surrogates and letters not composed.

    >>> text = "Itâ€™s cafÃ© &amp; bar, SÃO PAULO"
    >>> edits = list(mojibake(Article(text)))
    >>> apply(text, edits)
    'It’s café & bar, SÃO PAULO'
    >>> [e.rule for e in edits]
    ['und.mojibake.encoding', 'und.mojibake.encoding', 'und.mojibake.entity']

    Sorted and disjoint, in code points of the text. Nothing is found in the repaired text.
    """
    text, chars = article.text, article.rare
    if not chars:
        return
    right = article.by_line(mojibake)  # lines in which nothing was found, in this round or an earlier one
    if right and right.keys() >= set(article.lines):
        return
    if not _kinds(text, chars):
        if chars.isdisjoint(_SEPARATORS):
            right.update(dict.fromkeys(article.lines))
        return
    for m in _LINE.finditer(text):
        line = m.group()
        if _kinds(line):
            at = m.start()
            for edit in _settled(line):
                yield edit.moved(at)


# ---------------------------------------------------------------------------------------------------------------- gate


def _kinds(text: str, chars: set[str] | None = None) -> int:
    """Which sorts of damage `text` may hold, whose rare characters are `chars`; 0 is exact, a bit may be a false alarm."""
    if chars is None:
        chars = rare(text)
    if not chars:
        return 0
    kinds = 0
    if "&" in chars:
        chars = chars - {"&"}
        if _ENTITY_LIKE.search(text):
            kinds = ENTITY
    if chars <= HARMLESS:
        return kinds
    for char in chars:
        kinds |= _KIND[char]
    if kinds & ENCODING and not _gate().hit(text, chars):
        kinds &= ~ENCODING
    return kinds


class _Kinds(dict[str, int]):
    """The sorts of damage that one character can be part of; a table that fills as characters are met."""

    def __missing__(self, char: str) -> int:
        code = ord(char)
        if code < 0x80:
            kind = CONTROL
        elif 0xD800 <= code < 0xE000:
            kind = SURROGATE
        else:
            kind = ENCODING
            if char in "\xad\u200b\ufeff":  # the soft hyphen is settled with the encoding
                kind |= INVISIBLE
            if unicodedata.combining(char) or char in _SECONDS or not unicodedata.is_normalized("NFC", char):
                kind |= COMPOSE
        self[char] = kind
        return kind


_KIND = _Kinds()


@lru_cache(maxsize=1)
def _gate() -> "_Gate":
    return _Gate()


class _Gate:
    """What a text must hold for ftfy to change it, read off ftfy's own badness pattern.

    ftfy repairs no encoding unless that pattern matches. Each of its branches needs a C1 control or one of a set of pairs
    of neighbours, the first of them not ASCII: no such pair, no match. A branch that needs neither raises RuntimeError: a
    new ftfy gives a new gate or a loud failure.
    """

    def __init__(self) -> None:
        import ftfy
        from ftfy.badness import BADNESS_RE, is_bad
        from ftfy.chardata import CHARMAP_ENCODINGS, UTF8_CLUES

        config = ftfy.TextFixerConfig(explain=False)
        self.fix: Callable[[str], str] = lambda text: ftfy.fix_encoding(text, config)
        self.is_bad: Callable[[str], bool] = is_bad
        singles, pairs = _necessary(BADNESS_RE)
        seconds: dict[str, set[str]] = {}
        loose: dict[_Class, set[str]] = {}  # seconds that are "anything but ..."
        for firsts, (negated, chars) in pairs:
            if negated:
                loose.setdefault((negated, chars), set()).update(firsts)
            else:
                for first in firsts:
                    seconds.setdefault(first, set()).update(chars)
        self.always = singles.union(*loose.values(), *([c] for c, s in seconds.items() if any(map(str.isascii, s))))
        self.seconds = {c: frozenset(s) for c, s in seconds.items()}
        groups: dict[_Class, set[str]] = loose
        for first, second in self.seconds.items():
            groups.setdefault((False, second), set()).add(first)
        tails = [f"(?<={_source(f)}){_source(s[1], s[0])}" for s, f in sorted(groups.items(), key=lambda g: -len(g[1]))]
        self.bad = re.compile(f"{_source(singles)}|{_source(set().union(*groups.values()))}(?:{'|'.join(tails)})")
        self.leads = _source("".join(UTF8_CLUES[f"utf8_first_of_{n}"] for n in (2, 3, 4)).replace("-", ""))
        nested = {bytes([b]).decode(e) for b in (0xC2, 0xC3, 0xE2) for e in CHARMAP_ENCODINGS}
        self.nested = re.compile(f"{_source(nested)}{{{NESTED}}}")
        self.piece = re.compile(f"(?s:.{{1,{LONG}}}(?={self.leads}|\\Z)|.{{1,{LONG}}})")

    def hit(self, text: str, chars: set[str]) -> bool:
        """Say whether ftfy could change the encoding of `text`, whose characters besides plain ASCII are `chars`."""
        if self.always.isdisjoint(chars):
            seconds = self.seconds
            if not any(c in seconds and not seconds[c].isdisjoint(chars) for c in chars):
                return False
            flat = text.encode("ascii", "replace")
            if flat.count(b"??") * SPARSE < len(flat):  # neighbours outside ASCII are rare in Latin letters
                at = flat.find(b"??")
                while at >= 0:
                    if text[at + 1] in seconds.get(text[at], ""):
                        return True
                    at = flat.find(b"??", at + 1)
                return False
        return self.bad.search(text) is not None


_Class = tuple[bool, frozenset[str]]  # negated?, characters


def _source(chars: set[str] | frozenset[str] | str, negated: bool = False) -> str:
    """A character class as a pattern."""
    codes = sorted(map(ord, set(chars)))
    out: list[list[int]] = []
    for code in codes:
        if out and out[-1][1] == code - 1:
            out[-1][1] = code
        else:
            out.append([code, code])
    body = "".join(f"\\U{a:08x}" if a == b else f"\\U{a:08x}-\\U{b:08x}" for a, b in out)
    return f"[{'^' * negated}{body}]"


def _necessary(pattern: re.Pattern[str]) -> tuple[set[str], list[tuple[frozenset[str], _Class]]]:
    """Single characters and neighbouring pairs, one of which is in whatever `pattern` matches."""
    from re import _constants as op  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]

    anything: _Class = (True, frozenset())

    def charset(code: Any, value: Any) -> _Class:
        if code is op.LITERAL:
            return False, frozenset(chr(value))
        if code is op.ANY:
            return anything
        if code is not op.IN:
            raise RuntimeError(f"ftfy's badness pattern has a part that the gate does not know: {code}")
        negated, chars = False, set()
        for kind, what in value:
            if kind is op.NEGATE:
                negated = True
            elif kind is op.LITERAL:
                chars.add(chr(what))
            elif kind is op.RANGE:
                chars.update(map(chr, range(what[0], what[1] + 1)))
            else:  # \s, \w: no second to rely on
                return anything
        return negated, frozenset(chars)

    def expand(nodes: Any) -> list[list[_Class]]:
        outs: list[list[_Class]] = [[]]
        for code, value in nodes:
            if code is op.AT:
                continue
            if code is op.BRANCH:
                ways = [way for branch in value[1] for way in expand(branch)]
            elif code is op.SUBPATTERN:
                ways = expand(value[3])
            elif code is op.MAX_REPEAT and tuple(value[:2]) == (0, 1):
                ways = [[], *expand(value[2])]
            else:
                ways = [[charset(code, value)]]
            outs = [out + way for out in outs for way in ways]
        return outs

    def foreign(c: _Class) -> bool:
        return not c[0] and not any(map(str.isascii, c[1]))

    def cost(pair: tuple[frozenset[str], _Class]) -> tuple[bool, bool, int]:
        ordinary = not pair[0].isdisjoint(HARMLESS) and not pair[1][1].isdisjoint(HARMLESS)
        return not foreign(pair[1]), ordinary, len(pair[0]) * len(pair[1][1])

    singles: set[str] = set()
    pairs: list[tuple[frozenset[str], _Class]] = []
    for way in expand(_parser.parse(pattern.pattern, pattern.flags)):
        if len(way) == 1 and foreign(way[0]):
            singles |= way[0][1]
            continue
        found = [(a[1], b) for a, b in pairwise(way) if foreign(a)]
        if not found or not any(foreign(c) and c[1].isdisjoint(HARMLESS) for c in way):
            raise RuntimeError("ftfy's badness pattern has a branch that the gate cannot vouch for")
        pairs.append(min(found, key=cost))
    return singles, pairs


# ------------------------------------------------------------------------------------------------------------ one line


def _settled(line: str) -> Edits:
    """All edits of one line, repaired until nothing is left to repair."""
    edits, text, kinds = _plain((), line)
    first = edits
    for _ in range(ROUNDS):
        before = text
        if kinds & ENCODING:
            edits, text = _take(edits, text, _encoding)
        if kinds & (ENCODING | INVISIBLE):
            edits, text = _take(edits, text, _leftover)
        if text == before:
            break
        edits, text, kinds = _plain(edits, text)
    else:
        edits = first
    # What was changed and changed back is no edit.
    return tuple(e for e in edits if line[e.start : e.end] != e.replacement)


def _plain(edits: Edits, text: str) -> tuple[Edits, str, int]:
    """Repair all but the encoding, until that settles: what one stage removes may complete what another looks for.

    Returns the edits, the text, and which sorts of damage it may still hold.
    """
    for _ in range(ROUNDS):
        before = text
        kinds = _kinds(text)
        for kind, stage in _STAGES:
            if kinds & kind:
                edits, text = _take(edits, text, stage)
        if text == before:
            break
    return edits, text, kinds


def _take(edits: Edits, text: str, stage: Stage) -> tuple[Edits, str]:
    found = tuple(stage(text))
    if not found:
        return edits, text
    fixed = apply(text, found)
    return compose(edits, found, text), fixed


def _gone(text: str, start: int, end: int) -> str:
    """What ``start:end`` becomes when removed: nothing, or a space where its sides would join to an entity."""
    low = max(0, start - 34)  # "&#" and the 32 characters that `_ENTITY_LIKE` allows
    return " " if "&" in text[low:start] and _UNFINISHED.search(text, low, start) else ""


def _surrogates(text: str) -> Iterator[Edit]:
    for m in _SURROGATE.finditer(text):
        whole = m.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        reason = "half a character, as left by UTF-16 cut in two, which no encoding can hold"
        yield Edit(m.start(), m.end(), whole, "und.unicode.surrogate", reason, "certain")


def _controls(text: str) -> Iterator[Edit]:
    for m in _CONTROL.finditer(text):
        start, end = m.span()
        new = _gone(text, start, end)
        reason = "control character, not text"
        if text[start] == "\x1b":
            if end - start > 1:
                reason = "terminal escape sequence, not text"
        elif _SEPARATES.search(text, start, end):
            edge = start == 0 or end == len(text) or text[start - 1].isspace() or text[end].isspace()
            new = new if edge else " "
        yield Edit(start, end, new, "und.unicode.control", reason, "certain")


def _invisible(text: str) -> Iterator[Edit]:
    for m in _INVISIBLE.finditer(text):
        start, end = m.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        # Thai, Khmer, Burmese and others part their words with U+200B: it stays between their letters.
        edge = not before or not after or before.isspace() or after.isspace()
        if edge or not (_breaks(before) or _breaks(after)):
            reason = "invisible character (zero-width space or byte order mark)"
            yield Edit(start, end, _gone(text, start, end), "und.unicode.control", reason)


def _leftover(text: str) -> Iterator[Edit]:
    """C1 controls and soft hyphens are bytes of mojibake ("Ã\xad" is í): they go when no encoding explains them."""
    found = [(m.span(), "control character that no encoding explains", "certain") for m in _C1.finditer(text)]
    bad = "\xad" in text and _gate().is_bad(text)
    for m in _SOFT.finditer(text):
        before, after = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        # No byte of mojibake follows an ASCII letter but the first. Where mojibake is left, other soft hyphens may be some.
        if _latin(before) and _latin(after) and not (bad and before >= "\x80"):
            found.append((m.span(), "soft hyphen inside a word: a place to break the line, no letter", "likely"))
    for (start, end), reason, confidence in sorted(found):
        yield Edit(start, end, _gone(text, start, end), "und.unicode.control", reason, confidence)


def _latin(char: str) -> bool:
    return char.isalpha() and (char < "\u0250" or "\u1e00" <= char <= "\u1eff")


def _breaks(char: str) -> bool:
    return char >= "\u0590" and not "\u1e00" <= char <= "\u2bff" and unicodedata.category(char)[0] in "LM"


@lru_cache(maxsize=64)
def _runs(chars: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"(?s:{_source(chars, negated=True)}?{_source(chars)}+)")


def _composed(text: str) -> Iterator[Edit]:
    chars = frozenset(c for c in set(text) if _kind(c) & COMPOSE)
    # A character outside `chars` never changes under NFC by what follows it but for `chars`: runs can be cut before it.
    for m in _runs(chars).finditer(text):
        if len(m.group()) <= MARKS:
            for start, end, new in _trimmed(m.group(), unicodedata.normalize("NFC", m.group()), m.start()):
                reason = "letters and marks in the composed form (NFC), in which equal words are equal"
                yield Edit(start, end, new, "und.unicode.nfc", reason, "certain")


def _kind(char: str) -> int:
    return 0 if char.isascii() else _KIND[char]


def _entities(text: str) -> Iterator[Edit]:
    for m in _ENTITY.finditer(text):
        name = m.group(2)
        new = _entity(name) if name else None
        if new in ("<", ">") and not _sign(text, m):
            new = None
        if new is None:
            if not m.group(1):
                continue
            new = f"&{name};" if name else "&"
        elif not new:
            new = _gone(text, *m.span())
        yield Edit(*m.span(), new, "und.mojibake.entity", "HTML entity left over in the text", "certain")


def _sign(text: str, m: re.Match[str]) -> bool:
    """Say whether "<" or ">" would stand between spaces or digits: a sign there, and elsewhere the edge of a tag."""
    before, after = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
    return bool(before) and bool(after) and all(c == " " or c in "0123456789" for c in (before, after))


@lru_cache(maxsize=1024)
def _entity(name: str) -> str | None:
    """What ``&name;`` stands for; None where it stays as it is."""
    from html.entities import html5

    if name[0] == "#":
        code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            return None
        new = bytes([code]).decode("cp1252", "ignore") if 0x80 <= code < 0xA0 else chr(code)
    else:
        new = html5.get(f"{name};", "")
    if not new:
        return None
    if new in "\t\n\r\u2028\u2029":
        return " "  # white space of any kind shows as a space in HTML; a line end is no entity's to make
    if new in "\u200b\ufeff":
        return ""
    new = unicodedata.normalize("NFC", new)
    # Letters, digits, "#", ";" and "&" could complete another entity: nobody writes those as entities by accident.
    if any(c in "#;&" or (c.isascii() and c.isalnum()) or unicodedata.category(c) in ("Cc", "Cn", "Co") for c in new):
        return None
    return new


def _encoding(text: str) -> Iterator[Edit]:
    gate = _gate()
    at = 0
    known: dict[str, str] = {}
    while hit := gate.bad.search(text, at):
        start, at = _piece(text, hit.start())
        old = text[start:at]
        new = known.get(old)
        if new is None:
            new = known[old] = _decoded(old, gate)
        for a, b, fixed in _changes(old, new):
            reason = "text decoded with the wrong encoding (mojibake)"
            yield Edit(start + a, start + b, fixed, "und.mojibake.encoding", reason, "likely")


def _piece(text: str, at: int) -> tuple[int, int]:
    """What is put to ftfy at once: the line, or in a long one the word around `at`."""
    start, end = 0, len(text)
    if end > LONG:
        start = text.rfind(" ", 0, at + 1) + 1
        end = text.find(" ", at + 1)
        end = len(text) if end < 0 else end
    return start, end


def _decoded(text: str, gate: _Gate) -> str:
    parts = _RIGHT.split(text)
    if len(parts) > 1:
        return "".join(_decoded(part, gate) for part in parts)
    if gate.nested.search(text):
        return text
    if len(text) <= LONG:
        return gate.fix(text)
    # One word of more than 10,000 characters: cut before lead characters, and taken only if nothing bad is left.
    whole = "".join(gate.fix(m.group()) for m in gate.piece.finditer(text))
    return text if gate.bad.search(whole) else whole


def _changes(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """The spans of `old` that differ in `new`, aligned by the ASCII that ftfy leaves alone; linear."""
    if old == new:
        return
    olds, news = _STAYS.split(old), _STAYS.split(new)
    if len(olds) != len(news) or _STAYS.findall(old) != _STAYS.findall(new):
        yield from _trimmed(old, new, 0)
        return
    at = 0
    ends = [m.end() for m in _STAYS.finditer(old)]
    for a, b, end in zip(olds, news, [*ends, len(old)], strict=True):
        if a != b:
            words, fixed = a.split(" "), b.split(" ")
            if len(words) != len(fixed):
                words, fixed = [a], [b]
            here = at
            for x, y in zip(words, fixed, strict=True):
                yield from _trimmed(x, y, here)
                here += len(x) + 1
        at = end


def _trimmed(old: str, new: str, at: int) -> Iterator[tuple[int, int, str]]:
    """The span of `old`, which starts at `at`, without what both begin and end with; never empty."""
    if old == new:
        return
    top = min(len(old), len(new))
    a = next((i for i in range(top) if old[i] != new[i]), top)
    z = next((i for i in range(top - a) if old[-1 - i] != new[-1 - i]), top - a)
    if a + z == len(old):  # an insertion takes a neighbour in
        a, z = (a - 1, z) if a else (a, z - 1)
    yield at + a, at + len(old) - z, new[a : len(new) - z]


_STAGES: tuple[tuple[int, Stage], ...] = (
    (SURROGATE, _surrogates),
    (CONTROL, _controls),
    (INVISIBLE, _invisible),
    (COMPOSE, _composed),
    (ENTITY, _entities),
)
