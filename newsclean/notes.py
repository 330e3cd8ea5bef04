"""Where a run is: a note beside the output from which a killed run goes on, and a lock that keeps a second run out."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

__all__ = ["State", "locked"]


@dataclass
class State:
    """Where a run is: everything before is in the output, whole."""

    key: str
    input: int = 0
    row: int = 0
    offset: int = 0
    output: int = 0
    errors: int = 0
    done: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def load(cls, path: Path, key: str) -> "State":
        """Read the note at `path`; a new one where there is none, or where it is of another run."""
        try:
            state = cls(**json.loads(path.read_bytes()))
            state.counts = Counter(state.counts)
        except (OSError, ValueError, TypeError):
            return cls(key)
        return state if state.key == key else cls(key)

    def save(self, path: Path) -> None:
        """Write the note, whole or not at all."""
        beside = Path(f"{path}.new")
        try:
            beside.write_text(json.dumps(vars(self)), encoding="utf-8")
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise


def locked(file: IO[bytes], path: Path) -> bool:
    """Lock `file`, that was opened at `path`; False where another run holds it or took it away meanwhile."""
    try:
        import fcntl
    except ImportError:  # Windows does not let two write it anyway
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
