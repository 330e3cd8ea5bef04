"""One automaton over all cues: which rules are worth asking, so that hundreds of rules cost one walk over the text."""

from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation

__all__ = ["ByteCues", "Cues", "utf8"]


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


class ByteCues:
    """The same in UTF-8: twice as fast, with starts in bytes.

    >>> cues = ByteCues([("sign up", "inbox"), ("inbox",)])
    >>> [(start, cues.owners[cue]) for cue, start, _ in cues.hits("à votre inbox".encode())]
    [(9, (0, 1))]

    often: it takes three times as long to build, and half as long to scan.
    """

    def __init__(self, cues_of: Iterable[Sequence[str]], often: bool = True) -> None:
        owners = _owners(cues_of)
        self.owners = [tuple(x) for x in owners.values()]
        kind = Implementation.DFA if often else Implementation.ContiguousNFA
        self._automaton = BytesAhoCorasick([utf8(x) for x in owners], implementation=kind) if owners else None

    def hits(self, text: bytes) -> list[tuple[int, int, int]]:
        """Number, start and end of every cue in `text`, overlapping ones too, ordered by where they end."""
        if self._automaton is None:
            return []
        return self._automaton.find_matches_as_indexes(text, overlapping=True)


def utf8(text: str) -> bytes:
    """A text in UTF-8, lone surrogates as they are."""
    return text.encode("utf-8", "surrogatepass")


def _owners(cues_of: Iterable[Sequence[str]]) -> dict[str, list[int]]:
    owners: dict[str, list[int]] = {}
    for owner, cues in enumerate(cues_of):
        for cue in cues:
            owners.setdefault(cue, []).append(owner)
    return owners
