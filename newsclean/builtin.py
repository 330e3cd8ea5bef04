"""Rules that are code rather than a pattern in a pack, described as those are, so that lists of rules are complete."""

from dataclasses import dataclass

__all__ = ["BuiltIn"]


@dataclass(frozen=True)
class BuiltIn:
    """A rule of a finder: what it is called, why it cuts, and examples.

    >>> BuiltIn("und.related.block", "under a heading", "likely", ("⟦A headline⟧",), ()).kind
    'related'

    id, reason and confidence as in its edits (a reason may say more there). drops, keeps: little texts, with ``⟦`` and
    ``⟧`` around what goes.
    """

    id: str
    reason: str
    confidence: str
    drops: tuple[str, ...]
    keeps: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.id.split(".", 2)[1]
