"""What a headline looks like, and what a view of an article tells about it: shared by the finders of other stories."""

import re
from collections.abc import Sequence
from functools import cache, cached_property
from itertools import pairwise

from newsclean.article import Article, fold, is_prose, wide_chars
from newsclean.lines import bare
from newsclean.packs import shipped
from newsclean.rule import Rule

__all__ = [
    "Found",
    "LONGEST",
    "LONGEST_TRAILING",
    "MEAN_SIZE",
    "MOST",
    "OVER",
    "SIZE",
    "STOPS",
    "WORDS",
    "View",
    "closes_sentence",
    "end",
    "may_be_headline",
    "opens",
    "signed",
    "terms",
]

# Each with its evidence in docs/design/related.md.
# A headline where nothing announces one: so many words and characters (wide characters where words are not parted).
WORDS, SIZE, WIDE = 5, 25, 10
# No headline seen was longer; list items and captions often are. Without a heading there is less to go by.
LONGEST, LONGEST_TRAILING = 180, 110
# More short lines than this after the story are a table, a transcript or a list of names.
MOST = 40
# Headlines of a trailing run are this long on average; lines of poems, names and scores are shorter.
MEAN_SIZE = 40
# Paragraphs that must stand above cards and comments: a page of nothing else is somebody's story.
STORY = 2
# Letters are at least this share of a headline: scores, prices, addresses and tables have more else.
LETTERS = 0.65
# What a line of these kinds says is said when the story is over; "sign up" and "advertisement" interrupt stories too.
OVER = frozenset(("agency", "bio", "byline", "comment", "copyright", "disclaimer", "nav", "social"))

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CLOSERS = " \t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2063\ufeff\"'”’»›)]}」』】）*_"
STOPS = ".!?…。！？؟۔।｡"
_FULL_STOPS = ".…。۔।｡"
_NO_END = ".…。۔।｡:;,：；，、-–—"  # a headline may ask or cry out, but tells no sentence and leaves nothing open
_NO_START = "(#@[<*&/|=+\\"
_SIGNATURE = re.compile(r"\s*(?:[—―]|--)")  # "— Ana Horvat, economist", "-- With Ivo Lang"


@cache
def _own() -> frozenset[str]:
    """First words of lines that belong to the story, of all languages together."""
    return frozenset(word for words in shipped("related.toml")["own"].values() for word in words)


def may_be_headline(line: str, words: int = WORDS, size: int = SIZE, wide: int = WIDE) -> bool:
    """Say whether a line could be a headline, by its form alone.

    >>> may_be_headline("Ferry to Ostrava Mills sinks in shallow water")
    True
    >>> may_be_headline("The ferry sank.")
    False

    Length in words and code points, in wide characters where words are not parted by blanks. Reason: headlines are
    longer than labels and names, shorter than paragraphs, do not end a sentence with a full stop and leave nothing
    open; addresses, tags, scores, signatures and "Source: ..." look otherwise.
    """
    text = bare(line)
    n = len(text)
    if not 3 <= n <= LONGEST or (is_prose(text) and end(text) not in "?!？！؟"):
        return False
    if end(text) in _NO_END or text[0].islower() or text[0] in _NO_START or _SIGNATURE.match(line):
        return False
    if "@" in text or "://" in text or " #" in text or "www." in text:
        return False
    short = n < size or len(text.split(None, words)) < words
    if short and len(wide_chars(text)) < wide:
        return False
    if sum(map(str.isalpha, text)) < LETTERS * n:
        return False
    first = _WORD.match(fold(text))
    return not (first and first[0] in _own() and text[first.end() :].lstrip()[:1] in (":", "：", "-", "–", "—"))


def closes_sentence(line: str) -> bool:
    """Whether a line ends as sentences do."""
    return end(bare(line)) in _FULL_STOPS


def end(text: str) -> str:
    """The last character, closing quotes and brackets left aside; a full stop where there is none."""
    return text.rstrip(_CLOSERS)[-1:] or "."


def terms(text: str) -> set[str]:
    """Words of four letters or more by their first five, and pairs of wide characters: what two texts may share."""
    folded = fold(text)
    found = {w[:5] for w in _WORD.findall(folded) if len(w) >= 4}
    found.update(a + b for a, b in pairwise(wide_chars(folded)))
    return found


def opens(rule: Rule | None, line: str) -> bool:
    """Whether a marked line is a heading that announces headlines: its rule says so, or it is all heading."""
    if rule is None:
        return False
    if rule.opens:
        return rule.kind != "nav"  # those announce tags
    if rule.kind not in ("related", "readmore"):
        return False
    text = bare(line)
    if text.endswith((":", "：")):
        return True
    return len(text.split()) <= 4 and len(text) <= 40 and not any(c in text for c in ":：.")


class View:
    """An article, the rules of its lines, the lines known so far (no evidence for or against others), its words."""

    def __init__(self, article: Article, marks: dict[int, Rule]) -> None:
        self.article = article
        self.marks = marks
        self.known = set(marks)

    @cached_property
    def told(self) -> int:
        """Within how many filled lines so much of the story is told that others may follow; more than all, if never."""
        lines, marks = self.article.lines, self.marks
        story = 0
        for at, line in enumerate(self.article.filled, 1):
            story += line not in marks and is_prose(lines[line])
            if story == STORY:
                return at
        return len(lines) + 1

    @cached_property
    def words(self) -> set[str]:
        """The words of its paragraphs."""
        lines, marks = self.article.lines, self.marks
        story = [
            i for i in self.article.filled if i not in marks and is_prose(lines[i]) and not may_be_headline(lines[i])
        ]
        return terms("\n".join([lines[i] for i in story]))

    def shares(self, texts: Sequence[str]) -> tuple[float, float]:
        """Which share of each text's words the paragraphs have too: the mean and the greatest."""
        shares = [len(t & self.words) / max(1, len(t)) for t in map(terms, texts)]
        return sum(shares) / len(shares), max(shares)


Found = tuple[int, str, str, str]  # line, rule, reason, confidence


def signed(line: str) -> bool:
    """Whether a line begins as a signature: "— Ana Horvat, economist"."""
    return bool(_SIGNATURE.match(line))
