"""Names of databases: Wikidata, JRC-Names and OFAC, sorted out into what may be rewritten and what may only be known."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsclean.nametables import Report, csv_rows, objects, raised, read_names, row_error, text_lines
from newsclean.rule import RuleError

if TYPE_CHECKING:
    from newsclean.gazetteer import Name

__all__ = ["SOURCES", "import_names"]

SOURCES = ("wikidata", "jrc", "ofac", "csv", "json")
# Forms of one entity that are looked at: heads of state have some hundreds.
MOST_FORMS = 1000

_PARTICLES = frozenset({"al", "el", "ul", "ad", "as", "ash", "at", "az", "an", "ar", "bin", "ibn", "bint", "de", "del",
                        "der", "di", "da", "la", "le", "van", "von", "of", "the", "for", "and", "in"})  # fmt: skip


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
    report: Report = raised,
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
                row_error(
                    path, entity.row, entity.id, "write" if head in taken or head in twice_heads else "id", problem
                )
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
            report(row_error(path, entity.row, error.id, error.field, error.problem))


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
    for row, item in objects(path, report):
        qid = _get(item, "id")
        if not isinstance(qid, str) or not re.fullmatch(r"[QPL][1-9][0-9]*", qid):
            report(row_error(path, row, "", "id", f"has {qid!r}: a Wikidata entity has an id such as Q1899"))
            continue
        if qid[0] != "Q":
            continue  # properties and lexemes stand among the items of a dump
        label = _get(item, "labels", "en", "value") or _get(item, "labels", "mul", "value")
        if not isinstance(label, str) or not _usable([label], ""):
            report(row_error(path, row, qid, "labels.en", "is missing, or not in Latin letters"))
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
        for row, line in enumerate(text_lines(path), 1):
            cells = line.rstrip("\r\n").split("\t")
            if cells == [""] or line.startswith("#"):
                continue
            if len(cells) < 4:
                report(
                    row_error(
                        path, row, "", "name", f"is missing: {len(cells)} cells where number, type, language, name are"
                    )
                )
            elif not (cells[0].isascii() and cells[0].isdecimal()):
                report(row_error(path, row, "", "id", f"has {cells[0]!r}: a number"))
            elif cells[1] not in ("P", "O"):
                report(row_error(path, row, f"jrc-{cells[0]}", "type", f"has {cells[1]!r}: P or O"))
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
        for row, cells in csv_rows(path, ",", report):
            if cells[0].strip() == "\x1a":
                continue  # the end of a file, as DOS wrote it
            cells = [cell.strip() for cell in cells]
            if len(cells) < 4:
                report(row_error(path, row, "", "alt_name", f"is missing: {len(cells)} cells"))
            elif not (cells[0].isascii() and cells[0].isdecimal()):
                report(row_error(path, row, "", "ent_num", f"has {cells[0]!r}: a number"))
            elif cells[3] in ("", "-0-"):
                report(row_error(path, row, f"ofac-{cells[0]}", "alt_name", "is empty"))
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
    for _, cells in csv_rows(path, ",", report):
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
