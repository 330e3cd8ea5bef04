"""Many articles on one machine: reads files, cleans in worker processes, writes beside the output and renames it.

A run that was killed goes on where its last note (`OUT.state.json`) says, since chunks are cut the same way every time.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from newsclean.formats import Broken, Chunk, chunks, form, identity
from newsclean.inputs import Refused, named, need_ray
from newsclean.notes import State, locked
from newsclean.options import add_fields, add_output, add_rows, add_settings, settings
from newsclean.pool import LIMIT, Pool, PoolError
from newsclean.progress import Progress, say, show, summary
from newsclean.rule import RuleError
from newsclean.work import Done, Work

__all__ = ["add_arguments", "run"]

WELL, SET_ASIDE, COULD_NOT = 0, 1, 2
# Seconds between two notes of where we are: what a killed run loses at most.
NOTE_EVERY = 0.5
FORMAT = 1  # of notes: another one is not understood


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``newsclean corpus``.

    >>> parser = argparse.ArgumentParser()
    >>> add_arguments(parser)
    >>> parser.parse_args(["in.jsonl", "-o", "out.jsonl"]).text_field
    'text'
    """
    add_rows(parser)
    add_output(parser, "OUT", "a file; a folder (ends in /); - writes JSONL to stdout")
    add_fields(parser, text="text", lang="", site="")
    add = parser.add_argument
    add("--keep-original", action="store_true", help="add the original text as newsclean_original")
    add("--edits", action="store_true", help="add every edit as newsclean_edits")
    add("-j", "--jobs", type=_positive, default=None, metavar="N", help="worker processes (default: one a core)")
    add("--engine", choices=("local", "ray"), default="local", help="who cleans: worker processes here, or Ray")
    add("--salvage", action="store_true", help="accept what could be read of a damaged archive")
    add("--row-seconds", type=float, default=LIMIT, metavar="S", help="time that a row may take (default: %(default)g)")
    add_settings(parser)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def run(args: argparse.Namespace) -> int:
    """Run ``newsclean corpus``; returns 0 (all well), 1 (rows were set aside) or 2 (could not run)."""
    for fd in (0, 1, 2):  # closed ones: our files must not take their numbers
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    before: Any = None
    with contextlib.suppress(ValueError):  # not in the main thread: then signals are another's business
        before = signal.signal(signal.SIGTERM, _terminated)
    try:
        return _run(args)
    except (Refused, RuleError, PoolError) as err:
        return say(f"error: {err}", COULD_NOT)
    except BrokenPipeError:
        _drop_stdout()
        return COULD_NOT
    except OSError as err:
        where = f"{show(str(err.filename))}: " if err.filename else ""
        _drop_stdout()
        return say(f"error: {where}{err.strerror or err} (nothing is lost: run the same command again)", COULD_NOT)
    except KeyboardInterrupt:
        return say("stopped; run the same command again to go on", 128 + signal.SIGINT)
    except _Terminated:
        return say("terminated; run the same command again to go on", 128 + signal.SIGTERM)
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


class _Terminated(BaseException):
    pass


def _terminated(*_: Any) -> NoReturn:
    raise _Terminated


def _drop_stdout() -> None:
    """So that nobody tries to flush it once more at exit."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


# ------------------------------------------------------------------------------------------------ what to do
def _run(args: argparse.Namespace) -> int:
    if args.engine == "ray":
        need_ray()
    try:
        cleaner = settings(args)
        ruleset = cleaner("").ruleset  # compiles the rules, before the workers are born: they share them
    except ValueError as err:
        raise Refused(str(err)) from None
    inputs, folder = named(args.inputs, args.output)
    work = Work(
        cleaner, args.text_field, args.lang_field, args.site_field, args.keep_original, args.edits, form(args.output)
    )
    if not folder:
        return _finish([_one(args, work, ruleset, [path for path, _ in inputs], args.output)], args.output)
    Path(args.output).mkdir(parents=True, exist_ok=True)
    reports, refused = [], WELL
    for path, name in inputs:
        out = str(Path(args.output) / name)
        Path(out).parent.mkdir(parents=True, exist_ok=True)
        own = replace(work, out=form(out))
        try:
            reports.append(_one(args, own, ruleset, [path], out, last=False))
        except Refused as err:  # one file must not keep the others from being cleaned
            refused = say(f"error: {err}", COULD_NOT)
    if not refused and (args.salvage or not any(report.counts["damaged"] for report in reports)):
        for _, name in inputs:  # only now: until then it says to the next run that this output is done
            Path(args.output, f"{name}.state.json").unlink(missing_ok=True)
    return max(refused, _finish(reports, args.output))


def _check_paths(inputs: Sequence[str], out: str, overwrite: bool) -> None:
    for path in inputs:
        for ours in (
            out,
            *(
                out + end
                for end in (".partial", ".incomplete", ".state.json", ".errors.jsonl", ".errors.jsonl.partial")
            ),
        ):
            if Path(ours).exists() and Path(ours).samefile(path):
                raise Refused(f"{show(ours)} is an input: inputs are never written")
    target = Path(out)
    if target.is_dir():
        raise Refused(f"{show(out)} is a folder: name a file, or end it in / for one output a file")
    if target.exists() and not target.is_file():
        raise Refused(f"{show(out)} is not a regular file")
    if target.exists() and not overwrite:
        raise Refused(f"{show(out)} exists: give --overwrite to replace it")
    if not (target.parent if str(target.parent) else Path()).is_dir():
        raise Refused(f"{show(str(target.parent))}: no such folder")


# ------------------------------------------------------------------------------------------------ one output
def _one(args: argparse.Namespace, work: Work, ruleset: str, inputs: list[str], out: str, last: bool = True) -> State:
    """Make one output of `inputs`, in order."""
    kinds = {form(path).split(".")[0] for path in inputs}
    if len(kinds) > 1 or (kinds and work.out.split(".")[0] not in kinds):
        raise Refused(f"{show(out)}: Parquet comes from Parquet and JSONL from JSONL")
    schema = _schema(inputs, work) if work.out == "parquet" else None
    settings = [FORMAT, ruleset, *(getattr(work, k) for k in work.__dataclass_fields__ if k != "cleaner")]
    key = hashlib.sha256(json.dumps([settings, [identity(p) for p in inputs]]).encode()).hexdigest()
    if out == "-":
        state = State(key)
        with os.fdopen(os.dup(1), "wb") as stdout:
            _work_off(args, work, inputs, state, stdout, None, None)
        return state
    note, partial = Path(f"{out}.state.json"), Path(f"{out}.partial")
    whole = Path(f"{out}.whole.partial") if work.out == "parquet" else partial
    incomplete = Path(f"{out}.incomplete")
    state = State.load(note, key)
    if state.done and not whole.exists() and _done(args, state, inputs, out):
        partial.unlink(missing_ok=True)
        if last and not incomplete.exists():
            note.unlink()
        return state
    _check_paths(inputs, out, args.overwrite)
    with partial.open("ab") as file:
        if not locked(file, partial):
            raise Refused(f"another run is writing {show(out)}")
        try:
            _check_paths(inputs, out, args.overwrite)  # another may have finished meanwhile
        except Refused:
            partial.unlink()
            raise
        state = State.load(note, key)
        if file.tell() < state.output:
            state = State(key)
        file.truncate(state.output)
        errors_path = Path(f"{out}.errors.jsonl.partial")
        with errors_path.open("ab") as errors:
            if errors.tell() < state.errors:  # somebody took it away
                state = State(key)
                file.truncate(0)
            errors.truncate(state.errors)
            if state.row or state.input:
                say(f"going on after {state.counts['articles']} articles")
            _work_off(args, work, inputs, state, file, errors, note)
        if whole != partial:
            from newsclean.parquet import write as write_parquet

            write_parquet(partial, whole, schema)
        if state.errors:
            errors_path.replace(f"{out}.errors.jsonl")
        else:
            errors_path.unlink()
            Path(f"{out}.errors.jsonl").unlink(missing_ok=True)
        state.done = True
        state.save(note)
        if state.counts["damaged"] and not args.salvage:
            _set_aside(state, whole, incomplete)
        else:
            whole.replace(out)
            incomplete.unlink(missing_ok=True)
        if whole != partial:
            partial.unlink()
        if last and not incomplete.exists():
            note.unlink()
    return state


def _done(args: argparse.Namespace, state: State, inputs: list[str], out: str) -> bool:
    """Whether what an earlier run noted as done needs nothing more: in a folder, before a late kill, or damaged."""
    incomplete = Path(f"{out}.incomplete")
    if not state.counts["damaged"] or not incomplete.exists():
        return Path(out).is_file()
    if args.salvage:
        _check_paths(inputs, out, args.overwrite)
        incomplete.replace(out)
    else:
        _tell(state, incomplete)
    return True


def _set_aside(state: State, whole: Path, incomplete: Path) -> None:
    """What came of a damaged archive is no output: a file that lacks its last third must not look whole."""
    if not state.counts["articles"]:
        whole.unlink(missing_ok=True)
        return
    whole.replace(incomplete)
    _tell(state, incomplete)


def _tell(state: State, incomplete: Path) -> None:
    say(
        f"{state.counts['articles']} good articles are in {show(str(incomplete))}: repair the input and run again, "
        "or give --salvage to accept them as the output"
    )


def _finish(states: list[State], output: str) -> int:
    counts: Counter[str] = Counter()
    for state in states:
        counts.update(state.counts)
    say("done\n" + summary(counts))
    if counts["damaged"] and not counts["articles"]:
        return say("error: nothing could be read", COULD_NOT)
    if counts["errors"]:
        reported = "see above" if output == "-" else "see the .errors.jsonl beside the output"
        return say(f"{counts['errors']} rows set aside: {reported}", SET_ASIDE)
    return WELL


def _schema(inputs: list[str], work: Work) -> Any:
    from newsclean.parquet import schema_of

    first = None
    for path in inputs:
        try:
            schema = schema_of(path, work.batch_cleaner(work.edits))
        except (Broken, KeyError, TypeError) as err:
            raise Refused(f"{show(path)}: {err.args[0]}") from None
        first = first or schema
        if not schema.equals(first):
            raise Refused(f"{show(path)} has other columns than {show(inputs[0])}: give a folder as output")
    return first


def _work_off(
    args: argparse.Namespace,
    work: Work,
    inputs: list[str],
    state: State,
    out: io.BufferedWriter,
    errors: io.BufferedWriter | None,
    note: Path | None,
) -> None:
    """Clean what `state` says is left, and keep `state` and its note true."""
    sizes = [Path(path).stat().st_size for path in inputs]
    noted = float("-inf")  # the first chunk is noted at once

    def save() -> None:
        out.flush()
        if note and errors:
            errors.flush()
            for file in (out, errors):
                os.fsync(file.fileno())
            state.save(note)

    try:
        with Progress(sum(sizes), state.counts) as progress, _cleaned(args, work, inputs, state) as cleaned:
            for chunk, done in cleaned:
                out.write(done.output)
                if errors:
                    errors.write(done.errors)
                if chunk.damage:
                    say(chunk.damage)
                elif not errors:
                    for line in done.errors.splitlines():
                        error = json.loads(line)
                        say(f"{show(error['file'])} row {error['row']} set aside: {show(error['reason'])}")
                done.counts.update(state.counts)
                new = {"input": chunk.input, "row": chunk.after, "offset": chunk.offset, "counts": done.counts}
                new |= {"output": state.output + len(done.output), "errors": state.errors + len(done.errors)}
                vars(state).update(new)  # at once: a signal finds all of it or nothing
                progress.show(sum(sizes[: chunk.input]) + chunk.at, state.counts)
                if note and time.monotonic() - noted > NOTE_EVERY:
                    save()
                    noted = time.monotonic()
        save()
    except BaseException:  # stopped: what is whole so far stays
        if note:
            with contextlib.suppress(OSError):
                save()
        raise


@contextlib.contextmanager
def _cleaned(
    args: argparse.Namespace, work: Work, inputs: list[str], state: State
) -> Iterator[Iterable[tuple[Chunk, Done]]]:
    """Every chunk that is left with what came of it, in order, whoever does the work."""
    place = state.input, state.row, state.offset
    if args.engine == "ray":
        from newsclean.engines.ray import clean_files, connected

        with connected():
            yield clean_files(work, inputs, place, args.jobs, args.row_seconds)
        return
    pool: Pool[Chunk, Done] = Pool(work, args.jobs or os.cpu_count() or 1, args.row_seconds)
    try:
        yield pool.run(chunks(inputs, *place))
    finally:
        pool.close()


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="newsclean corpus", description=__doc__)
    add_arguments(_parser)
    sys.exit(run(_parser.parse_args()))
