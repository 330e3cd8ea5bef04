"""Repeats: examples of every rule, laws of the finder, and its cost on text made to hurt it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.article import Article
from newsclean.builtin import BuiltIn
from newsclean.edit import apply, resolve
from newsclean.examples import marked
from newsclean.repeats import RULES, repeats


def cut(text: str) -> str:
    """As the cleaner does by default: pull quotes are recognised and stay."""
    return apply(text, resolve((e for e in repeats(Article(text)) if ".repeat." in e.rule), text))


def solid(text: str, spans: list[tuple[int, int]]) -> set[int]:
    return {i for a, b in spans for i in range(a, b) if not text[i].isspace()}


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_a_rule_does_what_its_examples_say(rule: BuiltIn) -> None:
    for example in rule.drops:
        text, spans = marked(example)
        found = list(repeats(Article(text)))
        assert rule.id in {e.rule for e in found}
        assert solid(text, [(e.start, e.end) for e in found]) == solid(text, spans), found
    for text in rule.keeps:
        assert [e for e in repeats(Article(text)) if e.rule == rule.id] == []


# Each has a guard or a number of its own that nothing else asks for; without brackets all of it stays.
CASES = {
    "two neighbours may be short labels": "Nobody spoke.\nIn the court of the town\nIn the court of the U.S.\nIn the court of the U.S.\nShe waved.",
    "three words are a label": "Nobody spoke.\nSuperintendent Washington Montgomery\nSuperintendent Washington Montgomery\nOh.",
    "a line said five times is a refrain": "Oh.\n"
    + "Carry me over the wide river to the town of my own fathers\nOh.\n" * 5,
    "a slogan stands again": "Oh.\nWe will never close the bridge.\nShe waved.\nWe will never close the bridge.\nNobody left.",
    "a name with a credit stands again": "Oh.\nAnn Lee of the town (Jo Roe/Foto Post)\nShe waved.\n"
    "Ann Lee of the town (Jo Roe/Foto Post)\nNobody left.",
    "a label with a credit stands below itself": "Oh.\nAnn Lee of the town (Jo Roe/Foto Post)\n"
    "Ann Lee of the town (Jo Roe/Foto Post)\nNobody left.",
    "a few words may begin a sentence": "Oh.\nAnn Lee and the old town have fallen …\nShe waved.\nAnn Lee and the old town have fallen out.",
    "an answer broken off": "Oh.\nANN LEE: We had asked the town for a ferry since the summer …\nJO ROE: Yes.\n"
    "ANN LEE: We had asked the town for a ferry since the summer of that year.",
    "a sound in brackets": "Oh.\nThe mayor of the town [speaking czech]\nThe mayor of the town [speaking czech]\nNobody left.",
    "a call below itself": "Oh.\nClose the bridge of our fathers and mothers and of all their children, close the bridge!\n"
    "Close the bridge of our fathers and mothers and of all their children, close the bridge!\nNobody left.",
    "a quotation below itself": "Oh.\n“Close the bridge of our fathers and mothers and of all their children, close the bridge”\n"
    "“Close the bridge of our fathers and mothers and of all their children, close the bridge”\nNobody left.",
    "a sentence far from a caption": "Ann Lee opens the new toll bridge in Ostrava Mills.\nOh.\nNobody spoke.\n"
    "Photo: Jo Roe Ann Lee opens the new toll bridge in Ostrava Mills.\nShe waved.\n"
    "Ann Lee opens the new toll bridge in Ostrava Mills.\nThen it rained.",
    "a sentence far from a caption below": "Oh.\nAnn Lee opens the new toll bridge in Ostrava Mills.\nShe waved.\n"
    "Ann Lee opens the new toll bridge in Ostrava Mills. (Jo Roe/Foto Post)",
    "names behind a dash": "Oh.\n⟦Ann Lee opens the new toll bridge in Ostrava Mills⟧\n"
    "Ann Lee opens the new toll bridge in Ostrava Mills - Ostrava Mills Museum",
    "names behind a bar": "Oh.\nAnn Lee opens the new toll bridge in Ostrava Mills.\n"
    "Ann Lee opens the new toll bridge in Ostrava Mills. | Ostrava Mills",
    "a credit goes with its caption": "Oh.\nAnn Lee opens the new toll bridge in Ostrava Mills on a day in spring, it rained.\n"
    "Jo Roe/Foto Post\nShe waved.\n⟦Ann Lee opens the new toll bridge in Ostrava Mills on a day in spring, it rained.⟧\n"
    "⟦Jo Roe/Foto Post⟧\nNobody left.",
    "all of it twice": "The bridge\nThe council of Ostrava Mills voted on Monday to close the old bridge for a whole year.\n"
    "Nobody spoke.\n⟦The bridge⟧\n"
    "⟦The council of Ostrava Mills voted on Monday to close the old bridge for a whole year.⟧\n⟦Nobody spoke.⟧",
    "cut off within a word": "Oh.\n⟦Ann Lee opens the new toll bridge in Ostrava Mil⟧\n"
    "Ann Lee opens the new toll bridge in Ostrava Mills (Foto: Jo Roe)",
    "two kinds of apostrophes": "Oh.\n⟦Ann Lee’s daughter opens the new toll bridge in Ostrava Mills⟧\n"
    "Ann Lee's daughter opens the new toll bridge in Ostrava Mills (Foto: Jo Roe)",
    "a damaged letter": "Oh.\nAnn Lee opens the new toll bridge at the Café Central in Ostrava Mills, it rained all day.\n"
    "⟦Ann Lee opens the new toll bridge at the Caf\ufffd Central in Ostrava Mills, it rained all day.⟧",
    "an article more": "Oh.\nAnn Lee opens the new toll bridge at the town hall in Ostrava Mills, it rained all day.\n"
    "⟦Ann Lee opens the new toll bridge at town hall in Ostrava Mills, it rained all day.⟧",
    "a negation more": "Oh.\nAnn Lee opens the new toll bridge at the town hall in Ostrava Mills, it rained all day.\n"
    "Ann Lee opens the new toll bridge at the town hall in Ostrava Mills, it never rained all day.",
    "a script without spaces": "市长昨天。\n市议会星期一投票决定将旧桥关闭整整一年，市长说河两岸的商店都要求开通渡轮。\n好。\n"
    "⟦市议会星期一投票决定将旧桥关闭整整一年，市长说河两岸的商店都要求开通渡轮。⟧",
    "a question as first line": "Who will close the bridge in the spring?\nNobody spoke.\nWho will close the bridge in the spring?\nNobody left.",
    "a quotation twice in its line": "“The council of Ostrava Mills closes the bridge.” “The council of Ostrava Mills closes the bridge.”",
    "one sentence twice in prose": "We close the bridge of the town. We close the bridge of the town. Then we open it, he said.",
    "a label is no speaker": "Oh.\nPhoto: Ann Lee opens the new toll bridge in Ostrava Mills on a rainy day in spring.\n"
    "She waved.\n⟦Photo: Ann Lee opens the new toll bridge in Ostrava Mills on a rainy day in spring.⟧",
    "p1 p2 p1 p2": "Oh.\nThe council of Ostrava Mills voted on Monday to close the old bridge for a whole year.\n"
    "Shopkeepers on both banks of the river had asked for a ferry, but none expects one in spring.\n"
    "⟦The council of Ostrava Mills voted on Monday to close the old bridge for a whole year.⟧\n"
    "⟦Shopkeepers on both banks of the river had asked for a ferry, but none expects one in spring.⟧",
    "headline again above the story": "News\nFirst picture: who closed the bridge?\nBy Jo Roe\n"
    "⟦First picture: who closed the bridge?⟧\nThe council of Ostrava Mills voted on Monday to close it for a whole year.",
    "headline again below the standfirst": "Who closed the old toll bridge, and why?\nThe council of Ostrava Mills voted on Monday "
    "to close it for a whole year.\n⟦Who closed the old toll bridge, and why?⟧\nBy Jo Roe",
    "subheading again below two paragraphs": "News\nWho closed the old toll bridge?\n"
    "The council of Ostrava Mills voted on Monday to close it for a whole year.\n"
    "Nobody asked the ferrymen on both banks of the river, who have most to lose.\nWho closed the old toll bridge?",
    "a list, where nothing is told": "News\nTarn Rovers - Ostrava Mills\nBy Jo Roe\nTarn Rovers - Ostrava Mills",
    "a refrain above a paragraph": "Row\nRow gently down the river\nRow on\nRow gently down the river\nRow away\n"
    "Row gently down the river\nRow\nRow gently down the river\nSo sang the choir of Ostrava Mills in Vienna, and it won.",
}


@pytest.mark.parametrize("label", CASES)
def test_case(label: str) -> None:
    text, spans = marked(CASES[label])
    found = [e for e in repeats(Article(text)) if ".repeat." in e.rule]
    assert solid(text, [(e.start, e.end) for e in found]) == (solid(text, spans) if "⟦" in CASES[label] else set()), (
        found
    )


def settled(text: str) -> None:
    once = cut(text)
    assert cut(once) == once


# Lines that are each other's copies, beginnings, ends and neighbours in as many ways as possible.
_STEM = "Ann Lee opens the new toll bridge in Ostrava Mills"
_PARTS = (
    _STEM,
    _STEM + ".",
    _STEM + "!",
    _STEM + " …",
    _STEM + " on a rainy day in spring, the mayor of the town said.",
    _STEM + ". (Jo Roe/Foto Post)",
    _STEM + ". (Jo Roe/Foto Post) AP",
    "Photo: Jo Roe " + _STEM,
    "• " + _STEM,
    "HOST: " + _STEM,
    f"{_STEM}. {_STEM}.",
    f"{_STEM}. (Jo Roe/Foto Post) {_STEM}.",
    "“" + _STEM + "”",
    "Ann Lee opens the toll bridge",
    "Ann Lee opens the toll bridge AP",
    "(Jo Roe/Foto Post)",
    "(Jo Roe/Foto Post) (Jo Roe/Foto Post)",
    "Yes.",
    "* * *",
    "",
)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(_PARTS), max_size=14), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_a_second_look_finds_nothing(parts: list[str], gap: str) -> None:
    settled(gap.join(parts))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab .…\n(/)“", max_size=160))
def test_a_second_look_finds_nothing_in_noise(text: str) -> None:
    settled(text.replace("a", "a mayor ").replace("b", "Bridge "))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_PARTS), max_size=14))
def test_every_word_stays_somewhere(parts: list[str]) -> None:
    text = "\n".join(parts)
    assert set(_words(text)) == set(_words(cut(text)))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text).lower().split()


def test_pull_quotes_do_not_answer_for_each_other() -> None:
    quote = "“We had asked the town for a ferry since the spring”"
    assert list(repeats(Article(f"Nobody spoke.\n{quote}\nShe waved.\n{quote}"))) == []


def test_the_first_line_is_never_cut() -> None:
    text = "\n\n".join([_STEM, _STEM + ". (Jo Roe/Foto Post)", _STEM])
    assert cut(text).startswith(_STEM + "\n")


def test_the_credit_line_below_the_second_caption_stays() -> None:
    text = f"Bridge opened\n\n{_STEM} on Nov. 23.\n\n{_STEM} on Nov. 23.\n\n(Jo Roe / Foto Post)\n\nShe waved."
    assert cut(text) == f"Bridge opened\n\n{_STEM} on Nov. 23.\n\n(Jo Roe / Foto Post)\n\nShe waved."


def test_the_seed_article_loses_its_second_caption_only() -> None:
    seed = Path(__file__).parent.parent.parent / "shared" / "seed" / "article.txt"
    if not seed.exists():
        pytest.skip("the seed article is not here")
    text = seed.read_text()
    (edit,) = repeats(Article(text))
    line = text[edit.start : edit.end].strip()
    assert edit.rule == "und.repeat.line" or edit.rule == "und.repeat.paragraph"
    assert text.count(line) == 2 and edit.start > text.index(line)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "Photo: a man walks in Aleppo.\n" * (n // 30),
        lambda n: "Photo: a man.\nPhoto: a dog.\n" * (n // 28),
        lambda n: "\n".join(f"A man number {i} walks in Aleppo on Monday." for i in range(n // 42)),
        lambda n: "\n".join("prefix " * 20 + str(i) for i in range(n // 146)),
        lambda n: "\n".join("word " * i for i in range(int((n / 2.5) ** 0.5))),
        lambda n: "The bridge of the town is closed for a year. " * (n // 45),
        lambda n: "a" * n,
        lambda n: "ab " * (n // 3),
        lambda n: "(Jo Roe/AP) " * (n // 12),
        lambda n: "\n".join(["x" * 5000] * (n // 5000)),
        lambda n: (f"{_STEM}.\n" + "Yes.\n" * 40) * (n // 250),
        lambda n: "“We had asked the town for a ferry since the spring”\n" * (n // 52),
    ],
)
def test_cost_grows_with_the_text(make: Callable[[int], str]) -> None:
    def cost(size: int) -> float:
        text = make(size)
        article = Article(text)
        list(article.filled)
        start = time.process_time()
        list(repeats(article))
        return time.process_time() - start

    small = min(cost(100_000) for _ in range(3))
    large = cost(1_600_000)
    # 16 times the text; quadratic would be 256 times
    assert large < 60 * small + 0.05
