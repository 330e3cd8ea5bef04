"""Why a rule cuts, in general: what the review page says of a rule, and no record of an edit need repeat."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from newsclean.builtin import BuiltIn
from newsclean.edit import Edit
from newsclean.rule import Rule, load_rules, read_toml, shipped_rules

__all__ = ["known_rules", "reason", "record"]

# Why, for rules that have no table of their own.
REASONS = {
    "mojibake": "text decoded with the wrong encoding, or an HTML entity left over",
    "unicode": "characters that are not text, or not in the composed form",
    "profile": "a line that the site prints on many pages, as its profile says",
    "name": "one spelling for one name",
}


def known_rules(packs: Sequence[str] = ()) -> dict[str, Rule | BuiltIn]:
    """Return every rule by its id: shipped ones, built-in ones, and those of `packs`.

    >>> known_rules()["und.related.block"].kind
    'related'

    Raises RuleError for a pack that cannot be read.
    """
    return _known(tuple(packs))


@lru_cache(maxsize=4)
def _known(packs: tuple[str, ...]) -> dict[str, Rule | BuiltIn]:
    from newsclean.cleaner import TABLES
    from newsclean.related import RULES as RELATED
    from newsclean.repeats import RULES as REPEATS

    known: dict[str, Rule | BuiltIn] = {rule.id: rule for rule in shipped_rules()}
    known |= {rule.id: rule for rule in (*RELATED, *REPEATS)}
    for path in packs:
        if not path.lower().endswith(TABLES):
            known |= {r.id: r for r in load_rules(read_toml(path).get("rule", ()), path, check=False)}
    return known


def reason(rule: str, known: dict[str, Rule | BuiltIn] | None = None) -> str:
    """Say why a rule cuts, in the words of its pack.

    >>> reason("en.newsletter.signup"), reason("en.name.kyiv")
    ('newsletter sign-up, not the story', 'one spelling for one name')

    `known` are rules by id; those that are shipped if nothing is given.
    """
    known = _known(()) if known is None else known
    if rule in known:
        return known[rule].reason
    kind = rule.split(".", 2)[1] if rule.count(".") > 1 else rule
    return REASONS.get(kind, "no rule of this version: give --pack if it is one of your own")


def record(edit: Edit, packs: Sequence[str] = ()) -> dict[str, Any]:
    """An edit as it is written beside a text; its reason is None where it is its rule's own.

    >>> record(Edit(0, 4, "Kyiv", "en.name.kyiv", "Kiev is spelled Kyiv (style ap)"))["reason"]
    'Kiev is spelled Kyiv (style ap)'
    >>> record(Edit(0, 13, "", "en.ad.label", reason("en.ad.label")))["reason"] is None
    True

    packs: those that the cleaner had. Reason: three reasons in four are their rule's own; to write them out would make
    the record of edits half as long again.
    """
    names = ("start", "end", "replacement", "rule", "confidence")
    own = reason(edit.rule, _known(tuple(packs)))
    return {n: getattr(edit, n) for n in names} | {"reason": None if edit.reason == own else edit.reason}
