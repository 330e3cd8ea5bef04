"""Options that several commands have, declared once: the cleaner's settings, the fields of a row, what may be replaced."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsclean.cleaner import Cleaner

__all__ = ["add_fields", "add_output", "add_rows", "add_settings", "refuse_existing", "settings"]


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that make a `Cleaner`; `settings` reads them."""
    from newsclean.edit import CONFIDENCE

    add = parser.add_argument
    add("--skip", action="append", default=[], metavar="GLOB", help="rules that are not to act")
    add("--keep", action="append", metavar="KINDS", help="kinds that stay, with commas; '' takes information out too")
    add("--floor", choices=CONFIDENCE, default="likely", help="least confidence that acts (default: %(default)s)")
    add("--pack", action="append", default=[], metavar="FILE", help="rules and names of your own")
    add("--profile", default="", metavar="FILE", help="what sites print on every page, as newsclean learn wrote it")
    add("--style", default="ap", help="whose spelling of names: ap, reuters, bbc, guardian, nyt, un, first")
    add("--no-names", action="store_true", help="leave names as they are")


def settings(args: argparse.Namespace) -> "Cleaner":
    """Make the `Cleaner` that the options ask for; raises ValueError where there is none such.

    >>> parser = argparse.ArgumentParser()
    >>> add_settings(parser)
    >>> settings(parser.parse_args(["--keep", "ad,byline", "--keep", "bio"])).keep
    ('ad', 'byline', 'bio')
    """
    from newsclean.cleaner import Cleaner
    from newsclean.rule import INFO_KINDS

    return Cleaner(
        skip=tuple(args.skip),
        keep=INFO_KINDS
        if args.keep is None
        else tuple(k for some in args.keep for k in map(str.strip, some.split(",")) if k),
        floor=args.floor,
        packs=tuple(args.pack),
        profile=args.profile,
        style=args.style,
        names=not args.no_names,
    )


def add_rows(parser: argparse.ArgumentParser, name: str = "inputs", what: str = "") -> None:
    """Add the files of rows that a command reads."""
    kinds = "files, folders or globs: .jsonl (.gz .zst .bz2 .xz), .parquet"
    parser.add_argument(name, nargs="+", metavar="OUT" if name == "outputs" else "IN", help=what + kinds)


def add_fields(parser: argparse.ArgumentParser, **fields: str) -> None:
    """Add an option for each field of a row that a command looks at, with the name that it has unless told otherwise.

    >>> parser = argparse.ArgumentParser()
    >>> add_fields(parser, text="text", lang="")
    >>> parser.parse_args(["--lang-field", "language"])
    Namespace(text_field='text', lang_field='language')
    """
    known = {"text": "text", "lang": "language", "site": "site that it comes from", "id": "id", "title": "title"}
    for field, default in fields.items():
        usual = f"default: {default}" if default else "none unless given"
        parser.add_argument(
            f"--{field}-field", default=default, metavar="NAME", help=f"field that holds the {known[field]} ({usual})"
        )


def add_output(parser: argparse.ArgumentParser, metavar: str, what: str) -> None:
    """Add where a command writes, and whether it may replace what is there; `refuse_existing` holds it to that."""
    parser.add_argument("-o", "--output", required=True, metavar=metavar, help=what)
    parser.add_argument("--overwrite", action="store_true", help="replace an output that exists")


def refuse_existing(args: argparse.Namespace) -> None:
    """Raise ValueError where the output exists and must not be replaced; ``-`` is standard output."""
    if args.output != "-" and Path(args.output).exists() and not args.overwrite:
        raise ValueError(f"{args.output} exists: --overwrite replaces it")
