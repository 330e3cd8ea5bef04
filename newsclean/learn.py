"""``newsclean learn``: reads a corpus, counts what each site prints, and writes the profile."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from newsclean.formats import Broken, Chunk, read
from newsclean.inputs import input_files
from newsclean.profile import Tally

__all__ = ["add_arguments", "articles", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``newsclean learn``."""
    parser.add_argument("inputs", nargs="+", metavar="IN", help="JSONL (.gz .zst .bz2 .xz), Parquet, folders, globs")
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="the profile, as JSON; - for standard output"
    )
    parser.add_argument("--text-field", default="text", metavar="NAME")
    parser.add_argument("--site-field", default="site", metavar="NAME")
    parser.add_argument("--overwrite", action="store_true", help="replace an existing profile")


def run(args: argparse.Namespace) -> int:
    """Learn a profile and return the exit status: 0 all well, 1 rows were passed over, 2 it could not be done."""
    if args.output != "-" and Path(args.output).exists() and not args.overwrite:
        raise ValueError(f"{args.output} exists: --overwrite replaces it")
    tally, passed_over = Tally(), 0
    for path in input_files(args.inputs):
        try:
            for row in articles(read(path), args.text_field, args.site_field):
                if row is None:
                    passed_over += 1
                else:
                    tally.add(*row)
        except Broken as error:
            passed_over += 1
            print(f"newsclean: {path}: {error}", file=sys.stderr)
    profile = tally.profile()
    if args.output == "-":
        sys.stdout.write(profile.dumps())
    else:
        Path(args.output).write_text(profile.dumps(), encoding="utf-8")
    lines = sum(len(known) for known in profile.lines.values())
    print(
        f"{len(tally.sites())} sites, {lines} lines of {len(profile.lines)}; {passed_over} rows passed over",
        file=sys.stderr,
    )
    return 1 if passed_over else 0


def articles(chunks: Iterable[Chunk], text_field: str, site_field: str) -> Iterator[tuple[str, str] | None]:
    """Yield text and site of each row, or None for a row that has no such strings.

    >>> list(articles([Chunk("a", 1, [b'{"text": "t", "site": "s"}', b"{"], 2, 0, 0)], "text", "site"))
    [('t', 's'), None]
    """
    for chunk in chunks:
        for row in _rows(chunk):
            text, site = row.get(text_field), row.get(site_field)
            yield (text, site) if isinstance(text, str) and isinstance(site, str) else None


def _rows(chunk: Chunk) -> Iterator[dict[str, Any]]:
    if isinstance(chunk.rows, bytes):
        import pyarrow as pa

        with pa.ipc.open_stream(chunk.rows) as stream:
            for batch in stream:
                yield from batch.to_pylist()
        return
    for line in chunk.rows:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        yield row if isinstance(row, dict) else {}
