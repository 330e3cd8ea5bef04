"""Pass 2: threads of readers' comments: who, when, what and "Reply", turn after turn below the story.

A comment is prose like the story's; what gives a thread away are its turns. They are counted only below a story, and
below a line that announces comments unless "Reply" stands there again and again, since live blogs have turns too. Where
an extractor took the names off, what stands below a count of comments goes if it speaks of "I" and "you".
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from newsclean.article import fold, wide_chars
from newsclean.headlines import Found, View, closes_sentence
from newsclean.lines import bare
from newsclean.packs import shipped
from newsclean.rule import INFO_KINDS

__all__ = ["THREAD", "thread"]

THREAD = "und.comment.thread"
# Each with its evidence in docs/design/related.md.
# A line that opens or closes a comment is no longer than this, and a name alone than that, in code points and words.
TURN, NAME, NAME_WORDS = 70, 40, 5
# So many turns make a thread below a line that announces comments; so many, two of them "Reply", without one.
HEADED, TURNS, REPLIES = 2, 3, 2
# Without names and dates, below "9 Comments": so many lines at least, this share of which speaks of "I" and "you". The
# story above must be the longer half: a column in the first person may have the counter of its page within it.
SPOKEN, SPOKEN_SHARE = 2, 0.5
# How many lines below its heading the first turn stands, and how many a comment has.
NEAR, COMMENT = 8, 14
# Lines that rules know as such may stand in a thread; at any other the last comment ends.
WITHIN = {*INFO_KINDS, "comment"}

_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}(?::\d{2})?\b")
_NUMBER = re.compile(r"\d+")
# "4 thoughts on “Bridge closed”": above the comments, and nothing but them comes.
_TITLED = re.compile('\\d+ [^"“„«‘‚「]{3,40} ["“„«‘‚「].{3,}["”“»’‘」]\\W*$')
# "9 Comments", "4 Comments. Leave new", "This Post Has 80 Comments".
_COUNTED = re.compile(r"(?:[^\W\d]+ ){0,3}\d{1,4} [^\W\d]+(?:\. [^.]{3,20})?\W*$")
_MARKS = re.compile(r"^[\W\d]+|[\W\d]+$")


@cache
def _words(table: str) -> tuple[str, ...]:
    return tuple(sorted({word for words in shipped("threads.toml")[table].values() for word in words}))


@cache
def _says() -> "re.Pattern[str]":
    return re.compile(rf".*\s(?:{'|'.join(map(re.escape, _words('says')))})\s?:$")


@cache
def _ago() -> "re.Pattern[str]":
    plain = "|".join(re.escape(word) for word in _words("ago") if not wide_chars(word))
    wide = "|".join(re.escape(word) for word in _words("ago") if wide_chars(word))  # not parted from what they count
    return re.compile(rf"(?<!\w)(?:{plain})(?!\w)|\d ?\w{{1,2}} ?(?:{wide})")


@cache
def _reply() -> "re.Pattern[str]":
    return re.compile(rf"(?:.*\W)?(?:{'|'.join(map(re.escape, _words('reply')))})")


def _replies(lines: Sequence[str], filled: Sequence[int]) -> bool:
    """Whether enough short lines end in "Reply"."""
    words, found = _words("reply"), 0
    for i in filled:
        line = lines[i]
        found += len(line) <= TURN and line.rstrip().lower().endswith(words)
    return found >= REPLIES


def _turns(lines: Sequence[str], filled: Sequence[int]) -> Iterator[tuple[int, bool]]:
    """The places, among the filled lines, where a comment opens or closes; whether "Reply" stands there."""
    for at, line in enumerate(filled):
        if len(lines[line]) > TURN:
            continue
        text = fold(bare(lines[line]))
        named = at > 0 and _name(lines[filled[at - 1]])
        if any(map(str.isdigit, text)):
            clock = _CLOCK.search(text)
            if clock and _NUMBER.search(text, clock.end()) is None and not _NUMBER.search(text, 0, clock.start()):
                clock = None  # a time without a date: of a live blog, or of the tram
            if clock or (len(text) <= NAME and _ago().search(text)):
                if _reply().fullmatch(text):
                    yield at, True
                elif named or (clock and any(map(str.isalpha, text[clock.end() + 4 :]))):
                    yield at, False
                continue
        core = _MARKS.sub("", text)
        if core in _words("reply"):
            yield at, True
        elif text.endswith(":") and _says().match(text):
            yield at, False


def _name(line: str) -> bool:
    text = bare(line)
    words = text.split()
    if not words or len(text) > NAME or len(words) > NAME_WORDS or text[-1] == ":" or _ago().search(fold(text)):
        return False
    return len(words[-1]) <= 2 or not closes_sentence(text)  # "Ana H."


def thread(view: View) -> Iterator[Found]:
    """The lines of a thread of comments, its names, dates and buttons among them."""
    article, marks = view.article, view.marks
    lines, filled = article.lines, article.filled
    comment = [at for at, line in enumerate(filled) if line in marks and marks[line].kind == "comment"]
    if not comment and not _replies(lines, filled):  # nearly all articles
        return
    turns = list(_turns(lines, filled))
    comment = [at for at in comment if at >= view.told]
    done = 0  # a thread may reach over the turns of the next one
    for start, stop, why in _stretches(lines, filled, comment, [t for t in turns if t[0] >= view.told]):
        start, stop = max(start, done), max(stop, done)
        while stop < len(filled) and (filled[stop] not in marks or marks[filled[stop]].kind in WITHIN):
            stop += 1
        done = stop
        for line in filled[start:stop]:
            if line not in marks or marks[line].kind in INFO_KINDS:  # others go by the rule that knows them
                yield line, THREAD, f"comments of readers: {why}", "likely"


def _stretches(
    lines: Sequence[str], filled: Sequence[int], comment: Sequence[int], turns: Sequence[tuple[int, bool]]
) -> Iterator[tuple[int, int, str]]:
    """Where threads begin, where their last turn is over, and the evidence."""
    titled = next((at for at in comment if _TITLED.match(bare(lines[filled[at]]))), None)
    if titled is not None:
        yield titled + 1, titled + 1, f"below {bare(lines[filled[titled]])[:40]!r}"
        return
    found = False
    group: list[tuple[int, bool]] = []
    for turn in [*turns, (len(filled) + COMMENT + 1, False)]:
        if group and turn[0] - group[-1][0] > COMMENT:
            first, last = group[0][0], group[-1][0]
            before = bisect_left(comment, first) - 1
            heading = comment[before] if before >= 0 and comment[before] >= first - NEAR else None
            replies = sum(reply for _, reply in group)
            if len(group) >= HEADED and (heading is not None or (len(group) >= TURNS and replies >= REPLIES)):
                start = heading + 1 if heading is not None else first - _name(lines[filled[first - 1]])
                yield start, last + 1, f"{len(group)} times who, when or 'Reply'"
                found = True
            group = []
        group.append(turn)
    counted = next((at for at in comment if _COUNTED.match(bare(lines[filled[at]]))), None)
    if counted is None or found:
        return
    if _spoken([lines[i] for i in filled[:counted]], [lines[i] for i in filled[counted + 1 :]]):
        yield counted + 1, counted + 1, f"below {bare(lines[filled[counted]])[:40]!r}, in the words of readers"


def _spoken(story: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the lines below a story speak as readers do."""
    personal = sum(not _personal().isdisjoint(fold(line).split()) for line in below)
    if personal < SPOKEN or personal < len(below) * SPOKEN_SHARE:
        return False
    return sum(map(len, below)) <= sum(map(len, story))


@cache
def _personal() -> frozenset[str]:
    return frozenset(_words("personal"))
