"""``newsclean report``: reads what a corpus run wrote, row by row, and makes the review page of it."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsclean.edit import Edit
from newsclean.options import add_fields, add_output, add_rows, refuse_existing
from newsclean.review import ARTICLES, Review, Reviewed, safe_name
from newsclean.whole import whole

if TYPE_CHECKING:
    from newsclean.formats import Chunk

__all__ = ["add_arguments", "run", "write"]

# Rows after which a file in which none has a record is given up.
PATIENCE = 1_000
# Rows passed over that are told one by one.
TOLD = 20

ORIGINAL, EDITS = "newsclean_original", "newsclean_edits"
HINT = "clean it again with 'newsclean corpus ... --keep-original --edits' and report on that output"


def write(path: str, page: str) -> None:
    """Write a page whole or not at all: beside it, then in its place."""
    target = Path(path)
    if target.exists() and not target.is_file():  # a pipe, a device
        target.write_text(page, encoding="utf-8", newline="")
        return
    with whole(target) as out:
        out.write(page)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``newsclean report``.

    >>> parser = argparse.ArgumentParser()
    >>> add_arguments(parser)
    >>> parser.parse_args(["out.jsonl", "-o", "review.html"]).articles
    300
    """
    add_rows(parser, "outputs", "what corpus wrote with --keep-original --edits: ")
    add_output(parser, "PAGE", "the page, such as review.html; - for standard output")
    add_fields(parser, text="text", lang="lang", site="site", id="id", title="title")
    add = parser.add_argument
    add("--articles", type=_count, default=ARTICLES, metavar="N", help="articles shown in full (default: %(default)s)")
    add("--pack", action="append", default=[], metavar="FILE", help="rules of your own that the run had")


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def run(args: argparse.Namespace) -> int:
    """Write the page and return the exit status: 0 all well, 1 rows were passed over, 2 it could not be done."""
    from newsclean.inputs import input_files
    from newsclean.progress import Progress, say, show

    try:
        import_module("jinja2")
    except ImportError as error:  # before the run, not after it
        raise ValueError(f"report needs more than is installed ({error}): pip install 'newsclean[corpus]'") from error
    refuse_existing(args)
    files = input_files(args.outputs)
    if args.output != "-" and Path(args.output).exists() and any(Path(f).samefile(args.output) for f in files):
        raise ValueError(f"{args.output} is an input: inputs are never written")
    review = Review(args.articles, args.pack)
    counts, sizes = review.counts, [Path(path).stat().st_size for path in files]
    with Progress(sum(sizes), counts) as progress:
        for n, path in enumerate(files):
            for at, item in _articles(path, args, counts):
                if isinstance(item, str):
                    counts["passed over"] += 1
                    if counts["passed over"] <= TOLD:
                        say(show(item))
                else:
                    review.add(item)
                progress.show(sum(sizes[:n]) + at, counts)
    if not counts["articles"] and counts["no record"]:
        raise ValueError(f"{files[0]}: no row has the fields {ORIGINAL!r} and {EDITS!r}: {HINT}")
    if not counts["articles"] and counts["passed over"]:
        raise ValueError(f"{files[0]}: no row could be read")
    page = review.page()
    if args.output == "-":
        sys.stdout.buffer.write(page.encode())
    else:
        write(args.output, page)
    passed, without = counts["passed over"], counts["no record"]
    return say(
        f"{counts['articles']:,} articles, {counts['edits']:,} edits by {len(review.rules):,} rules; "
        f"{len(review.shown()):,} articles shown in full; {passed:,} rows passed over, {without:,} without a record",
        1 if passed or without else 0,
    )


def _articles(path: str, args: argparse.Namespace, counts: Counter[str]) -> Iterator[tuple[int, Reviewed | str]]:
    """The articles of one output, a sentence for each row that cannot be one; and how many bytes are read."""
    from newsclean.formats import Broken, read

    names = {name: getattr(args, f"{name}_field") for name in ("text", "lang", "site", "id", "title")}
    recorded = False
    try:
        for chunk in read(path):
            for number, row in _rows(chunk, {ORIGINAL, EDITS, *names.values()}):
                where = f"{path} row {number}"
                if isinstance(row, str):
                    yield chunk.at, f"{where}: {row}"
                    continue
                lacks = [name for name in (ORIGINAL, EDITS) if name not in row]
                if len(lacks) == 1:
                    raise ValueError(f"{where}: no field {lacks[0]!r}: {HINT}")
                if lacks or row[ORIGINAL] is None or row[EDITS] is None:
                    counts["no record"] += 1  # set aside by the run, which let it through as it was
                    if not recorded and number >= PATIENCE:
                        raise ValueError(
                            f"{path}: no row up to {number} has the fields {ORIGINAL!r} and {EDITS!r}: {HINT}"
                        )
                    continue
                recorded = True
                yield chunk.at, _article(where, path, number, row, names)
    except Broken as error:
        yield 0, f"{path} is damaged {error}"


def _rows(chunk: "Chunk", wanted: Iterable[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Rows with their numbers; what is wrong with a row in the place of one that cannot be read."""
    import json

    if isinstance(chunk.rows, bytes):
        import pyarrow as pa

        with pa.ipc.open_stream(chunk.rows) as stream:
            number = chunk.first
            for batch in stream:
                for row in batch.select([n for n in batch.schema.names if n in wanted]).to_pylist():
                    yield number, row
                    number += 1
        return
    for number, line in enumerate(chunk.rows, chunk.first):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, f"not JSON: {error}"
            else:
                yield number, row if isinstance(row, dict) else "not a JSON object"


def _article(where: str, path: str, number: int, row: dict[str, Any], names: dict[str, str]) -> Reviewed | str:
    """One row as an article, or what is wrong with it."""
    original, text = row[ORIGINAL], row.get(names["text"])
    for name, value in ((ORIGINAL, original), (names["text"], text)):
        if not isinstance(value, str):
            hint = "" if name == ORIGINAL or name in row else ": give --text-field if it has another name"
            return (
                f"{where}: field {name!r} is {'missing' if value is None else type(value).__name__}, not a string{hint}"
            )
    try:
        edits = tuple(_edit(**e) for e in row[EDITS])
        id, title, site, lang = (_string(row.get(names[n])) for n in ("id", "title", "site", "lang"))
        article = Reviewed(path, number, original, edits, id, title, safe_name(site), safe_name(lang))
        if article.text != text:
            return f"{where}: field {EDITS!r} does not lead from {ORIGINAL!r} to {names['text']!r}: was the row changed since?"
    except (TypeError, ValueError, AttributeError) as error:
        return f"{where}: field {EDITS!r}: {error}"
    return article


def _edit(start: Any, end: Any, replacement: Any, rule: Any, confidence: Any, reason: Any = None, **_: Any) -> Edit:
    reason = "" if reason is None else reason  # its rule's own
    for value in (replacement, rule, confidence, reason):
        if not isinstance(value, str):
            raise TypeError(f"{value!r:.60} is not a string")
    return Edit(start, end, replacement, safe_name(rule), reason, confidence)


def _string(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value)
