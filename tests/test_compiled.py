"""The compiled tables are those of the TOML, and a beginning read off a pattern never hides a match."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from newsclean import packs
from newsclean.article import fold
from newsclean.compile import compiled
from newsclean.gazetteer import Gazetteer, shipped_gazetteer, shipped_names
from newsclean.lines import bare
from newsclean.packs import known_forms, known_needs, shipped, sources
from newsclean.rule import acting_rules, read_toml, shipped_rules
from newsclean.starts import Way, canonical, needs


def test_compiled_is_current() -> None:
    made = packs.COMPILED.read_text(encoding="utf-8")
    assert made == compiled(), "out of date: run `python -m newsclean.compile` (or `make data`)"


def test_tables_are_those_of_the_toml() -> None:
    for path in sources():
        table = read_toml(packs.DATA / path)
        for rule in table.get("rule", ()):
            del rule["drops"], rule["keeps"]
        assert shipped(path) == table, path


def test_acting_rules_are_the_shipped_ones_without_examples() -> None:
    assert acting_rules() == tuple(replace(rule, drops=(), keeps=()) for rule in shipped_rules())


def test_names_read_one_by_one_are_the_shipped_ones() -> None:
    assert list(shipped_gazetteer().names.values()) == list(shipped_names())
    assert isinstance(shipped_gazetteer().names, Mapping)


def test_without_a_compiled_file_all_is_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rule = shipped_rules()[0]
    table, ways = shipped("repeats.toml"), known_needs(rule.match)
    for content in (None, "", "{}", '{"needs":{,\n"repeats.toml":['):
        monkeypatch.setattr(packs, "COMPILED", tmp_path / "compiled.json")
        if content is not None:
            packs.COMPILED.write_text(content, encoding="utf-8")
        for function in (packs._compiled, packs._part, packs._needs, packs.shipped):
            function.cache_clear()
        assert shipped("repeats.toml") == table
        assert list(map(tuple, known_needs(rule.match))) == list(map(tuple, ways))
        assert known_forms() is None
    monkeypatch.undo()
    for function in (packs._compiled, packs._part, packs._needs, packs.shipped):
        function.cache_clear()


def has(text: str, ways: Sequence[Way]) -> bool:
    plain = canonical(fold(text))
    return any(way.fits(plain) for way in ways)


def test_every_example_has_what_its_pattern_needs() -> None:
    for rule in shipped_rules():
        for example in (*rule.drops, *rule.keeps):
            for line in map(bare, example.replace("⟦", "").replace("⟧", "").split("\n")):
                if regex.search(rule.match, line, regex.IGNORECASE):
                    assert has(line, known_needs(rule.match, rule.part == "span")), (rule.id, line)


def test_what_is_known_is_what_is_read() -> None:
    assert json.dumps(known_forms()) == json.dumps(Gazetteer(shipped_names()).sorted_out())
    for rule in shipped_rules()[::50]:
        known = json.dumps([list(way) for way in known_needs(rule.match, rule.part == "span")])
        assert known == json.dumps(needs(rule.match, rule.part == "span"))


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("^ad$|^spot", [Way(words=("ad", "spot"), low=2)]),
        ("^(?:ad|no)$", [Way(words=("ad", "no"), ends=("ad", "no"), low=2, high=2)]),
        ("^ad|spot", [Way(words=("ad",), low=2), Way(holds=("spot",), low=4)]),
        ("^(?:the )?ad", [Way(words=("ad", "the ad"), low=2)]),
        ("^(?:a|b)*c", [Way(words=("a", "b", "c"), low=1)]),
        ("^.{0,3}ad", [Way(also=(("ad",),), low=2)]),
        (
            "^.{0,3}(?:advert|commercial)s?$",
            [
                Way(
                    (),
                    (),
                    ("advert", "commercial"),
                    ("advert", "adverts", "mercials", "mmercial"),
                    (),
                    False,
                    6,
                    14,
                )
            ],
        ),
        ("^(?!x)[ab]d+", [Way(words=("ad", "bd"), low=2)]),
        (r"^\W*(?:ad)?$", [Way()]),
        (r"^\(?\d+ ads", [Way(words=("ads",), digit=True, low=5)]),
        (r"^© \w+ ads", [Way(begins=("© ",), also=((" ads",),), low=7)]),
        (r"^\p{L}ad", [Way(also=(("ad",),), low=3)]),
        (r"(?:promo)*|\bspot", [Way(), Way(holds=("spot",), low=4)]),
        ("(?:a){e<=1}", [Way()]),
    ],
)
def test_needs(pattern: str, ways: list[Way]) -> None:
    assert needs(pattern) == tuple(ways)


def test_within_lines_only_what_stands_there_counts() -> None:
    assert needs("^sign up.{9} inbox$", span=True) == (Way(holds=("sign up",), also=((" inbox",),)),)


PATTERNS = (
    "^(?:the )?ad", "^(?:a|b){0,2}d?z", "^[abdz] ?k", "^(?:ıa|s)b?", "^.{0,3}(?:abz|d[xy]+)$|^k", r"^\W*(?:ab|2x)+\d?$",
    r"^[\s\d(]{0,3}(?:a|b z) ?\(?(?:k|zz)[.)]?$", r"a(?:b|xy) ?\d", r"^(?:©|x) ?[^a]b(?=z)", r"^(?:\d|ab )*z\W?$", r"^\p{L}b",
)  # fmt: skip


@given(st.text("adzıİſ b\u212akzxy2(.©", max_size=12))
def test_no_match_is_hidden(text: str) -> None:
    for pattern in PATTERNS:
        if regex.search(pattern, text, regex.IGNORECASE):
            assert has(text, needs(pattern)), pattern
            assert has(text, needs(pattern, span=True)), pattern
