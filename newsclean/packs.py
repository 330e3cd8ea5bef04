"""The tables that come with newsclean, read fast: compiled once into one file, from the TOML where that has changed.

TOML is what people read and edit; reading a megabyte of it takes a quarter of a second. ``python -m newsclean.compile``
writes the compiled file, a line of JSON for each part, so that only what is asked for is read; tests/test_compiled.py
fails when it is out of date (then it is slow, never wrong).
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:  # the same, without a library that takes three milliseconds to load
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsclean.pieces import Entry
    from newsclean.starts import Way

__all__ = [
    "COMPILED",
    "DATA",
    "digest",
    "forms_key",
    "known_forms",
    "known_needs",
    "packs",
    "parse",
    "shipped",
    "sources",
]

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
    known, table, _ = _part(path)
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

    found = _needs().get((pattern, span))
    if found is None:
        return needs(pattern, span)
    return tuple(
        [
            Way(_split(w), _split(b), _split(h), _split(e), tuple([_split(row) for row in also]), *rest)
            for w, b, h, e, also, *rest in found
        ]
    )


def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("\n")) if joined else ()


@lru_cache(maxsize=1)
def _needs() -> dict[tuple[str, bool], list[Any]]:
    """What the patterns of rules need, as far as the compiled file is that of their TOML."""
    found = {}
    for path, known in sources().items():
        made, table, needs = _part(path)
        if made == known and needs:
            found.update(
                {(rule["match"], rule.get("part") == "span"): x for rule, x in zip(table["rule"], needs, strict=True)}
            )
    return found


def known_forms() -> "Mapping[str, Sequence[Entry]] | None":
    """The forms of the shipped names, sorted out, from the compiled file if they are there."""
    known, forms, _ = _part("forms")
    return forms if known == forms_key() else None


def forms_key() -> str:
    """A digest of what the forms of names hang on."""
    return digest(repr([x for x in sorted(sources().items()) if x[0].startswith("names/") or x[0] == "mentions.toml"]))


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()


def parse(path: str) -> dict[str, Any]:
    """Read one shipped TOML file; raises RuleError."""
    from newsclean.rule import read_toml

    return read_toml(DATA / path)


@lru_cache(maxsize=1)
def sources() -> dict[str, str]:
    """Every TOML file and the digest of its bytes: cheaper than it looks, and right where times of files are not."""
    paths = (*DATA.glob("*.toml"), *DATA.glob("*/*.toml"))
    return {p.relative_to(DATA).as_posix(): _hash(_unix(p.read_bytes())) for p in sorted(paths)}


def _unix(data: bytes) -> bytes:
    """Line ends as the digests of the compiled file have them."""
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


@cache
def _part(key: str) -> list[Any]:
    """One part of the compiled file: the digest of what it was made of, a table, what was read off it."""
    import json

    data, places = _compiled()
    try:
        known, table, needs = json.loads(data[places[key]])
    except (KeyError, ValueError):  # no file, or one of another version
        return ["", {}, []]
    return [known, table, needs]


@lru_cache(maxsize=1)
def _compiled() -> tuple[bytes, dict[str, slice]]:
    """The compiled file, and where each part stands: one a line, read when it is asked for."""
    try:
        data = COMPILED.read_bytes()
    except OSError:
        return b"", {}
    places, at = {}, 1
    while at < len(data):
        end = data.find(b"\n", at) % len(data)
        colon = data.find(b":", at, end)
        places[data[at + 1 : colon - 1].decode("utf-8")] = slice(colon + 1, end - 1)
        at = end + 1
    return data, places
