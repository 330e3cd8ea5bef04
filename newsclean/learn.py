"""``newsclean learn``: reads a corpus, counts what each site prints, and writes the profile."""

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from newsclean.formats import Chunk, chunks
from newsclean.inputs import Refused, input_files, need_ray
from newsclean.options import add_fields, add_output, add_rows, refuse_existing
from newsclean.pool import PoolError
from newsclean.profile import Tally

__all__ = ["add_arguments", "count", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``newsclean learn``."""
    add_rows(parser)
    add_output(parser, "FILE", "the profile, as JSON; - for standard output")
    add_fields(parser, text="text", site="site")
    parser.add_argument("--engine", choices=("local", "ray"), default="local", help="who counts: this process, or Ray")


def run(args: argparse.Namespace) -> int:
    """Learn a profile and return the exit status: 0 all well, 1 rows were passed over, 2 it could not be done."""
    refuse_existing(args)
    if args.engine == "ray":
        need_ray()
    inputs = input_files(args.inputs)
    if args.engine == "ray":
        from newsclean.engines.ray import connected, learn_files

        try:
            with connected():
                profile, sites, passed_over = learn_files(inputs, partial(count, args.text_field, args.site_field))
        except PoolError as err:
            raise Refused(str(err)) from None
    else:
        total, passed_over = Tally(), 0
        for chunk in chunks(inputs):
            if chunk.damage:
                print(f"newsclean: {chunk.damage}", file=sys.stderr)
            passed_over += count(args.text_field, args.site_field, chunk, total)[1]
        profile, sites = total.profile(), len(total.sites())
    if args.output == "-":
        sys.stdout.write(profile.dumps())
    else:
        Path(args.output).write_text(profile.dumps(), encoding="utf-8")
    known = [sum(map(len, table.values())) for table in profile.tables]
    found = "{} lines, {} spans, {} labels, {} lead-ins, {} forms".format(*known)
    print(f"{sites} sites, {found} of {len(profile.sites())}; {passed_over} rows passed over", file=sys.stderr)
    return 1 if passed_over else 0


def count(text_field: str, site_field: str, chunk: Chunk, total: Tally | None = None) -> tuple[Tally, int]:
    """Count the rows of a chunk in `total`; also how many were passed over: no such strings, or damage.

    >>> count("text", "site", Chunk("a", 1, [b'{"text": "t", "site": "s"}', b"{"], 2, 0, 0))[1]
    1
    """
    total = Tally() if total is None else total
    passed_over = int(bool(chunk.damage))
    for row in _rows(chunk):
        text, site = row.get(text_field), row.get(site_field)
        if isinstance(text, str) and isinstance(site, str):
            total.add(text, site)
        else:
            passed_over += 1
    return total, passed_over


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
