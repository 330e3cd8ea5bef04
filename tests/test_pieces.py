"""Looking in lines that hold a piece, window by window, finds what a plain search finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean import pieces, scan
from newsclean.article import Article
from newsclean.gazetteer import shipped_gazetteer
from newsclean.pieces import CAPITALS, SHORT_CAPITALS, Forms, Hit, sort_out
from newsclean.quotes import quotations, quoted

LISTED = [
    "Kiev",
    "chicken Kiev",
    "Republic of Kievland",
    "Da'esh",
    "IS",
    "al-Ostrav",
    "Žižkov",
    "kievan",
    "9/11",
    "North State",
]
DERIVED = ["Chicken Kiev", "AL-OSTRAV"]
FORMS = [
    *((form, "a" if n % 2 else "b", True) for n, form in enumerate(LISTED)),
    *((form, "a", False) for form in DERIVED),
]
TEXTS = st.lists(
    st.sampled_from([*LISTED, *DERIVED, *map(str.upper, LISTED), "a", "É", "İ", "\U0001f600", " ", "-", "\n"]),
    max_size=12,
).map("".join)


def plain_search(text: str) -> set[tuple[int, int, bool]]:
    found = {
        (m.start(), m.start() + len(form), False)
        for form, _, _ in FORMS
        for m in re.finditer(f"(?={re.escape(form)})", text)
    }
    for run in CAPITALS.finditer(text):
        titled = "".join(t if len(t := w.title()) == len(w) else w for w in re.split(r"(\s+)", run[0]))
        for form in LISTED:
            for m in re.finditer(f"(?={re.escape(form)})", titled):
                if len(form) >= SHORT_CAPITALS and form.istitle():
                    found.add((run.start() + m.start(), run.start() + m.start() + len(form), True))
    return found


def in_order(text: str, hit: tuple[int, int, bool] | Hit) -> bool:
    """Whether a form begins where no word goes on, as written or as a word that is in capitals."""
    start, end, capitals = hit[:3]
    return not text[start - 1 : start].isalnum() and (not capitals or text[start:end].lower() != text[start:end])


@pytest.mark.parametrize("many", [False, True])
@given(text=TEXTS)
def test_all_forms_are_found(many: bool, text: str) -> None:
    hits = list(Forms(sort_out(FORMS, many)).hits(text, set(text)))
    assert {hit[:3] for hit in hits if in_order(text, hit)} == {x for x in plain_search(text) if in_order(text, x)}
    assert [hit[0] for hit in hits] == sorted(hit[0] for hit in hits)
    assert all(owners == next(o for f, o, _ in FORMS if f.upper() == text[a:b].upper()) for a, b, _, owners in hits)


@given(text=TEXTS)
def test_windows_hide_nothing_that_stands_by_itself(text: str) -> None:
    forms = Forms(sort_out(FORMS))
    whole = list(forms.hits(text, set(text)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "WINDOW", 3)
        patch.setattr(scan, "WINDOW", 3)
        parts = list(forms.hits(text, set(text)))
    assert {hit for hit in whole if in_order(text, hit)} <= set(parts)


def test_every_shipped_form_is_found() -> None:
    gazetteer = shipped_gazetteer()
    forms = Forms(gazetteer.sorted_out())
    for form in gazetteer.forms:
        assert any(hit[:3] == (0, len(form), False) for hit in forms.hits(form, set(form))), form


@given(st.lists(st.sampled_from(["“", "”", "‘", "’", '"', "'", "«", "»", "Kiev", " ", ".", "\n\n", "The mayor said so to all of them, and then he said:", "-- Ann Vale, 2016", "(@ann_vale)"]), max_size=30).map("".join))  # fmt: skip
def test_asking_about_one_place_gives_what_the_whole_text_gives(text: str) -> None:
    article, places = Article(text), [(m.start(), m.end()) for m in re.finditer("Kiev", text)]
    spans = quotations(Article(text))
    for start, end in places[::-1]:
        assert quoted(article, start, end) == any(a <= start and end <= b for a, b in spans)
