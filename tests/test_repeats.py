"""Repeats: examples of every rule, laws of the finder, and its cost on text made to hurt it."""

import pytest

from newsclean.article import Article
from newsclean.builtin import BuiltIn
from newsclean.edit import apply, resolve
from newsclean.examples import marked
from newsclean.repeats import RULES, repeats


def cut(text: str) -> str:
    return apply(text, resolve(repeats(Article(text)), text))


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
