"""A file of names held against itself and the shipped ones: what comes twice, contends, or is a word of the language."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsclean.nametables import read_names
from newsclean.rule import RuleError

if TYPE_CHECKING:
    from newsclean.gazetteer import Name, Sense

__all__ = ["lint"]


def lint(path: str | Path) -> Iterator[RuleError]:
    """Yield what is wrong with a file of names, by itself and beside the shipped names.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("kind,write,variants\\nperson,Ann Vale,Hope\\n")
    >>> [(e.id, e.field, e.problem) for e in lint(path)]
    [('ann-vale', 'variants', "has 'Hope', a word of the language: anchor it in [[name.unsafe]], or use 'known'")]

    Rows that cannot be used; ids that come twice; forms that two names contend for; single words that are words of the
    language, or that are written without a capital; canonical forms that another name rewrites, and circles of such.
    """
    from newsclean.gazetteer import STYLES, Sense, _listed, plain, shipped_names

    problems: list[RuleError] = []
    names: dict[str, Name] = {}
    for name in read_names(path, problems.append):
        if name.id in names:
            problems.append(RuleError(str(path), name.id, "id", "comes twice"))
        names.setdefault(name.id, name)
    yield from problems
    everyone = {**{name.id: name for name in shipped_names()}, **names}
    forms: dict[str, list[Sense]] = {}
    for name in everyone.values():
        for form, role, base, ending in _listed(name):
            forms.setdefault(form, []).append(Sense(name, role, base, ending))
    for form, senses in forms.items():
        yield from _collisions(form, senses, names)
    for name in names.values():
        yield from _words(name)
    edges: dict[str, list[str]] = {}
    for name in everyone.values():
        for style in STYLES:
            written = plain(name.written(style))
            for sense in forms.get(written, ()):
                other = sense.name
                if other is not name and sense.role in ("variant", "alias") and other.id not in edges.get(name.id, ()):
                    edges.setdefault(name.id, []).append(other.id)
                    if name.id in names or other.id in names:
                        yield RuleError(
                            str(path), name.id, "write" if style == "ap" else "styles",
                            f"has {written!r}, which {other.id} rewrites to {other.written(style)!r}",
                        )  # fmt: skip
    yield from (
        RuleError(str(path), c[0], "write", f"is rewritten in a circle: {' → '.join(c)}") for c in _circles(edges)
    )


_DECIDED = frozenset({"unsafe", "surname", "known"})  # by the article: names may share these
_FIELDS = {"canonical": "write", "variant": "variants", "alias": "aliases", "surname": "surnames"}


def _collisions(form: str, senses: "list[Sense]", mine: "Mapping[str, Name]") -> Iterator[RuleError]:
    for n, sense in enumerate(senses):
        for other in senses[:n]:
            decided = sense.role in _DECIDED and other.role in _DECIDED
            if decided or "shield" in (sense.role, other.role) or not {sense.name.id, other.name.id} & mine.keys():
                continue
            one, two = (sense, other) if sense.name.id in mine else (other, sense)
            where = "in this file" if two.name.id in mine else f"in the shipped {two.name.file}"
            problem = f"has {form!r}, which is a form of {two.name.id} {where} too"
            yield RuleError(one.name.file, one.name.id, _FIELDS.get(one.role, one.role), problem)
            break  # one line tells it: a form of a thousand names would have a million pairs


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    from newsclean.packs import shipped

    return frozenset(str(shipped("words.toml")["words"]).split())


def _words(name: "Name") -> Iterator[RuleError]:
    for field in ("variants", "aliases"):
        for form in getattr(name, field):
            if " " in form:
                continue
            if form.lower() in _english() and not (form.isupper() and len(form) > 2):
                problem = f"has {form!r}, a word of the language: anchor it in [[name.unsafe]], or use 'known'"
                yield RuleError(name.file, name.id, field, problem)
            elif form.islower() and name.kind != "term":
                yield RuleError(name.file, name.id, field, f"has {form!r} without a capital: in prose it is no name")


def _circles(edges: Mapping[str, list[str]]) -> Iterator[tuple[str, ...]]:
    """Circles that a walk from each id meets, each id walked once."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        place: dict[str, int] = {}
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            id, depth = stack.pop()
            for gone in path[depth:]:
                del place[gone]
                done.add(gone)
            del path[depth:]
            if id in place:
                yield (*path[place[id] :], id)
            elif id not in done:
                place[id] = len(path)
                path.append(id)
                stack += [(other, len(path)) for other in reversed(edges.get(id, ()))]
        done.update(path)
