"""The compiled tables are those of the TOML, and a beginning read off a pattern never hides a match."""

import json

import regex
from hypothesis import given
from hypothesis import strategies as st

from newsclean import packs
from newsclean.article import fold
from newsclean.compile import compiled
from newsclean.lines import bare
from newsclean.packs import known_starts, shipped
from newsclean.rule import read_toml, shipped_rules
from newsclean.starts import canonical, starts


def test_compiled_is_current() -> None:
    made = packs.COMPILED.read_text(encoding="utf-8")
    assert made == compiled(), "out of date: run `python -m newsclean.compile` (or `make data`)"


def test_tables_are_those_of_the_toml() -> None:
    for path in json.loads(packs.COMPILED.read_text(encoding="utf-8"))["files"]:
        assert shipped(path) == read_toml(packs.DATA / path), path


def test_every_example_begins_as_its_rule_says() -> None:
    for rule in shipped_rules():
        begins = known_starts(rule.match)
        for example in rule.drops if rule.part == "line" and begins else ():
            for line in map(bare, example.replace("⟦", "").replace("⟧", "").split("\n")):
                if regex.search(rule.match, line, regex.IGNORECASE):
                    assert canonical(fold(line)).startswith(begins), (rule.id, line)


def test_beginnings() -> None:
    assert starts("^ad$|^spot") == ("ad", "spot")
    assert starts("^ad$|spot") == ()
    assert starts("^(?:the )?ad") == ("ad", "the ad")
    assert starts("^(?:a|b)*c") == ("a", "b", "c")
    assert starts("^.{0,3}ad") == ()
    assert starts("^(?!x)[ab]d+") == ("ad", "bd")
    assert starts(r"^\p{L}ad") == ()


@given(st.text("adzıİſ b\u212a", max_size=9))
def test_no_match_is_hidden(text: str) -> None:
    for pattern in ("^(?:the )?ad", "^(?:a|b){0,2}d?z", "^[abdz] ?k", "^(?:ıa|s)b?"):
        if regex.search(pattern, text, regex.IGNORECASE):
            assert canonical(fold(text)).startswith(starts(pattern))
