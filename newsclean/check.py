"""``newsclean check``: makes examples for rule packs of the edits that a person marked as wrong, and tries them now.

A mark says: this stays. It fails as long as the rules still take it, in its article or as an example of its rule.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from newsclean.builtin import BuiltIn
from newsclean.cleaner import Cleaner
from newsclean.edit import CONFIDENCE, Edit
from newsclean.examples import in_zone
from newsclean.lines import Lines
from newsclean.rule import Rule

__all__ = ["Mark", "Verdict", "add_arguments", "check", "read_marks", "run", "toml"]

RIGHT, WRONG = 0, 1
_KINDS: dict[Any, str] = {str: "a string", int: "a whole number", bool: "true or false"}
# How many lines on either side an example may take along until its rule acts on it as it did in the article: rules that
# ask their neighbours look at the next line, runs of links are rarely longer.
NEIGHBOURS = 4
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_SENTENCE_END = re.compile("[.!?…。！？؟۔।][\"'”’»)]*(?:\\s+|$)|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Mark:
    """One edit that a person calls wrong, as the review page exports it.

    start and end count in code points of the original, of which `text` is all (`whole`) or what stands around the edit,
    from `at` on. row: 0 where the file is the article.
    """

    file: str
    row: int
    id: str
    site: str
    lang: str
    rule: str
    confidence: str
    start: int
    end: int
    cut: str
    put: str
    whole: bool
    at: int
    text: str

    @property
    def span(self) -> tuple[int, int]:
        """Where the edit stands in `text`."""
        return self.start - self.at, self.end - self.at

    @property
    def where(self) -> str:
        """Where it came from, for a person to read."""
        parts = (f"{self.file} row {self.row}" if self.row else self.file, self.id and f"id {self.id}", self.site)
        return ", ".join(_line(x) for x in parts if x)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mark: the example made of it, why it still fails ("" if it does not), and what to know."""

    mark: Mark
    example: str
    fails: str
    note: str = ""


def read_marks(text: str, file: str) -> Iterator[Mark]:
    """Read what the review page exported.

    >>> list(read_marks('{"marks": [{"file": "out.jsonl"}]}', "marks.json"))
    Traceback (most recent call last):
    ValueError: marks.json: mark 1: field 'row' is missing: export the marks from the review page again

    Raises ValueError, which names the file, the mark and the field.
    """
    try:
        marks = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{file}: not JSON: {error}") from None
    if not isinstance(marks, dict) or not isinstance(marks.get("marks"), list):
        raise ValueError(f"{file}: field 'marks' is missing or no list: is this what the review page exported?")
    for n, raw in enumerate(marks["marks"], 1):
        where = f"{file}: mark {n}"
        if not isinstance(raw, dict):
            raise ValueError(f"{where}: not an object")
        values: dict[str, Any] = {}
        for f in fields(Mark):
            if f.name not in raw:
                raise ValueError(f"{where}: field {f.name!r} is missing: export the marks from the review page again")
            value = raw[f.name]
            if type(value) is not f.type:
                raise ValueError(f"{where}: field {f.name!r} must be {_KINDS[f.type]}, not {value!r:.60}")
            values[f.name] = value
        mark = Mark(**values)
        a, b = mark.span
        if len(mark.rule.split(".")) != 3:
            raise ValueError(f"{where}: field 'rule' must be the id of a rule, not {mark.rule!r:.60}")
        if mark.confidence not in CONFIDENCE:
            raise ValueError(f"{where}: field 'confidence' must be one of {', '.join(CONFIDENCE)}")
        if not 0 <= a < b <= len(mark.text) or mark.text[a:b] != mark.cut:
            raise ValueError(f"{where}: field 'cut' is not what stands at 'start' in 'text'")
        yield mark


def check(marks: Iterable[Mark], cleaner: Cleaner, known: "dict[str, Rule | BuiltIn]") -> Iterator[Verdict]:
    """Try each mark on the present rules: in its text, and as an example of its rule.

    >>> line = "Advertisement"
    >>> mark = Mark("a.txt", 0, "", "", "en", "en.ad.label", "likely", 0, 13, line, "", True, 0, line)
    >>> from newsclean.reasons import known_rules
    >>> [verdict.fails for verdict in check([mark], Cleaner(), known_rules())]
    ['still taken by en.ad.label']
    >>> [verdict.fails for verdict in check([mark], Cleaner(skip=("en.ad.*",)), known_rules())]
    ['']

    `known` are all rules by id. What `cleaner` is told to skip or keep is not held against the rule.
    """
    for mark in marks:
        taken = _taken(mark, cleaner(mark.text, lang=mark.lang, site=mark.site).edits)
        rule = known.get(mark.rule)
        kind = mark.rule.split(".")[1]
        if isinstance(rule, Rule):
            example, acts = _small(mark, rule, known)
            fails = taken or (f"still taken by {mark.rule}" if acts and _asked(rule, cleaner) else "")
            note = "" if acts or not fails else "it fails only in its article, not in these lines alone"
            yield Verdict(mark, example, fails, note)
        elif kind == "name":
            yield _name(mark, taken, cleaner)
        elif isinstance(rule, BuiltIn):
            yield Verdict(mark, mark.text, taken, "the whole text, since the rule looks at all of it")
        else:
            a, b = _lines(mark.text, *mark.span)
            yield Verdict(mark, mark.text[a:b], taken)


def _asked(rule: Rule, cleaner: Cleaner) -> bool:
    """Whether the settings let the rule act."""
    skipped = any(fnmatchcase(rule.id, glob) for glob in cleaner.skip)
    enough = CONFIDENCE.index(rule.confidence) >= CONFIDENCE.index(cleaner.floor)
    return not skipped and enough and rule.kind not in cleaner.keep


def _taken(mark: Mark, edits: Iterable[Edit], at: int = 0) -> str:
    """What still changes the marked text, or nothing; `at` is where the text that was edited begins in the mark's."""
    a, b = mark.span
    rules = []
    for e in edits:
        lo, hi = max(a - at, e.start), min(b - at, e.end)
        if lo < hi and (mark.text[at + lo : at + hi].strip() or not mark.cut.strip()):
            rules.append(e.rule)
    return f"still taken by {', '.join(dict.fromkeys(rules))}" if rules else ""


def _lines(text: str, a: int, b: int, more: int = 0) -> tuple[int, int]:
    """The span of the lines that hold what is not blank in ``a:b``, and of `more` lines with text on either side."""
    solid = text[a:b].strip()
    if solid:
        a += text[a:b].index(solid)
        b = a + len(solid)
    spans, at = [], 0
    for match in _LINE_END.finditer(text):
        spans.append((at, match.start()))
        at = match.end()
    spans = [(x, y) for x, y in [*spans, (at, len(text))] if text[x:y].strip() or x <= a <= y]
    first = max((n for n, (x, _) in enumerate(spans) if x <= a), default=0)
    last = max((n for n, (x, _) in enumerate(spans) if x < b), default=first)
    return spans[max(first - more, 0)][0], spans[min(last + more, len(spans) - 1)][1]


def _small(mark: Mark, rule: Rule, known: "dict[str, Rule | BuiltIn]") -> tuple[str, bool]:
    """The fewest lines of which the rule takes what is marked, and whether it does."""
    near = [r for r in known.values() if isinstance(r, Rule) and (r.kind in rule.beside or r.id in rule.beside)]
    find = Lines([rule, *(r for r in near if r.id != rule.id and r.lang in (rule.lang, "und"))])
    for more in range(NEIGHBOURS + 1):
        a, b = _lines(mark.text, *mark.span, more)
        example = mark.text[a:b]
        for zone in rule.where:
            article, at = in_zone(example, zone)
            if _taken(mark, _moved((e for e in find(article) if e.rule == rule.id), at, len(example)), a):
                return example, True
    a, b = _lines(mark.text, *mark.span)
    return mark.text[a:b], False


def _moved(edits: Iterable[Edit], at: int, length: int) -> Iterator[Edit]:
    for e in edits:
        start, end = max(e.start - at, 0), min(e.end - at, length)
        if start < end:
            yield replace(e, start=start, end=end)


def _name(mark: Mark, taken: str, cleaner: Cleaner) -> Verdict:
    """A name's example is the sentence, or the paragraph where that is not enough."""
    a, b = _lines(mark.text, *mark.span)
    line = mark.text[a:b]
    ends = [a, *(a + m.end() for m in _SENTENCE_END.finditer(line)), b]
    first = max(x for x in ends if x <= max(mark.span[0], a))
    last = min((x for x in ends if x >= mark.span[1]), default=b)
    for x, y in ((first, last), (a, b)):
        if not taken or _taken(mark, cleaner(mark.text[x:y], lang=mark.lang).edits, x):
            return Verdict(mark, mark.text[x:y].strip(), taken)
    return Verdict(mark, mark.text[first:last].strip(), taken, "it fails only in its article, not alone")


# ------------------------------------------------------------------------------------------------ what is printed
def _line(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _string(text: str) -> str:
    """A TOML string; what a terminal would act on is escaped, half a character replaced, since TOML cannot hold it."""
    whole = text.encode("utf-8", "replace").decode()
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(whole, ensure_ascii=False))


def toml(verdicts: Iterable[Verdict], known: "dict[str, Rule | BuiltIn]") -> Iterator[str]:
    """Yield the examples as TOML, by rule: what to add to `keeps` of each.

    >>> mark = Mark("a.txt", 0, "", "", "en", "en.ad.label", "likely", 0, 2, "Ad", "", True, 0, "Ad")
    >>> print("\\n".join(toml([Verdict(mark, "Ad", "still taken by en.ad.label")], {})))
    # en.ad.label: no rule at present has this id
    [[rule]]
    id = "en.ad.label"
    keeps = [
        # fails: a.txt: still taken by en.ad.label
        "Ad",
    ]
    <BLANKLINE>

    The order is that of the rules' ids, then that of the marks.
    """
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_rule.setdefault(verdict.mark.rule, []).append(verdict)
    for id in sorted(by_rule):
        rule = known.get(id)
        _, kind, name = id.split(".")
        shown = _line(id)
        if isinstance(rule, Rule):
            yield f"# {shown}: add to its 'keeps' in {_line(rule.file)}"
        elif kind == "name":
            yield f"# {shown}: add to 'keeps' of this name; 'shields' may be what it needs"
        elif isinstance(rule, BuiltIn):
            yield f"# {shown}: built in; add to its 'keeps' in RULES of newsclean/{'repeats' if kind == 'repeat' else 'related'}.py"
        elif kind == "profile":
            yield f"# {shown}: take these lines out of the profile; they are no examples of a rule"
        elif kind in ("mojibake", "unicode"):
            yield f"# {shown}: built in; add to tests/test_mojibake.py"
        else:
            yield f"# {shown}: no rule at present has this id"
        yield "[[name]]" if kind == "name" else "[[rule]]"
        yield f"id = {_string(name if kind == 'name' else id)}"
        yield "keeps = ["
        for v in by_rule[id]:
            yield f"    # {'fails' if v.fails else 'right by now'}: {v.mark.where}{': ' + v.fails if v.fails else ''}"
            if v.note:
                yield f"    # {v.note}"
            yield f"    {_string(v.example)},"
        yield "]"
        yield ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``newsclean check``.

    >>> parser = argparse.ArgumentParser()
    >>> add_arguments(parser)
    >>> parser.parse_args(["marks.json"]).marks
    ['marks.json']
    """
    from newsclean.options import add_settings

    parser.add_argument("marks", nargs="+", metavar="MARKS", help="what the review page exported; - for standard input")
    add_settings(parser)


def run(args: argparse.Namespace) -> int:
    """Print the examples and return the exit status: 0 no mark fails, 1 some do, 2 (an error) the marks are unreadable."""
    from newsclean.options import settings
    from newsclean.reasons import known_rules

    marks: list[Mark] = []
    for file in args.marks:
        name = "standard input" if file == "-" else file
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{name}: byte {error.start} is not UTF-8") from None
        marks += read_marks(text, name)
    cleaner, known = settings(args), known_rules(args.pack)
    verdicts = list(check(marks, cleaner, known))
    lines = "\n".join(toml(verdicts, known))
    sys.stdout.buffer.write((lines + "\n" if lines else "").encode("utf-8", "backslashreplace"))
    sys.stdout.flush()
    failing = sum(bool(v.fails) for v in verdicts)
    for v in verdicts:
        if v.fails:
            print(f"newsclean: {v.mark.where}: {v.fails}: {_line(v.mark.cut.strip())[:100]!r}", file=sys.stderr)
    print(
        f"newsclean: {len(verdicts)} marks, {failing} fail, {len(verdicts) - failing} are right by now", file=sys.stderr
    )
    return WRONG if failing else RIGHT
