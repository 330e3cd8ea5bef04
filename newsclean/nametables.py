"""Names in tables that people keep: TOML, CSV, TSV, JSON and JSONL, packed or not, read a row at a time."""

import bz2
import csv
import gzip
import json
import lzma
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsclean.rule import RuleError, read_toml

if TYPE_CHECKING:
    from newsclean.gazetteer import Name

__all__ = ["Report", "csv_rows", "objects", "raised", "read_names", "row_error", "text_lines"]

Report = Callable[[RuleError], None]

# A line, or a JSON document that is not one object a line, in characters: the largest Wikidata entities take some 5 MB.
LONGEST = 16 << 20

_PACKED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_BAR = re.compile(r"\|(?![^{}]*\})")  # between forms; inside braces it parts choices


def raised(error: RuleError) -> None:
    raise error


def read_names(path: str | Path, report: Report = raised) -> "Iterator[Name]":
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
            report(row_error(path, row, "", "", "is not UTF-8, or holds half a character"))
        except RuleError as error:
            report(row_error(path, row, "" if error.id == "name number 1" else error.id, error.field, error.problem))


def row_error(path: str | Path, row: int, id: str, field: str, problem: str) -> RuleError:
    return RuleError(str(path), f"row {row}: {id}" if id else f"row {row}", field, problem)


def _form(path: str) -> str:
    name = Path(path)
    return (Path(name.stem) if name.suffix in _PACKED else name).suffix.lower()


def _tables(path: str, report: Report) -> Iterator[tuple[int, Any]]:
    form = _form(path)
    if form in (".csv", ".tsv"):
        return _csv_tables(path, "\t" if form == ".tsv" else ",", report)
    if form in (".json", ".jsonl"):
        return objects(path, report)
    return iter(enumerate(read_toml(path).get("name", ()), 1))


def text_lines(path: str) -> Iterator[str]:
    """Lines with their ends; what is not UTF-8 comes as surrogates, for the row to be refused."""
    unpack = _PACKED.get(Path(path).suffix, open)
    try:
        with unpack(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            number = 0
            while line := file.readline(LONGEST):
                number += 1
                if len(line) == LONGEST and line[-1] not in "\r\n":
                    raise row_error(path, number, "", "", f"is longer than {LONGEST >> 20} million characters")
                yield line
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise RuleError(path, "", "", f"cannot be read: {getattr(error, 'strerror', '') or error}") from error


def csv_rows(path: str, delimiter: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(text_lines(path), delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            report(row_error(path, rows.line_num, "", "", f"cannot be parsed: {error}"))
            continue
        if any(cell.strip() for cell in row):
            yield rows.line_num, row


@lru_cache(maxsize=1)
def _columns() -> dict[str, Any]:
    from newsclean.gazetteer import Name

    renamed = {"since": "from", "until": "to"}
    return {renamed.get(f.name, f.name): f.type for f in fields(Name) if f.name not in ("file", "unsafe")}


def _csv_tables(path: str, delimiter: str, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = csv_rows(path, delimiter, report)
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
                row_error(
                    path, number, "", header[-1], f"is followed by more cells: {len(row)}, for {len(header)} columns"
                )
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


def objects(path: str, report: Report) -> Iterator[tuple[int, Any]]:
    """Objects of a JSON file: one a line, as dumps are, within ``[`` and ``]`` or not; or one document."""
    first = True
    for number, line in enumerate(text_lines(path), 1):
        text = line.strip().rstrip(",")
        if text in ("", "[", "]"):
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            if first and not (text[0] == "{" and text[-1] == "}"):
                yield from _document(path)
                return
            report(row_error(path, number, "", "", f"is not JSON: {error}"))
            value = None
        first = False
        if value is not None:
            for item in _items(value):
                yield number, item


def _document(path: str) -> Iterator[tuple[int, Any]]:
    parts: list[str] = []
    size = 0
    for line in text_lines(path):
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
