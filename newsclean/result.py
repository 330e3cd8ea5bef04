"""What cleaning gives back: the text, and the record of every edit, so that each can be explained and undone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from newsclean.edit import Edits, Offsets

__all__ = ["Mention", "Result", "parse_explained"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where the text names an entity of the gazetteer.

    >>> Mention(0, 5, "islamic-state", "Daesh", "Daesh", "in a quotation")
    Mention(start=0, end=5, entity='islamic-state', form='Daesh', written='Daesh', reason='in a quotation')

    `start` and `end` are code points of the original; `form` is what stood there, `written` what stands there now,
    `reason` why it was rewritten or left.
    """

    start: int
    end: int
    entity: str
    form: str
    written: str
    reason: str


@dataclass(frozen=True)
class Result:
    """A cleaned text with its provenance.

    >>> from newsclean import clean
    >>> result = clean("The mayor left.\\n\\nSign up for our daily newsletter")
    >>> result.text
    'The mayor left.\\n'
    >>> result.edits[0].rule
    'en.newsletter.signup'

    source: the original. edits: sorted, disjoint, in code points of the original; ``apply(source, edits) == text``.
    mentions: entities named, see `Mention`. lang: the language, as given or found; "" where nothing asked for it.
    ruleset: a digest of rules, names and settings; equal digests give equal results. problems: what could not be done,
    for a person to read.
    """

    source: str = field(repr=False)
    text: str
    edits: Edits = ()
    mentions: tuple[Mention, ...] = ()
    lang: str = ""
    ruleset: str = ""
    problems: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was changed."""
        return bool(self.edits)

    @cached_property
    def _offsets(self) -> Offsets:
        return Offsets(self.edits)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where ``start:end`` of the result came from, in the original.

        >>> from newsclean import clean
        >>> clean("Sign up for our daily newsletter\\n\\nThe mayor left.").source_span(0, 3)
        (34, 37)

        Code points both ways. Raises ValueError for a span that leaves the result.
        """
        if end > len(self.text):
            raise ValueError(f"span {start}:{end} leaves the result of {len(self.text)} code points")
        return self._offsets.source_span(start, end)

    def explain(self) -> str:
        """Return a lossless annotated diff: what was kept, cut and put in, and which rule did it, why.

        >>> from newsclean import clean
        >>> print(clean("The mayor left.\\nSign up for our daily newsletter").explain(), end="")
        = The mayor left.
        # en.newsletter.signup (likely): newsletter sign-up, not the story
        - Sign up for our daily newsletter\\

        Lines that begin with ``=`` are kept, ``-`` cut, ``+`` put in, ``#`` say why. A record that ends without a line
        end of the text ends with a backslash; backslashes and control characters are escaped, so that no text can
        forge a record or reach a terminal. `parse_explained` reads it back.
        """
        return "".join(self._records())

    def _records(self) -> Iterator[str]:
        at = 0
        for e in self.edits:
            yield from _record("=", self.source[at : e.start])
            also = f" [also {', '.join(e.absorbed)}]" if e.absorbed else ""
            yield f"# {e.rule} ({e.confidence}){also}: {_escape(e.reason)}\n"
            yield from _record("-", self.source[e.start : e.end])
            yield from _record("+", e.replacement)
            at = e.end
        yield from _record("=", self.source[at:])


# Everything a terminal or a reader of lines could stumble on, but for the line end that ends a record.
_UNSAFE = re.compile(
    "[\\\\\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_ESCAPED = re.compile(r"\\(?:u([0-9a-f]{4})|(\\))")


def _escape(text: str) -> str:
    return _UNSAFE.sub(lambda m: "\\\\" if m[0] == "\\" else f"\\u{ord(m[0]):04x}", text)


def _record(tag: str, text: str) -> Iterator[str]:
    if not text:
        return
    *whole, rest = text.split("\n")
    for line in whole:
        yield f"{tag} {_escape(line)}\n"
    if rest:
        yield f"{tag} {_escape(rest)}\\\n"


def parse_explained(explained: str) -> tuple[str, str]:
    """Read what `Result.explain` wrote back into original and result.

    >>> parse_explained("= The mayor \\\\\\n- went\\\\\\n+ left\\\\\\n")
    ('The mayor went', 'The mayor left')

    Raises ValueError, naming the line, where a line has no tag.
    """
    before: list[str] = []
    after: list[str] = []
    for n, line in enumerate(explained.removesuffix("\n").split("\n") if explained else (), 1):
        tag, text = line[:1], line[2:]
        if tag not in ("=", "-", "+", "#") or line[1:2] != " ":
            raise ValueError(f"line {n}: {line[:40]!r} begins with none of '= ', '- ', '+ ', '# '")
        if tag == "#":
            continue
        open_end = (len(text) - len(text.rstrip("\\"))) % 2  # an escaped backslash is two
        text = text[:-1] if open_end else text + "\n"
        body = _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else "\\", text)
        if tag in "=-":
            before.append(body)
        if tag in "=+":
            after.append(body)
    return "".join(before), "".join(after)
