"""Rules as data: TOML packs read into checked, frozen records, so that adding a rule never needs Python.

A pack is a TOML file of ``[[rule]]`` tables. docs/rules.md explains every field for people who write rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsclean.article import fold
from newsclean.edit import CONFIDENCE
from newsclean.packs import packs

if TYPE_CHECKING:
    import regex

__all__ = [
    "DROP_KINDS",
    "INFO_KINDS",
    "Rule",
    "RuleError",
    "compiled",
    "load_rules",
    "read_toml",
    "acting_rules",
    "shipped_rules",
    "typed",
]

# What is not the story, and goes; what is information about it, and is kept unless asked for.
DROP_KINDS = (
    "newsletter", "paywall", "donation", "app", "related", "readmore", "social", "ad", "media", "copyright",
    "disclaimer", "comment", "nav", "podcast", "callout", "update",
)  # fmt: skip
INFO_KINDS = ("credit", "byline", "dateline", "timestamp", "bio", "agency", "separator", "pullquote", "note")

# Whose spelling of names; the last is no house's but the article's own.
STYLES = ("ap", "reuters", "bbc", "guardian", "nyt", "un")
FIRST = "first"

ZONES = ("head", "body", "tail")
PARTS = ("line", "span")
# Of the hand-labelled boilerplate lines 97 % are shorter; a longer line is a paragraph that happens to hold the words.
LONGEST = 250


class RuleError(ValueError):
    """A pack that cannot be used: names the file, the id and the field, and says what to do.

    >>> str(RuleError("mine.toml", "en.ad.x", "cue", "is missing: name a word that every match contains"))
    "mine.toml: en.ad.x: field 'cue' is missing: name a word that every match contains"
    """

    def __init__(self, file: str, id: str, field: str, problem: str) -> None:
        self.file, self.id, self.field, self.problem = file, id, field, problem
        where = ": ".join(x for x in (file, id, f"field {field!r}" if field else "") if x)
        super().__init__(f"{where} {problem}" if field else f"{where}: {problem}")

    def __reduce__(self) -> tuple[Any, ...]:
        return RuleError, (self.file, self.id, self.field, self.problem)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that newsrooms print, how it is told from the story, and examples of both.

    >>> rule = next(r for r in shipped_rules() if r.id == "en.newsletter.signup")
    >>> rule.kind, rule.lang
    ('newsletter', 'en')

    id: ``<lang>.<kind>.<pattern>``, for ever. cue: lower-case strings, one of which every match holds. match: pattern
    (`regex` syntax, case ignored), searched in the line without its bullet and outer blanks. unless: pattern that saves
    a line. where: zones. part: ``line`` (the line goes) or ``span`` (what matched goes, or its group ``cut``). longest:
    the longest line it may take, in code points (for a span: the longest match). beside: kinds, or rule ids, one of
    which a neighbouring line must bear. run: or that so many lines in a row bear rules of its kind, itself included;
    0: never. opens: how many lines of headlines may follow it and go with it.
    """

    id: str
    cue: tuple[str, ...]
    match: str
    reason: str
    drops: tuple[str, ...]
    keeps: tuple[str, ...]
    unless: str = ""
    where: tuple[str, ...] = ZONES
    part: str = "line"
    longest: int = LONGEST
    beside: tuple[str, ...] = ()
    run: int = 0
    opens: int = 0
    confidence: str = "likely"
    file: str = ""
    timeout: float = 0.0  # seconds a pattern may take on a line; 0: no limit. Set for packs from outside.

    @property
    def lang(self) -> str:
        return self.id.split(".", 1)[0]

    @property
    def kind(self) -> str:
        return self.id.split(".", 2)[1]


@cache
def compiled(pattern: str) -> "regex.Pattern[str]":
    """Compile a rule's pattern, once a process and at its first use: hundreds of them would cost a second at start.

    >>> compiled("^sign up").search("Sign up now").end()
    7
    """
    import regex

    return regex.compile(pattern, regex.IGNORECASE)


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read one TOML file, with errors as `RuleError`."""
    import tomllib

    try:
        with Path(path).open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise RuleError(str(path), "", "", f"cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(str(path), "", "", f"is not TOML: {error}") from error


def load_rules(
    tables: Iterable[Mapping[str, Any]], file: str, *, check: bool = True, timeout: float = 0.0
) -> Iterator[Rule]:
    """Turn ``[[rule]]`` tables into rules.

    >>> list(load_rules([{"id": "en.ad.x", "cue": []}], "mine.toml"))
    Traceback (most recent call last):
    newsclean.rule.RuleError: mine.toml: en.ad.x: field 'match' is missing

    Raises RuleError. `check` also compiles the patterns and holds the examples against the cues. `timeout` is in seconds.
    """
    known = {f.name: f for f in fields(Rule) if f.name not in ("file", "timeout")}
    for n, table in enumerate(tables, 1):
        if not isinstance(table, Mapping):
            raise RuleError(file, "", "rule", "must be a list of tables: write [[rule]]")
        id = table.get("id")
        if not isinstance(id, str):
            raise RuleError(file, f"rule number {n}", "id", "is missing or not a string")
        for name in table:
            if name not in known:
                raise RuleError(file, id, name, f"is not known: use {', '.join(known)}")
        values: dict[str, Any] = {"file": file, "timeout": timeout}
        for name, spec in known.items():
            if name not in table:
                if spec.default is MISSING:
                    raise RuleError(file, id, name, "is missing")
                continue
            values[name] = typed(table[name], spec.type, file, id, name)
        rule = Rule(**values)
        _check_fields(rule, file)
        if check:
            check_examples(rule)
        yield rule


def typed(value: Any, kind: Any, file: str, id: str, name: str) -> Any:
    """Return a TOML value as a field of `kind` holds it: str, int, bool or tuple of str; raises RuleError.

    >>> typed(["a"], tuple[str, ...], "mine.toml", "en.ad.x", "cue")
    ('a',)
    """
    if kind in (str, bool) and isinstance(value, kind):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == tuple[str, ...] and isinstance(value, list) and all(isinstance(x, str) for x in value):
        return tuple(value)
    want = {str: "a string", int: "a whole number", bool: "true or false"}.get(kind, "a list of strings")
    raise RuleError(file, id, name, f"must be {want}, not {value!r}")


def _check_fields(rule: Rule, file: str) -> None:
    def bad(field: str, problem: str) -> RuleError:
        return RuleError(file, rule.id, field, problem)

    parts = rule.id.split(".")
    if len(parts) != 3 or not all(p and p.replace("-", "").isalnum() and p == p.lower() for p in parts):
        raise bad("id", "must be <lang>.<kind>.<pattern> in lower-case letters, digits and hyphens")
    if rule.kind not in DROP_KINDS + INFO_KINDS:
        raise bad("id", f"has the unknown kind {rule.kind!r}: use {', '.join(DROP_KINDS + INFO_KINDS)}")
    for name, allowed in (("where", ZONES), ("confidence", CONFIDENCE), ("part", PARTS)):
        value = getattr(rule, name)
        for item in value if isinstance(value, tuple) else (value,):
            if item not in allowed:
                raise bad(name, f"has {item!r}: use {', '.join(allowed)}")
    for name in ("cue", "where", "drops", "keeps"):
        if not getattr(rule, name):
            raise bad(name, "is empty")
    for name in ("match", "reason"):
        if not getattr(rule, name):
            raise bad(name, "is empty")
    for cue in rule.cue:
        if not cue.strip() or cue != fold(cue):
            raise bad("cue", f"has {cue!r}: cues are lower-case and not blank")
    if not rule.longest > 0:
        raise bad("longest", "must be above 0")
    if rule.opens < 0:
        raise bad("opens", "must not be below 0")
    if rule.run and rule.run < 2:
        raise bad("run", "must be 0 or above 1")
    if rule.part == "span" and (rule.beside or rule.run or rule.opens):
        raise bad("part", "is span: beside, run and opens are for whole lines")


def check_examples(rule: Rule) -> None:
    """Hold a rule's patterns and cues against each other and its examples; raises RuleError."""
    import regex

    for name in ("match", "unless"):
        try:
            compiled(getattr(rule, name))
        except regex.error as error:
            raise RuleError(rule.file, rule.id, name, f"is not a pattern: {error}") from error
    drops = [fold(x) for x in rule.drops]
    for cue in rule.cue:
        if not any(cue in x for x in drops):
            raise RuleError(rule.file, rule.id, "cue", f"has {cue!r}, which no example in 'drops' holds")
    for example, folded in zip(rule.drops, drops, strict=True):
        if not any(cue in folded for cue in rule.cue):
            raise RuleError(rule.file, rule.id, "drops", f"has an example without a cue: {example!r}")


def unique(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules as a tuple; raises RuleError where two have one id."""
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise RuleError(rule.file, rule.id, "id", f"stands in {seen[rule.id].file} already")
        seen[rule.id] = rule
    return tuple(seen.values())


@lru_cache(maxsize=1)
def acting_rules() -> tuple[Rule, ...]:
    """The shipped rules without their examples: what cleaning needs, in half the time.

    >>> acting_rules()[0].id == shipped_rules()[0].id, acting_rules()[0].drops
    (True, ())
    """
    tables = sorted(packs("rules", examples=False), key=lambda p: p[0] != "und.toml")
    rules = []
    for name, pack in tables:
        for table in pack.get("rule", ()):
            values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
            rules.append(Rule(**{**values, "drops": (), "keeps": (), "file": name}))
    return tuple(rules)


@lru_cache(maxsize=1)
def shipped_rules() -> tuple[Rule, ...]:
    """The rules of the packs that come with newsclean, ``und`` first, then by language.

    >>> len({r.id for r in shipped_rules()}) == len(shipped_rules())
    True
    """
    tables = sorted(packs("rules"), key=lambda p: p[0] != "und.toml")
    return unique(r for name, table in tables for r in load_rules(table.get("rule", ()), name, check=False))
