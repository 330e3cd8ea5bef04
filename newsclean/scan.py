"""One automaton over all cues: which rules are worth asking, so that hundreds of rules cost one walk over the text."""

from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

__all__ = ["Cues"]


class Cues:
    """Finds the cues of many owners in one pass.

    >>> cues = Cues([("sign up", "inbox"), ("inbox",)])
    >>> [(start, owners) for start, owners in cues.find("to your inbox")]
    [(8, (0, 1))]

    Owners are numbered as given; `start` is a code point of the text, which the caller has folded if the cues are.
    """

    def __init__(self, cues_of: Iterable[Sequence[str]]) -> None:
        owners: dict[str, list[int]] = {}
        for owner, cues in enumerate(cues_of):
            for cue in cues:
                owners.setdefault(cue, []).append(owner)
        self.owners = [tuple(x) for x in owners.values()]
        self._automaton = AhoCorasick(list(owners), implementation=Implementation.ContiguousNFA) if owners else None

    def find(self, text: str) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield start and owners of every cue in `text`, overlapping ones too, ordered by where they end."""
        for cue, start, _ in self.hits(text):
            yield start, self.owners[cue]

    def hits(self, text: str) -> list[tuple[int, int, int]]:
        """The same as numbers: of the cue (whose owners are in `owners`), of its start and its end."""
        if self._automaton is None:
            return []
        return self._automaton.find_matches_as_indexes(text, overlapping=True)
