"""The compiled tables are those of the TOML, and a beginning read off a pattern never hides a match."""

import json

import regex
from hypothesis import given
from hypothesis import strategies as st

from newsclean import packs
from newsclean.article import fold
from newsclean.compile import compiled
from newsclean.lines import bare
from newsclean.packs import known_needs, shipped
from newsclean.rule import read_toml, shipped_rules
from newsclean.starts import Needs, canonical, needs


def test_compiled_is_current() -> None:
    made = packs.COMPILED.read_text(encoding="utf-8")
    assert made == compiled(), "out of date: run `python -m newsclean.compile` (or `make data`)"


def test_tables_are_those_of_the_toml() -> None:
    for path in json.loads(packs.COMPILED.read_text(encoding="utf-8"))["files"]:
        assert shipped(path) == read_toml(packs.DATA / path), path


def has(text: str, need: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    plain = canonical(fold(text))
    return need == ((), ()) or plain.startswith(need[0]) or any(x in plain for x in need[1])


def test_every_example_has_what_its_pattern_needs() -> None:
    for rule in shipped_rules():
        for example in rule.drops if rule.part == "line" else ():
            for line in map(bare, example.replace("⟦", "").replace("⟧", "").split("\n")):
                if regex.search(rule.match, line, regex.IGNORECASE):
                    assert has(line, known_needs(rule.match)), (rule.id, line)


def test_needs() -> None:
    assert needs("^ad$|^spot") == Needs(("ad", "spot"), ())
    assert needs("^ad$|spot") == Needs(("ad",), ("spot",))
    assert needs("^(?:the )?ad") == Needs(("ad", "the ad"), ())
    assert needs("^(?:a|b)*c") == Needs(("a", "b", "c"), ())
    assert needs("^.{0,3}ad") == Needs()
    assert needs("^.{0,3}(?:advert|commercial)s?$") == Needs((), ("advert", "commercial"))
    assert needs("^(?!x)[ab]d+") == Needs(("ad", "bd"), ())
    assert needs(r"^\p{L}ad") == Needs()
    assert needs(r"(?:promo)*|\bspot") == Needs()


@given(st.text("adzıİſ b\u212akzxy", max_size=12))
def test_no_match_is_hidden(text: str) -> None:
    for pattern in ("^(?:the )?ad", "^(?:a|b){0,2}d?z", "^[abdz] ?k", "^(?:ıa|s)b?", "^.{0,3}(?:abz|d[xy]+)$|^k"):
        if regex.search(pattern, text, regex.IGNORECASE):
            assert has(text, needs(pattern)), pattern
