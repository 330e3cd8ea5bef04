"""An article as finders read it: lines, zones and keys of one text, each computed at most once and never changed."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from itertools import accumulate
from operator import add
from typing import Any, TypeVar

__all__ = ["Article", "fold", "is_prose", "rare", "wide_chars"]

T = TypeVar("T")

# Bytes that every English text is made of: ASCII but for "&" and the controls that are not white space.
_PLAIN = bytes(c for c in (*b"\t\n\r", *range(0x20, 0x7F)) if c != ord("&"))

_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_CLOSERS = " \t\u00a0\"'”’»›)]}」』】）*_"
_SENTENCE_STOPS = tuple(".!?…。！？؟۔।｡")
_WIDE = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"

# A line this long is a paragraph whatever it ends with: few hand-labelled boilerplate lines are.
PARAGRAPH = 220
# A line this long that ends like a sentence is prose; scripts without spaces say as much in a third of it.
SENTENCE, SENTENCE_WIDE = 60, 18


def fold(text: str) -> str:
    """Lower-case `text` without moving an offset.

    >>> fold("SIGN UP in İZMİR")
    'sign up in izmir'

    As long as `text`, in code points (only U+0130 would grow).
    """
    return text.replace("\u0130", "i").lower()


def rare(text: str) -> set[str]:
    """The characters of a text that are no printable ASCII, and "&".

    >>> sorted(rare("Caf\u00e9 & bar, caf\u00e9"))
    ['&', '\u00e9']
    """
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return set(rest.decode("utf-8", "surrogatepass")) if rest else set()


def is_prose(line: str) -> bool:
    """Say whether a line reads as a paragraph or sentence rather than as a heading, label or headline.

    >>> is_prose("The council of Ostrava Mills voted on Monday to close the bridge for a year.")
    True
    >>> is_prose("Council closes bridge for a year")
    False

    Reason: what newsrooms print around a story is short or has no full stop; length and closing punctuation are the
    two marks that need no language.
    """
    size = len(line)
    if size >= PARAGRAPH:
        return True
    if size < SENTENCE_WIDE:
        return False
    ends = line.rstrip(_CLOSERS).endswith(_SENTENCE_STOPS)
    if ends and size >= SENTENCE:
        return True
    if line.isascii():
        return False
    wide = len(wide_chars(line))
    return wide >= PARAGRAPH // 3 or (ends and wide >= SENTENCE_WIDE)


def wide_chars(text: str) -> list[str]:
    """The characters of scripts that part no words by blanks, Korean among them: each says as much as three letters.

    >>> wide_chars("橋 bridge")
    ['橋']
    """
    return [] if text.isascii() else _wide().findall(text)


@cache
def _wide() -> "re.Pattern[str]":
    return re.compile(_WIDE)


class Article:
    """One text and what finders ask about it.

    >>> a = Article("Bridge closed\\n\\nThe council of Ostrava Mills voted on Monday to close the bridge for a year.\\n\\nALSO")
    >>> a.lines
    ['Bridge closed', '', 'The council of Ostrava Mills voted on Monday to close the bridge for a year.', '', 'ALSO']
    >>> [a.zone(i) for i in a.filled]
    ['head', 'body', 'tail']

    Lines part at \\\\n, \\\\r\\\\n, lone \\\\r, U+2028 and U+2029, and nowhere else. Offsets are code points of `text`. Line
    numbers count from 0. Raises TypeError where `text` is not a str.
    """

    def __init__(self, text: str, lang: str = "", site: str = "") -> None:
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, not {type(text).__name__}")
        self.text = text
        self.lang = lang
        self.site = site
        self._memo: dict[Any, Any] = {}
        self._by_line: dict[Any, dict[str, Any]] = {}

    def once(self, ask: Callable[["Article"], T]) -> T:
        """Return ``ask(self)``, computed at most once: how finders share what they found out.

        >>> Article("a").once(lambda article: len(article.text))
        1

        Raises what `ask` raises.
        """
        try:
            return self._memo[ask]  # type: ignore[no-any-return]
        except KeyError:
            value = self._memo[ask] = ask(self)
            return value

    def then(self, text: str, added: str = "") -> "Article":
        """The article after an edit: it keeps what `by_line` holds.

        >>> Article("One.\\nAD", "en").then("One.").lang
        'en'

        added: all that the edit put in; the rest of `text` is of the text before.
        """
        after = Article(text, self.lang, self.site)
        after._by_line = self._by_line
        if "rare" in self.__dict__ and (not added or (added.isascii() and added.isprintable() and "&" not in added)):
            after.rare = self.rare
        return after

    def by_line(self, owner: Any) -> dict[str, Any]:
        """A table of what `owner` found out about lines by their text alone, which holds from round to round.

        >>> Article("a").by_line("me")
        {}
        """
        return self._by_line.setdefault(owner, {})

    @cached_property
    def _split(self) -> tuple[list[str], Sequence[int]]:
        text = self.text
        if "\r" not in text and "\u2028" not in text and "\u2029" not in text:
            lines = text.split("\n")
            starts = array("q", map(add, accumulate(map(len, lines), initial=0), range(len(lines))))  # 8 bytes a line
            return lines, starts
        lines, starts, at = [], array("q", (0,)), 0
        for m in _LINE_END.finditer(text):
            lines.append(text[at : m.start()])
            at = m.end()
            starts.append(at)
        lines.append(text[at:])
        return lines, starts

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self._split[0]

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where each line starts."""
        return self._split[1]

    @cached_property
    def filled(self) -> list[int]:
        """The lines that are not blank."""
        return [i for i, line in enumerate(self.lines) if line and not line.isspace()]

    @cached_property
    def rank(self) -> dict[int, int]:
        """Each filled line's place among the filled ones."""
        return {i: k for k, i in enumerate(self.filled)}

    def line_at(self, offset: int) -> int:
        """The line that holds the character at `offset`."""
        return bisect_right(self.starts, offset) - 1

    @cached_property
    def prose(self) -> frozenset[int]:
        """The lines that read as prose."""
        lines = self.lines
        return frozenset(i for i in self.filled if is_prose(lines[i]))

    @cached_property
    def body(self) -> tuple[int, int] | None:
        """First and last line of prose, or None where there is none."""
        lines, filled = self.lines, self.filled
        first = next((i for i in filled if is_prose(lines[i])), None)
        if first is None:
            return None
        return first, next(i for i in reversed(filled) if is_prose(lines[i]))

    def zone(self, line: int) -> str:
        """``head``, ``body`` or ``tail``: before, within or after the prose; all is body where there is no prose.

        >>> Article("A caption").zone(0)
        'body'

        It hangs on the prose and not on line counts, so that removing boilerplate does not move it.
        """
        body = self.body
        if body is None or body[0] <= line <= body[1]:
            return "body"
        return "head" if line < body[0] else "tail"

    def span(self, line: int) -> tuple[int, int]:
        """What to cut so that filled line `line` goes without a trace: the line, its end, and the gap before it.

        >>> a = Article("One.\\n\\nAD\\n\\nTwo.\\n")
        >>> start, end = a.span(2)
        >>> a.text[:start] + a.text[end:]
        'One.\\n\\nTwo.\\n'

        In code points. Every line that stays keeps its own line end. Lines of the head, and the first filled line, own
        the gap after them instead: where all of them go, nothing is left at the top. Raises KeyError where `line` is
        blank.
        """
        at = self.rank[line]
        stop = line + 1
        if at and self.zone(line) != "head":
            start = self.starts[self.filled[at - 1] + 1]
        else:
            start = self.starts[line] if at else 0
            stop = self.filled[at + 1] if at + 1 < len(self.filled) else stop
        return start, self.starts[stop] if stop < len(self.starts) else len(self.text)

    @cached_property
    def rare(self) -> set[str]:
        """The characters of the text that are no printable ASCII, and "&"; some may stand in the text before only."""
        return rare(self.text)

    @cached_property
    def folded(self) -> str:
        """The text in lower case, offset by offset."""
        return fold(self.text)

    def key(self, line: int) -> str:
        """The line's letters and digits in lower case: equal for lines that a reader takes for the same.

        >>> Article("A man -- walks…").key(0)
        'amanwalks'
        """
        return "".join(filter(str.isalnum, fold(self.lines[line])))
