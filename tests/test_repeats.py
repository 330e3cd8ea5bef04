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
