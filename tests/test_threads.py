"""Threads of readers' comments: what goes, what stays."""

import pytest
from test_related import FIND, P1, P2, STORY, tail

from newsclean.article import Article
from newsclean.lines import Lines
from newsclean.related import Related
from newsclean.rule import shipped_rules
from newsclean.threads import THREAD

SHIPPED = Related(Lines(shipped_rules()))
C1 = "I told them so before the winter, and more than once, but nobody in that council listens to a ferryman."
C2 = "He did. I stood beside him when he said it."
C3 = "Then why does the ferry not run?"


def cut(text: str, find: Related = FIND) -> list[str]:
    return [
        text[e.start : e.end].strip() for e in sorted(find(Article(text)), key=lambda e: e.start) if e.rule == THREAD
    ]


@pytest.mark.parametrize(
    "thread",
    [
        ["ferryman", "12.03.2024, 10:42", C1, "Ana H.", "12.03.2024, 11:05", C2],
        ["ferryman 12 March 2024 at 10:42 Reply", C1, "Ana H. 12 March 2024 at 11:05 Reply", C2],
        ["ferryman", "#1 — vor 8 Stunden", C1, "Ana H.", "#1.1 — vor 7 Stunden", C2],
        ["ferryman says:", C1, "Ana H. says:", C2, C3],
        ["Am 12. März 2024 um 10:42 von ferryman", C1, "Am 12. März 2024 um 11:05 von Ana", C2],
        ["ferryman", C1, "Reply", "Ana H.", C2, "Reply"],
    ],
    ids=["name over date", "name, date and reply in a line", "relative", "says", "date and name", "reply below"],
)
def test_turns_below_a_heading_go(thread: list[str]) -> None:
    assert cut(tail("14 comments", *thread)) == thread


@pytest.mark.parametrize(
    ("word", "says", "ago"),
    [("Antworten", "ferryman sagt:", "vor 2 Stunden"), ("Répondre", "ferryman dit :", "il y a 2 heures"),
     ("Responder", "ferryman dijo:", "hace 2 horas"), ("Ответить", "ferryman пишет:", "2 часа назад"),
     ("返信", "ferryman says:", "2時間前")],
)  # fmt: skip
def test_turns_of_other_languages(word: str, says: str, ago: str) -> None:
    thread = [says, C1, word, "Ana H.", ago, C2, word]
    assert cut(tail("14 comments", *thread)) == thread


def test_reply_again_and_again_needs_no_heading() -> None:
    thread = [
        "ferryman 12 March 2024 at 10:42 Reply",
        C1,
        "Ana H. 12 March 2024 at 11:05 Reply",
        C2,
        "Ivo L. says:",
        C3,
    ]
    assert cut(tail(*thread)) == thread
    assert cut(tail(*thread[:4])) == []


def test_below_a_count_with_the_title_all_goes() -> None:
    text = f"{STORY}\n\n2 comments on “Bridge closed”\n\n{C1}\n\n{C2}"
    assert cut(text, SHIPPED) == [C1, C2]
    assert cut(text.replace("2 comments on", "What we know of"), SHIPPED) == []


@pytest.mark.parametrize(
    "text",
    [
        tail("14 comments", "10:42", C1, "11:05", C2, "11:20", C3),
        tail("Live", "ferryman", "12.03.2024, 10:42", C1, "Ana H.", "12.03.2024, 11:05", C2),
        tail("Ana Horvat says:", C1, "Ivo Lang says:", C2, "Ana Horvat says:", C3),
        tail("14 comments", "ferryman says:", C1),
        f"{P1}\n\n14 comments\n\nferryman says:\n\n{C1}\n\nAna H. says:\n\n{C2}",
        f"14 comments\n\n{P1}\n\n{P2}\n\n{C1}\n\n{C2}",
        tail("Reply", C1, "Report", C2),
    ],
    ids=[
        "a live blog has times and no dates",
        "dates without a heading",
        "an interview",
        "one turn",
        "too little story above",
        "a count above the story",
        "too few replies without a heading",
    ],
)
def test_stories_stay(text: str) -> None:
    assert cut(text) == []


def test_ends_where_something_else_begins() -> None:
    thread = ["ferryman says:", C1, "Ana H. says:", C2]
    assert cut(tail("14 comments", *thread, "RELATED STORIES", P2)) == thread


C4 = "Thanks, I had asked for it too, and you know what I was told."


@pytest.mark.parametrize("heading", ["3 comments", "This post has 3 comments"])
def test_comments_without_names_go_below_their_count(heading: str) -> None:
    assert cut(tail(heading, C1, C4, C3), SHIPPED) == [C1, C4, C3]


@pytest.mark.parametrize(
    ("heading", "below"),
    [
        ("Comments", [C1, C4, C3]),  # no count
        ("3 comments", [C1, P1, P2]),  # speaks as the story does
        ("3 comments", [C1, *[C4] * 60]),  # longer than the story: a column with its counter
    ],
    ids=["no count", "not spoken", "longer than the story"],
)
def test_what_stands_below_a_count_and_is_the_story_stays(heading: str, below: list[str]) -> None:
    assert cut(tail(heading, *below), SHIPPED) == []
