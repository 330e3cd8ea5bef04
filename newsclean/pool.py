"""Worker processes that may die or hang: every task is done, in order, and the row that broke a worker is known."""

import contextlib
import ctypes
import multiprocessing as mp
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

__all__ = ["LIMIT", "Pool", "PoolError", "Work"]

Task = TypeVar("Task")
Done = TypeVar("Done")
# What a worker is given: the task, rows to leave alone and why, and what to call before each row (None: nothing).
Work = Callable[[Task, dict[int, str], Callable[[int], None] | None], Done]

# Seconds a row may take: real articles take milliseconds, the longest row we accept a few seconds on a slow machine.
LIMIT = 60.0
# A task that kills its worker again and again, at no row that we could name, is an error of ours.
TRIES = 4
# A pipe holds a whole chunk, so that neither side waits for the other while it writes one: half the time of a socket, by
# the clock and of the processor. Where the system grants less, it is slower and all the same.
PIPE = 1 << 20
_PR_SET_PDEATHSIG = 1
_SIGNALS = {signal.SIGINT, signal.SIGTERM}


class PoolError(RuntimeError):
    """Workers die whatever they are given."""


@dataclass
class _Job(Generic[Task]):
    number: int
    task: Task
    bad: dict[int, str] = field(default_factory=dict)
    careful: bool = False  # row by row, since it has broken a worker
    at: int | None = None
    tries: int = 0


class _Worker:
    def __init__(self, work: Any) -> None:
        context = mp.get_context("fork" if sys.platform == "linux" else "spawn")
        theirs, self.tasks = context.Pipe(duplex=False)
        self.conn, answers = context.Pipe(duplex=False)
        for pipe in (theirs, answers):
            _widen(pipe.fileno())
        # What is signalled meanwhile waits: a child between birth and its first line would die loudly.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self.process = context.Process(target=_serve, args=(theirs, answers, work, os.getpid()), daemon=True)  # type: ignore[attr-defined]
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        theirs.close()
        answers.close()
        self.job: _Job[Any] | None = None
        self.since = 0.0

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.conn.close()
        self.tasks.close()


def _widen(pipe: int) -> None:
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)


def _serve(tasks: Connection, answers: Connection, work: Any, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    try:
        while True:
            task, bad, careful = tasks.recv()
            tick = (lambda i: answers.send(("at", i))) if careful else None
            answers.send(("done", work(task, bad, tick)))
    except (EOFError, OSError, KeyboardInterrupt):
        os._exit(1)
    except MemoryError:
        os._exit(2)


class Pool(Generic[Task, Done]):
    """`jobs` processes that do `work`; each row may take `limit` seconds."""

    def __init__(self, work: "Work[Task, Done]", jobs: int = 1, limit: float = LIMIT) -> None:
        self._work, self._limit = work, limit
        self._window = 4 * jobs + 4  # tasks read but not yet given back: what bounds the memory
        self._workers = [_Worker(work) for _ in range(jobs)]

    def close(self) -> None:
        """Stop all workers, now."""
        for worker in self._workers:
            worker.stop()
        self._workers = []

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Done]]:
        """Give each task with what came of it, in order. Raises PoolError where workers die whatever they are given."""
        source = iter(tasks)
        ahead: deque[_Job[Task]] = deque()
        done: dict[int, tuple[Task, Done]] = {}
        read = given = 0
        more = True
        while True:
            for worker in self._workers:
                if worker.job is None:
                    if not ahead and more and read - given < self._window:
                        more = self._read(source, ahead, read)
                        read += more
                    if ahead:
                        self._start(worker, ahead.popleft())
            if not ahead and more and read - given < self._window:  # while they work
                more = self._read(source, ahead, read)
                read += more
            busy = [w for w in self._workers if w.job]
            if not busy and not ahead and not more:
                return
            self._collect(busy, ahead, done)
            while given in done:
                yield done.pop(given)
                given += 1

    @staticmethod
    def _read(source: Iterator[Task], ahead: deque[_Job[Task]], number: int) -> bool:
        for task in source:
            ahead.append(_Job(number, task))
            return True
        return False

    @staticmethod
    def _start(worker: _Worker, job: _Job[Task]) -> None:
        worker.job, worker.since, job.at = job, time.monotonic(), None
        with contextlib.suppress(OSError):  # it is dead: the next wait tells
            worker.tasks.send((job.task, job.bad, job.careful))

    def _collect(self, busy: list[_Worker], ahead: deque[_Job[Task]], done: dict[int, tuple[Task, Done]]) -> None:
        """Wait until something happens, then hear every worker."""
        ends = [w.since + self._limit for w in busy]
        wait([x for w in busy for x in (w.conn, w.process.sentinel)], max(0.0, min(ends) - time.monotonic()))
        for worker in busy:
            job = worker.job
            assert job is not None
            reason = ""
            try:
                while worker.job and worker.conn.poll():
                    what, value = worker.conn.recv()
                    if what == "done":
                        done[job.number], worker.job = (job.task, value), None
                    else:
                        job.at, worker.since = value, time.monotonic()
            except (EOFError, OSError):
                reason = "the process that cleaned it died"
            if not worker.job:
                continue
            if not reason and not worker.process.is_alive() and not worker.conn.poll():
                reason = "the process that cleaned it died"
            if not reason and time.monotonic() >= worker.since + self._limit:
                reason = f"took longer than {self._limit:g} s"
            if reason:
                self._retry(worker, job, reason, ahead)

    def _retry(self, worker: _Worker, job: _Job[Task], reason: str, ahead: deque[_Job[Task]]) -> None:
        worker.stop()
        self._workers[self._workers.index(worker)] = _Worker(self._work)
        if job.careful and job.at is not None and job.at not in job.bad:
            job.bad[job.at] = reason
        else:
            job.tries += 1
            if job.tries >= TRIES:
                raise PoolError(f"a worker ended {job.tries} times at one chunk: {reason}")
        job.careful = True
        ahead.appendleft(job)
