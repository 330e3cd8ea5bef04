"""Examples of rules, run: what a rule says it drops must go, what it says it keeps must stay, wherever it works."""

from collections.abc import Iterable, Iterator

from newsclean.article import Article
from newsclean.edit import Edit
from newsclean.lines import Lines
from newsclean.rule import Rule

__all__ = ["failures", "in_zone", "marked"]

# Two paragraphs of our own that no rule may know: the story around an example.
_PROSE = (
    "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said.",
    "Shopkeepers on both banks of the river had asked for a ferry, but none of them expects one before the spring.",
)


def marked(example: str) -> tuple[str, list[tuple[int, int]]]:
    """Part an example from its brackets: ``⟦`` and ``⟧`` stand around what must go; without them all of it must.

    >>> marked("The rain stopped. ⟦Read more: Floods⟧")
    ('The rain stopped. Read more: Floods', [(18, 35)])
    """
    text, spans, at = "", [], 0
    for n, part in enumerate(example.replace("⟧", "⟦").split("⟦")):
        if n % 2:
            spans.append((at, at + len(part)))
        text, at = text + part, at + len(part)
    return text, spans or [(0, len(text))]


def in_zone(text: str, zone: str) -> tuple[Article, int]:
    """An article with `text` in one zone, and the offset where it stands."""
    above = "\n\n".join(_PROSE) + "\n\n" if zone != "head" else ""
    below = "\n\n" + "\n\n".join(_PROSE) if zone != "tail" else ""
    return Article(above + text + below), len(above)


def failures(rule: Rule, others: Iterable[Rule] = ()) -> Iterator[str]:
    """Yield what is wrong between a rule and its examples, one sentence each.

    >>> from newsclean.rule import shipped_rules
    >>> list(failures(shipped_rules()[0], shipped_rules()))
    []

    `others` are the rules that may stand beside it; those that do not are not asked.
    """
    near = [
        o for o in others if o.id != rule.id and o.lang in (rule.lang, "und")
    ]  # another pack may know its lines too
    helpers = [o for o in near if o.kind in rule.beside or o.id in rule.beside]
    find = Lines([rule, *helpers])
    for example in rule.drops:
        text, spans = marked(example)
        want = _solid(text, spans)
        for zone in rule.where:
            got = _cut(find, rule, text, zone)
            if got != want:
                yield f"{rule.id} in the {zone} should drop {_show(text, want)} of {text!r}, drops {_show(text, got)}"
        for zone in {"head", "body", "tail"}.difference(rule.where):
            if "\n" not in text and _cut(find, rule, text, zone):
                yield f"{rule.id} works in the {zone}, where it should not: {text!r}"
    for text in rule.keeps:
        for zone in rule.where:
            got = _cut(find, rule, text, zone)
            if got:
                yield f"{rule.id} in the {zone} should keep {text!r}, drops {_show(text, got)}"


def _solid(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    return {i for a, b in spans for i in range(a, b) if not text[i].isspace()}


def _cut(find: Lines, rule: Rule, text: str, zone: str) -> set[int]:
    article, at = in_zone(text, zone)
    mine: list[Edit] = [e for e in find(article) if e.rule == rule.id]
    return _solid(text, ((max(e.start - at, 0), min(e.end - at, len(text))) for e in mine))


def _show(text: str, places: set[int]) -> str:
    return (
        repr("".join(c if i in places or c.isspace() else "·" for i, c in enumerate(text)).strip())
        if places
        else "nothing"
    )
