"""Whole lines by cue, weak lines by their neighbours, spans inside lines: what goes, and that the rest stays whole."""

from typing import Any

import pytest

from newsclean.article import Article
from newsclean.edit import apply, resolve
from newsclean.lines import Lines, bare
from newsclean.rule import Rule
from newsclean.starts import Way


def rule(id: str, cue: str, match: str, **more: Any) -> Rule:
    return Rule(id, (cue,), match, "because", (cue,), ("x",), **more)


def cleaned(text: str, *rules: Rule) -> str:
    return apply(text, resolve(Lines(rules)(Article(text)), text))


AD = rule("en.ad.label", "advert", "^advert$")
FORM = rule("en.newsletter.form", "email", "^your email$", beside=("newsletter",))
SIGN = rule("en.newsletter.sign", "sign up", "^sign up")
MORE = rule("en.readmore.inline", "read more", r"\(read more: [^)]{1,80}\)", part="span")


def test_a_line_goes_with_the_gap_before_it() -> None:
    assert cleaned("One.\n\nADVERT\n\nTwo.\n", AD) == "One.\n\nTwo.\n"
    assert cleaned("One.\r\n\r\n• advert\r\n\r\nTwo.", AD) == "One.\r\n\r\nTwo."


def test_bullets_are_looked_through() -> None:
    assert bare(" – • Read more ") == "Read more"
    assert bare("* * *") == "* * *"
    assert bare("-5 degrees") == "-5 degrees"


def test_lines_are_looked_at_with_their_pictures_and_without() -> None:
    shout = rule("und.ad.shout", "\U0001f4e2", "^\U0001f4e2 advert")
    for line in ("\u27a1\ufe0f Advert", "• \U0001f514 \U0001f4f2 advert"):
        assert cleaned(f"A\n{line}\nB", AD) == "A\nB"
    assert cleaned("A\n\U0001f4e2 adverts are loud\nB", AD, shout) == "A\nB"
    assert cleaned("A\n\U0001f4e2 adverts are loud\nB", AD) == "A\n\U0001f4e2 adverts are loud\nB"


def test_a_weak_line_needs_a_neighbour() -> None:
    assert cleaned("Your email\n\nA\n\nSign up now", FORM, SIGN) == "Your email\n\nA\n"
    prose = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year."
    assert cleaned(f"Your email\n\nSign up now\n\nyour email\n\n{prose}", FORM, SIGN) == prose


def test_neighbours_reach_along_a_block() -> None:
    text = "A\n" + "your email\n" * 5 + "sign up\n" + "your email\n" * 5 + "B"
    assert cleaned(text, FORM, SIGN) == "A\nB"


def test_a_rule_that_drops_comes_before_one_that_informs() -> None:
    info = rule("en.credit.any", "advert", "^advert")
    marks = Lines([info, AD]).read(Article("advert")).marks
    assert marks[0].id == "en.ad.label"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("It rained. (Read more: Floods) It stopped.", "It rained. It stopped."),
        ("It rained. (Read more: Floods)", "It rained."),
        ("(Read more: Floods) It rained.", "It rained."),
        ("It rained(Read more: Floods)again.", "It rained again."),
        ("It rained (Read more: Floods), it stopped.", "It rained, it stopped."),
        ("A.\n(Read more: Floods)\nB.", "A.\nB."),
        ("(read more: a) (read more: b) C (read more: d)", "C"),
    ],
)
def test_a_span_goes_and_the_sentence_stays_whole(text: str, want: str) -> None:
    assert cleaned(text, MORE) == want


def test_only_the_named_group_is_cut() -> None:
    cut = rule("en.ad.cut", "advert", r"rain(?P<cut> advert) fell", part="span")
    assert cleaned("The rain advert fell.", cut) == "The rain fell."


def test_a_span_is_looked_for_near_its_cue_only() -> None:
    end = rule("en.ad.end", "advert", "advert$", part="span")
    assert cleaned("advert " + "x" * 900, end) == "advert " + "x" * 900


def test_zones() -> None:
    tail = rule("en.ad.label", "advert", "^advert$", where=("tail",))
    prose = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year."
    assert cleaned(f"advert\n{prose}\nadvert\n{prose}\nadvert", tail) == f"advert\n{prose}\nadvert\n{prose}\n"


def test_a_line_longer_than_the_rule_allows_stays() -> None:
    short = rule("en.ad.label", "advert", "^advert", longest=20)
    assert cleaned("advert " + "x" * 30, short) == "advert " + "x" * 30


def test_a_cue_said_a_thousand_times_is_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    may = Way.may

    def counted(way: Way, text: str) -> bool:
        asked.append(text)
        return may(way, text)

    monkeypatch.setattr(Way, "may", counted)
    form = rule("en.newsletter.near", "our", "(?:for our|to our).{0,9}letters?$", longest=1 << 20)
    list(Lines([form])(Article("Sign up for our " * 1000)))
    assert len(asked) == 1
