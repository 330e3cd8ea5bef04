"""The straight line: three passes of finders, repeated until they find nothing, and one function that applies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from newsclean.article import Article
from newsclean.edit import CONFIDENCE, Edit, Edits, apply, compose, resolve
from newsclean.packs import digest
from newsclean.result import Result
from newsclean.rule import FIRST, INFO_KINDS, STYLES, Rule, acting_rules, load_rules, read_toml, unique

if TYPE_CHECKING:
    from newsclean.gazetteer import Gazetteer, Name
    from newsclean.profile import Profile

__all__ = ["Cleaner", "Finder", "clean"]

Finder = Callable[[Article], Iterable[Edit]]

# Each round leaves less to find; real articles settle in two. Past this, two rules undo each other: an error of ours.
ROUNDS = 12
# What a pattern of a user's pack may take on one line, in seconds: ours take microseconds.
USER_TIMEOUT = 0.1
# Packs that hold names and no rules, by their ending.
TABLES = (".csv", ".tsv", ".json", ".jsonl")


@dataclass(frozen=True, slots=True)
class Cleaner:
    """A configured cleaner: call it with a text.

    >>> quiet = Cleaner(skip=("en.newsletter.*",))
    >>> quiet("Sign up for our daily newsletter").edits
    ()

    skip: globs over rule ids that are not to act. keep: kinds that stay though recognised; by default those that are
    information (credit, byline, dateline, timestamp, bio, agency, separator, pullquote, note); ``keep=()`` takes them
    out too. floor: the least confidence that acts, ``guess``, ``likely`` or ``certain``. packs: TOML files of your own
    rules and names, and .csv, .tsv, .json or .jsonl files of names (see `newsclean.nametables`). names: whether one spelling is written for one entity; style: whose (see `Names`); quotes: inside
    quotations too; table: canonical forms of your own, as (entity id, form). profile: a file of what sites print on every
    page, as `Tally` learns it; it acts where `site` is given. It holds configuration only, so it is
    hashable and picklable; rules are compiled once a process. Raises ValueError for an unknown floor or style, and
    RuleError, at the first call, for a pack that cannot be used.
    """

    skip: tuple[str, ...] = ()
    keep: tuple[str, ...] = INFO_KINDS
    floor: str = "likely"
    packs: tuple[str, ...] = ()
    names: bool = True
    style: str = "ap"
    quotes: bool = False
    table: tuple[tuple[str, str], ...] = ()
    profile: str = ""

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, list):
                object.__setattr__(self, f.name, tuple(value))
            elif isinstance(f.default, tuple) and isinstance(value, str):
                raise TypeError(f"{f.name} must be a tuple of strings, not the string {value!r}")
        if self.floor not in CONFIDENCE:
            raise ValueError(f"floor {self.floor!r} is none of {', '.join(CONFIDENCE)}")
        if self.style not in (*STYLES, FIRST):
            raise ValueError(f"style {self.style!r} is none of {', '.join((*STYLES, FIRST))}")
        object.__setattr__(self, "table", tuple((id, form) for id, form in self.table))

    def __call__(self, text: str, *, lang: str = "", site: str = "") -> Result:
        """Clean one text.

        >>> Cleaner()("The mayor left.\\n\\nSign up for our daily newsletter").text
        'The mayor left.\\n'

        lang: its language, as a code such as ``en``, if you know it. site: where it comes from, such as
        ``example.com``. Edits count in code points of `text`. Raises TypeError where `text` is not a str.
        """
        engine = _engine(self)
        article = Article(text, lang, site)
        edits: Edits = ()
        idle: dict[int, Article] = {}  # which article each pass found nothing in: it would not find more there again
        for _ in range(ROUNDS):
            for n, finders in enumerate(engine.passes):
                if idle.get(n) is article:
                    continue
                found = resolve((e for f in finders for e in f(article) if engine.acts(e)), article.text)
                if found:
                    edits = compose(edits, found, article.text)
                    article = article.then(apply(article.text, found), "".join([e.replacement for e in found]))
                else:
                    idle[n] = article
            if all(idle.get(n) is article for n in range(len(engine.passes))):
                break
        else:
            raise RuntimeError(f"no end after {ROUNDS} rounds; please report this article. Last: {found[0].rule}")
        edits = resolve(edits, text)
        mentions = engine.placed(engine.names.mentions(article), edits, text) if engine.names else ()
        return Result(text, article.text, edits, mentions, lang, engine.digest, engine.lines.problems(article))


class _Engine:
    """A cleaner's rules, compiled; what they work with is imported now, for those who only import the package."""

    def __init__(self, cleaner: Cleaner) -> None:
        from newsclean.lines import Lines
        from newsclean.mojibake import mojibake
        from newsclean.names import Names, placed
        from newsclean.related import RULES as RELATED
        from newsclean.related import Related
        from newsclean.repeats import RULES as REPEATS
        from newsclean.repeats import repeats

        self._skip, self._keep = cleaner.skip, frozenset(cleaner.keep)
        self._floor = CONFIDENCE.index(cleaner.floor)
        self._known: dict[tuple[str, str], bool] = {}
        own = [r for path in cleaner.packs for r in _user_rules(path)]
        rules = unique([*acting_rules(), *own])
        rules = tuple(r for r in rules if not self._skipped(r.id) and CONFIDENCE.index(r.confidence) >= self._floor)
        self.lines = Lines(rules)
        # Repeats look at what lines and headlines left: else the first copy could go as boilerplate, the second as its copy.
        profile = _profile(cleaner.profile) if cleaner.profile else None
        by_line: tuple[Finder, ...] = (self.lines, Related(self.lines), *([profile] if profile else []))
        self.passes: tuple[tuple[Finder, ...], ...] = ((mojibake,), by_line, (repeats,))
        self.names: Names | None = None
        self.placed = placed
        if cleaner.names:
            self.names = Names(_gazetteer(cleaner.packs), cleaner.style, quotes=cleaner.quotes, table=cleaner.table)
            self.passes += ((self.names,),)
        built_in = (*RELATED, *REPEATS, profile.dumps() if profile else "")
        settings = replace(cleaner, packs=(), profile="")
        own_names = digest("".join(digest(repr(name)) for name in _own_names(cleaner.packs)))  # one at a time: many
        self.digest = digest(repr((settings, digest(), own, own_names, built_in)))

    def _skipped(self, rule: str) -> bool:
        return any(fnmatchcase(rule, glob) for glob in self._skip)

    def acts(self, edit: Edit) -> bool:
        """Whether the settings let an edit through."""
        key = edit.rule, edit.confidence
        known = self._known.get(key)
        if known is None:
            kind = edit.rule.split(".", 2)[1]
            known = not self._skipped(edit.rule) and kind not in self._keep
            known = known and CONFIDENCE.index(edit.confidence) >= self._floor
            self._known[key] = known
        return known


@lru_cache(maxsize=16)
def _engine(cleaner: Cleaner) -> _Engine:
    return _Engine(cleaner)


@lru_cache(maxsize=16)
def _user_rules(path: str) -> tuple[Rule, ...]:
    if path.lower().endswith(TABLES):
        return ()
    return tuple(load_rules(read_toml(path).get("rule", ()), path, timeout=USER_TIMEOUT))


@lru_cache(maxsize=16)
def _own_names(packs: tuple[str, ...]) -> "tuple[Name, ...]":
    if not packs:
        return ()
    from newsclean.nametables import read_names

    return tuple(name for path in packs for name in read_names(path))


@lru_cache(maxsize=16)
def _gazetteer(packs: tuple[str, ...]) -> "Gazetteer":
    """The shipped names and those of the packs; a pack's name replaces the shipped one that has its id."""
    from newsclean.gazetteer import Gazetteer, shipped_gazetteer

    own = _own_names(packs)
    if not own:
        return shipped_gazetteer()
    from newsclean.names import check_canonical

    ids = {name.id for name in own}
    gazetteer = Gazetteer([*(n for n in shipped_gazetteer().names.values() if n.id not in ids), *own])
    check_canonical(gazetteer)
    return gazetteer


@lru_cache(maxsize=16)
def _profile(path: str) -> "Profile":
    from newsclean.profile import Profile  # only who has one pays for it

    return Profile.load(path)


_default = Cleaner()


def clean(text: str, *, lang: str = "", site: str = "") -> Result:
    """Clean one article with the default settings.

    >>> clean("The mayor left.\\n\\nSign up for our daily newsletter").text
    'The mayor left.\\n'

    As ``Cleaner()(text, lang=lang, site=site)``: see `Cleaner`. Edits count in code points of `text`. Raises TypeError
    where `text` is not a str.
    """
    return _default(text, lang=lang, site=site)
