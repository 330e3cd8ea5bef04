"""Which files a command reads and what it writes: files, folders and globs, in an order that never changes."""

import glob
import os
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from newsclean.formats import SUFFIXES
from newsclean.progress import show

__all__ = ["Refused", "input_files", "named", "need_ray"]


class Refused(ValueError):
    """The run cannot begin or go on; the message says why."""


def named(given: Sequence[str], output: str) -> tuple[list[tuple[str, str]], bool]:
    """The input files with the name each would have in an output folder, and whether the output is one."""
    found: list[tuple[str, str]] = []
    many = len(given) > 1
    for item in given:
        path = Path(item)
        if path.is_dir():
            many = True
            files = sorted(p for p in path.rglob("*") if p.is_file() and _is_rows(p.name))
            if not files:
                raise Refused(f"{show(item)}: no .jsonl or .parquet file in this folder")
            found += [(str(p), str(p.relative_to(path))) for p in files]
        elif path.exists():
            found.append((item, path.name))
        else:
            files = [Path(p) for p in sorted(glob.glob(item, recursive=True)) if Path(p).is_file()]  # noqa: PTH207 - absolute globs too
            if not files:
                raise Refused(f"{show(item)}: no such file")
            many = True
            found += [(str(p), p.name) for p in files]
    if output == "-":
        folder = False
    elif output.endswith(("/", os.sep)):
        folder = True
    else:
        folder = many and (Path(output).is_dir() or not (_is_rows(output) or Path(output).exists()))
    if folder:
        twice = [name for name, n in Counter(name for _, name in found).items() if n > 1]
        if twice:
            raise Refused(f"two inputs would both become {show(twice[0])} in {show(output)}")
    return found, folder


def input_files(given: Sequence[str]) -> list[str]:
    """The files that inputs name: files, folders and globs, each in order."""
    return [path for path, _ in named(given, "-")[0]]


def _is_rows(name: str) -> bool:
    name = name.lower()
    if ".errors.jsonl" in name:
        return False
    for packed in (".gz", ".zst", ".bz2", ".xz"):
        name = name.removesuffix(packed)
    return name.endswith(SUFFIXES)


def need_ray() -> None:
    """Raise Refused, which says what to install, where Ray is not."""
    if not all(find_spec(name) for name in ("ray", "pyarrow")):
        raise Refused("--engine ray needs Ray: pip install 'newsclean[ray]'")
