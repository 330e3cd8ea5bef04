"""Lines, zones and cuts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.article import Article, fold

PROSE = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year."
ENDS = ["\n", "\r\n", "\r", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", ENDS)
def test_lines_part_at_line_ends(end: str) -> None:
    a = Article(f"a{end}b{end}{end}c")
    assert a.lines == ["a", "b", "", "c"]
    assert [a.text[s : s + 1] for s in a.starts][:2] == ["a", "b"]


@pytest.mark.parametrize("char", ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85"])
def test_lines_part_nowhere_else(char: str) -> None:
    assert Article(f"a{char}b").lines == [f"a{char}b"]


@given(st.lists(st.tuples(st.text("ab ", max_size=4), st.sampled_from(ENDS))), st.text("ab", max_size=3))
def test_starts_and_lines_rebuild_the_text(parts: list[tuple[str, str]], last: str) -> None:
    text = "".join(a + b for a, b in parts) + last
    a = Article(text)
    stops = [*a.starts[1:], len(text)]
    assert "".join(text[s:e] for s, e in zip(a.starts, stops, strict=True)) == text
    assert all(text[s : s + len(line)] == line for s, line in zip(a.starts, a.lines, strict=True))
    assert all(a.line_at(s) == i for i, s in enumerate(a.starts) if s < len(text))


@given(st.lists(st.tuples(st.sampled_from(["", " ", "x", "yy"]), st.sampled_from(ENDS)), min_size=1), st.data())
def test_a_cut_leaves_the_other_lines_whole(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(a + b for a, b in parts)
    a = Article(text)
    if not a.filled:
        return
    line = data.draw(st.sampled_from(a.filled))
    start, end = a.span(line)
    left = Article(text[:start] + text[end:])
    assert [left.lines[i] for i in left.filled] == [a.lines[i] for i in a.filled if i != line]
    assert end - start >= len(a.lines[line])


def test_mixed_line_ends_stay_with_their_lines() -> None:
    a = Article("One.\r\n\r\nAD\n\nTwo.\r")
    start, end = a.span(2)
    assert a.text[:start] + a.text[end:] == "One.\r\n\nTwo.\r"


def test_cutting_the_first_and_the_last_line() -> None:
    a = Article("\n\nAD\n\nOne.\n\nAD")
    assert a.text[slice(*a.span(2))] == "\n\nAD\n\n"
    assert a.text[slice(*a.span(6))] == "\nAD"


def test_zone_hangs_on_prose() -> None:
    a = Article("\n".join(["Title", "By A. Reporter", PROSE, "A subheading", PROSE, "ALSO", "Other story"]))
    assert [a.zone(i) for i in range(7)] == ["head", "head", "body", "body", "body", "tail", "tail"]
    assert Article("Title\nALSO").zone(1) == "body"
    # taking boilerplate away does not move it
    b = Article("\n".join(["Title", PROSE, "A subheading", PROSE, "Other story"]))
    assert [b.zone(i) for i in range(5)] == ["head", "body", "body", "body", "tail"]


def test_prose_in_scripts_without_spaces() -> None:
    assert 0 in Article("市議会は月曜日、古い橋を一年間閉鎖することを決めた。").prose
    assert 0 not in Article("市議会、橋を閉鎖へ").prose


@given(st.text())
def test_fold_keeps_offsets(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_once_asks_once() -> None:
    calls = []

    def ask(article: Article) -> int:
        calls.append(article)
        return len(calls)

    a = Article("x")
    assert (a.once(ask), a.once(ask)) == (1, 1)


def test_text_must_be_str() -> None:
    with pytest.raises(TypeError, match="bytes"):
        Article(b"x")  # type: ignore[arg-type]
