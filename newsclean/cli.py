"""The command line: it carries texts in and out and does not think."""

import argparse
import difflib
import io
import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import newsclean
from newsclean.options import add_settings, settings

if TYPE_CHECKING:
    from newsclean.result import Result
    from newsclean.review import Review

__all__ = ["main"]

# Commands with a room of their own, imported only when they are named: name -> (module, one line of help).
COMMANDS = {
    "corpus": ("newsclean.corpus", "clean many articles: JSONL, Parquet, compressed, parallel, resumable"),
    "learn": ("newsclean.learn", "learn what each site prints on every page, as a profile"),
    "report": ("newsclean.report", "the review page of a run: see, search and mark what was done"),
    "check": ("newsclean.check", "turn the marks of a review page into examples, and say which still fail"),
}
OK, CHANGED, FAILED = 0, 1, 2
# What a terminal acts on instead of showing: controls, escapes, bidi overrides and isolates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# And what would end or forge a line, in a message of one: line ends, tabs, bytes of a file name that are not UTF-8.
_UNSAFE_IN_LINE = re.compile("[\t\n\ud800-\udfff]")
_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m", "#": "\x1b[36m"}


class _Trouble(Exception):
    """Something that a person can mend; shown as one line, exit status 2."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:  # it repeats arguments as they came, file names among them
        super().error(_line(message))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    >>> main(["rules", "en.newsletter.signup"])  # doctest: +ELLIPSIS
    en.newsletter.signup ...
    0

    0 all well, 1 ``--check`` found something to change (or a linter something to mend), 2 it could not be done.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        args = _parser(argv).parse_args(argv)
        status = args.run(args)
        if sys.stdout is not None:  # None where the caller closed it
            sys.stdout.flush()
        return int(status)
    except BrokenPipeError:  # the reader has left: say nothing, and let no flush at exit say it either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 130
    except (_Trouble, newsclean.RuleError, ValueError, OSError) as error:
        _say(_said(error))
        return FAILED


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _shown(text: str) -> str:
    return _UNSAFE.sub(_escaped, text)


def _line(text: str) -> str:
    return _UNSAFE_IN_LINE.sub(_escaped, _shown(text))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _say(message: str) -> None:
    if sys.stderr is not None:  # where it is None, print would take standard output
        print(f"newsclean: {_line(message)}", file=sys.stderr)


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="newsclean", description="The story alone, and a record of every edit.")
    parser.add_argument("--version", action="version", version=f"newsclean {newsclean.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    clean = commands.add_parser("clean", help="clean articles, one a file")
    clean.add_argument("files", nargs="*", metavar="FILE", help="text in UTF-8; - or none: standard input")
    out = clean.add_mutually_exclusive_group()
    out.add_argument("-o", "--output", metavar="FILE", help="write there instead of standard output")
    out.add_argument("--in-place", action="store_true", help="rewrite each file, whole or not at all")
    out.add_argument("--diff", action="store_true", help="show what would change, as a unified diff")
    out.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    out.add_argument("--explain", action="store_true", help="show every edit with its rule and reason")
    out.add_argument("--json", action="store_true", help="one object a file: text, edits, mentions, ...")
    out.add_argument("--report", metavar="PAGE", help="write a page of HTML on which every edit can be seen and marked")
    clean.add_argument("--lang", default="", help="the language, such as en; found out if not given")
    clean.add_argument("--site", default="", help="where it comes from, such as example.com")
    clean.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in diffs")
    add_settings(clean)
    clean.set_defaults(run=_clean)

    rules = commands.add_parser("rules", help="list rules, or show some with their examples")
    rules.add_argument("ids", nargs="*", metavar="ID", help="rule ids or globs such as 'en.newsletter.*'")
    rules.add_argument("--pack", action="append", default=[], metavar="FILE", help="check and list a pack of your own")
    rules.set_defaults(run=_rules)

    names = commands.add_parser("names", help="who a name is; check, import and suggest names")
    if "names" in argv[:1]:
        show = import_module("newsclean.nameio").add_arguments(names).add_parser("show", help="who a form names")
        show.add_argument("forms", nargs="+", metavar="NAME")
        show.set_defaults(run=_show)

    for name, (module, line) in COMMANDS.items():
        sub = commands.add_parser(name, help=line)
        if name in argv[:1]:
            try:
                room = import_module(module)
            except ImportError as error:
                raise _Trouble(
                    f"{name} needs more than is installed ({error}): pip install 'newsclean[corpus]'"
                ) from error
            room.add_arguments(sub)
            sub.set_defaults(run=room.run)
    return parser


def _read(file: str) -> str:
    name = "standard input" if file == "-" else file
    if file == "-" and sys.stdin is None:
        raise _Trouble("standard input is closed")
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Trouble(f"{name}: byte {error.start} is not UTF-8 ({error.reason}); convert the file first") from error


def _write(file: str, text: str) -> None:
    """Write a file whole or not at all: beside it, then in its place. What is no file (a pipe, a device) is written to."""
    from newsclean.whole import new_mode, whole

    path = Path(file).resolve()
    try:
        mode = path.stat().st_mode if path.exists() else stat.S_IFREG | new_mode()
        if stat.S_ISREG(mode):
            with whole(path, mode) as out:
                out.write(text)
        else:
            path.write_bytes(text.encode("utf-8"))
    except OSError as error:  # the file that was asked for, not the one beside it
        if isinstance(error, BrokenPipeError):
            raise _Trouble(f"{file}: its reader has left") from error
        raise _Trouble(f"{file}: {error.strerror or error}") from error


def _put(text: str) -> None:
    # Only a file name can hold lone surrogates; JSON reads them back from their escapes.
    _stdout().buffer.write(text.encode("utf-8", "backslashreplace"))


def _stdout() -> Any:
    if sys.stdout is None:
        raise _Trouble("standard output is closed")
    return sys.stdout


def _any_letters() -> None:
    """Let what standard output cannot encode be shown as escapes."""
    out = _stdout()
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="backslashreplace")


def _clean(args: argparse.Namespace) -> int:
    files: list[str] = args.files or ["-"]
    if args.output and len(files) > 1:
        raise _Trouble(f"-o takes one input, not {len(files)}: use --in-place, or one call a file")
    if args.in_place and "-" in files:
        raise _Trouble("--in-place needs files: standard input has no place")
    if args.in_place:  # a file that cannot be read is found before any is written
        for file in files:
            _read(file)
    cleaner = settings(args)
    review = _review(args, files) if args.report else None
    colour = args.color == "always"
    if (args.diff or args.explain) and args.color == "auto" and not os.environ.get("NO_COLOR"):
        colour = bool(_stdout().isatty())
    status = OK
    for file in files:
        text = _read(file)
        result = cleaner(text, lang=args.lang, site=args.site)
        for problem in result.problems:
            _say(f"{file}: {problem}")
        if review:
            review.add_result("standard input" if file == "-" else file, result, args.site)
        elif args.in_place:
            if result.changed:
                _write(file, result.text)
        elif args.output and args.output != "-":
            _write(args.output, result.text)
        elif args.check:
            if result.changed:
                status = CHANGED
                _say(f"{file}: {len(result.edits)} edits")
        elif args.diff:
            _put("".join(_painted(_diff(file, result), colour)))
        elif args.explain:
            _put("".join(_painted(result.explain().splitlines(keepends=True), colour)))
        elif args.json:
            _put(json.dumps(_object(file, result), ensure_ascii=False) + "\n")
        else:
            _put(result.text)
    if review:
        _write(args.report, review.page())
    return status


def _review(args: argparse.Namespace, files: Sequence[str]) -> "Review":
    page = Path(args.report)
    if page.exists() and any(Path(file).exists() and page.samefile(file) for file in files if file != "-"):
        raise _Trouble(f"{args.report} is an input: name another file for the page")
    try:
        import_module("jinja2")
        from newsclean.review import Review
    except ImportError as error:
        raise _Trouble(f"--report needs more than is installed ({error}): pip install 'newsclean[corpus]'") from error
    return Review(packs=args.pack, every=True)


def _diff(file: str, result: "Result") -> Iterator[str]:
    """A unified diff; whatever a terminal would act on is shown as an escape."""
    before, after = (list(io.StringIO(text, newline="\n")) for text in (result.source, result.text))
    for line in difflib.unified_diff(before, after, _line(file), f"{_line(file)} (cleaned)"):
        yield _shown(line.removesuffix("\n")) + "\n"
        if not line.endswith("\n"):
            yield "\\ No newline at end of file\n"


def _painted(lines: Sequence[str] | Iterator[str], colour: bool) -> Iterator[str]:
    for line in lines:
        paint = _COLOURS.get(line[:1]) if colour else None
        yield f"{paint}{line.rstrip(chr(10))}\x1b[0m\n" if paint else line


def _object(file: str, result: "Result") -> dict[str, Any]:
    def fields(record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in record.__slots__}

    return {
        "file": file,
        "text": result.text,
        "edits": [fields(e) for e in result.edits],
        "mentions": [fields(m) for m in result.mentions],
        "lang": result.lang,
        "ruleset": result.ruleset,
        "problems": list(result.problems),
    }


def _rules(args: argparse.Namespace) -> int:
    from newsclean.cleaner import TABLES
    from newsclean.examples import failures
    from newsclean.related import RULES as RELATED
    from newsclean.repeats import RULES as REPEATS
    from newsclean.rule import load_rules, read_toml, shipped_rules, unique

    _any_letters()
    for path in args.pack:
        if path.lower().endswith(TABLES):
            raise _Trouble(f"{path} holds names and no rules: newsclean names lint {path}")
    own = unique(r for path in args.pack for r in load_rules(read_toml(path).get("rule", ()), path))
    known = [*(own if args.pack and not args.ids else [*shipped_rules(), *RELATED, *REPEATS, *own])]
    chosen = [r for r in known if not args.ids or any(fnmatchcase(r.id, glob) for glob in args.ids)]
    if args.ids and not chosen:
        raise _Trouble(f"no rule is called {', '.join(args.ids)}: newsclean rules lists them all")
    for rule in chosen:
        print(f"{rule.id}  {rule.confidence}  {_shown(rule.reason)}")
        if args.ids:
            for name in ("cue", "match", "unless", "where", "part", "longest", "beside", "opens", "drops", "keeps"):
                for value in _values(getattr(rule, name, None)):
                    print(f"    {name:8}{_shown(value)}")
    wrong = [w for rule in own for w in failures(rule, [*shipped_rules(), *own])]
    for sentence in wrong:
        _say(sentence)
    return CHANGED if wrong else OK


def _values(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [str(v).replace("\n", "⏎") for v in value]
    return [] if value in (None, "", 0) else [str(value)]


def _show(args: argparse.Namespace) -> int:
    from newsclean.gazetteer import STYLES, plain, shipped_gazetteer

    _any_letters()
    gazetteer = shipped_gazetteer()
    forms = gazetteer.forms
    status = OK
    for form in args.forms:
        ids = {sense.name.id for sense in forms.get(form, ())}
        ids |= {n.id for n in gazetteer.names.values() if n.id == form}
        ids |= {n.id for n in gazetteer.names.values() if any(plain(f) == plain(form) for f in n.variants + n.aliases)}
        if not ids:
            _say(f"nobody is called {form!r} in the gazetteer")
            status = CHANGED
        for id in sorted(ids):
            name = gazetteer.names[id]
            print(f"{_shown(form)}: {name.id} ({name.kind}{', ' + name.qid if name.qid else ''})")
            for style in STYLES:
                print(f"    {style:10}{name.written(style)}")
            print(f"    variants  {', '.join(name.variants)}")
            if name.aliases:
                print(f"    aliases   {', '.join(name.aliases)}")
    return status


if __name__ == "__main__":
    sys.exit(main())
