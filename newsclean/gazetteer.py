"""Names as data: TOML tables read into checked, frozen records, and one automaton over every form of every name.

docs/names.md explains the fields for people who add names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, NamedTuple

from newsclean.article import rare as rare_of
from newsclean.packs import known_forms, packs
from newsclean.pieces import CAPITALS, MANY_FORMS, SHORT_CAPITALS, Entry, Forms, Hit, sort_out
from newsclean.rule import STYLES, RuleError, typed

__all__ = ["KINDS", "STYLES", "Gazetteer", "Name", "Sense", "Unsafe", "expand", "load_names", "plain", "shipped_names"]

KINDS = ("person", "group", "place", "term")
# Houses that drop the article of a bare surname: "Nouri al-Maliki", then "Maliki". The others keep it.
BARE_WITHOUT_ARTICLE = frozenset({"reuters", "bbc", "guardian"})
# What one pattern may expand to: a family of spellings has dozens; a slip of the pen has millions.
MOST_FORMS = 1000
# Names whose forms are kept at hand: a text, and the check of one name after the other, ask for the same ones again.
FEW_NAMES = 256

_ARTICLE = re.compile(r"(?:[Aa]l|[Ee]l|[Aa][a-z]|[Uu]l)[- ](?=\w)")
_BROKEN = re.compile(r"\b([Aa]l|[Ee]l)-(?=\w)")
_BRACES = re.compile(r"\{([^{}]*)\}")
# Typography that makes no other name: as long as what it stands for, so that offsets stay.
_PLAIN = {
    **dict.fromkeys("\u2019\u2018\u02bc\u02bb\u02bf\u02be\u2032\u02b9`", "'"),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\u00a0\u202f\u2009", " "),
}


def plain(text: str, rare: set[str] | None = None) -> str:
    """Return `text` with one kind of apostrophe, hyphen and blank, offset by offset.

    >>> plain("Da\u2019esh and al\u2011Qaida")
    "Da'esh and al-Qaida"

    rare: its characters that are not ASCII, where somebody knows them; others may be among them.
    """
    if not text.isascii():
        for char, simple in _PLAIN.items():
            if (rare is None or char in rare or char == "`") and char in text:
                text = text.replace(char, simple)
    return text


@dataclass(frozen=True, slots=True)
class Unsafe:
    """Forms that also mean something else, and what must hold for them to mean this name.

    All conditions given must hold; several tables for one form are alternatives. followed_by, preceded_by: words one
    of which stands right beside the form. words: strings one of which is anywhere in the article. unless: strings none
    of which is. full: a sure form of the name stands elsewhere in the article.
    """

    forms: tuple[str, ...]
    followed_by: tuple[str, ...] = ()
    preceded_by: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    full: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One entity, how each style writes it, and what else it is called.

    >>> kyiv = next(n for n in shipped_names() if n.id == "kyiv")
    >>> kyiv.kind, kyiv.written("ap"), "Kiev" in kyiv.variants
    ('place', 'Kyiv', True)

    id: stable for ever. write: the canonical form, in English and in style ``ap``. styles, langs: the canonical form
    of other styles, and of other languages. variants: other spellings. aliases: other names. surnames: forms of the
    bare surname, which count only beside a full name. bare: the bare surname as ``ap`` writes it. known: forms that
    are seen and never rewritten. unsafe: see `Unsafe`. shields: phrases that hold a form and are no mention to touch.
    endings: suffixes that variant and canonical form may both bear. since, until (``from`` and ``to`` in TOML): the
    years in which the canonical name holds. rewrites, keeps: examples, run as tests.
    """

    id: str
    kind: str
    write: str
    qid: str = ""
    styles: tuple[tuple[str, str], ...] = ()
    langs: tuple[tuple[str, str], ...] = ()
    variants: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    bare: str = ""
    known: tuple[str, ...] = ()
    unsafe: tuple[Unsafe, ...] = ()
    shields: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    since: int = 0
    until: int = 0
    rewrites: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    file: str = ""

    def written(self, style: str, lang: str = "en") -> str:
        """The canonical form in a style; in a language other than English its form there, or "" where none is known."""
        if lang != "en":
            return dict(self.langs).get(lang, "")
        return dict(self.styles).get(style, self.write)

    def bare_form(self, style: str, full: str = "") -> str:
        """The bare surname in a style, or that of `full`."""
        if not full and self.bare and style not in dict(self.styles):
            return self.bare
        last = (full or self.written(style)).rsplit(" ", 1)[-1]
        return _ARTICLE.sub("", last, count=1) if style in BARE_WITHOUT_ARTICLE and "-" in last else last


class Sense(NamedTuple):
    """What one form may stand for."""

    name: Name
    role: str  # canonical | variant | alias | unsafe | surname | known | shield
    form: str  # as listed, without its ending
    ending: str = ""
    capitals: bool = False  # a form in capitals that is not listed so


def expand(pattern: str) -> list[str]:
    """Return all that a pattern stands for; ``{a|b}`` is either, and nothing else is special.

    >>> expand("{Moammar|Muammar} {|al-}Gadhafi")
    ['Moammar Gadhafi', 'Moammar al-Gadhafi', 'Muammar Gadhafi', 'Muammar al-Gadhafi']

    Raises ValueError for stray braces and beyond 1,000 forms.
    """
    if "{" not in pattern and "}" not in pattern:
        return [pattern]
    parts = _BRACES.split(pattern)
    if any("{" in p or "}" in p for p in parts):
        raise ValueError("has braces that do not pair, or pair inside each other")
    choices = [p.split("|") if n % 2 else [p] for n, p in enumerate(parts)]
    size = 1
    for c in choices:
        size *= len(c)
    if size > MOST_FORMS:
        raise ValueError(f"expands to {size} forms: {MOST_FORMS} is the most")
    return ["".join(x) for x in product(*choices)]


@lru_cache(maxsize=1)
def _fields() -> "dict[str, Field[Any]]":
    return {f.name: f for f in fields(Name) if f.name != "file"}


_RENAMED = {"from": "since", "to": "until"}  # words that Python keeps for itself
_EXPANDED = ("variants", "aliases", "surnames", "known", "shields")


def load_names(tables: Iterable[Mapping[str, Any]], file: str) -> Iterator[Name]:
    """Turn ``[[name]]`` tables into names, their patterns expanded.

    >>> list(load_names([{"id": "kyiv", "kind": "town", "write": "Kyiv"}], "mine.toml"))
    Traceback (most recent call last):
    newsclean.rule.RuleError: mine.toml: kyiv: field 'kind' has 'town': use person, group, place, term

    Raises RuleError. What names have to do with each other is checked by `Gazetteer`.
    """
    known = _fields()
    for n, table in enumerate(tables, 1):
        if not isinstance(table, Mapping):
            raise RuleError(file, "", "name", "must be a list of tables: write [[name]]")
        id = table.get("id")
        if not isinstance(id, str):
            raise RuleError(file, f"name number {n}", "id", "is missing or not a string")
        values: dict[str, Any] = {"file": file}
        for key, value in table.items():
            attr = _RENAMED.get(key, key)
            if attr not in known or key in _RENAMED.values():
                names = ", ".join({v: k for k, v in _RENAMED.items()}.get(x, x) for x in known)
                raise RuleError(file, id, key, f"is not known: use {names}")
            values[attr] = _value(value, known[attr].type, file, id, key)
        for attr, spec in known.items():
            if attr not in values and spec.default is MISSING:
                raise RuleError(file, id, attr, "is missing")
        for key in _EXPANDED:
            if key in values:
                values[key] = _expanded(values[key], file, id, key)
        name = Name(**values)
        _check(name)
        yield name


def _value(value: Any, kind: Any, file: str, id: str, key: str) -> Any:
    if kind == tuple[tuple[str, str], ...]:
        if not isinstance(value, Mapping):
            raise RuleError(file, id, key, f"must be a table, not {value!r}")
        if not all(isinstance(x, str) for x in value.values()):
            raise RuleError(file, id, key, "must hold strings")
        return tuple(value.items())
    if kind == tuple[Unsafe, ...]:
        if not isinstance(value, list) or not all(isinstance(x, Mapping) for x in value):
            raise RuleError(file, id, key, f"must be a list of tables: write [[name.unsafe]], not {value!r}")
        return tuple(_unsafe(x, file, id) for x in value)
    return typed(value, kind, file, id, key)


def _unsafe(table: Mapping[str, Any], file: str, id: str) -> Unsafe:
    known = {f.name: f.type for f in fields(Unsafe)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise RuleError(file, id, f"unsafe.{key}", f"is not known: use {', '.join(known)}")
        values[key] = typed(value, known[key], file, id, f"unsafe.{key}")
    if not values.get("forms"):
        raise RuleError(file, id, "unsafe.forms", "is missing or empty")
    if not any(values.get(k) for k in ("followed_by", "preceded_by", "words", "full")):
        raise RuleError(
            file, id, "unsafe", "anchors nothing: add followed_by, preceded_by, words or full, or use 'known'"
        )
    values["forms"] = _expanded(values["forms"], file, id, "unsafe.forms")
    return Unsafe(**values)


def _expanded(patterns: tuple[str, ...], file: str, id: str, key: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for pattern in patterns:
        try:
            found.update(dict.fromkeys(plain(x) for x in expand(pattern)))
        except ValueError as error:
            raise RuleError(file, id, key, f"has {pattern!r}, which {error}") from error
    return tuple(found)


def _check(name: Name) -> None:
    def bad(field: str, problem: str) -> RuleError:
        return RuleError(name.file, name.id, field, problem)

    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name.id):
        raise bad("id", "must be lower-case letters, digits and single hyphens")
    if name.kind not in KINDS:
        raise bad("kind", f"has {name.kind!r}: use {', '.join(KINDS)}")
    if name.qid and not re.fullmatch(r"Q[1-9][0-9]*", name.qid):
        raise bad("qid", f"has {name.qid!r}: a Wikidata id such as Q1899")
    for style, _ in name.styles:
        if style not in STYLES or style == "ap":
            raise bad("styles", f"has {style!r}: use {', '.join(STYLES[1:])} ('write' is ap)")
    for lang, _ in name.langs:
        if not re.fullmatch(r"[a-z]{2,3}", lang) or lang == "en":
            raise bad("langs", f"has {lang!r}: a language code such as de ('write' is en)")
    for field in (*_EXPANDED, "write", "styles", "langs"):
        value = getattr(name, field)
        for form in (value,) if isinstance(value, str) else value:
            text = form[1] if isinstance(form, tuple) else form
            if len(text) < 2 or text != " ".join(text.split()):
                raise bad(field, f"has {text!r}: forms have two letters or more and single blanks")
    if name.kind != "person" and (name.surnames or name.bare):
        raise bad("surnames", "are for persons")
    for example in name.rewrites:
        if example.count(" => ") != 1:
            raise bad("rewrites", f"has {example!r}: write 'before => after'")


class Gazetteer:
    """All names, and where their forms stand in a text.

    >>> found = Gazetteer(shipped_names()).find("Kiev, Kievan Rus, chicken Kiev and al-Qaeda")
    >>> [(start, end, sense[0].name.id) for start, end, sense in found]
    [(0, 4, 'kyiv'), (18, 30, 'kyiv'), (35, 43, 'al-qaida')]

    Raises RuleError where two names have one id or contend for one form. The automaton is built at the first `find`.
    extra: further canonical forms, by id. known: all forms, `sorted_out` before.
    """

    def __init__(
        self,
        names: Iterable[Name] | Mapping[str, Name],
        extra: Iterable[tuple[str, str]] = (),
        known: Mapping[str, Sequence[Entry]] | None = None,
    ) -> None:
        self.names = names if isinstance(names, Mapping) else _by_id(names)
        self._extra = {id: plain(form) for id, form in extra}
        self._of: dict[str, dict[str, Sense]] = {}
        self._senses: dict[str, tuple[Sense, ...]] = {}  # of the forms that were met
        self._known = known

    @property
    def forms(self) -> dict[str, tuple[Sense, ...]]:
        """Every form but most of those in capitals, and what it may stand for; made anew each time."""
        owners, _ = self._owners()
        return {form: self._meanings(form, _ids(who)) for form, who in owners.items()}

    def senses(self, form: str) -> tuple[Sense, ...]:
        """What a whole `plain` string may stand for; empty where it is no form.

        >>> [sense.role for sense in Gazetteer(shipped_names()).senses("KIEV")]
        ['variant']
        """
        found = self.find(form)
        return found[0][2] if found and found[0][:2] == (0, len(form)) else ()

    def _owners(self) -> tuple[dict[str, Name | tuple[Name, ...]], int]:
        """Whose each form is, the listed ones first, and how many are listed. Names only: senses would fill the memory."""
        owners: dict[str, Name | tuple[Name, ...]] = {}
        for name in self.names.values():
            for form, _, _, _ in self._listed(name):
                self._own(owners, form, name)
        listed = len(owners)
        derived: dict[str, Name | tuple[Name, ...]] = {}
        for form, who in owners.items():
            for other, _ in _derived(form):
                if other not in owners:
                    for name in who if isinstance(who, tuple) else (who,):
                        self._own(derived, other, name)
        owners.update(derived)
        return owners, listed

    def _listed(self, name: Name) -> Iterator[tuple[str, str, str, str]]:
        yield from _listed(name)
        if name.id in self._extra:
            form = self._extra[name.id]
            yield form, "variant", form, ""

    def _forms_of(self, name: Name) -> dict[str, Sense]:
        """The forms of one name, listed and derived; the last few names are remembered."""
        known = self._of.get(name.id)
        if known is not None:
            return known
        listed: dict[str, Sense] = {}
        for form, role, base, ending in self._listed(name):
            listed.setdefault(form, Sense(name, role, base, ending))
        derived: dict[str, Sense] = {}
        for form, sense in listed.items():
            for other, capitals in _derived(form):
                if other not in listed:
                    derived.setdefault(other, Sense(*sense[:4], capitals))
        if len(self._of) >= FEW_NAMES:
            self._of.clear()
        return self._of.setdefault(name.id, listed | derived)

    def _own(self, owners: dict[str, Name | tuple[Name, ...]], form: str, name: Name) -> None:
        known = owners.setdefault(form, name)
        if known is name:
            return
        names = known if isinstance(known, tuple) else (known,)
        if name in names:
            return
        role = self._forms_of(name)[form].role
        for other in names:
            _may_share(form, role, name, self._forms_of(other)[form].role, other)
        owners[form] = (*names, name)

    def _meanings(self, form: str, owners: str, capitals: bool = False) -> tuple[Sense, ...]:
        """The senses of a form, a shield first."""
        senses = [self._forms_of(self.names[id])[form] for id in owners.split("|")]
        if capitals:
            senses = [Sense(*sense[:4], True) for sense in senses]
        return tuple(sorted(senses, key=lambda sense: sense.role != "shield"))

    def sorted_out(self) -> dict[str, list[Entry]]:
        """All forms by a piece of each, see `sort_out`: what is compiled of the shipped names."""
        owners, listed = self._owners()
        forms = ((form, _ids(who), n < listed) for n, (form, who) in enumerate(owners.items()))
        return sort_out(forms, many=len(owners) >= MANY_FORMS)

    @cached_property
    def _scan(self) -> Forms:
        return Forms(self.sorted_out() if self._known is None else self._known)

    def find(self, text: str, rare: set[str] | None = None) -> list[tuple[int, int, tuple[Sense, ...]]]:
        """Return start, end and senses of the forms in a `plain` text: word-bounded, the leftmost, of those the longest.

        rare: the characters of the text that are not ASCII, and others, where somebody knows them. The automaton reports every hit, and we choose: one that chooses before it looks at boundaries takes "Hama" in
        "Hamas" and is blind to what it hides.
        """
        chosen = []
        for start, end, capitals, owners in self._chosen(text, rare):
            form = text[start:end]
            senses = self._senses.get(form)
            if senses is None:
                senses = self._senses[form] = self._meanings(form.title() if capitals else form, owners, capitals)
            chosen.append((start, end, senses))
        return chosen

    def alone(self, form: str, name: Name) -> bool:
        """Whether a whole `plain` string is a form of this name, and of no other: cheaper to ask than `senses`."""
        start, end, _, owners = next(self._chosen(form), (0, 0, False, ""))
        return (start, end) == (0, len(form)) and owners == name.id

    def _chosen(self, text: str, rare: set[str] | None = None) -> Iterator[Hit]:
        size, reach = len(text), 0
        for hit in self._scan.hits(text, rare_of(text) if rare is None else rare):
            start, end, _, _ = hit
            if start < reach or (end < size and text[end].isalnum()) or (start and text[start - 1].isalnum()):
                continue
            if bounded(text, start, end):
                reach = end
                yield hit


def _by_id(names: Iterable[Name]) -> dict[str, Name]:
    found: dict[str, Name] = {}
    for name in names:
        if name.id in found:
            raise RuleError(name.file, name.id, "id", f"stands in {found[name.id].file} already")
        found[name.id] = name
    return found


def _ids(who: Name | tuple[Name, ...]) -> str:
    return "|".join([name.id for name in who]) if isinstance(who, tuple) else who.id


# Before a hyphen: an Arabic article, or a capitalised word that is no prefix ("Anti-") of the language.
_JOINED = re.compile(
    r"(?<![^\W_])(?:[Aa][a-z]|[Ee][lr]|[Uu][a-z]|(?!(?:Pro|Anti|Non|Ex|Post|Pre|Mid|PRO|ANTI|NON|EX|POST)-)[A-Z]\w*)-$"
)
# After an apostrophe: what may follow a name; any other letter continues it.
_CLITIC = re.compile(r"(?:s|d|ll|ve|re|S)(?![^\W_])")


def bounded(text: str, start: int, end: int) -> bool:
    """Say whether ``start:end`` stands by itself, where neither neighbour is a letter or digit.

    >>> bounded("al-Isis", 3, 7), bounded("pro-ISIS", 4, 8), bounded("ISIS-X", 0, 4), bounded("ISIS-held", 0, 4)
    (False, True, False, True)

    Reason: "al-" and a capitalised word before a hyphen, and a capital or digit after one, make another name.
    """
    before, after = text[start - 1 : start], text[end : end + 1]
    if before == "_" or after == "_":
        return False
    if before == "'" and text[start - 2 : start - 1].isalnum():
        return False
    if before == "-" and _JOINED.search(text, max(0, start - 24), start):
        return False
    follow = text[end + 1 : end + 2]
    if after == "-" and (follow.isupper() or follow.isdigit()):
        return False
    return not (after == "'" and follow.isalpha() and not _CLITIC.match(text, end + 1))


def _listed(name: Name) -> Iterator[tuple[str, str, str, str]]:
    """Forms as listed, with role, form without its ending, and ending; what an author wrote comes before what only
    another style or language says."""
    seen: set[str] = set()
    canonical = [name.write, *(x for _, x in name.styles)]
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("shield", name.shields),
        ("unsafe", (x for u in name.unsafe for x in u.forms)),
        ("known", name.known),
        ("alias", name.aliases),
        ("variant", name.variants),
        ("canonical", map(plain, canonical)),
        ("variant", (plain(x) for _, x in name.langs)),
        ("surname", name.surnames),
        ("surname", dict.fromkeys(plain(name.bare_form(s)) for s in STYLES) if name.surnames else ()),
    )
    for role, forms in groups:
        for form in forms:
            for ending in ("", *name.endings) if role not in ("shield", "surname") else ("",):
                if form + ending not in seen:
                    seen.add(form + ending)
                    yield form + ending, role, form, ending


def _derived(form: str) -> Iterator[tuple[str, bool]]:
    """Forms that follow from one: at the start of a sentence, in capitals, with another hand's "al-" or a broken one."""
    start = form[0].upper() + form[1:]
    cased = [form, start] if start != form else [form]
    yield from ((x, False) for x in cased[1:])
    if "l-" in form:
        for x in cased:
            broken = _BROKEN.sub(r"\1- ", x, count=1)
            if broken != x:
                yield broken, False
        for written, others in ((" al-", (" Al-", " al ", " Al ")), (" el-", (" El-", " el ", " El "))):
            if written in form:
                yield from ((form.replace(written, other), False) for other in others)
    capitals = form.upper()
    seen_to = capitals.title() == form and CAPITALS.fullmatch(capitals)  # by `Forms`
    if capitals != form and len(form) >= SHORT_CAPITALS and len(capitals) == len(form) and not seen_to:
        yield capitals, True


# Roles that two names may share: there the article decides.
_SHARED = frozenset({"unsafe", "surname", "known"})


def _may_share(form: str, role: str, name: Name, others: str, other: Name) -> None:
    """Raise RuleError where two names contend for a form and no article can decide."""
    if (role in _SHARED and others in _SHARED) or "shield" in (role, others):
        return
    field = {"canonical": "write", "variant": "variants", "alias": "aliases", "surname": "surnames"}
    raise RuleError(
        name.file,
        name.id,
        field.get(role, role),
        f"has {form!r}, which is a form of {other.id} in {other.file} too: "
        "drop it from one of them, or anchor it in both with [[name.unsafe]]",
    )


@lru_cache(maxsize=1)
def shipped_names() -> tuple[Name, ...]:
    """The names that come with newsclean, by file.

    >>> len({n.id for n in shipped_names()}) == len(shipped_names())
    True
    """
    return tuple(n for name, table in packs("names") for n in load_names(table.get("name", ()), name))


class _Shipped(Mapping[str, Name]):
    """The shipped names by id, each read when it is asked for: an article bears a few of hundreds."""

    def __init__(self) -> None:
        self._tables = {table["id"]: (file, table) for file, pack in packs("names") for table in pack.get("name", ())}
        self._read: dict[str, Name] = {}

    def __getitem__(self, id: str) -> Name:
        name = self._read.get(id)
        if name is None:
            file, table = self._tables[id]
            name = self._read[id] = next(load_names([table], file))
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


@lru_cache(maxsize=1)
def shipped_gazetteer() -> Gazetteer:
    """The gazetteer of `shipped_names`, one a process."""
    known = known_forms()
    return Gazetteer(shipped_names()) if known is None else Gazetteer(_Shipped(), known=known)
