"""Every rule of every pack, held against its own examples."""

import pytest

from newsclean.article import Article
from newsclean.examples import failures
from newsclean.lines import Lines
from newsclean.rule import Rule, RuleError, check_examples, load_rules, shipped_rules

RULES = shipped_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_does_what_its_examples_say(rule: Rule) -> None:
    check_examples(rule)
    assert list(failures(rule, RULES)) == []


def _rule(**fields: object) -> Rule:
    given = {"id": "xx.social.name", "cue": ["facebook", "twitter"], "match": "^(?:facebook|twitter)$", "reason": "r"}
    return next(load_rules([{"drops": ["Facebook", "Twitter"], "keeps": ["no"], **given, **fields}], "t.toml"))


def test_run_asks_for_so_many_lines_of_the_kind_in_a_row() -> None:
    find = Lines([_rule(run=2)])
    assert [e.start for e in find(Article("Facebook\nTwitter\nA\nTwitter"))] == [0, 9]
    assert not list(find(Article("Facebook\nA\nTwitter")))
    strong = _rule(id="xx.social.share", cue=["share"], match="^share$", drops=["Share"])
    assert [e.rule for e in Lines([_rule(run=2), strong])(Article("Share\n\nTwitter"))] == [strong.id, "xx.social.name"]
    other = _rule(id="xx.nav.share", cue=["share"], match="^share$", drops=["Share"])
    assert [e.rule for e in Lines([_rule(run=2), other])(Article("Share\n\nTwitter"))] == [other.id]


def test_run_of_one_and_run_of_a_span_are_errors() -> None:
    for fields in ({"run": 1}, {"run": 2, "part": "span"}):
        with pytest.raises(RuleError):
            _rule(**fields)
