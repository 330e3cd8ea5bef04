"""``newsclean names``: checks and imports files of names, writes gazetteers, and suggests spellings of one name."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from newsclean.nameimport import SOURCES, import_names
from newsclean.namelint import lint
from newsclean.nametables import objects, row_error
from newsclean.options import add_fields, add_output, refuse_existing
from newsclean.rule import RuleError
from newsclean.whole import whole

if TYPE_CHECKING:
    from newsclean.gazetteer import Name

__all__ = ["add_arguments", "dump", "run"]


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


def add_arguments(parser: argparse.ArgumentParser) -> Any:
    """Add ``lint``, ``import`` and ``suggest`` to ``newsclean names``; returns the subcommands, for more of them."""
    commands = parser.add_subparsers(dest="names", required=True, metavar="WHAT")
    check = commands.add_parser("lint", help="check a file of names: TOML, CSV, TSV, JSON")
    check.add_argument("files", nargs="+", metavar="FILE")
    bring = commands.add_parser("import", help="make a gazetteer of another's file")
    bring.add_argument("--from", dest="source", choices=SOURCES, required=True)
    bring.add_argument("input", metavar="IN", help="the file, which may be packed (.gz .bz2 .xz)")
    add_output(bring, "OUT.toml", "- for standard output")
    bring.add_argument("--primary", default="", metavar="SDN.csv", help="ofac: the file of the names themselves")
    bring.add_argument("--langs", default="", metavar="LANGS", help="wikidata: languages to take labels of, as de,fr")
    look = commands.add_parser("suggest", help="spellings in a corpus that look like one name")
    look.add_argument("input", metavar="IN.jsonl")
    add_fields(look, text="text")
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
    refuse_existing(args)
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

        for row, item in objects(args.input, report):
            text = item.get(args.text_field) if isinstance(item, dict) else None
            if isinstance(text, str):
                yield text
            else:
                report(row_error(args.input, row, "", args.text_field, "is missing or not a string"))

    for found in suggest(texts()):
        forms = " | ".join(f"{form} ({count})" for form, count in zip(found.forms, found.counts, strict=True))
        print(_shown(f"{found.score:.2f}  {forms}  {found.reason}"))
    return 1 if passed_over else 0
