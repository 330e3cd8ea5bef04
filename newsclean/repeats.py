"""Pass 2: captions and paragraphs printed twice, near-duplicates included, found by hashing and sorting of keys.

Of copies that say the same the first stays; of captions that differ by their credit the one that carries it stays. A
line goes only where every word of it is said elsewhere in the article, so a wrong cut loses a repetition, no content.
Three steps, each of which looks only at what the one before it left, make the result settled at once: doubled text
inside a line; copies of long lines and what stands between them; copies of short lines.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from newsclean.article import Article, fold, is_prose, wide_chars
from newsclean.builtin import BuiltIn
from newsclean.edit import Edit, Edits, apply, compose
from newsclean.packs import shipped

__all__ = ["RULES", "repeats"]

# Evidence, if nothing else is said: 10,613 English articles, and the tuning half of 2,745 pages of 25 languages.

# Code points of a line's head and tail that are compared before anything else is asked: two lines of which neither
# agree are never copies of each other. 16 would send twice as many lines on, 40 would miss tails of small credits.
EDGE = 24
# How many blanks, bullets, quotation marks and stops may stand before a head and behind a tail.
SLACK = 6
# How far lines with one head, or tail, are compared before their keys are built: 27 % of articles have such lines,
# 15 % after this look, 5 % have copies.
LOOK = 60
# The shortest line that may be a copy, in code points; a script without spaces says as much in a third of it.
SHORTEST = 24
# Sizes below count letters and digits (see _size), the articles of the language left out.
# A caption, headline or label as short as this is the same one if its copy stands next to it.
CLOSE, CLOSE_WORDS = 22, 4
# A caption without a credit, and the article's first line, that stands again further off: shorter ones are table cells,
# calls and labels of sections.
FAR, FAR_WORDS = 38, 5
# How often a line of that size may stand in all: what stands oftener is a refrain or a part of the layout.
FAR_COUNT = 4
# Within so many lines at the top, before a second paragraph, a headline is printed again: below a picture, a byline or
# the standfirst. Oftener than so many times, it is a refrain.
TOP, TOP_COUNT = 12, 3
# A sentence of this size is not said twice by chance: shorter ones are answers, slogans and lines of verse.
SENTENCE = 56
# A line of this size is no list item, answer or cell, whatever it begins with.
PARAGRAPH = 110
# What a caption must say besides its credit.
CAPTION, CAPTION_WORDS = 26, 5
# The shortest beginning of a line that, cut off by an ellipsis, is nothing but its beginning.
CUT_OFF = 34
# The longest credit, in code points and in words.
CREDIT, CREDIT_WORDS = 110, 14
# How far above and below a pull quote its sentence is looked for, in code points: bounds the cost.
REACH = 4000
# The shortest and longest pull quote, in code points.
QUOTE_MIN, QUOTE_MAX = 40, 400
# The longest embedded post with its links, in code points, what of it (key) the story must say again, and how many lines
# above and below it that is looked for: 72 of 1,525 posts in 10,613 articles, 66 of them within nine lines of their text.
POST_LINE, POST, POST_REACH = 700, 28, 12
# The longest signature of a post, in code points.
SIGNATURE = 140
# How much of a line's beginning or end is looked for in the rest of the line, in code points.
STEP = 12
# How many beginnings of a line's first words are tried as the beginning of its second copy: bounds the cost.
TRIES = 4
# How often one line is looked through for doubled text: each time takes out a level of doubling.
ROUNDS = 8

RULES: tuple[BuiltIn, ...] = (
    BuiltIn(
        "und.repeat.caption",
        "repeats a caption with its credit",
        "likely",
        (
            "Ann Lee opens the new bridge in Ostrava Mills. (Jo Roe/Foto Post)\nThe bridge took two years.\n"
            "⟦Ann Lee opens the new bridge in Ostrava Mills. (Jo Roe/Foto Post)⟧\nShe waved.",
        ),
        ("(Jo Roe / Foto Post)\nThe bridge took two years.\n(Jo Roe / Foto Post)\nShe waved.",),
    ),
    BuiltIn(
        "und.repeat.paragraph",
        "repeats a paragraph",
        "likely",
        (
            "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year.\nNobody spoke.\n"
            "⟦The council of Ostrava Mills voted on Monday to close the old bridge for a whole year.⟧",
        ),
        (
            "HOST: Do you think that the old bridge will ever be opened again in our time?\nJO ROE: No.\n"
            "HOST: Do you think that the old bridge will ever be opened again in our time?\nANN LEE: Yes.",
            "The council of Ostrava Mills voted on Monday to close the bridge for 1.5 million.\n"
            "The council of Ostrava Mills voted on Monday to close the bridge for 15 million.",
            "• The old bridge was built by the town in 1931 and widened after the great war.\nNobody spoke.\n"
            "• The old bridge was built by the town in 1931 and widened after the great war.",
            "“Close it, close it, close the bridge!”\nNobody spoke.\n“Close it, close it, close the bridge!”",
        ),
    ),
    BuiltIn(
        "und.repeat.title",
        "repeats the headline",
        "likely",
        (
            "Ostrava Mills closes its old bridge for a whole year\nBy Jo Roe\n⟦Ostrava Mills closes its old bridge for a whole year⟧\nNobody spoke.\n"
            "⟦Ostrava Mills closes its old bridge for a whole year⟧\nNobody listened.",
            "News\nFirst picture: who closed the bridge?\nBy Jo Roe\n⟦First picture: who closed the bridge?⟧\n"
            "The council of Ostrava Mills voted on Monday to close the bridge for a whole year.",
        ),
        (
            "What happens next?\nNobody knows.\nWhat happens next?\nAnn Lee knows.",
            "News\nThe council of Ostrava Mills voted on Monday to close the bridge for a whole year.\nWhat happens next then?\n"
            "Nobody asked the ferrymen on both banks of the river, who have more to lose than others.\nWhat happens next then?",
        ),
    ),
    BuiltIn(
        "und.repeat.line",
        "repeats a line",
        "likely",
        (
            "Nobody spoke.\nAnn Lee opens the new toll bridge\n⟦Ann Lee opens the new toll bridge⟧\nShe waved.",
            "Nobody spoke.\nAnn Lee opens the new toll bridge in Ostrava Mills on Monday\nShe waved.\n"
            "⟦Ann Lee opens the new toll bridge in Ostrava Mills on Monday⟧\nNobody left.",
        ),
        (
            "He sang.\nRow, row the boat of our fathers\nRow, row the boat of our fathers\nRow, row the boat of our fathers",
            "He cried.\nClose the bridge of our fathers!\nClose the bridge of our fathers!\nNobody left.",
            "Nobody spoke.\nAnn Lee opens the bridge\nShe waved.\nAnn Lee opens the bridge\nNobody left.",
            "Nobody spoke.\nRecording of the mayor of Ostrava Mills [SPEAKING CZECH]\nShe waved.\n"
            "Recording of the mayor of Ostrava Mills [SPEAKING CZECH]\nNobody left.",
        ),
    ),
    BuiltIn(
        "und.repeat.block",
        "stands in a block that is printed twice",
        "likely",
        (
            "The bridge\nThe council of Ostrava Mills voted on Monday to close the old bridge for a whole year.\n"
            "Nobody spoke.\nShopkeepers on both banks of the river had asked for a ferry, but none expects one in spring.\n"
            "Jo Roe\n⟦The bridge⟧\n"
            "⟦The council of Ostrava Mills voted on Monday to close the old bridge for a whole year.⟧\n⟦Nobody spoke.⟧\n"
            "⟦Shopkeepers on both banks of the river had asked for a ferry, but none expects one in spring.⟧\nAnn Lee",
        ),
        (
            "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year.\nNobody spoke.\n"
            "She waved.\nNobody spoke.\nShe waved.",
        ),
    ),
    BuiltIn(
        "und.repeat.near",
        "says the same as a line that carries the credit too",
        "likely",
        (
            "Nobody spoke.\n⟦Ann Lee opens the new bridge in Ostrava Mills⟧\n"
            "Ann Lee opens the new bridge in Ostrava Mills. (Jo Roe/Foto Post)",
            "Nobody spoke.\n⟦Ann Lee opens the new bridge in Ostrava Mills⟧\n"
            "Photo: Jo Roe Ann Lee opens the new bridge in Ostrava Mills",
            "Nobody spoke.\n⟦Ann Lee opens the new bridge in Ostrava Mills⟧\n"
            "Ann Lee opens the new bridge in Ostrava MillsJo Roe",
        ),
        (
            "Ann Lee opens the new bridge in Ostrava Mills\n"
            "Ann Lee opens the new bridge in Ostrava Mills. (Jo Roe/Foto Post)",
            "Nobody spoke.\nAnn Lee opens the new bridge in Ostrava Mills.\n"
            "Ann Lee opens the new bridge in Ostrava Mills. She had asked for a ferry.",
        ),
    ),
    BuiltIn(
        "und.repeat.truncated",
        "is the cut-off beginning of another line",
        "likely",
        (
            "Nobody spoke.\n⟦Ann Lee opens the new bridge in Ostrava Mills on a …⟧\n"
            "Ann Lee opens the new bridge in Ostrava Mills on a rainy day in spring.",
        ),
        (
            "Nobody spoke.\nAnn Lee opens the new bridge in Ostrava Mills on a …\n"
            "Ann Lee opens the new bridge in Ostrava Mills in spring.",
        ),
    ),
    BuiltIn(
        "und.repeat.inside",
        "repeats what stands before it in the line",
        "likely",
        (
            "Ann Lee opens the new bridge. (Jo Roe/Foto Post)⟦ Ann Lee opens the new bridge. (Jo Roe/Foto Post)⟧",
            "Ann Lee opens the new bridge in spring.⟦ Ann Lee opens the new bridge in spring.⟧ (Jo Roe/Foto Post)",
            "Ann Lee opens the new bridge in spring. Jo Roe/Foto Post⟦ Jo Roe/Foto Post⟧",
            "A man walks.⟦ A man walks.⟧",
        ),
        (
            "“Close the bridge. Close the bridge.”",
            "Close the bridge now, all of it! Close the bridge now, all of it!",
            "Ann Lee opens the new bridge. Ann Lee opens the old bridge.",
        ),
    ),
    BuiltIn(
        "und.pullquote.post",
        "embedded post whose words the story has quoted",
        "likely",
        (
            "“We asked the town for a ferry in spring, and got none,” Lee tweeted.\n"
            "⟦We asked the town for a ferry in spring, and got none. https://t.co/x1 — Ann Lee (@annlee) May 6, 2019⟧",
            "⟦We asked the town for a ferry in spring, and got none pic.twitter.com/x1⟧\n"
            "Nobody spoke.\n“We asked the town for a ferry in spring, and got none,” Lee tweeted.",
        ),
        (
            "“We asked the town for a ferry in spring,” Lee tweeted.\n"
            "We asked the town for a ferry in spring, and got none. — Ann Lee (@annlee) May 6, 2019",
            "“We asked for it,” Lee tweeted.\nWe asked for it — Ann Lee (@annlee) May 6, 2019",
            "We asked the town for a ferry in spring, and got none. — Ann Lee (@annlee) May 6, 2019\n"
            "We asked the town for a ferry in spring, and got none. https://t.co/x1 — Jo Roe (@roe) May 6, 2019",
        ),
    ),
    BuiltIn(
        "und.pullquote.sentence",
        "pull quote: its sentence stands in the story",
        "likely",
        (
            "⟦“We had asked the town for a ferry since the spring”⟧\n"
            "Nobody spoke. “We had asked the town for a ferry since the spring,” Ann Lee said.",
        ),
        (
            "“We had asked the town for a ferry since the spring”\n"
            "Nobody spoke. “We had asked the town for a tunnel since the spring,” Ann Lee said.",
        ),
    ),
)
# What kinds of short copies are called, where it is not "line".
_SHORT = {
    "title": ("title", "repeats the article's first line,"),
    "top": ("title", "repeats, still above the story, the line"),
}
_UNCREDITED = "says the same, without the credit, as the line"
_BY_NAME = {r.id.rsplit(".", 1)[1]: r for r in RULES}

_OPENERS = " \t\u00a0\"'“”‘’«»„‹›([•*·▪■●◦‣–—-#>"
_CLOSERS = " \t\u00a0\"'“”‘’«»‹›)].,;:!?…"
# What a sentence ends with and a credit hardly ever.
_PROSE_END = '.!?"”’…'
_BULLET = re.compile(r"\s*(?:[•*·▪■●◦‣➤►✓#]|[-–—](?=\s)|\(?\d{1,3}[.)]\s|\(?[A-Za-z][.)]\s)")
# "HOST:", "Jane Doe:", "Q:", "Senate:": the beginning of what somebody says, or the label of a row.
_SPEAKER = re.compile(r"[^\s.:!?(\[][^.:!?(\[]{0,40}[:：]\s")
_SENTENCE_END = re.compile(r"[.!?。！？؟۔।｡][\"'”’»›)\]」』】*\s]*$")
_FULL_STOP = re.compile(r"[.…。۔।｡:：][\"'”’»›)\]」』】*\s]*$")
_CALL_END = re.compile(r"[!?！？؟\"'”’»\]」』][\s)]*$")
_WHOLE_QUOTE = re.compile(r"\s*[\"“„«‘'「『].*[\"”’»'」』]\s*$")
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\. \. \.)[\s\"'”’»)\]]*$")
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+")
_NAME = re.compile(r"[^\W_][\w.'’-]*")
_LETTERS = re.compile(r"[^\W\d_]*")
_SPACE = re.compile(r"\s*")
# Where a credit may begin: at a bracket or sign, after a sentence or a dash, at a label, at names parted by a slash.
_CREDIT_START = re.compile(
    r"[(\[©]|(?<=[.!?…。\"”’])\s?(?=\S)|\s[-–—]\s|\b(?=\w+:\s)|\b(?=(?:[A-Z][\w.'’-]*\s){0,4}[A-Z][\w.'’-]*\s?/\s?\w)"
)
_SIGNED = re.compile(r"\s[-–—]\s?[^()]{2,60}\(@\w{1,20}\)(?:\s[^()]{0,30})?$")
_POST_LINK = re.compile(r"(?:https?://)?(?:t\.co|pic\.twitter\.com)/\w+$")
_QUOTE = re.compile(rf"[“\"«„]([^“”\"«»„]{{{QUOTE_MIN},{QUOTE_MAX}}}+)[”\"»“](?:\s*[-–—].{{0,100}})?\s*$")


@lru_cache(maxsize=1)
def _words() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words of credits, particles of names, articles."""
    table = shipped("repeats.toml")
    return frozenset(table["credit"]), frozenset(table["particle"]), frozenset(table["article"])


def repeats(article: Article) -> Iterator[Edit]:
    """Find what an article says twice.

    >>> line = "Ann Lee opens the new bridge in Ostrava Mills. (Jo Roe/Foto Post)"
    >>> [(e.start, e.rule, e.reason) for e in repeats(Article(f"Bridge opened\\n{line}\\n{line}"))]
    [(80, 'und.repeat.caption', 'repeats the caption 1 line above')]

    Spans are code points; whole lines go with the gap before them, see `Article.span`. Reason for the keys: two lines
    are taken for one if they have the same words and numbers in the same order, articles, punctuation, case and (in
    mostly ASCII lines) damaged letters aside; similarity was no such test, right in 20 of 45 sampled pairs, this one
    in 92 %. Evidence for the cuts: docs/design/repeats.md.
    """
    lines = article.lines
    doubled: dict[int, Edits] = {}
    texts: dict[int, str] = {}
    for i in article.filled:
        line = lines[i]
        if len(line) < SHORTEST:
            if len(line) * 3 >= SHORTEST and not line.isascii():
                texts[i] = line
            continue
        texts[i] = line
        if line.find(line[:STEP], STEP) > 0 or (line[-1] not in _PROSE_END and line.find(line[-STEP:], 0, -STEP) >= 0):
            edits = _inside(line)
            if edits:
                doubled[i] = edits
                texts[i] = apply(line, edits)
    gone: dict[int, tuple[str, str]] = {}
    suspects = _suspects(texts, "’" in article.text)
    if suspects:
        gone = _Copies(article, texts, suspects).gone
    for i in sorted(gone):
        rule = _BY_NAME[gone[i][0]]
        yield Edit(*article.span(i), "", rule.id, gone[i][1], rule.confidence)
    for i, edits in doubled.items():
        if i not in gone:
            base = article.starts[i]
            for e in edits:
                yield Edit(base + e.start, base + e.end, "", e.rule, e.reason, e.confidence)
    yield from _quotes(article, gone)
    yield from _posts(article, gone)


def _suspects(texts: dict[int, str], curly: bool) -> list[int]:
    """The lines whose head or tail another one has too: all others are nobody's copies."""
    heads = [
        (t[:EDGE] if t[0].isalnum() else t[: EDGE + SLACK].lstrip(_OPENERS)[:EDGE]).lower() for t in texts.values()
    ]
    if curly:
        heads = [h.replace("’", "'") for h in heads]
    tails = [t[-EDGE - SLACK :].rstrip(_CLOSERS)[-EDGE:] for t in texts.values()]
    found: set[int] = set()
    for edges, step in (heads, 1), (tails, -1):
        if len(set(edges)) == len(edges):
            continue
        seen = Counter(edges)
        alike: dict[str, list[int]] = defaultdict(list)
        for i, edge in zip(texts, edges, strict=True):
            if seen[edge] > 1:
                alike[edge].append(i)
        for group in alike.values():  # a longer look, as far as the shortest of them goes
            looks = [_key(texts[i][:LOOK] if step > 0 else texts[i][-LOOK:])[::step] for i in group]
            size = min(map(len, looks))
            again = Counter(look[:size] for look in looks)
            found.update(i for i, look in zip(group, looks, strict=True) if again[look[:size]] > 1)
    return sorted(found)


class _Copies:
    """What of an article's suspects goes, step by step: `gone` maps lines to name of rule and reason."""

    def __init__(self, article: Article, texts: dict[int, str], suspects: list[int]) -> None:
        self.article, self.texts, self.suspects = article, texts, suspects
        self.gone: dict[int, tuple[str, str]] = {}
        self._keys: dict[str, str] = {}
        self.groups: dict[str, list[int]] = defaultdict(list)
        for i in suspects:
            self.groups[self.key(i)].append(i)
        self.groups.pop("", None)
        self.first = article.filled[0]
        self._near()
        self._blocks(self._long())
        self._short()

    def text(self, line: int) -> str:
        return self.texts.get(line) or self.article.lines[line]

    def key(self, line: int) -> str:
        text = self.text(line)
        known = self._keys.get(text)
        if known is None:
            known = self._keys[text] = _key(text)
        return known

    def cut(self, line: int, rule: str, what: str, other: int) -> None:
        rank = self.article.rank
        far = rank[line] - rank[other]
        where = f"{abs(far)} line{'s' if abs(far) != 1 else ''} {'above' if far > 0 else 'below'}"
        self.gone[line] = rule, f"{what} {where}"

    def _near(self) -> None:
        """Captions that another line says with a credit, and beginnings of other lines.

        Sorted, the keys that begin with one key follow it; of reversed keys, those that end with it. Only the pair
        decides, never what stands around it, so that no cut makes another one possible. A sentence may be the story's,
        which a caption or a pull quote says again: here it stays.
        """
        if len(self.groups) < 2:
            return
        keys = sorted(k for k in self.groups if _size(k) >= CAPTION)
        for a, b in pairwise(keys):
            if b.startswith(a) and _size(a) >= CUT_OFF:
                for line in self.groups[a]:
                    text = self.text(line)
                    if line != self.first and _CUT_OFF.search(text) and not _spoken(text):
                        self.cut(line, "truncated", "is the cut-off beginning of the line", self.groups[b][0])
        credited: dict[tuple[str, bool], str] = {}
        for backward in False, True:
            self._credited(sorted(k[::-1] for k in keys) if backward else keys, backward, credited)
        for (key, open_end), longer in credited.items():
            for line in self.groups[key]:
                text = self.text(line)
                if line == self.first or line in self.gone or text[-1].isalnum() != open_end:
                    continue
                if _count(text, key) >= CLOSE_WORDS and not _SENTENCE_END.search(text):
                    self.cut(line, "near", _UNCREDITED, self.groups[longer][0])

    def _credited(self, keys: list[str], backward: bool, credited: dict[tuple[str, bool], str]) -> None:
        """Note which keys another one has with a credit, for lines that end in a letter and for the others."""
        stack: list[str] = []
        for longer in keys:
            while stack and not longer.startswith(stack[-1]):
                stack.pop()
            ruler = None
            for shorter in reversed(stack):
                more = len(longer) - len(shorter)
                if more > CREDIT:
                    break
                a, b = (shorter[::-1], longer[::-1]) if backward else (shorter, longer)
                for open_end in False, True:
                    if (a, open_end) not in credited:
                        ruler = ruler or _Ruler(self.text(self.groups[b][0]))
                        if ruler.credit_before(more) if backward else ruler.credit_after(len(a), open_end):
                            credited[a, open_end] = b
            stack.append(longer)

    def _long(self) -> dict[int, int]:
        """Copies of sentences, paragraphs and captions with a credit, at any distance; and what each is a copy of."""
        copies: dict[int, int] = {}
        for key, group in self.groups.items():
            left = [i for i in group if i not in self.gone]
            if len(left) < 2 or _size(key) < CAPTION:
                continue
            known: dict[str, str] = {}
            for line in left[1:]:
                text = self.text(line)
                if text not in known:
                    known[text] = _long_kind(text, key)
                if known[text]:
                    copies[line] = left[0]
                    self.cut(line, known[text], f"repeats the {known[text]}", left[0])
        return copies

    def _blocks(self, copies: dict[int, int]) -> None:
        """Short lines that stand between, before and after long copies as they do between, before and after the first."""
        filled, rank = self.article.filled, self.article.rank
        reach = 0  # everything before this rank is settled
        for line, first in sorted(copies.items()):
            r, q = rank[line], rank[first]
            if r < reach:
                continue
            start, r, q = r, r - 1, q - 1
            while r > max(reach - 1, rank[first]) and q >= 0 and filled[r] not in self.gone and self._same(r, q):
                self.cut(filled[r], "block", "stands in a block that repeats the line", filled[q])
                r, q = r - 1, q - 1
            r, q = start, rank[first]
            waiting: list[tuple[int, int]] = []
            while r < len(filled) and q < start and self._same(r, q):
                if filled[r] in self.gone:
                    self._all(waiting)
                    waiting = []
                elif not waiting and _is_credit(self.text(filled[r])):
                    self._all([(r, q)])
                else:
                    waiting.append((r, q))
                r, q = r + 1, q + 1
            if q == start or r == len(filled):
                self._all(waiting)
            reach = r

    def _all(self, pairs: list[tuple[int, int]]) -> None:
        filled = self.article.filled
        for r, q in pairs:
            self.cut(filled[r], "block", "stands in a block that repeats the line", filled[q])

    def _same(self, r: int, q: int) -> bool:
        a, b = self.article.filled[r], self.article.filled[q]
        return self.text(a) == self.text(b) or (self.key(a) == self.key(b) != "")

    def _short(self) -> None:
        """Copies of the first line, of lines next to each other, of captions without a credit.

        A group of copies goes or stays as a whole, by what its lines are and how many they are. Neighbours are those
        that are left, so that no cut makes another one possible.
        """
        kinds: dict[int, str] = {}
        alone: set[int] = set()
        for key, group in self.groups.items():
            left = [i for i in group if i not in self.gone]
            kind = self._short_kind(key, left) if len(left) > 1 else ""
            kinds.update((i, kind) for i in left if kind)
            if (kind or len(left) == 1) and _size(key) >= CLOSE:
                alone.update(left)
        if len(alone) < 2:
            return
        stack: list[int] = []
        firsts: dict[str, int] = {}
        for line in self.article.filled:
            if line in self.gone:
                continue
            kind = kinds.get(line, "")
            first = firsts.setdefault(self.key(line), line) if kind else line
            if first != line and kind != "close":
                rule, what = _SHORT.get(kind, ("line", "repeats the line"))
                self.cut(line, rule, what, first)
                continue
            while line in alone and stack and stack[-1] in alone and self._drop_next(stack[-1], line):
                stack.pop()
            if first != line and stack[-1:] == [first]:
                self.cut(line, "line", "repeats the line", first)
            elif not (line in alone and stack and stack[-1] in alone and self._drop_next(line, stack[-1])):
                stack.append(line)

    @cached_property
    def top(self) -> tuple[int, int]:
        """The last line above the first paragraph, and above the second one: there headlines are printed again."""
        head, last, prose = -1, -1, 0
        seen: set[str] = set()
        for line in self.article.filled:
            if line in self.gone or self.key(line) in seen:  # what goes moves no bound
                continue
            seen.add(self.key(line))
            prose += is_prose(self.text(line))
            if prose > 1 or len(seen) > TOP:
                return head, last
            last = line
            head = head if prose else line
        return (head, last) if prose else (-1, -1)  # where nothing is told there is no headline: a list, a poem

    def _drop_next(self, line: int, other: int) -> bool:
        """Drop a line that its neighbour says with a credit."""
        a, b = self.key(line), self.key(other)
        more = len(b) - len(a)
        if line == self.first or not 0 < more <= CREDIT or _count(self.text(line), a) < CLOSE_WORDS:
            return False
        ruler = _Ruler(self.text(other))
        if (b.startswith(a) and ruler.credit_after(len(a), self.text(line)[-1].isalnum())) or (
            b.endswith(a) and ruler.credit_before(more)
        ):
            self.cut(line, "near", _UNCREDITED, other)
            return True
        return False

    def _short_kind(self, key: str, group: list[int]) -> str:
        texts = {self.text(i) for i in group}
        size, words = _size(key), min(_count(t, key) for t in texts)
        if size < CLOSE or words < CLOSE_WORDS:
            return ""
        head, top = self.top
        if group[0] <= head and group[-1] <= top and len(group) <= TOP_COUNT and all(map(_is_title, texts)):
            return "top"
        if any(_no_copy(t) for t in texts):
            return ""
        long = size >= FAR and words >= FAR_WORDS
        ended = all(_SENTENCE_END.search(t) for t in texts)
        if group[0] == self.first and not ended and (long or len(group) == 2):
            return "title"
        calls = any(_CALL_END.search(t) for t in texts)
        spoken = any(_spoken(t) for t in texts)
        if long and not (ended or calls or spoken) and (len(group) <= FAR_COUNT or size >= SENTENCE):
            return "far"
        return "close" if len(group) == 2 and (not calls or size >= SENTENCE) and (not spoken or long) else ""


def _is_title(text: str) -> bool:
    """Whether a line at the top may be the headline: no sentence, no item, no credit."""
    return not (_BULLET.match(text) or _FULL_STOP.search(text) or _is_credit(text))


def _no_copy(text: str) -> bool:
    """Whether a short line may stand again on purpose, wherever it stands."""
    if _BULLET.match(text) or text.rstrip().endswith(("!", "！")) or _WHOLE_QUOTE.match(text) or _is_credit(text):
        return True
    credit = _credit_start(text)
    return credit > 0 and _size(_key(text[:credit])) < CAPTION


def _long_kind(text: str, key: str) -> str:
    """The rule by which a line goes wherever its copy stands, or nothing."""
    size = _size(key)
    if size >= PARAGRAPH:
        return "caption" if _credit_start(text) >= 0 else "paragraph"
    if _spoken(text) or _CALL_END.search(text):
        return ""
    credit = _credit_start(text)
    if credit >= 0:
        rest = _key(text[:credit])
        if _size(rest) >= CAPTION and _count(text[:credit], rest) >= CAPTION_WORDS:
            return "caption"
        return ""
    return "paragraph" if size >= SENTENCE and _SENTENCE_END.search(text) else ""


def _spoken(text: str) -> bool:
    """Whether a line is a list item, or somebody's words after the name; a label such as "Photo:" is no name."""
    if _BULLET.match(text):
        return True
    label = _SPEAKER.match(text)
    return label is not None and not _words()[0].issuperset(fold(label[0]).strip(" :：").split())


def _key(line: str) -> str:
    """A line's words and numbers, articles aside: equal for lines that say the same."""
    articles = _words()[2]
    key = "".join([word for word in _WORD.findall(fold(line)) if word not in articles])
    return _undamaged(key) if _damageable(key) else key


def _tokens(line: str) -> list[tuple[str, int]]:
    """The words and numbers that make a line's key, and where each ends."""
    articles = _words()[2]
    found = [(m[0], m.end()) for m in _WORD.finditer(fold(line)) if m[0] not in articles]
    if _damageable("".join([word for word, _ in found])):
        return [(_undamaged(word), end) for word, end in found]
    return found


def _damageable(key: str) -> bool:
    """Whether letters outside ASCII are left out of a key.

    They are where they are few: there one copy may have them damaged, and without them no two sentences have been seen
    to become one.
    """
    return not key.isascii() and len(_undamaged(key)) * 10 >= len(key) * 9


def _undamaged(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


class _Ruler:
    """A line, measured by its key: what stands before or after so many characters of it."""

    def __init__(self, line: str) -> None:
        self.line = line
        tokens = _tokens(line)
        self._ends = [end for _, end in tokens]
        self._sizes = list(accumulate(len(word) for word, _ in tokens))

    def _at(self, size: int) -> int:
        token = bisect_left(self._sizes, size)
        return self._ends[token] - (self._sizes[token] - size)

    def credit_before(self, size: int) -> bool:
        """Whether the first `size` characters of the key are a credit."""
        return _is_credit(self.line[: self._at(size)])

    def credit_after(self, size: int, open_end: bool) -> bool:
        """Whether what follows them is one; with `open_end` the word in which they end belongs to them."""
        at = self._at(size)
        if 0 < at < len(self.line) and self.line[at - 1].islower() and self.line[at].isupper():
            return _is_credit(self.line[at:], apart=True)  # "... of the townJo Roe": an extractor lost the blank
        if open_end:
            at = _LETTERS.match(self.line, at).end()  # type: ignore[union-attr]
        return _is_credit(self.line[at:])


def _size(key: str) -> int:
    return len(key) + 2 * len(wide_chars(key))


def _count(text: str, key: str) -> int:
    """The words of a line; scripts without spaces have one in six of their thirds."""
    return max(len(text.split()), len(wide_chars(key)) // 2)


def _is_credit(text: str, apart: bool = False) -> bool:
    """Whether a text is a credit and nothing else: capitalized names, with a word or sign that only credits have.

    `apart`: it stands after the end of a sentence, where a few names are enough.
    """
    if len(text) > CREDIT:
        return False
    credits, particles, _ = _words()
    names = [m[0] for m in _NAME.finditer(text)]
    if not 0 < len(names) <= CREDIT_WORDS:
        return False
    marked = any(c in text for c in "©®/")
    for name in names:
        small = fold(name)
        if small in credits:
            marked = marked or small not in particles
        elif name[0].islower() and small not in particles:
            return False
    apart = apart or text.lstrip()[0] in "([-–—.!?…"
    return marked or (apart and len(names) <= 5 and "|" not in text and any(n[0].isupper() for n in names))


def _credit_start(line: str) -> int:
    """Where a line's closing credit starts, or -1."""
    low = max(0, len(line) - CREDIT)
    return next((m.start() for m in _CREDIT_START.finditer(line, low) if _is_credit(line[m.start() :])), -1)


def _inside(line: str) -> Edits:
    """What to cut of a line that says its beginning or its end twice, in code points of the line."""
    rule = _BY_NAME["inside"]
    edits: Edits = ()
    for _ in range(ROUNDS):
        span = _doubled_head(line) or _doubled_tail(line)
        if span is None:
            break
        now = (Edit(*span, "", rule.id, rule.reason, rule.confidence),)
        edits = compose(edits, now, line)
        line = apply(line, now)
    return edits


def _doubled_head(line: str) -> tuple[int, int] | None:
    start = len(line) - len(line.lstrip())
    head = line[start : start + STEP]
    at = start
    for _ in range(TRIES):
        at = line.find(head, at + STEP)
        if at < 0:
            return None
        one = line[start:at].rstrip()
        stop = start + len(one)
        if stop == at and one[-1].isalnum():
            continue
        end, here = stop, at
        while line.startswith(one, here):
            end = here + len(one)
            here = end + len(_SPACE.match(line, end)[0])  # type: ignore[index]
        rest = line[end:].strip()
        if end > stop and not (rest and line[end].isalnum()) and _doubles(one, rest):
            return stop, end
        rest = line[at:].rstrip(_CLOSERS)
        if end == stop and one.startswith(rest) and _size(_key(rest)) >= CAPTION and _is_credit(one[len(rest) :]):
            return stop, len(line)
    return None


def _doubles(one: str, rest: str) -> bool:
    """Whether a text is one that nobody says twice on purpose; `rest` is what follows the second time."""
    if _CALL_END.search(one):
        return False
    key = _key(one)
    ends = bool(_SENTENCE_END.search(one))
    if not rest and ends and len(one.split()) >= 3:
        return True
    if not rest or _is_credit(rest, ends):
        return _size(key) >= CAPTION and _count(one, key) >= CAPTION_WORDS
    return ends and _size(key) >= SENTENCE


def _doubled_tail(line: str) -> tuple[int, int] | None:
    stop = len(line.rstrip())
    at = line.rfind(line[stop - STEP : stop], 0, stop - STEP) + STEP
    if at < STEP:
        return None
    one = line[at:stop].lstrip()
    if at + len(one) == stop or not _is_credit(one):
        return None
    low = stop - len(one)  # of the first copy to go
    while True:
        before = len(line[max(0, low - STEP) : low].rstrip()) + max(0, low - STEP)
        if before == low or not line.endswith(one, 0, before):
            break
        low = before - len(one)
    end = low + len(one)
    if end == stop or (low and line[low - 1].isalnum()):
        return None
    return end, stop


def _quotes(article: Article, gone: Container[int]) -> Iterator[Edit]:
    """Lines that are nothing but a quotation that a longer line of the story has too."""
    rule = _BY_NAME["sentence"]
    for i in article.filled:
        line = article.lines[i]
        if line[0] in '“"«„' and len(line) > QUOTE_MIN and (found := _QUOTE.match(line)) and i not in gone:
            words = found[1].strip(_CLOSERS)
            start = article.starts[i]
            low, high = max(0, start - REACH), start + len(line) + REACH
            for _ in range(TRIES):
                at = article.text.find(words, low, high)
                if at < 0:
                    break
                other = article.line_at(at)
                longer = article.lines[other]
                if other not in gone and (len(longer) > len(line) or not _QUOTE.match(longer)):
                    yield Edit(*article.span(i), "", rule.id, rule.reason, rule.confidence)
                    break
                low = at + len(words)


def _posts(article: Article, gone: Container[int]) -> Iterator[Edit]:
    """Embedded posts all of whose words a line of the story close by has too."""
    if not _may_be_post(article.text):
        return
    lines, filled, rule = article.lines, article.filled, _BY_NAME["post"]
    posts = {n: post for n, i in enumerate(filled) if (post := _post(lines[i]))}
    keys: dict[int, str] = {}
    for n, post in posts.items():
        if filled[n] in gone or len(words := _key(post)) < POST:
            continue
        for other in range(max(0, n - POST_REACH), min(len(filled), n + POST_REACH + 1)):
            if other in posts or filled[other] in gone:
                continue
            if other not in keys:
                keys[other] = _key(lines[filled[other]])
            if words in keys[other]:
                yield Edit(*article.span(filled[n]), "", rule.id, rule.reason, rule.confidence)
                break


def _may_be_post(text: str) -> bool:
    """Whether a text holds the handle or the link of a post."""
    return "(@" in text or "t.co/" in text or "pic.twitter.com/" in text


def _post(line: str) -> str:
    """What an embedded post says, without its links and signature; empty if the line is no post."""
    if len(line) > POST_LINE or not _may_be_post(line):
        return ""
    signed = _SIGNED.search(line, max(0, len(line) - SIGNATURE))
    words = (line[: signed.start()] if signed else line).split()
    said = len(words)
    while said and _POST_LINK.fullmatch(words[said - 1]):
        said -= 1
    return " ".join(words[:said]) if signed or said < len(words) else ""
