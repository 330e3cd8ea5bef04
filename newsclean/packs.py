"""The tables that come with newsclean, read fast: compiled once into one file, from the TOML where that has changed.

TOML is what people read and edit; reading a megabyte of it takes a quarter of a second. ``python -m newsclean.compile``
writes the compiled file, and tests/test_compiled.py fails when it is out of date (then it is slow, never wrong).
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsclean.starts import Way

__all__ = ["COMPILED", "DATA", "digest", "known_needs", "needs_key", "packs", "parse", "shipped", "sources"]

DATA = Path(__file__).parent / "data"
COMPILED = DATA / "compiled.json"


def packs(folder: str, *, examples: bool = True) -> list[tuple[str, dict[str, Any]]]:
    """File names and tables of the shipped packs in one folder, sorted by name.

    >>> [name for name, _ in packs("rules")][0]
    'ar.toml'

    examples: those of the rules too, which are read from the TOML; the compiled file, read when an article is cleaned,
    is half as large without them.
    """
    paths = sorted(p for p in sources() if p.startswith(f"{folder}/"))
    return [(p.rpartition("/")[2], parse(p) if examples and folder == "rules" else shipped(p)) for p in paths]


@cache
def shipped(path: str) -> dict[str, Any]:
    """The table of one shipped file, named from the data folder.

    >>> sorted(shipped("repeats.toml"))
    ['article', 'credit', 'particle']
    """
    files: dict[str, list[Any]] = _compiled()["files"]
    known, table = files.get(path, ("", {}))
    return table if known == sources()[path] else parse(path)


def digest(text: str | None = None) -> str:
    """A digest of `text`, or of all that is shipped: equal for equal files.

    >>> len(digest())
    16
    """
    return _hash((repr(sorted(sources().items())) if text is None else text).encode("utf-8", "surrogatepass"))


def known_needs(pattern: str, span: bool = False) -> "Sequence[Way]":
    """`needs` of a rule's pattern, from the compiled file if it is there."""
    from newsclean.starts import Way, needs

    found = _compiled()["needs"].get(needs_key(pattern, span))
    if found is None:
        return needs(pattern, span)
    return tuple(
        [
            Way(tuple(w), tuple(b), tuple(h), tuple(e), tuple(map(tuple, also)), *rest)
            for w, b, h, e, also, *rest in found
        ]
    )


def needs_key(pattern: str, span: bool) -> str:
    """Under what the compiled file has a pattern's needs."""
    return f"{'span' if span else 'line'} {pattern}"


def _hash(data: bytes) -> str:
    import hashlib

    return hashlib.blake2b(data, digest_size=8).hexdigest()


def parse(path: str) -> dict[str, Any]:
    """Read one shipped TOML file; raises RuleError."""
    from newsclean.rule import read_toml

    return read_toml(DATA / path)


@lru_cache(maxsize=1)
def sources() -> dict[str, str]:
    """Every TOML file and the digest of its bytes: cheaper than it looks, and right where times of files are not."""
    paths = (*DATA.glob("*.toml"), *DATA.glob("*/*.toml"))
    return {p.relative_to(DATA).as_posix(): _hash(p.read_bytes().replace(b"\r\n", b"\n")) for p in sorted(paths)}


@lru_cache(maxsize=1)
def _compiled() -> dict[str, Any]:
    import json

    try:
        made: dict[str, Any] = json.loads(COMPILED.read_bytes())
    except (OSError, ValueError):
        return {"files": {}, "needs": {}}
    return made
