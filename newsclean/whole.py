"""A file that is there whole or not at all: written beside its place, then moved into it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["new_mode", "whole"]


@contextmanager
def whole(path: Path, mode: int | None = None) -> Iterator[IO[str]]:
    """Open a text file for writing that replaces `path` at the end, and leaves it alone where an error comes first.

    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with whole(path) as out:
    ...     n = out.write("The mayor left.")
    >>> path.read_text()
    'The mayor left.'

    In UTF-8, line ends as they are written. mode: the permissions it gets; a new file's where not given. Raises OSError.
    """
    handle, beside = tempfile.mkstemp(prefix=".newsclean-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(beside).chmod(new_mode() if mode is None else mode & 0o7777)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def new_mode() -> int:
    """The permissions that a new file gets.

    >>> new_mode() & 0o111
    0
    """
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
