"""Names from elsewhere: reads tables that people and databases keep, checks them, and writes gazetteers; a row at a time."""

import argparse
import bz2
import csv
import gzip
import json
import lzma
import re
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from newsclean.rule import RuleError, read_toml
from newsclean.whole import whole

if TYPE_CHECKING:
    from newsclean.gazetteer import Name, Sense

__all__ = ["SOURCES", "add_arguments", "dump", "import_names", "lint", "read_names", "run"]

Report = Callable[[RuleError], None]

SOURCES = ("wikidata", "jrc", "ofac", "csv", "json")
# A line, or a JSON document that is not one object a line, in characters: the largest Wikidata entities take some 5 MB.
LONGEST = 16 << 20
# Forms of one entity that are looked at: heads of state have some hundreds.
MOST_FORMS = 1000

_PACKED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_BAR = re.compile(r"\|(?![^{}]*\})")  # between forms; inside braces it parts choices
_PARTICLES = frozenset({"al", "el", "ul", "ad", "as", "ash", "at", "az", "an", "ar", "bin", "ibn", "bint", "de", "del",
                        "der", "di", "da", "la", "le", "van", "von", "of", "the", "for", "and", "in"})  # fmt: skip


# Reading


def _raise(error: RuleError) -> None:
    raise error


def read_names(path: str | Path, report: Report = _raise) -> "Iterator[Name]":
    """Yield the names of a TOML, CSV, TSV, JSON or JSONL file, which may be packed (.gz, .bz2, .xz).

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("kind,write,variants,langs.de\\nplace,Ostrava Mills,{Ostrau|Ostrawa} Mills,Ostrau\\n")
    >>> for name in read_names(path):
    ...     print(name.id, name.variants, name.langs)
    ostrava-mills ('Ostrau Mills', 'Ostrawa Mills') (('de', 'Ostrau'),)

    Rows count from 1, in lines for CSV and TSV. `report` gets the RuleError of a row that cannot be used, with file, row
    and field, and the rows after it still come; by default it is raised. A file that cannot be read at all raises
    RuleError. One row is held at a time; TOML, and a JSON document of many lines, are read whole.
    """
    from newsclean.gazetteer import load_names

    for row, table in _tables(str(path), report):
        try:
            json.dumps(table, ensure_ascii=False, default=str).encode()
            yield from load_names([table], str(path))
        except UnicodeEncodeError:
            report(_row(path, row, "", "", "is not UTF-8, or holds half a character"))
        except RuleError as error:
            report(_row(path, row, "" if error.id == "name number 1" else error.id, error.field, error.problem))


def _row(path: str | Path, row: int, id: str, field: str, problem: str) -> RuleError:
    return RuleError(str(path), f"row {row}: {id}" if id else f"row {row}", field, problem)


def _form(path: str) -> str:
    name = Path(path)
    return (Path(name.stem) if name.suffix in _PACKED else name).suffix.lower()


def _tables(path: str, report: Report) -> Iterator[tuple[int, Any]]:
    form = _form(path)
    if form in (".csv", ".tsv"):
        return _csv_tables(path, "\t" if form == ".tsv" else ",", report)
    if form in (".json", ".jsonl"):
        return _objects(path, report)
    return iter(enumerate(read_toml(path).get("name", ()), 1))


def _lines(path: str) -> Iterator[str]:
    """Lines with their ends; what is not UTF-8 comes as surrogates, for the row to be refused."""
    unpack = _PACKED.get(Path(path).suffix, open)
    try:
        with unpack(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            number = 0
            while line := file.readline(LONGEST):
                number += 1
                if len(line) == LONGEST and line[-1] not in "\r\n":
                    raise _row(path, number, "", "", f"is longer than {LONGEST >> 20} million characters")
                yield line
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise RuleError(path, "", "", f"cannot be read: {getattr(error, 'strerror', '') or error}") from error


def _csv_rows(path: str, delimiter: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(_lines(path), delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            report(_row(path, rows.line_num, "", "", f"cannot be parsed: {error}"))
            continue
        if any(cell.strip() for cell in row):
            yield rows.line_num, row


@lru_cache(maxsize=1)
def _columns() -> dict[str, Any]:
    from newsclean.gazetteer import Name

    renamed = {"since": "from", "until": "to"}
    return {renamed.get(f.name, f.name): f.type for f in fields(Name) if f.name not in ("file", "unsafe")}


def _csv_tables(path: str, delimiter: str, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = _csv_rows(path, delimiter, report)
    header = [cell.strip() for cell in next(rows, (0, []))[1]]
    known = _columns()
    for column in header:
        field, _, key = column.partition(".")
        if field not in known or bool(key) != (field in ("styles", "langs")):
            names = ", ".join(f"{k}.…" if k in ("styles", "langs") else k for k in known)
            raise RuleError(path, "header", column, f"is no column: use {names} ([[name.unsafe]] needs TOML)")
    if "write" not in header:
        raise RuleError(path, "header", "write", "is missing: the first line names the columns")
    for number, row in rows:
        if len(row) > len(header):
            report(
                _row(path, number, "", header[-1], f"is followed by more cells: {len(row)}, for {len(header)} columns")
            )
            continue
        table: dict[str, Any] = {}
        for column, cell in zip(header, map(str.strip, row), strict=False):
            name, _, key = column.partition(".")
            if not cell:
                continue
            if key:
                table.setdefault(name, {})[key] = cell
            elif known[name] is int:
                table[name] = int(cell) if cell.isdecimal() and len(cell) < 5 else cell
            elif known[name] is str:
                table[name] = cell
            else:
                table[name] = [x for x in map(str.strip, _BAR.split(cell)) if x]
        if "id" not in table and (id := _slug(str(table.get("write", "")))):
            table["id"] = id
        yield number, table


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    return "-".join(re.findall(r"[a-z0-9]+", letters))


def _objects(path: str, report: Report) -> Iterator[tuple[int, Any]]:
    """Objects of a JSON file: one a line, as dumps are, within ``[`` and ``]`` or not; or one document."""
    first = True
    for number, line in enumerate(_lines(path), 1):
        text = line.strip().rstrip(",")
        if text in ("", "[", "]"):
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            if first and not (text[0] == "{" and text[-1] == "}"):
                yield from _document(path)
                return
            report(_row(path, number, "", "", f"is not JSON: {error}"))
            value = None
        first = False
        if value is not None:
            for item in _items(value):
                yield number, item


def _document(path: str) -> Iterator[tuple[int, Any]]:
    parts: list[str] = []
    size = 0
    for line in _lines(path):
        parts.append(line)
        size += len(line)
        if size > LONGEST:
            raise RuleError(path, "", "", "is one large JSON document: write one object a line, as JSONL")
    try:
        value = json.loads("".join(parts))
    except (ValueError, RecursionError) as error:
        raise RuleError(path, "", "", f"is not JSON: {error}") from error
    yield from enumerate(_items(value), 1)


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        if isinstance(value.get("entities"), Mapping):  # Wikidata's Special:EntityData
            return list(value["entities"].values())
        if isinstance(value.get("name"), list):  # as our TOML
            return list(value["name"])
    return value if isinstance(value, list) else [value]


# Importing


@dataclass(frozen=True, slots=True)
class _Entity:
    """What a database says of one entity, not yet sorted into what may be rewritten."""

    row: int
    id: str
    kind: str
    write: str
    forms: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    qid: str = ""
    langs: tuple[tuple[str, str], ...] = ()


def import_names(
    source: str,
    path: str | Path,
    report: Report = _raise,
    *,
    primary: str = "",
    langs: tuple[str, ...] = (),
) -> "Iterator[Name]":
    """Yield the names of another's file; what it yields loads beside the shipped names.

    source: ``wikidata`` (entity JSON: a dump, one entity a line, or Special:EntityData), ``jrc`` (the `entities` file of
    JRC-Names), ``ofac`` (alternative names, alt.csv), ``csv`` or ``json`` (as `read_names`). primary: OFAC's sdn.csv,
    which holds the names themselves. langs: languages whose Wikidata labels become canonical forms. `report` as for
    `read_names`. The file is read twice, the first time for forms that several entities bear. Raises ValueError for an
    unknown source.

    Only what `same_name` takes for another spelling becomes a variant; nicknames, old names and single words become
    ``known``, which is never rewritten: a database lists what somebody was ever called, not what may be replaced.
    """
    path = str(path)
    if source not in SOURCES:
        raise ValueError(f"source {source!r} is none of {', '.join(SOURCES)}")
    if source in ("csv", "json"):
        yield from read_names(path, report)
        return

    def entities(report: Report) -> Iterator[_Entity]:
        if source == "wikidata":
            return _wikidata(path, report, langs)
        return _jrc(path, report) if source == "jrc" else _ofac(path, report, primary)

    yield from _sorted_out(path, entities, report)


def _key(form: str) -> str:
    """Forms with one key may meet in a text: capitals and loose hyphens are derived from each."""
    from newsclean.gazetteer import plain

    return plain(form).upper().replace("- ", " ").replace("-", " ")


def _sorted_out(path: str, entities: Callable[[Report], Iterator[_Entity]], report: Report) -> "Iterator[Name]":
    from newsclean.gazetteer import load_names, shipped_gazetteer
    from newsclean.romanization import same_name

    shipped = shipped_gazetteer()
    taken = {_key(form) for form in shipped.forms}
    qids = {name.qid: name.id for name in shipped.names.values() if name.qid}
    heads: set[str] = set()
    twice_heads: set[str] = set()
    once: set[str] = set()
    twice: set[str] = set()
    for entity in entities(lambda _: None):
        head = _key(entity.write)
        (twice_heads if head in heads else heads).add(head)
        for key in {head, *map(_key, _all(entity))}:
            (twice if key in once else once).add(key)
    seen: set[str] = set()
    for entity in entities(report):
        head = _key(entity.write)
        problem = ""
        if entity.id in seen:
            problem = "comes again: its rows must stand together"
        elif entity.qid in qids:
            problem = f"is shipped already, as {qids[entity.qid]}"
        elif head in taken or head in twice_heads:
            problem = f"has {entity.write!r}, which another name bears too: left out"
        if problem:
            report(
                _row(path, entity.row, entity.id, "write" if head in taken or head in twice_heads else "id", problem)
            )
            continue
        seen.add(entity.id)
        variants: list[str] = []
        known: list[str] = []
        for form in dict.fromkeys(_all(entity)):
            key = _key(form)
            if key in heads or key in taken:
                continue
            sure = key not in twice and form not in entity.old and same_name(form, entity.write)
            (variants if sure else known).append(form)
        langs = {k: v for k, v in entity.langs if _key(v) not in twice and _key(v) not in taken}
        table = {"id": entity.id, "kind": entity.kind, "write": entity.write, "variants": variants, "known": known,
                 "langs": langs, "qid": entity.qid}  # fmt: skip
        try:
            yield from load_names([table], path)
        except RuleError as error:
            report(_row(path, entity.row, error.id, error.field, error.problem))


def _all(entity: _Entity) -> Iterator[str]:
    yield from entity.forms
    yield from entity.old
    yield from (form for _, form in entity.langs if form not in entity.forms)


def _usable(forms: Iterable[Any], write: str) -> tuple[str, ...]:
    """Forms in Latin letters, evened out."""
    out: dict[str, None] = {}
    for form in islice(forms, MOST_FORMS):
        if isinstance(form, str):
            even = _even(form)
            if len(even) > 1 and even != write and _latin(even):
                out[even] = None
    return tuple(out)


def _even(form: str) -> str:
    return " ".join(unicodedata.normalize("NFC", form).split())


def _latin(form: str) -> bool:
    if form.isascii():
        return not re.search(r"[{}|\x00-\x1f\x7f]", form) and any(c.isalpha() for c in form)
    return not any(c in "{|}" or (c.isalpha() and not _is_latin(c)) for c in form) and form.isprintable()


@lru_cache(maxsize=4096)
def _is_latin(char: str) -> bool:
    name = unicodedata.name(char, "")
    return name.startswith(("LATIN", "MODIFIER LETTER"))


def _get(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def _wikidata(path: str, report: Report, langs: tuple[str, ...]) -> Iterator[_Entity]:
    for row, item in _objects(path, report):
        qid = _get(item, "id")
        if not isinstance(qid, str) or not re.fullmatch(r"[QPL][1-9][0-9]*", qid):
            report(_row(path, row, "", "id", f"has {qid!r}: a Wikidata entity has an id such as Q1899"))
            continue
        if qid[0] != "Q":
            continue  # properties and lexemes stand among the items of a dump
        label = _get(item, "labels", "en", "value") or _get(item, "labels", "mul", "value")
        if not isinstance(label, str) or not _usable([label], ""):
            report(_row(path, row, qid, "labels.en", "is missing, or not in Latin letters"))
            continue
        write = _even(label)
        lists = [_get(item, "aliases", lang) for lang in ("en", "mul")]
        forms = [_get(alias, "value") for aliases in lists if isinstance(aliases, list) for alias in aliases]
        others = ((lang, _get(item, "labels", lang, "value")) for lang in langs)
        canonical = tuple((lang, form[0]) for lang, label in others if (form := _usable([label], write)))
        yield _Entity(row, qid.lower(), _wikidata_kind(item), write, _usable(forms, write), (), qid, canonical)


def _wikidata_kind(item: Any) -> str:
    claims = _get(item, "claims")
    if not isinstance(claims, Mapping):
        return "term"
    classes = claims.get("P31")
    for claim in classes if isinstance(classes, list) else ():
        if _get(claim, "mainsnak", "datavalue", "value", "id") == "Q5":
            return "person"
    if "P625" in claims or "P1566" in claims:  # coordinates; GeoNames
        return "place"
    return "group" if claims.keys() & {"P159", "P488", "P1128", "P749", "P112"} else "term"


def _jrc(path: str, report: Report) -> Iterator[_Entity]:
    """Tab-separated: number, P or O (person, organization), language, name with ``+`` for blanks; grouped by number."""

    def rows() -> Iterator[tuple[str, str, str, int]]:
        for row, line in enumerate(_lines(path), 1):
            cells = line.rstrip("\r\n").split("\t")
            if cells == [""] or line.startswith("#"):
                continue
            if len(cells) < 4:
                report(
                    _row(
                        path, row, "", "name", f"is missing: {len(cells)} cells where number, type, language, name are"
                    )
                )
            elif not (cells[0].isascii() and cells[0].isdecimal()):
                report(_row(path, row, "", "id", f"has {cells[0]!r}: a number"))
            elif cells[1] not in ("P", "O"):
                report(_row(path, row, f"jrc-{cells[0]}", "type", f"has {cells[1]!r}: P or O"))
            else:
                yield cells[0], cells[1], cells[3].replace("+", " "), row

    for id, group in groupby(rows(), key=itemgetter(0)):
        head = next(group)
        forms = _usable((name for _, _, name, _ in (head, *group)), "")
        if forms:  # else nothing in Latin letters: nothing that we read
            kind = "person" if head[1] == "P" else "group"
            yield _Entity(head[3], f"jrc-{int(id)}", kind, forms[0], forms[1:])


def _ofac(path: str, report: Report, primary: str) -> Iterator[_Entity]:
    """Comma-separated, without a header: number, number of the name, aka/fka/nka, name, remarks; -0- is nothing."""
    heads = dict(_ofac_primary(primary, report)) if primary else {}

    def rows() -> Iterator[tuple[str, str, str, int]]:
        for row, cells in _csv_rows(path, ",", report):
            if cells[0].strip() == "\x1a":
                continue  # the end of a file, as DOS wrote it
            cells = [cell.strip() for cell in cells]
            if len(cells) < 4:
                report(_row(path, row, "", "alt_name", f"is missing: {len(cells)} cells"))
            elif not (cells[0].isascii() and cells[0].isdecimal()):
                report(_row(path, row, "", "ent_num", f"has {cells[0]!r}: a number"))
            elif cells[3] in ("", "-0-"):
                report(_row(path, row, f"ofac-{cells[0]}", "alt_name", "is empty"))
            else:
                yield cells[0], cells[2].lower(), cells[3], row

    for id, group in groupby(rows(), key=itemgetter(0)):
        listed = list(islice(group, MOST_FORMS))
        name, kind = heads.get(id, (listed[0][2], ""))
        if kind in ("vessel", "aircraft"):
            continue
        person = kind == "individual" if id in heads else "," in name and name.partition(",")[0].isupper()
        write = _even(_in_order(name, person))
        if _latin(write):
            now = _usable((_in_order(n, person) for _, what, n, _ in listed if what != "fka"), write)
            old = _usable((_in_order(n, person) for _, what, n, _ in listed if what == "fka"), write)
            yield _Entity(listed[0][3], f"ofac-{int(id)}", "person" if person else "group", write, now, old)


def _ofac_primary(path: str, report: Report) -> Iterator[tuple[str, tuple[str, str]]]:
    for _, cells in _csv_rows(path, ",", report):
        if len(cells) > 2:
            yield cells[0].strip(), (cells[1].strip(), cells[2].strip().replace("-0-", "").lower())


def _in_order(name: str, person: bool) -> str:
    """AL-VALE, Ann is Ann al-Vale; groups come in capitals too.

    >>> _in_order("AL-VALE, Ann", True), _in_order("VALE RIVER FERRIES", False), _in_order("ORF", False)
    ('Ann al-Vale', 'Vale River Ferries', 'ORF')
    """
    if person:
        last, comma, first = name.partition(", ")
        return f"{first} {_titled(last)}" if comma else _titled(last)
    return _titled(name) if " " in name else name


def _titled(name: str) -> str:
    if not name.isupper():
        return name
    words = re.split(r"([ -])", name.lower())
    small = (w in _PARTICLES and (n or words[1:2] == ["-"]) for n, w in enumerate(words))
    return "".join(w if low else w[:1].upper() + w[1:] for w, low in zip(words, small, strict=True))


def dump(name: "Name") -> str:
    """A name as a TOML table, its patterns expanded.

    >>> from newsclean.gazetteer import load_names
    >>> row = {"id": "ostrava", "kind": "place", "write": "Ostrava", "variants": ["Ostrawa"], "from": 1991}
    >>> print(dump(next(load_names([row], ""))), end="")
    [[name]]
    id = "ostrava"
    kind = "place"
    write = "Ostrava"
    variants = ["Ostrawa"]
    from = 1991
    """
    renamed = {"since": "from", "until": "to"}
    lines = ["[[name]]"]
    for f in fields(name):
        value = getattr(name, f.name)
        if f.name not in ("file", "unsafe") and value not in ("", 0, ()):
            pairs = value and isinstance(value, tuple) and isinstance(value[0], tuple)
            text = f"{{ {', '.join(f'{k} = {_toml(v)}' for k, v in value)} }}" if pairs else _toml(value)
            lines.append(f"{renamed.get(f.name, f.name)} = {text}")
    for unsafe in name.unsafe:
        lines += ["", "[[name.unsafe]]"]
        lines += [f"{f.name} = {_toml(v)}" for f in fields(unsafe) if (v := getattr(unsafe, f.name)) not in ((), False)]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """TOML takes JSON's strings, lists, numbers and truths, but for one control that JSON does not escape."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace("\x7f", "\\u007f")


# Checking


def lint(path: str | Path) -> Iterator[RuleError]:
    """Yield what is wrong with a file of names, by itself and beside the shipped names.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("kind,write,variants\\nperson,Ann Vale,Hope\\n")
    >>> [(e.id, e.field, e.problem) for e in lint(path)]
    [('ann-vale', 'variants', "has 'Hope', a word of the language: anchor it in [[name.unsafe]], or use 'known'")]

    Rows that cannot be used; ids that come twice; forms that two names contend for; single words that are words of the
    language, or that are written without a capital; canonical forms that another name rewrites, and circles of such.
    """
    from newsclean.gazetteer import STYLES, Sense, _listed, plain, shipped_names

    problems: list[RuleError] = []
    names: dict[str, Name] = {}
    for name in read_names(path, problems.append):
        if name.id in names:
            problems.append(RuleError(str(path), name.id, "id", "comes twice"))
        names.setdefault(name.id, name)
    yield from problems
    everyone = {**{name.id: name for name in shipped_names()}, **names}
    forms: dict[str, list[Sense]] = {}
    for name in everyone.values():
        for form, role, base, ending in _listed(name):
            forms.setdefault(form, []).append(Sense(name, role, base, ending))
    for form, senses in forms.items():
        yield from _collisions(form, senses, names)
    for name in names.values():
        yield from _words(name)
    edges: dict[str, list[str]] = {}
    for name in everyone.values():
        for style in STYLES:
            written = plain(name.written(style))
            for sense in forms.get(written, ()):
                other = sense.name
                if other is not name and sense.role in ("variant", "alias") and other.id not in edges.get(name.id, ()):
                    edges.setdefault(name.id, []).append(other.id)
                    if name.id in names or other.id in names:
                        yield RuleError(
                            str(path), name.id, "write" if style == "ap" else "styles",
                            f"has {written!r}, which {other.id} rewrites to {other.written(style)!r}",
                        )  # fmt: skip
    yield from (
        RuleError(str(path), c[0], "write", f"is rewritten in a circle: {' → '.join(c)}") for c in _circles(edges)
    )


_DECIDED = frozenset({"unsafe", "surname", "known"})  # by the article: names may share these
_FIELDS = {"canonical": "write", "variant": "variants", "alias": "aliases", "surname": "surnames"}


def _collisions(form: str, senses: "list[Sense]", mine: "Mapping[str, Name]") -> Iterator[RuleError]:
    for n, sense in enumerate(senses):
        for other in senses[:n]:
            decided = sense.role in _DECIDED and other.role in _DECIDED
            if decided or "shield" in (sense.role, other.role) or not {sense.name.id, other.name.id} & mine.keys():
                continue
            one, two = (sense, other) if sense.name.id in mine else (other, sense)
            where = "in this file" if two.name.id in mine else f"in the shipped {two.name.file}"
            problem = f"has {form!r}, which is a form of {two.name.id} {where} too"
            yield RuleError(one.name.file, one.name.id, _FIELDS.get(one.role, one.role), problem)
            break  # one line tells it: a form of a thousand names would have a million pairs


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    from newsclean.packs import shipped

    return frozenset(str(shipped("words.toml")["words"]).split())


def _words(name: "Name") -> Iterator[RuleError]:
    for field in ("variants", "aliases"):
        for form in getattr(name, field):
            if " " in form:
                continue
            if form.lower() in _english() and not (form.isupper() and len(form) > 2):
                problem = f"has {form!r}, a word of the language: anchor it in [[name.unsafe]], or use 'known'"
                yield RuleError(name.file, name.id, field, problem)
            elif form.islower() and name.kind != "term":
                yield RuleError(name.file, name.id, field, f"has {form!r} without a capital: in prose it is no name")


def _circles(edges: Mapping[str, list[str]]) -> Iterator[tuple[str, ...]]:
    """Circles that a walk from each id meets, each id walked once."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        place: dict[str, int] = {}
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            id, depth = stack.pop()
            for gone in path[depth:]:
                del place[gone]
                done.add(gone)
            del path[depth:]
            if id in place:
                yield (*path[place[id] :], id)
            elif id not in done:
                place[id] = len(path)
                path.append(id)
                stack += [(other, len(path)) for other in reversed(edges.get(id, ()))]
        done.update(path)


# The command line


def add_arguments(parser: argparse.ArgumentParser) -> Any:
    """Add ``lint``, ``import`` and ``suggest`` to ``newsclean names``; returns the subcommands, for more of them."""
    commands = parser.add_subparsers(dest="names", required=True, metavar="WHAT")
    check = commands.add_parser("lint", help="check a file of names: TOML, CSV, TSV, JSON")
    check.add_argument("files", nargs="+", metavar="FILE")
    bring = commands.add_parser("import", help="make a gazetteer of another's file")
    bring.add_argument("--from", dest="source", choices=SOURCES, required=True)
    bring.add_argument("input", metavar="IN", help="the file, which may be packed (.gz .bz2 .xz)")
    bring.add_argument("-o", "--output", required=True, metavar="OUT.toml", help="- for standard output")
    bring.add_argument("--primary", default="", metavar="SDN.csv", help="ofac: the file of the names themselves")
    bring.add_argument("--langs", default="", metavar="LANGS", help="wikidata: languages to take labels of, as de,fr")
    bring.add_argument("--overwrite", action="store_true", help="replace an existing file")
    look = commands.add_parser("suggest", help="spellings in a corpus that look like one name")
    look.add_argument("input", metavar="IN.jsonl")
    look.add_argument("--text-field", default="text", metavar="NAME")
    for command in (check, bring, look):
        command.set_defaults(run=run)
    return commands


def run(args: argparse.Namespace) -> int:
    """Do what ``newsclean names`` was asked; exit status 0 all well, 1 rows or names to mend, 2 it could not be done."""
    what: Callable[[argparse.Namespace], int] = {"lint": _lint, "import": _import, "suggest": _suggest}[args.names]
    return what(args)


def _say(error: RuleError) -> None:
    print(_shown(str(error)), file=sys.stderr)


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _lint(args: argparse.Namespace) -> int:
    found = 0
    for file in args.files:
        for problem in lint(file):
            found += 1
            print(_shown(str(problem)))
    return 1 if found else 0


def _import(args: argparse.Namespace) -> int:
    if args.output != "-" and Path(args.output).exists() and not args.overwrite:
        raise ValueError(f"{args.output} exists: --overwrite replaces it")
    passed_over = names = 0

    def report(error: RuleError) -> None:
        nonlocal passed_over
        passed_over += 1
        _say(error)

    langs = tuple(x.strip() for x in args.langs.split(",") if x.strip())
    with _written(args.output) as out:
        for name in import_names(args.source, args.input, report, primary=args.primary, langs=langs):
            out.write(("\n" if names else "") + dump(name))
            names += 1
    print(f"{names} names; {passed_over} rows passed over", file=sys.stderr)
    return 1 if passed_over else 0


@contextmanager
def _written(path: str) -> Iterator[IO[str]]:
    """A file that is there whole or not at all."""
    if path == "-":
        yield sys.stdout
        return
    with whole(Path(path).resolve()) as out:
        yield out


def _suggest(args: argparse.Namespace) -> int:
    from newsclean.romanization import suggest

    passed_over = 0

    def texts() -> Iterator[str]:
        nonlocal passed_over

        def report(error: RuleError) -> None:
            nonlocal passed_over
            passed_over += 1
            _say(error)

        for row, item in _objects(args.input, report):
            text = _get(item, args.text_field)
            if isinstance(text, str):
                yield text
            else:
                report(_row(args.input, row, "", args.text_field, "is missing or not a string"))

    for found in suggest(texts()):
        forms = " | ".join(f"{form} ({count})" for form, count in zip(found.forms, found.counts, strict=True))
        print(_shown(f"{found.score:.2f}  {forms}  {found.reason}"))
    return 1 if passed_over else 0
