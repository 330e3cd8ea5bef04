"""Mutants of a rule: the rule with one part left out, to ask whether any example of it would notice."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import regex

from newsclean.article import fold
from newsclean.examples import failures, in_zone, marked
from newsclean.lines import Lines, bare
from newsclean.rule import ZONES, Rule, compiled

_OPEN = re.compile(r"\((\?(?:[=!>]|<[=!]|P?<\w+>|[a-z]*(?:-[a-z]+)?:))?")

# So many characters of the pattern on either side tell one anchor from another.
CONTEXT = 12


def parts(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield what is left out, and the pattern without it: each anchor, lookaround and branch, at any depth.

    >>> dict(parts("^(?:a|b)$"))
    {"'^' in '^(?:a|b)$'": '(?:a|b)$', "'$' in '^(?:a|b)$'": '^(?:a|b)', "branch 'a'": '^(?:b)$', "branch 'b'": '^(?:a)$'}
    """
    guards: list[tuple[int, int]] = []
    groups: list[tuple[int, list[int], int]] = []
    stack: list[tuple[int, list[int], int, str]] = [(0, [], 0, "")]
    at = 0
    while at < len(pattern):
        c = pattern[at]
        if c == "\\":
            if pattern[at + 1] in "bB":
                guards.append((at, at + 2))
            at += 2
            continue
        if c == "[":
            at += 2 if pattern[at + 1] == "^" else 1
            at += pattern[at] == "]"
            while pattern[at] != "]":
                at += 2 if pattern[at] == "\\" else 1
        elif c == "(":
            head = _OPEN.match(pattern, at)
            assert head is not None
            stack.append((head.end(), [], at, head[1] or ""))
            at = head.end()
            continue
        elif c == "|":
            stack[-1][1].append(at)
        elif c in "^$":
            guards.append((at, at + 1))
        elif c == ")":
            start, bars, begin, kind = stack.pop()
            groups.append((start, bars, at))
            if kind.endswith(("=", "!")):
                guards.append((begin, at + 1))
        at += 1
    start, bars, _, _ = stack.pop()
    groups.append((start, bars, len(pattern)))
    for a, b in guards:
        near = pattern[max(a - CONTEXT, 0) : b + CONTEXT]  # not its offset: that would change with every branch
        yield f"{pattern[a:b]!r} in {near!r}", pattern[:a] + pattern[b:]
    for start, bars, end in groups:
        cuts = [start - 1, *bars, end]
        for n, (a, b) in enumerate(itertools.pairwise(cuts)):
            if bars:
                rest = pattern[:a] + pattern[b:] if n else pattern[:start] + pattern[b + 1 :]
                yield f"branch {pattern[a + 1 : b]!r}", rest


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield the rule without one part of it, and what is missing."""
    for what, pattern in parts(rule.match):
        yield f"match {what}", replace(rule, match=pattern)
    if rule.unless:
        yield "unless", replace(rule, unless="")
        for what, pattern in parts(rule.unless):
            yield f"unless {what}", replace(rule, unless=pattern)
    for cue in rule.cue:
        yield f"cue {cue!r}", replace(rule, cue=tuple(c for c in rule.cue if c != cue) or ("\0",))
    if rule.beside and not rule.run:
        yield "beside", replace(rule, beside=())
    if len(rule.beside) > 1:
        for kind in rule.beside:
            yield f"beside {kind!r}", replace(rule, beside=tuple(k for k in rule.beside if k != kind))
    for zone in ZONES:
        where = tuple(z for z in ZONES if (z in rule.where) != (z == zone))
        yield f"where {zone!r}", replace(rule, where=where)


def noticed(mutant: Rule, rule: Rule, others: tuple[Rule, ...]) -> bool:
    """Whether an example of `rule` tells `mutant` from it."""
    if mutant.where != rule.where:  # each example is held against the zones of the rule, not of the mutant
        find = Lines([mutant])
        for example in rule.drops if not mutant.beside and not mutant.run else ():
            text = marked(example)[0]
            for zone in set(mutant.where) ^ set(rule.where):
                if any(e.rule == rule.id for e in find(in_zone(text, zone)[0])) != (zone in rule.where):
                    return True
        return bool(mutant.beside or mutant.run)
    try:
        return _plain(mutant, rule) or next(failures(mutant, others), None) is not None
    except regex.error:  # nothing is left of it
        return True


def _plain(mutant: Rule, rule: Rule) -> bool:
    """Whether the pattern alone shows it, without an article around each example: nearly always, and much faster."""
    if mutant.match == rule.match or rule.beside or rule.run or rule.part != "line":
        return False
    match, unless = compiled(mutant.match), compiled(rule.unless) if rule.unless else None
    if any(not match.search(bare(text)) for text in rule.drops if "\n" not in text and "⟦" not in text):
        return True
    return any(
        match.search(bare(text))
        and len(bare(text)) <= rule.longest
        and any(cue in fold(bare(text)) for cue in rule.cue)
        and not (unless and unless.search(bare(text)))
        for text in rule.keeps
        if "\n" not in text
    )


def unnoticed(rule: Rule, others: tuple[Rule, ...]) -> list[str]:
    """The parts of a rule that could be left out and no example of it would say so."""
    return [what for what, mutant in mutants(rule) if not noticed(mutant, rule, others)]
