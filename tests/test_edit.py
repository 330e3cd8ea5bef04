"""The algebra of edits, as laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.edit import Edit, Edits, Offsets, apply, compose, resolve

TEXT = st.text(alphabet="ab \n", max_size=24)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> Edits:
    """Sorted, disjoint edits of `text`, each with a rule of its own."""
    out: list[Edit] = []
    at = 0
    while at < len(text) and draw(st.booleans()):
        start = draw(st.integers(at, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        new = draw(st.text(alphabet="abX", max_size=4))
        if new != text[start:end]:
            out.append(Edit(start, end, new, f"und.test.r{draw(st.integers(0, 10**9))}", "test"))
        at = end
    return tuple(out)


@st.composite
def rounds(draw: st.DrawFn, count: int) -> tuple[str, list[Edits], list[str]]:
    text = draw(TEXT)
    texts, edits = [text], []
    for _ in range(count):
        edits.append(draw(edits_of(texts[-1])))
        texts.append(apply(texts[-1], edits[-1]))
    return text, edits, texts


def shape(edits: Edits) -> list[tuple[int, int, str, frozenset[str]]]:
    return [(e.start, e.end, e.replacement, frozenset({e.rule, *e.absorbed})) for e in edits]


def check(edits: Edits, text: str) -> None:
    at = 0
    for e in edits:
        assert at <= e.start < e.end <= len(text)
        at = e.end


@given(rounds(2))
def test_compose_is_one_after_the_other(case: tuple[str, list[Edits], list[str]]) -> None:
    text, (a, b), texts = case
    both = compose(a, b, texts[1])
    check(both, text)
    assert apply(text, both) == texts[2]


@given(rounds(3))
def test_compose_is_associative(case: tuple[str, list[Edits], list[str]]) -> None:
    text, (a, b, c), texts = case
    ab = compose(a, b, texts[1])
    bc = compose(b, c, texts[2])
    left, right = compose(ab, c, texts[2]), compose(a, bc, texts[1])
    assert shape(left) == shape(right)
    assert apply(text, left) == texts[3]


@given(rounds(2))
def test_compose_forgets_no_rule(case: tuple[str, list[Edits], list[str]]) -> None:
    _, (a, b), texts = case
    names = {r for e in compose(a, b, texts[1]) for r in (e.rule, *e.absorbed)}
    assert names == {e.rule for e in (*a, *b)}


@given(rounds(1))
def test_compose_with_nothing(case: tuple[str, list[Edits], list[str]]) -> None:
    text, (a,), texts = case
    assert compose(a, (), texts[1]) == a
    assert compose((), a, text) == a


@st.composite
def found(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(TEXT.filter(bool))
    out = []
    for n in range(draw(st.integers(0, 7))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        out.append(Edit(start, end, draw(st.sampled_from(["", "", "a", "XY"])), f"und.test.r{n}", "test"))
    return text, out


@given(found())
def test_resolve_gives_sorted_disjoint_changes(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    got = resolve(edits, text)
    check(got, text)
    assert all(text[e.start : e.end] != e.replacement for e in got)
    assert resolve(got, text) == got


@given(found())
def test_resolve_first_listed_wins(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    real = [e for e in edits if text[e.start : e.end] != e.replacement]
    got = resolve(edits, text)
    if real:
        first = real[0]
        owner = [e for e in got if e.start <= first.start and first.end <= e.end]
        assert owner and first.rule in {owner[0].rule, *owner[0].absorbed}
        if first.replacement:
            assert (owner[0].start, owner[0].end, owner[0].replacement) == (first.start, first.end, first.replacement)


@given(found())
def test_resolve_of_deletions_is_their_union(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    cuts = [e for e in edits if not e.replacement]
    want = {i for e in cuts for i in range(e.start, e.end)}
    got = resolve(cuts, text)
    assert {i for e in got for i in range(e.start, e.end)} == want


@given(rounds(1))
def test_source_span(case: tuple[str, list[Edits], list[str]]) -> None:
    text, (a,), (_, result) = case
    offsets = Offsets(a)
    inside: dict[int, Edit] = {}
    shift = 0
    for e in a:
        for k in range(len(e.replacement)):
            inside[e.start + shift + k] = e
        shift += len(e.replacement) - (e.end - e.start)
    for i, char in enumerate(result):
        start, end = offsets.source_span(i, i + 1)
        if i in inside:
            assert (start, end) == (inside[i].start, inside[i].end)
        else:
            assert (end - start, text[start]) == (1, char)
    spans = [offsets.source_span(i, i + 1) for i in range(len(result))]
    assert spans == sorted(spans)


def test_errors_name_the_rule() -> None:
    with pytest.raises(ValueError, match="'en.ad.x'"):
        Edit(3, 3, "", "en.ad.x", "empty")
    with pytest.raises(ValueError, match="perhaps"):
        Edit(0, 1, "", "en.ad.x", "odd", "perhaps")
    with pytest.raises(ValueError, match="'en.ad.x'"):
        apply("abc", [Edit(0, 9, "", "en.ad.x", "too long")])
    with pytest.raises(ValueError, match="leaves the text"):
        resolve([Edit(0, 9, "", "en.ad.x", "too long")], "abc")
    with pytest.raises(ValueError, match="upside down"):
        Offsets(()).source_span(3, 1)


def test_wider_deletion_takes_in_the_narrow_one() -> None:
    inner = Edit(4, 7, "", "en.ad.label", "ad")
    outer = Edit(0, 10, "", "en.promo.line", "promo")
    assert resolve([inner, outer], "0123456789") == (
        Edit(0, 10, "", "en.promo.line", "promo", absorbed=("en.ad.label",)),
    )


def test_a_chain_of_a_hundred_thousand_overlaps_is_quick_enough_to_run() -> None:
    text = "x" * 100_001
    edits = [Edit(i, i + 2, "", "und.test.chain", "chain") for i in range(100_000)]
    assert apply(text, resolve(edits, text)) == ""
