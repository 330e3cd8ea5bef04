"""What a run tells a person: a bar on a terminal, lines in a log, a summary at the end; all on standard error."""

import contextlib
import sys
import time
from collections import Counter
from typing import Any, TextIO

__all__ = ["Progress", "say", "show", "summary"]

LOG_EVERY = 30.0  # seconds between two lines in a log


def say(message: str, code: int = 0) -> int:
    """Tell a person, and return `code`."""
    with contextlib.suppress(OSError):
        print(f"newsclean: {message}", file=sys.stderr, flush=True)
    return code


def show(path: str) -> str:
    """A path for a terminal: whatever is not printable in it is escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)


class Progress:
    """A bar on a terminal, a line now and then in a log."""

    def __init__(self, total: int, counts: Counter[str]) -> None:
        self._total, self._began, self._shown = total, time.monotonic(), time.monotonic()
        self._before = counts["articles"]
        self._first: int | None = None
        self._bar: Any = None

    def __enter__(self) -> "Progress":
        err: TextIO | None = sys.stderr
        if err is not None and err.isatty():
            try:
                from rich.console import Console
                from rich.progress import BarColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
                from rich.progress import Progress as Bar
            except ImportError:
                return self
            self._bar = Bar(
                BarColumn(),
                TextColumn("{task.percentage:.0f} %  {task.fields[rows]} rows"),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                auto_refresh=False,  # no thread: workers are forked
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total or 1, rows=self._before)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, at: int, counts: Counter[str]) -> None:
        """Tell that `at` bytes of the input are done."""
        now = time.monotonic()
        if self._first is None:
            self._first = at
        if self._bar:
            if now - self._shown > 0.1:
                self._shown = now
                self._bar.update(self._task, completed=at, rows=counts["articles"], refresh=True)
        elif now - self._shown > LOG_EVERY:
            self._shown = now
            speed = (at - self._first) / (now - self._began)
            left = f", {(self._total - at) / speed / 60:.1f} min left" if speed else ""
            say(f"{counts['articles']} rows, {at / (self._total or 1):.0%}, {speed / 1e6:.2f} MB/s{left}")


def summary(counts: Counter[str]) -> str:
    """What a run did, as a table.

    >>> print(summary(Counter({"articles": 1200, "changed": 7, "removed promo": 311})))
      articles                          1,200
      changed                               7
      rows set aside                        0
      characters removed: promo           311
    """
    names = {"articles": "articles", "changed": "changed", "errors": "rows set aside"}
    rows = [(name, counts[key]) for key, name in names.items()]
    kinds = {k: n for k, n in counts.items() if k.startswith("removed ")}
    rows += [(f"characters removed: {k.split()[1]}", n) for k, n in sorted(kinds.items(), key=lambda x: (-x[1], x[0]))]
    wide = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:<{wide}}  {n:>12,}" for name, n in rows)
