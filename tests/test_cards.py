"""Cards of other stories at the foot of a page: what goes, what stays."""

import pytest
from test_related import FIND, H1, H2, H3, P1, P2, STORY, cut, tail

from newsclean.article import Article
from newsclean.cards import CARD

T1 = "The choir of Lower Tarn has come home from Vienna with a prize, and nobody met it at the station."
T2 = "Nobody knows why the comet changes its colour, and the astronomers of Ostrava Mills have given up asking."
T3 = "Wheat has never been so cheap, which the millers like and the growers do not."
NAMES = ["Music", "Science", "Farming", "Sport", "People", "Weather", "Letters", "Books"]


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        (
            tail("RELATED STORIES", "Music", T1, "Science", T2, "Farming", T3),
            ["Music", T1, "Science", T2, "Farming", T3],
        ),
        (tail("RELATED STORIES", H1, T1, "12.03.2024", H2, T2), [H1, T1, "12.03.2024", H2, T2]),
        (tail("ALSO", "19:00", H1, "18:40", H2, "18:10", H3), ["19:00", H1, "18:40", H2, "18:10", H3]),
        (tail("14 comments", *NAMES), NAMES),
    ],
    ids=["label over teaser", "headline, teaser, date", "time over headline", "labels after what closes the story"],
)
def test_cards_go(text: str, cards: list[str]) -> None:
    gone = cut(text)
    assert [line for line in gone if line in cards] == cards
    assert P1 not in gone and P2 not in gone


@pytest.mark.parametrize(
    "text",
    [
        tail("RELATED STORIES", "Music", T1, T2, "Farming", T3),
        tail("RELATED STORIES", "Music", T1 + " " + T2 + " " + T3 + " " + T1, "Science", T2, "Farming"),
        tail("RELATED STORIES", H1, T1),
        tail("What we heard", "Music", T1, "Science", T2, "Farming", T3),
        tail("Advertisement", *NAMES),
        tail("14 comments", *NAMES[:5]),
        f"{P1}\n\nRELATED STORIES\n\nMusic\n\n{T1}\n\nScience\n\n{T2}\n\nFarming\n\n{T3}",
    ],
    ids=[
        "two sentences in a row are a story",
        "a long paragraph is a story",
        "a link within the story and its last paragraph",
        "no heading that a rule knows",
        "an advertisement closes nothing",
        "too few lines after what closes the story",
        "too little story above",
    ],
)
def test_stories_stay(text: str) -> None:
    assert [e for e in FIND(Article(text)) if e.rule == CARD] == []


def test_a_note_about_the_author_below_headlines_stays() -> None:
    note = "Ana Horvat has kept the timetable of the ferry of Lower Tarn since she was twelve."
    gone = cut(tail("ALSO", "19:00", H1, "18:40", H2, note))
    assert H2 in gone and note not in gone


def test_a_table_is_no_list_of_links() -> None:
    rows = [f"District {n} wins" for n in range(60)]
    assert cut(tail("RELATED STORIES", *rows)) == []


def test_lines_that_share_a_word_behind_their_sentence() -> None:
    lines = [f"{title}. {T1} {T2} Share" for title in (H1, H2, H3, "Plums are late")]
    assert cut("\n\n".join(["RELATED STORIES", *lines, STORY])) == lines
    assert cut("\n\n".join(["RELATED STORIES", *lines[:3], STORY])) == []
    assert cut("\n\n".join(["Our choice", *lines, STORY])) == []


def test_reason_says_where_it_stands_and_how_much_goes() -> None:
    found = [e for e in FIND(Article(tail("RELATED STORIES", "Music", T1, "Science", T2))) if e.rule == CARD]
    assert "4 short lines and lone sentences" in found[0].reason and "'RELATED STORIES'" in found[0].reason


def test_below_what_closes_the_story_a_card_begins_with_a_short_line() -> None:
    cards = [T1, "Music", T2, "Science", T3, "Farming", T1 + " Again.", "Sport", "People"]
    assert cut(tail("14 comments", *cards)) == []
    assert cut(tail("14 comments", *cards[1:], "Letters")) == [*cards[1:], "Letters"]
