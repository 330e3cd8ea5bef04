"""Edits and their algebra: the only offset arithmetic in the house, since everything else rests on it.

An edit replaces the code points ``start:end`` of a text. A tuple of edits (`Edits`) is sorted, disjoint, holds no
empty span and no edit that changes nothing. Finders propose, `resolve` makes one tuple of what they found, `apply`
changes the text, `compose` carries later edits back to the original, `Offsets` says where each character came from.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise
from operator import attrgetter

__all__ = ["Edit", "Edits", "Offsets", "apply", "compose", "resolve"]

CONFIDENCE = ("guess", "likely", "certain")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a text: what stood at ``start:end`` becomes `replacement`.

    >>> Edit(0, 4, "", "en.ad.label", "advertisement label")
    Edit(start=0, end=4, replacement='', rule='en.ad.label', reason='advertisement label', confidence='likely', absorbed=())

    `start` and `end` are code points of the text that the edit was found in (in `Result.edits`: of the original), and
    ``start < end``: an insertion is written as the replacement of a neighbouring character. `absorbed` names the rules
    whose edits this one took in. Raises ValueError for an empty or negative span or an unknown confidence.
    """

    start: int
    end: int
    replacement: str
    rule: str
    reason: str
    confidence: str = "likely"
    absorbed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"edit by {self.rule!r}: span {self.start}:{self.end} is empty or negative")
        if self.confidence not in CONFIDENCE:
            raise ValueError(
                f"edit by {self.rule!r}: confidence {self.confidence!r} is none of {', '.join(CONFIDENCE)}"
            )

    def moved(self, by: int) -> "Edit":
        """The same edit, so many code points further on.

        >>> Edit(0, 4, "", "en.ad.label", "advertisement label").moved(10).start
        10

        Raises ValueError where it would start before the text.
        """
        if not by:
            return self
        start, end = self.start + by, self.end + by
        return Edit(start, end, self.replacement, self.rule, self.reason, self.confidence, self.absorbed)


Edits = tuple[Edit, ...]


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with `edits` made.

    >>> apply("Sign up! The mayor left.", [Edit(0, 9, "", "en.newsletter.signup", "sign-up line")])
    'The mayor left.'

    The edits are sorted and disjoint (as `resolve`, `compose` and `Result.edits` give them), in code points of `text`.
    Raises ValueError where they overlap, are out of order or reach past the end.
    """
    parts: list[str] = []
    at = 0
    for edit in edits:
        if edit.start < at or edit.end > len(text):
            raise ValueError(
                f"edit {edit.start}:{edit.end} by {edit.rule!r} overlaps the one before it or leaves the text"
            )
        parts.append(text[at : edit.start])
        parts.append(edit.replacement)
        at = edit.end
    if not parts:
        return text
    parts.append(text[at:])
    return "".join(parts)


def resolve(found: Iterable[Edit], text: str) -> Edits:
    """Make one tuple of edits, sorted and disjoint, of all that was found; the first listed wins an overlap.

    >>> a, b = Edit(0, 5, "", "en.ad.label", "ad"), Edit(3, 9, "", "en.social.share", "share bar")
    >>> [(e.start, e.end, e.rule) for e in resolve([a, b], "ad share!")]
    [(0, 5, 'en.ad.label'), (5, 9, 'en.social.share')]

    Offsets are code points of `text`. Two deletions never contend: what both would delete goes once, and a deletion
    around earlier ones takes them in (`Edit.absorbed`). Any other loser is left out; where it lay wholly inside the
    winner, the winner absorbs its rule. Edits that change nothing are dropped. Raises ValueError where an edit leaves
    the text.
    """
    edits = [e for e in found if text[e.start : e.end] != e.replacement or e.end > len(text)]
    if not edits:
        return ()
    bad = max(edits, key=attrgetter("end"))
    if bad.end > len(text):
        raise ValueError(f"edit {bad.start}:{bad.end} by {bad.rule!r} leaves the text of {len(text)} code points")
    if all(a.end <= b.start for a, b in pairwise(edits)):
        return tuple(edits)  # as nearly always: nothing contends, nothing is out of order
    order = sorted(range(len(edits)), key=lambda i: edits[i].start)
    kept: list[Edit] = []
    cluster: list[int] = []
    reach = -1
    for i in order:
        if cluster and edits[i].start >= reach:
            kept.extend(_settle([edits[j] for j in sorted(cluster)]))
            cluster = []
        cluster.append(i)
        reach = max(reach, edits[i].end)
    kept.extend(_settle([edits[j] for j in sorted(cluster)]))
    return tuple(kept)


def _settle(cluster: list[Edit]) -> list[Edit]:
    """Resolve edits that overlap in a chain, in the order they were listed."""
    if len(cluster) == 1:
        return cluster
    winners: list[Edit] = []  # sorted, disjoint
    for edit in cluster:
        lo = bisect_right(winners, edit.start, key=attrgetter("end"))
        hi = lo
        while hi < len(winners) and winners[hi].start < edit.end:
            hi += 1
        hit = winners[lo:hi]
        if not hit:
            winners.insert(lo, edit)
        elif not edit.replacement and not any(w.replacement for w in hit):
            first, last = hit[0], hit[-1]
            if (
                edit.start <= first.start
                and edit.end >= last.end
                and (edit.start, edit.end) != (first.start, first.end)
            ):
                winners[lo:hi] = [replace(edit, absorbed=_rules(hit, edit.rule, edit.absorbed))]
            else:  # trimmed to what is not yet deleted
                holes = [edit.start, *chain.from_iterable((w.start, w.end) for w in hit), edit.end]
                rest = [replace(edit, start=a, end=b) for a, b in zip(holes[::2], holes[1::2], strict=True) if a < b]
                if not rest:
                    hit[0] = replace(hit[0], absorbed=_rules([edit], hit[0].rule, hit[0].absorbed))
                winners[lo:hi] = sorted([*hit, *rest], key=attrgetter("start"))
        elif len(hit) == 1 and hit[0].start <= edit.start and edit.end <= hit[0].end:
            winners[lo] = replace(hit[0], absorbed=_rules([edit], hit[0].rule, hit[0].absorbed))
    return winners


def _rules(edits: Iterable[Edit], rule: str, already: tuple[str, ...] = ()) -> tuple[str, ...]:
    """All rules behind `edits`, and `already`, but for `rule`; sorted, so that the order of merging leaves no trace."""
    names = set(already)
    for edit in edits:
        names.add(edit.rule)
        names.update(edit.absorbed)
    names.discard(rule)
    return tuple(sorted(names))


def compose(first: Edits, second: Edits, middle: str) -> Edits:
    """Join two rounds of edits into one over the first text.

    >>> t = "Daesh said. Ad"
    >>> a = (Edit(11, 14, "", "en.ad.label", "ad"),)
    >>> b = (Edit(0, 5, "Islamic State", "en.name.islamic-state", "one name"),)
    >>> apply(t, compose(a, b, apply(t, a)))
    'Islamic State said.'

    ``apply(apply(t, first), second) == apply(t, compose(first, second, apply(t, first)))``. `first` counts in code
    points of the first text, `second` of `middle`, the result of the first again. Edits that overlap become one, which
    bears the rule of the later round and absorbs the others. An edit may come out that restores the first text: only
    that text can tell, so `resolve` drops it. Raises ValueError where `second` leaves `middle`.
    """
    if not second:
        return first
    if not first:
        return second
    if second[-1].end > len(middle):
        raise ValueError(f"edit {second[-1].start}:{second[-1].end} by {second[-1].rule!r} leaves the middle text")
    out: list[Edit] = []
    i = j = 0
    shift = 0  # source offset less middle offset, in the unchanged text before first[i]
    while i < len(first) and j < len(second):
        a, b = first[i], second[j]
        a_start = a.start - shift
        a_end = a_start + len(a.replacement)
        if a_end <= b.start:
            out.append(a)
            shift += (a.end - a.start) - len(a.replacement)
            i += 1
        elif b.end <= a_start:
            out.append(b.moved(shift))
            j += 1
        else:  # they meet: one edit of all that overlaps in a chain
            lo, hi = min(a_start, b.start), max(a_end, b.end)
            start, i0, j0 = lo + shift, i, j
            while True:
                if i < len(first) and first[i].start - shift < hi:
                    e = first[i]
                    hi = max(hi, e.start - shift + len(e.replacement))
                    shift += (e.end - e.start) - len(e.replacement)
                    i += 1
                elif j < len(second) and second[j].start < hi:
                    hi = max(hi, second[j].end)
                    j += 1
                else:
                    break
            later = second[j0:j]
            moved = [e.moved(-lo) for e in later]
            absorbed = _rules([*first[i0:i], *later], b.rule)
            out.append(
                replace(b, start=start, end=hi + shift, replacement=apply(middle[lo:hi], moved), absorbed=absorbed)
            )
    out.extend(first[i:])
    out.extend(e.moved(shift) for e in second[j:])
    return tuple(out)


class Offsets:
    """Where each character of a result came from.

    >>> offsets = Offsets([Edit(0, 9, "", "en.newsletter.signup", "sign-up line")])
    >>> offsets.source_span(0, 3)
    (9, 12)

    All offsets are code points: of the result going in, of the source coming out.
    """

    __slots__ = ("_edits", "_starts")

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = tuple(edits)
        shifts = accumulate((len(e.replacement) - (e.end - e.start) for e in self._edits), initial=0)
        self._starts = [e.start + s for e, s in zip(self._edits, shifts, strict=False)]  # of each edit, in the result

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source span of result span ``start:end``.

        >>> Offsets([Edit(0, 5, "Islamic State", "en.name.islamic-state", "one name")]).source_span(3, 6)
        (0, 5)

        Unchanged characters map to themselves, an index inside a change to the whole change. An empty span maps to
        the empty span before the same character. Raises ValueError for a span that is negative or upside down.
        """
        if not 0 <= start <= end:
            raise ValueError(f"span {start}:{end} is negative or upside down")
        lo = self._source(start)[0]
        return (lo, lo) if start == end else (lo, self._source(end - 1)[1])

    def _source(self, index: int) -> tuple[int, int]:
        at = bisect_right(self._starts, index) - 1
        if at < 0:
            return index, index + 1
        edit, start = self._edits[at], self._starts[at]
        if index < start + len(edit.replacement):
            return edit.start, edit.end
        source = edit.end + index - start - len(edit.replacement)
        return source, source + 1
