"""Writes docs/catalogue.md, the rule catalogue, from the packs: what each rule drops, what it keeps, and why."""

from itertools import groupby
from pathlib import Path

from newsclean.related import RULES as RELATED
from newsclean.repeats import RULES as REPEATS
from newsclean.rule import shipped_rules


def shown(example: str) -> str:
    """One example as a line of code that Markdown leaves alone."""
    return "`` " + example.replace("\n", " ⏎ ").replace("`", "ˋ") + " ``"


def main() -> None:
    out = ["# Rule catalogue", "", "Generated from the packs by `docs/catalogue.py`; do not edit.", ""]
    rules = shipped_rules()
    out.append(f"{len(rules)} rules in packs, {len(RELATED) + len(REPEATS)} built in.")
    for lang, pack in groupby(rules, key=lambda r: r.lang):
        out += ["", f"## {lang}"]
        for rule in sorted(pack, key=lambda r: r.id):
            out += ["", f"### {rule.id}", "", f"{rule.reason} ({rule.kind}, {rule.confidence}, {rule.part})", ""]
            out += [f"- drops {shown(x)}" for x in rule.drops] + [f"- keeps {shown(x)}" for x in rule.keeps]
    out += ["", "## Built in"]
    for built in (*RELATED, *REPEATS):
        out += ["", f"### {built.id}", "", f"{built.reason} ({built.confidence})", ""]
        out += [f"- drops {shown(x)}" for x in built.drops] + [f"- keeps {shown(x)}" for x in built.keeps]
    Path(__file__).with_name("catalogue.md").write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
