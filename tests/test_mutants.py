"""Every part of every rule is needed: leave it out, and an example of that rule must fail.

Parts that no example misses yet are listed in data/mutants.txt, a list that may only become shorter: a part that has
got its example must leave it. `NEWSCLEAN_UPDATE=1 pytest tests/test_mutants.py -n0` rewrites the list; it refuses to
make it longer unless the value is `grow`.
"""

import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from newsclean.rule import Rule, compiled, load_rules, shipped_rules

sys.path.insert(0, str(Path(__file__).parent))
from mutants import parts, unnoticed

RULES = shipped_rules()
LIST = Path(__file__).parent / "data" / "mutants.txt"
UPDATE = os.environ.get("NEWSCLEAN_UPDATE", "")


def _known() -> dict[str, list[str]]:
    known: dict[str, list[str]] = defaultdict(list)
    for line in LIST.read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("# "):
            rule, _, what = line.partition("\t")
            known[rule].append(what)
    return known


KNOWN = _known() if LIST.exists() else {}


def _unnoticed(rule: Rule) -> list[str]:
    found = unnoticed(rule, tuple(o for o in RULES if o.lang in (rule.lang, "und")))
    compiled.cache_clear()  # the patterns of mutants are used once
    return found


@pytest.mark.skipif(bool(UPDATE), reason="the list is being rewritten")
@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_each_part_of_a_rule_is_missed_by_an_example(rule: Rule) -> None:
    found, known = set(_unnoticed(rule)), set(KNOWN.get(rule.id, ()))
    assert not found - known, "no example of the rule would fail without these parts: add one, or remove the part"
    assert not known - found, "an example misses these parts now: take them out of tests/data/mutants.txt"


@pytest.mark.skipif(not UPDATE, reason="only with NEWSCLEAN_UPDATE")
def test_rewrite_the_list() -> None:
    lines = sorted(f"{rule.id}\t{what}" for rule in RULES for what in _unnoticed(rule))
    before = sum(map(len, KNOWN.values()))
    assert UPDATE == "grow" or len(lines) <= before, f"{len(lines)} parts without an example, {before} so far"
    head = "# Parts of rules that no example misses yet; see tests/test_mutants.py. It may only become shorter.\n"
    LIST.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def test_the_list_names_rules_that_there_are() -> None:
    assert set(KNOWN) <= {r.id for r in RULES}


def test_parts_are_found_at_any_depth_and_not_in_classes() -> None:
    found = dict(parts(r"^(?:a|b(?:c|d[|^$)]))(?<!e)\b\|$"))
    assert found["branch 'a'"] == r"^(?:b(?:c|d[|^$)]))(?<!e)\b\|$"
    assert found["branch 'd[|^$)]'"] == r"^(?:a|b(?:c))(?<!e)\b\|$"
    assert len(found) == 8


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
