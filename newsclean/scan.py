"""One automaton over all cues: which rules are worth asking, so that hundreds of rules cost one walk over the text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation

__all__ = ["ByteCues", "Cues", "is_english", "utf8"]


class Cues:
    """Finds the cues of many owners in one pass.

    >>> cues = Cues([("sign up", "inbox"), ("inbox",)])
    >>> [(start, owners) for start, owners in cues.find("to your inbox")]
    [(8, (0, 1))]

    Owners are numbered as given; `start` is a code point of the text, which the caller has folded if the cues are.
    """

    def __init__(self, cues_of: Iterable[Sequence[str]]) -> None:
        owners = _owners(cues_of)
        self._owners = [tuple(x) for x in owners.values()]
        self._automaton = AhoCorasick(list(owners), implementation=Implementation.ContiguousNFA) if owners else None

    def find(self, text: str) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield start and owners of every cue in `text`, overlapping ones too, ordered by where they end."""
        if self._automaton is not None:
            for cue, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
                yield start, self._owners[cue]


# Characters outside ASCII of ordinary English news.
_ENGLISH = frozenset("‘’“”–—…")
_OTHER = re.compile(rf"[^\x00-\x7f{''.join(sorted(_ENGLISH))}]")
# So much is scanned at a time, in bytes: an automaton gives all its hits at once.
WINDOW = 1 << 16


class ByteCues:
    """The same in UTF-8: twice as fast, with starts in bytes.

    >>> cues = ByteCues([("sign up", "inbox"), ("inbox", "boîte")])
    >>> [(start, cues.owners[cue]) for cue, start, _ in cues.hits("à votre inbox".encode(), {"à"})]
    [(9, (0, 1))]

    Cues of other alphabets have an automaton of their own, asked where the text has a letter of theirs: small tables stay
    in the processor's memory. often: it takes three times as long to build, and half as long to scan.
    """

    def __init__(self, cues_of: Iterable[Sequence[str]], often: bool = True) -> None:
        owners = _owners(cues_of)
        plain = [x for x in owners if is_english(x)]
        known = set(plain)
        other = [x for x in owners if x not in known]
        self.owners = [tuple(owners[x]) for x in (*plain, *other)]
        self._letters = frozenset(c for x in other for c in x if not c.isascii()) - _ENGLISH
        self._cues = plain, other
        self._longest = max([len(utf8(x)) for x in owners], default=0)
        self._kind = Implementation.DFA if often else Implementation.ContiguousNFA

    @cached_property
    def _plain(self) -> BytesAhoCorasick | None:
        return self._built(self._cues[0])

    @cached_property
    def _other(self) -> BytesAhoCorasick | None:
        return self._built(self._cues[1])

    def _built(self, cues: list[str]) -> BytesAhoCorasick | None:
        """At the first text that needs it: building takes milliseconds."""
        return BytesAhoCorasick([utf8(x) for x in cues], implementation=self._kind) if cues else None

    def hits(self, text: bytes, rare: set[str]) -> list[tuple[int, int, int]]:
        """Number, start and end of every cue in `text`, overlapping ones too, from line to line.

        rare: the characters of the text that are not ASCII, folded or not; others may be among them.
        """
        found = self._plain.find_matches_as_indexes(text, overlapping=True) if self._plain else []
        if not self._letters.isdisjoint(rare) and self._other:
            more = self._other.find_matches_as_indexes(text, overlapping=True)
            if more:
                found = sorted([*found, *((cue + len(self._cues[0]), a, b) for cue, a, b in more)], key=itemgetter(1))
        return found

    def walk(self, text: bytes, rare: set[str]) -> Iterator[tuple[int, int]]:
        """Number and start of every cue, a stretch of the text at a time: all at once a line of cues takes forty times its size.

        >>> list(ByteCues([("inbox",)]).walk(b"your inbox", set()))
        [(0, 5)]
        """
        for low in range(0, len(text), WINDOW):
            part = text if len(text) <= WINDOW else text[low : low + WINDOW + self._longest]
            for cue, start, _ in self.hits(part, rare):
                if start < WINDOW:
                    yield cue, low + start


def is_english(text: str) -> bool:
    """Whether all characters of a text are of ordinary English news.

    >>> is_english("don’t"), is_english("ça")
    (True, False)
    """
    return text.isascii() or _OTHER.search(text) is None


def utf8(text: str) -> bytes:
    """A text in UTF-8, lone surrogates as they are."""
    return text.encode("utf-8", "surrogatepass")


def _owners(cues_of: Iterable[Sequence[str]]) -> dict[str, list[int]]:
    owners: dict[str, list[int]] = {}
    for owner, cues in enumerate(cues_of):
        for cue in cues:
            owners.setdefault(cue, []).append(owner)
    return owners
