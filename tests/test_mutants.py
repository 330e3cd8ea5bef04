"""Every part of every rule is needed: leave it out, and an example of that rule must fail."""

import sys
from pathlib import Path

import pytest

from newsclean.rule import Rule, compiled, load_rules, shipped_rules

sys.path.insert(0, str(Path(__file__).parent))
from mutants import parts, unnoticed

RULES = shipped_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_each_part_of_a_rule_is_missed_by_an_example(rule: Rule) -> None:
    found = unnoticed(rule, tuple(o for o in RULES if o.lang in (rule.lang, "und")))
    compiled.cache_clear()  # the patterns of mutants are used once
    assert not found, "no example of the rule would fail without these parts: add one, or remove the part"


def test_parts_are_found_at_any_depth_and_not_in_classes() -> None:
    found = dict(parts(r"^(?:a|b(?:c|d[|^$)]))(?<!e)\b\|$"))
    assert found["branch 'a'"] == r"^(?:b(?:c|d[|^$)]))(?<!e)\b\|$"
    assert found["branch 'd[|^$)]'"] == r"^(?:a|b(?:c))(?<!e)\b\|$"
    assert len(found) == 8
    assert dict(parts("(?-i:A|b)")) == {"branch 'A'": "(?-i:b)", "branch 'b'": "(?-i:A)"}


def test_a_part_without_an_example_is_reported() -> None:
    table = {
        "id": "xx.ad.label", "cue": ["anzeige", "werbung"], "match": r"^(?:anzeige|werbung)\b\W*$", "reason": "r",
        "drops": ["Anzeige", "Anzeige / Werbung"], "keeps": ["Die Werbung", "Werbung lohnt"],
    }  # fmt: skip
    (rule,) = load_rules([{**table, "drops": ["Anzeige"], "keeps": ["Eine Anzeige"]}], "t.toml", check=False)
    assert [x.split(" in ")[0] for x in unnoticed(rule, ())] == [
        r"match '\\b'",
        "match '$'",
        "match branch 'werbung'",
        "cue 'werbung'",
    ]
    full = {**table, "match": "^(?:anzeige|werbung)$", "drops": ["Anzeige", "Werbung"]}
    (rule,) = load_rules([{**full, "keeps": ["Die Werbung", "Werbung lohnt"]}], "t.toml")
    assert unnoticed(rule, ()) == []
