"""``python -m newsclean.compile`` writes the compiled tables: one file of what the TOML says, quick to read."""

import json
from collections.abc import Iterable
from typing import Any

from newsclean.gazetteer import Gazetteer, load_names
from newsclean.packs import COMPILED, forms_key, parse, sources
from newsclean.starts import Way, needs

__all__ = ["compiled"]


def compiled() -> str:
    """What the compiled file must hold: the same for the same TOML.

    >>> compiled()[:10]
    '{"forms":['
    """
    tables = {path: parse(path) for path in sources()}
    names = [n for path in tables if path.startswith("names/") for n in load_names(tables[path].get("name", ()), path)]
    parts: dict[str, list[Any]] = {"forms": [forms_key(), Gazetteer(names).sorted_out(), []]}
    for path, known in sources().items():
        rules = tables[path].get("rule", ())
        for rule in rules:
            rule.pop("drops", None)
            rule.pop("keeps", None)
        ways = [[_flat(way) for way in needs(str(rule["match"]), rule.get("part") == "span")] for rule in rules]
        parts[path] = [known, tables[path], ways]
    lines = [f"{json.dumps(key)}:{json.dumps(parts[key], ensure_ascii=False, separators=(',', ':'))}" for key in parts]
    return "{" + ",\n".join(lines) + "}\n"


def _flat(way: Way) -> list[Any]:
    """A way with its strings joined: a few are read ten times as fast as many."""
    words, begins, holds, ends, also, *rest = way
    return [_joined(words), _joined(begins), _joined(holds), _joined(ends), [_joined(row) for row in also], *rest]


def _joined(words: Iterable[str]) -> str:
    words = list(words)
    assert all(word and "\n" not in word for word in words), words
    return "\n".join(words)


if __name__ == "__main__":
    COMPILED.write_text(compiled(), encoding="utf-8", newline="\n")
    print(f"wrote {COMPILED.name}: {COMPILED.stat().st_size:,} bytes")
