"""Where an article quotes: what stands between quotation marks is somebody's wording, and is left as it was said."""

import re
from bisect import bisect_right

from newsclean.article import Article

__all__ = ["quoted", "quotations"]

_MARK = re.compile("[\"“”„‟«»‹›「」『』]|(?<!\\w)[‘‚]|(?<!\\w)'(?=\\w)")
_DOUBLE_OPEN, _DOUBLE_CLOSE = "“„‟«‹「『", "”»›」』"
# A single quote may close here: after a letter or a stop, before no letter.
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?;:…)—–-])[’'](?!\w)")
# How far a quotation in single marks may run, in code points: longer is an apostrophe that seemed to open one.
SINGLE_REACH = 600
# So many paragraphs that open with a speaker's name in capitals make a transcript; one is a dateline.
SPEAKERS = 3
# A paragraph this long, in code points, that ends with a colon leads in a block quotation, and no list or headline.
LEAD_IN, LONG = 50, 400

_SPEAKER = re.compile(r"(?:[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){0,4}(?:, [^:]{2,40})?|Q|A|[A-Z]{2}): ?\S")
_POST = re.compile(r"\(@\w{2,30}\)")
_SIGNATURE = re.compile(r"\s*[-–—]{1,2} ?.{2,60}\(@\w{2,30}\)")


def quotations(article: Article) -> list[tuple[int, int]]:
    """Return the spans between quotation marks, marks included, sorted and disjoint; ask through ``article.once``.

    >>> a = Article("He said “Daesh will fall.\\n\\n“Daesh is weak,” she said. «Non», ‘no’.")
    >>> [a.text[i:j] for i, j in quotations(a)]
    ['“Daesh will fall.', '“Daesh is weak,”', '«Non»', '‘no’']

    In code points. Heuristic: a paragraph that opens a quotation and does not close it is quoted to its end, and what
    follows is quoted up to the mark that closes it, where none opens before. A closing mark without an opening one
    quotes its paragraph up to there. Single marks must close in their paragraph. Transcripts,
    posts and block quotations after a colon count whole. Doubt makes a quotation: leaving a
    name as written is the lesser error.
    """
    lines, starts, filled = article.lines, article.starts, article.filled
    whole = _spoken(lines, filled)
    spans: list[tuple[int, int]] = []
    carried = False
    between: list[tuple[int, int]] = []  # paragraphs without marks, since one that ran on
    for i in filled:
        line, base = lines[i], starts[i]
        if i in whole:
            spans.append((base, base + len(line)))
            between, carried = [], False
            continue
        if not _MARK.search(line):
            if carried:
                between.append((base, base + len(line)))
            continue
        found, runs_on = _in_line(line)
        if carried and found and found[0][0] == 0 and not _opens(line, 0, line[0], 0):
            spans.extend(between)
        spans.extend((base + a, base + b) for a, b in found)
        between, carried = [], runs_on
    return sorted(spans)


def _spoken(lines: list[str], filled: list[int]) -> set[int]:
    """Paragraphs that are somebody's wording without marks: speakers of a transcript, posts, blocks after a colon."""
    labelled = [k for k, i in enumerate(filled) if _SPEAKER.match(lines[i])]
    whole = set(filled[labelled[0] : labelled[-1] + 1]) if len(labelled) >= SPEAKERS else set()
    before = ""
    for k, i in enumerate(filled):
        line = lines[i]
        if "twitter.com/" in line or "//t.co/" in line or _POST.search(line):
            whole.add(i)
            if k and _SIGNATURE.match(line):
                whole.add(filled[k - 1])
        elif before.endswith(":") and len(before) >= LEAD_IN and len(line) >= LEAD_IN:
            whole.add(i)
        before = line.rstrip() if len(line) < LONG else line[-LONG:].rstrip()
    return whole


def quoted(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether ``start:end`` lies in one of the spans."""
    at = bisect_right(spans, (start, 1 << 62)) - 1
    return at >= 0 and spans[at][1] >= end


def _in_line(line: str) -> tuple[list[tuple[int, int]], bool]:
    """The quotations of one paragraph, and whether the last one runs on."""
    spans: list[tuple[int, int]] = []
    start = -1  # of the quotation that is open
    depth = 0
    done = 0  # what is before is settled
    first = True
    singles_from = 0
    for m in _MARK.finditer(line):
        at = m.start()
        if at < done:
            continue
        mark = m[0]
        if mark in "‘‚'":
            if start < 0 and at >= singles_from:
                close = _single_end(line, at)
                if close:
                    spans.append((at, close))
                    done = close
                else:
                    singles_from = at + SINGLE_REACH // 4  # none closes near: do not look again at once
            continue
        opens = _opens(line, at, mark, depth)
        if opens:
            if depth == 0:
                start = at
                depth = 1
            elif mark != '"':
                depth += mark in "„«‹「『"
        elif depth:
            depth -= 1
            if depth == 0:
                spans.append((start, at + 1))
                start = -1
        elif first:  # closes what the paragraph before, or a mark that was lost, has opened
            spans = [(0, at + 1)]
        first = False
    if start >= 0:
        spans.append((start, len(line)))
    return spans, start >= 0


def _opens(line: str, at: int, mark: str, depth: int) -> bool:
    if mark in '"«»‹›“':
        before, after = line[at - 1 : at], line[at + 1 : at + 2]
        left = not before or before.isspace() or before in "([{-–—/"
        right = not after or after.isspace() or after in ".,;:!?)]}-–—/"
        if mark == "“":  # opens in English, closes „…“ in German
            return not depth or left
        if mark in "«»‹›" and (left == right or (before in " \u202f\u00a0" and after in " \u202f\u00a0")):
            return mark in _DOUBLE_OPEN
        if left != right:
            return left
        return not depth
    return mark in _DOUBLE_OPEN


def _single_end(line: str, at: int) -> int:
    """Where the quotation that a single mark opens ends, or 0. A plural possessive does not close it if a later mark may."""
    fallback = 0
    stop = min(len(line), at + SINGLE_REACH)
    other = line.find("‘", at + 1, stop)
    for m in _SINGLE_CLOSE.finditer(line, at + 1, stop if other < 0 else other):
        if line[at] == "'" and m[0] != "'":
            continue
        end = m.end()
        if line[m.start() - 1] == "s" and line[end : end + 1] == " ":
            fallback = fallback or end
            continue
        return end
    return fallback
