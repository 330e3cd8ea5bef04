"""A pack that cannot be used says which file, which id and which field, and what to do."""

import pickle
from pathlib import Path
from typing import Any

import pytest

from newsclean import Cleaner, RuleError
from newsclean.packs import DATA
from newsclean.rule import load_rules, read_toml, shipped_rules, unique

GOOD: dict[str, Any] = {
    "id": "en.ad.mill",
    "cue": ["mill"],
    "match": "^mill$",
    "reason": "label of a mill",
    "drops": ["MILL"],
    "keeps": ["The mill stands."],
}


def test_a_good_table_loads() -> None:
    (rule,) = load_rules([GOOD], "mine.toml")
    assert (rule.id, rule.kind, rule.lang, rule.file, rule.where) == (
        "en.ad.mill", "ad", "en", "mine.toml", ("head", "body", "tail"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"id": 7}, "id", "missing or not a string"),
        ({"id": "en.ad"}, "id", "<lang>.<kind>.<pattern>"),
        ({"id": "en.Ad.mill"}, "id", "lower-case"),
        ({"id": "en.promo.mill"}, "id", "unknown kind 'promo'"),
        ({"colour": "red"}, "colour", "is not known"),
        ({"match": None}, "match", "is missing"),
        ({"drops": None}, "drops", "is missing"),
        ({"keeps": []}, "keeps", "is empty"),
        ({"reason": ""}, "reason", "is empty"),
        ({"cue": "mill"}, "cue", "must be a list of strings"),
        ({"cue": ["Mill"]}, "cue", "lower-case"),
        ({"cue": [" "]}, "cue", "not blank"),
        ({"cue": ["mill", "weir"]}, "cue", "no example in 'drops' holds"),
        ({"drops": ["MILL", "weir"]}, "drops", "an example without a cue: 'weir'"),
        ({"match": "^(mill$"}, "match", "is not a pattern"),
        ({"unless": "["}, "unless", "is not a pattern"),
        ({"longest": "9"}, "longest", "must be a whole number"),
        ({"longest": True}, "longest", "must be a whole number"),
        ({"longest": 0}, "longest", "above 0"),
        ({"opens": -1}, "opens", "below 0"),
        ({"where": ["foot"]}, "where", "has 'foot'"),
        ({"part": "word"}, "part", "has 'word'"),
        ({"part": "span", "opens": 2}, "part", "whole lines"),
        ({"confidence": "sure"}, "confidence", "has 'sure'"),
    ],
)
def test_errors_name_file_id_and_field(change: dict[str, Any], field: str, problem: str) -> None:
    table = {k: v for k, v in {**GOOD, **change}.items() if v is not None}
    with pytest.raises(RuleError) as caught:
        list(load_rules([table], "mine.toml"))
    assert caught.value.file == "mine.toml"
    assert caught.value.field == field
    assert problem in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)


def test_an_id_stands_once() -> None:
    with pytest.raises(RuleError, match="stands in mine.toml already"):
        unique([*load_rules([GOOD], "mine.toml"), *load_rules([GOOD], "yours.toml")])


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        read_toml(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text("[[rule]\n")
    with pytest.raises(RuleError, match="is not TOML"):
        read_toml(bad)


def test_a_pack_of_ones_own(tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text(
        '[[rule]]\nid = "en.ad.mill"\ncue = ["the mill"]\nmatch = "^visit the mill$"\nreason = "mill ad"\n'
        'drops = ["Visit the Mill"]\nkeeps = ["We visit the mill."]\n'
    )
    text = "The mayor left the ferry on Monday.\n\nVisit the Mill\n"
    result = Cleaner(packs=(str(pack),))(text)
    assert (result.text, result.edits[0].rule) == ("The mayor left the ferry on Monday.\n", "en.ad.mill")
    assert result.ruleset != Cleaner()(text).ruleset


def test_a_pattern_without_end_is_reported_and_not_fatal(tmp_path: Path) -> None:
    pack = tmp_path / "slow.toml"
    pack.write_text(
        '[[rule]]\nid = "en.ad.slow"\ncue = ["mill"]\nmatch = "^(?:a|aa)+(?:!| mill!)$|^mill!"\nreason = "x"\n'
        'drops = ["mill!"]\nkeeps = ["mill"]\n'
    )
    text = "a" * 200 + " mill"
    result = Cleaner(packs=(str(pack),))(text)
    assert result.text == text
    assert "en.ad.slow" in result.problems[0] and "slow.toml" in result.problems[0]


def test_every_pack_says_its_language_in_its_ids() -> None:
    for path in (DATA / "rules").glob("*.toml"):
        for table in read_toml(path)["rule"]:
            assert table["id"].split(".")[0] == path.stem


def test_ids_are_unique_across_packs() -> None:
    ids = [r.id for r in shipped_rules()]
    assert len(ids) == len(set(ids)) > 400
