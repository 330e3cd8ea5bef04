"""Every rule of every pack, held against its own examples."""

import pytest

from newsclean.examples import failures
from newsclean.rule import Rule, check_examples, shipped_rules

RULES = shipped_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_does_what_its_examples_say(rule: Rule) -> None:
    check_examples(rule)
    assert list(failures(rule, RULES)) == []
