"""``python -m newsclean.compile`` writes the compiled tables: one file of what the TOML says, quick to read."""

import json

from newsclean.packs import COMPILED, needs_key, parse, sources
from newsclean.starts import needs

__all__ = ["compiled"]


def compiled() -> str:
    """What the compiled file must hold: the same for the same TOML.

    >>> compiled()[:10]
    '{"files":{'
    """
    tables = {path: parse(path) for path in sources()}
    rules = [rule for path, table in tables.items() if path.startswith("rules/") for rule in table.get("rule", ())]
    for rule in rules:  # after they are all read, before they are written
        rule.pop("drops", None)
        rule.pop("keeps", None)
    files = {path: [known, tables[path]] for path, known in sorted(sources().items())}
    patterns = sorted({(str(rule["match"]), rule.get("part") == "span") for rule in rules})
    made = {"files": files, "needs": {needs_key(*pattern): needs(*pattern) for pattern in patterns}}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    COMPILED.write_text(compiled(), encoding="utf-8", newline="\n")
    print(f"wrote {COMPILED.name}: {COMPILED.stat().st_size:,} bytes")
