"""Where forms of names stand: one piece of each tells in which lines to look, and only there the forms are looked for.

Names are rare: of 300 English articles, 230 name none of 400 entities. An automaton over all forms is as large as the
processor's memory and walks through all text; one over pieces of them is a tenth of that, and is built in milliseconds.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain

from ahocorasick_rs import AhoCorasick, Implementation

from newsclean.packs import shipped
from newsclean.scan import WINDOW, ByteCues, utf8

__all__ = ["CAPITALS", "SHORT_CAPITALS", "Entry", "Forms", "Hit", "sort_out"]

# So long a beginning of a word is a piece: fewer letters begin more words, more letters make more pieces.
PIECE = 5
# And so long a piece of it where it begins as a frequent word does.
LONG_PIECE = 10
# A shorter piece stands for a form that has no other.
SHORT = 4
# Capitals of a form this short are somebody else's acronym (Sana'a's SANA), unless listed.
SHORT_CAPITALS = 4
# From so many forms on pieces of them stand in every line: one automaton has all the forms then, and no piece is asked.
# It is built in the way that takes half the memory and scans at two thirds the speed.
MANY_FORMS = 50_000
# So many letters of pieces may be in the kind of automaton that takes the most memory and half as long to scan.
MANY_LETTERS = 40_000
# Automata of the forms under one piece that are kept: 2.5 KB each, and made in 25 microseconds.
FEW_PIECES = 8192

# A stretch of capitals: no small letter for four characters or more.
CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ][^a-zß-öø-ÿ\n]{3,}")
_WORD_START = re.compile(r"(?<![\w'])[^\W\d_]")
_BLANKS = re.compile(r"(\s+)")

# Whose the forms are (ids joined by "|"), those listed, and those that follow from them, each joined by line ends.
Entry = tuple[str, str, str]
# Start and end, whether the form stands in capitals and is not listed so, and whose it is.
Hit = tuple[int, int, bool, str]


def sort_out(forms: Iterable[tuple[str, str, bool]], many: bool = False) -> dict[str, list[Entry]]:
    """Put forms, given with their owners and whether they are listed, under a piece of each; all under "" if `many`.

    >>> sort_out([("Kiev", "kyiv", True), ("Republic of Kievland", "kievland", True)])
    {'Kiev': [('kyiv', 'Kiev', '')], 'Kievl': [('kievland', 'Republic of Kievland', '')]}

    A piece is the beginning of a word, with a capital if the form has one: one letter of twenty is a capital.
    """
    if many:
        return {"": _entries(forms)}
    forms = list(forms)
    pieces = [_pieces(form) for form, _, _ in forms]
    count = Counter(chain.from_iterable(pieces))
    under: dict[str, list[tuple[str, str, bool]]] = {}
    for form, mine in zip(forms, pieces, strict=True):
        under.setdefault(max(mine, key=lambda piece: (count[piece], piece)), []).append(form)
    return {piece: _entries(under[piece]) for piece in sorted(under)}


def _entries(forms: Iterable[tuple[str, str, bool]]) -> list[Entry]:
    of: dict[str, tuple[list[str], list[str]]] = {}
    for form, owners, listed in forms:
        of.setdefault(owners, ([], []))[not listed].append(form)
    return [(owners, "\n".join(listed), "\n".join(derived)) for owners, (listed, derived) in of.items()]


def _pieces(form: str) -> set[str]:
    """What may stand for a form, of the best kind that there is."""
    starts = [m.start() for m in _WORD_START.finditer(form)] or [0]
    starts = [at for at in starts if form[at].isupper()] or starts
    frequent = _frequent()
    found = {form[at : at + (LONG_PIECE if form[at : at + PIECE] in frequent else PIECE)] for at in starts}
    found = {piece for piece in found if piece[:PIECE] not in frequent} or found
    return {piece for piece in found if len(piece) >= SHORT} or found


@lru_cache(maxsize=1)
def _frequent() -> frozenset[str]:
    words = shipped("mentions.toml")["frequent"]
    return frozenset(x[:PIECE] for word in words for x in (word, f"{word} "))


class Forms:
    """Finds all forms of names in a text.

    >>> forms = Forms(sort_out([("Kiev", "kyiv", True), ("chicken Kiev", "kyiv", True)]))
    >>> list(forms.hits("Old Kiev.\\nNEW KIEV", set()))
    [(4, 8, False, 'kyiv'), (14, 18, True, 'kyiv')]

    A listed form in capitals is found too, as words with one capital each.
    """

    def __init__(self, under: Mapping[str, Sequence[Entry]]) -> None:
        self._entries = list(under.values())
        self._groups: dict[int, _Group] = {}
        self._asked = [(number, capitals) for number in range(len(under)) for capitals in (False, True)]
        pieces = [part for piece in under for part in ([piece], [piece.upper()] if piece.istitle() else [])]
        often = sum(map(len, under)) <= MANY_LETTERS
        self._cues = ByteCues(pieces, often) if "" not in under else None

    def hits(self, text: str, rare: set[str]) -> Iterable[Hit]:
        """Every form in a text that begins where no word goes on, by where they start, the longest first; others too.

        rare: the characters of the text that are not ASCII; others may be among them.
        """
        if self._cues is None:
            return self._in_line(text, self._asked) if self._entries else ()
        data = utf8(text)
        lines = self._lines(data, rare)
        return self._in_lines(data, lines, len(data) == len(text)) if lines else ()

    def _in_lines(self, data: bytes, lines: list[tuple[int, int, set[int]]], ascii: bool) -> Iterator[Hit]:
        byte = at = 0  # as many bytes are so many code points
        for start, end, asked in lines:
            line = data[start:end].decode("utf-8", "surrogatepass")
            found = self._in_line(line, [self._asked[ask] for ask in asked])
            first = next(found, None)
            if first:
                at += start - byte if ascii else len(data[byte:start].decode("utf-8", "surrogatepass"))
                byte = start
                for begin, stop, capitals, owners in chain((first,), found):
                    yield begin + at, stop + at, capitals, owners

    def _lines(self, data: bytes, rare: set[str]) -> list[tuple[int, int, set[int]]]:
        """The lines in which pieces stand, and what is asked about them."""
        lines: list[tuple[int, int, set[int]]] = []
        if self._cues is None:
            return lines
        owners, end = self._cues.owners, -1
        for piece, at in self._cues.walk(data, rare):
            if data[at - 1 : at].isalnum():  # a piece begins with a word
                continue
            if at > end:
                end = data.find(b"\n", at)
                end = len(data) if end < 0 else end
                lines.append((data.rfind(b"\n", 0, at) + 1, end, set()))
            lines[-1][2].update(owners[piece])
        return lines

    def _in_line(self, line: str, asked: Iterable[tuple[int, bool]]) -> Iterator[Hit]:
        groups = [(self._group(number), capitals) for number, capitals in asked]
        size, reach = len(line), max([group.longest for group, _ in groups])
        for low in range(0, size, WINDOW):
            part = line if size <= WINDOW else line[low : low + WINDOW + reach]
            found: list[Hit] = []
            for group, capitals in groups:
                if capitals:
                    for run in CAPITALS.finditer(part):
                        found += group.find(_titled(run[0]), low + run.start(), True)
                else:
                    found += group.find(part, low)
            if found:
                found.sort(key=_order)
                yield from found if size <= WINDOW else (hit for hit in found if hit[0] - low < WINDOW)

    def _group(self, number: int) -> "_Group":
        group = self._groups.get(number)
        if group is None:
            if len(self._groups) >= FEW_PIECES:
                self._groups.clear()
            group = self._groups[number] = _Group(self._entries[number])
        return group


class _Group:
    """The forms under one piece."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        parts = [part for entry in entries for part in entry[1:]]
        self._owners = [owners for owners, _, _ in entries]
        sizes = (part.count("\n") + 1 if part else 0 for part in parts)
        self._ends = list(accumulate(sizes))  # by turns of forms that are listed and that follow
        self.longest = max(len(form) for part in parts for form in part.split("\n"))
        forms = (form for part in parts if part for form in part.split("\n"))
        kind = Implementation.NoncontiguousNFA if self._ends[-1] >= MANY_FORMS else Implementation.ContiguousNFA
        self._automaton = AhoCorasick(forms, implementation=kind, store_patterns=False)

    def find(self, text: str, shift: int, capitals: bool = False) -> list[Hit]:
        """The forms in a text, those that are not listed left out of what was in capitals."""
        found = []
        for form, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            at = bisect_right(self._ends, form)
            if not capitals or (at % 2 == 0 and end - start >= SHORT_CAPITALS):
                found.append((shift + start, shift + end, capitals, self._owners[at // 2]))
        return found


def _order(hit: Hit) -> tuple[int, int, bool]:
    return hit[0], -hit[1], hit[2]


def _titled(run: str) -> str:
    """Words with one capital each, letter for letter: a word whose letters are more in small stays."""
    titled = run.title()
    if len(titled) == len(run):
        return titled
    return "".join([t if len(t := word.title()) == len(word) else word for word in _BLANKS.split(run)])
