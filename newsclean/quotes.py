"""Where an article quotes: what stands between quotation marks is somebody's wording, and is left as it was said."""

import re
from bisect import bisect_right
from collections import Counter
from functools import cache, lru_cache
from operator import itemgetter

from newsclean.article import Article, fold
from newsclean.packs import shipped
from newsclean.scan import ByteCues, utf8

__all__ = ["quotations", "quoted", "spoken"]

# The class comes first: then the search runs from mark to mark, not from character to character.
_MARK = re.compile("[\"“”„‟«»‹›「」『』‘‚'](?:(?<![‘‚'])|(?<=(?<!\\w)[‘‚])|(?<=(?<!\\w)')(?=\\w))")
_DOUBLE_OPEN, _DOUBLE_CLOSE = "“„‟«‹「『", "”»›」』"
# A single quote may close here: after a letter or a stop, before no letter.
_SINGLE_CLOSE = re.compile(r"[’'](?<=[\w.,!?;:…)—–-].)(?!\w)")
# How far a quotation in single marks may run, in code points: longer is an apostrophe that seemed to open one.
SINGLE_REACH = 600
# So many paragraphs that open with a speaker's name in capitals make a transcript; one is a dateline.
SPEAKERS = 3
# So many turns of speakers who come back, two of them at least, make one in any letters; of speakers of one word, which
# "Related:" and "Photos:" look like, so many.
TURNS, SHORT_TURNS = 4, 6
# A line of its own that names a speaker is no longer, in code points.
LABEL = 40
# So many questions make an interview of what a note says was one: its last line may be the note.
QUESTIONS = 3
# A question put to somebody is no shorter than this, in code points, where nothing else tells; a heading is.
QUESTION = 80
# After "this interview was conducted in May", so many are enough.
ANSWERED = 2
# So many stage directions, "(Applause.)", make the record of a speech; a report that quotes from one has a few.
DIRECTIONS = 5
# An announcement stands at the end of its paragraph, in code points: "A transcript of our talk follows."
ANNOUNCED = 160
# So many question marks in the turns tell talk from a list of labels: "Winner: ...", "Loser: ...".
ASKED = 2
# A paragraph this long, in code points, that ends with a colon leads in a block quotation this long, and no list.
LEAD_IN, BLOCK, LONG = 50, 35, 400

_SPEAKER = re.compile(r"(?:[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){0,4}(?:, [^:]{2,40})?|Q|A|[A-Z]{2}): ?\S")
# "ANN VALE (HOST): ...": so named, one speaker is enough.
_ROLE = re.compile(r"[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){0,4} \([A-Z][A-Z ,.'’-]{2,40}\): ?\S")
_NAMED = re.compile(
    r"([A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3})(?: \([^():]{1,40}\)|, [^:.]{2,40})?: ?\S|([QA])[.:] ?[A-Z“\"]"
)
_OWN_LINE = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3}:?|[A-ZÀ-Þ][\w.'’-]+:|Q:?|A:?")
# "... frames it. --- President Ann Vale, June 2, 2016": an epigraph.
_SAID_BY = re.compile(
    r"(?:[.!?…][\"”’]? ?[—–]|-{2,3}) ?[A-Z][\w.'’-]*(?:,? [A-Z][\w.'’-]*){1,5}(?:,? \d[\w, ]{0,20})?\s*$"
)
_ASKS_YOU = re.compile(r"(?<!\w)you(?:r|'ve|’ve|'re|’re)?(?!\w)", re.IGNORECASE)
_POST = re.compile(r"\(@\w{2,30}\)")
_SIGNATURE = re.compile(r"\s*[-–—]{1,2} ?.{2,60}\(@\w{2,30}\)")


@lru_cache(maxsize=1)
def _cues() -> tuple[list[str], ByteCues]:
    """One automaton over what tells a transcript, and whose each number is: where none of it stands, no line is looked at."""
    lists = shipped("mentions.toml")["transcripts"]
    announcing = [word for key in ("announced", "headings", "texts", "talk", "interview") for word in lists[key]]
    of = {"recordings": lists["recordings"], "directions": lists["directions"], "announcing": announcing}
    return list(of), ByteCues(of.values())


# What a list is looked for as: NAME stands for its words, or for those of another list.
_PATTERNS = {
    "recordings": r"[(\[]?RECORDINGS(?!\w)",
    "directions": r"[(\[]DIRECTIONS[.!]?[)\]]",
    "announced": r"(?<!\w)(?:ANNOUNCED(?!\w)|TEXTS(?!\w)[^.!?]*(?<!\w)AHEAD[.:]?\s*$)",
    "headings": r"\W*HEADINGS\W*",
    "interview": r"(?<!\w)INTERVIEW(?!\w)",
    "talk": r"(?<!\w)TALK(?!\w)",
    "narrators": r"NARRATORS(?::|\s*$)",
}


@cache
def _words(key: str) -> "re.Pattern[str]":
    """The words of a list of mentions.toml as a pattern, made when it is asked for."""
    lists = shipped("mentions.toml")["transcripts"]

    def any_of(name: "re.Match[str]") -> str:
        words = sorted(lists[name[0].lower()], key=len, reverse=True)
        return f"(?:{'|'.join(map(re.escape, words))})"

    return re.compile(re.sub("[A-Z]{4,}", any_of, _PATTERNS[key]), re.IGNORECASE)


def quotations(article: Article) -> list[tuple[int, int]]:
    """Return the spans between quotation marks, marks included, sorted and disjoint; ask through ``article.once``.

    >>> a = Article("He said “Daesh will fall.\\n\\n“Daesh is weak,” she said. «Non», ‘no’.")
    >>> [a.text[i:j] for i, j in quotations(a)]
    ['“Daesh will fall.', '“Daesh is weak,”', '«Non»', '‘no’']

    In code points. Heuristic: a paragraph that opens a quotation and does not close it is quoted to its end, and what
    follows is quoted up to the mark that closes it, where none opens before. A closing mark without an opening one
    quotes its paragraph up to there. Single marks must close in their paragraph. Posts and block quotations after a
    colon count whole; transcripts and speeches are `spoken`. Doubt makes a quotation: leaving a name as written is the
    lesser error.
    """
    quotes, starts = article.once(_Quotes), article.starts
    return [(starts[i] + a, starts[i] + b) for i in article.filled for a, b in quotes.of(i)]


def quoted(article: Article, start: int, end: int) -> bool:
    """Whether ``start:end``, of one line, lies in one of the `quotations`: only lines that tell are read.

    >>> quoted(Article("The mayor of Kiev said “Kiev!” twice."), 24, 28)
    True
    """
    line = article.line_at(start)
    base = article.starts[line]
    spans = article.once(_Quotes).of(line)
    at = bisect_right(spans, (start - base, 1 << 62)) - 1
    return at >= 0 and spans[at][1] >= end - base


class _Quotes:
    """What is quoted of each line, found out when it is asked for."""

    def __init__(self, article: Article) -> None:
        self._lines = article.lines
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self._runs_on: dict[int, bool] = {}  # lines without marks: whether a quotation runs on through them

    def of(self, i: int) -> list[tuple[int, int]]:
        """The quotations in filled line `i`, from its start."""
        spans = self._spans.get(i)
        if spans is None:
            line = self._lines[i]
            if self._set_off(i):
                spans = [(0, len(line))]
            elif _MARK.search(line):
                spans = sorted(_in_line(line)[0])
            else:
                spans = [(0, len(line))] if self._run_through(i) else []
            self._spans[i] = spans
        return spans

    def _run_through(self, i: int) -> bool:
        """Whether a quotation runs on before a line without marks, and is closed after it: so for all its neighbours."""
        row, before = [i], self._beside(i, -1)
        while before is not None and before not in self._runs_on and not self._tells(before):
            row.append(before)
            before = self._beside(before, -1)
        if before in self._runs_on:
            runs_on = self._runs_on[before]
        else:
            runs_on = before is not None and not self._set_off(before) and _in_line(self._lines[before])[1]
            after = self._beside(i, 1) if runs_on else None
            while after is not None and not self._tells(after):
                row.append(after)
                after = self._beside(after, 1)
            runs_on = after is not None and not self._set_off(after) and _closes(self._lines[after])
        self._runs_on.update(dict.fromkeys(row, runs_on))
        return runs_on

    def _tells(self, i: int) -> bool:
        """Whether a line has a say in what is quoted after it."""
        return bool(_MARK.search(self._lines[i])) or self._set_off(i)

    def _beside(self, i: int, step: int) -> int | None:
        """The next line that is not blank."""
        lines = self._lines
        i += step
        while 0 <= i < len(lines):
            if lines[i] and not lines[i].isspace():
                return i
            i += step
        return None

    def _set_off(self, i: int) -> bool:
        """Whether a paragraph is somebody's wording without marks: a post, an epigraph, a block after a colon."""
        line = self._lines[i]
        if _is_post(line) or _SAID_BY.search(line, max(0, len(line) - ANNOUNCED)):
            return True
        after = self._beside(i, 1)
        if after is not None and _is_post(self._lines[after]) and _SIGNATURE.match(self._lines[after]):
            return True
        before = self._beside(i, -1) if len(line) >= BLOCK else None
        return before is not None and _leads_in(self._lines[before])


def _is_post(line: str) -> bool:
    return "twitter.com/" in line or "//t.co/" in line or ("(@" in line and bool(_POST.search(line)))


def _leads_in(line: str) -> bool:
    end = line.rstrip() if len(line) < LONG else line[-LONG:].rstrip()
    return end.endswith(":") and len(end) >= LEAD_IN


def _closes(line: str) -> bool:
    """Whether a line closes a quotation that it has not opened."""
    found, _ = _in_line(line)
    return bool(found) and found[0][0] == 0 and not _opens(line, 0, line[0], 0)


def spoken(article: Article) -> frozenset[int]:
    """Return the lines of `article` that are a transcript or a speech; ask through ``article.once``.

    >>> a = Article("We met.\\n\\nann vale\\n\\nKiev?\\n\\nbo dow\\n\\nYes.\\n\\nann vale\\n\\nAh.\\n\\nbo dow\\n\\nSure?")
    >>> min(spoken(a))
    2

    Lines are numbers. Heuristic: speakers come back, at least two of them, on a line of their own or before a colon; or
    capitals and a colon open three paragraphs; or a sentence announces the full text, or that an interview was edited;
    or stage directions stand in it. What a fact check says between ("THE FACTS:") is not spoken.
    """
    lines, filled = article.lines, article.filled
    met = _met(article)
    found = {i for i in met["recordings"] if _words("recordings").match(lines[i])}
    if met["directions"] and sum(1 for _ in _words("directions").finditer(article.text)) >= DIRECTIONS:
        found.update(filled)
    after = _announced(article, met["announcing"])
    found.update(i for i in filled if i >= after)
    if article.text.count(":") >= SPEAKERS:
        found.update(_capitals(lines, filled))
    if article.text.count("?") >= ASKED:
        found.update(_turns(lines, filled))
    return frozenset(found)


def _met(article: Article) -> dict[str, list[int]]:
    """The lines in which words of each list stand, in order: no other lines need be looked at."""
    text = article.text
    data = utf8(text).lower() if "\u0130" not in text and "\u212a" not in text else utf8(fold(text))
    lists, cues = _cues()
    met: dict[str, dict[int, None]] = {key: {} for key in lists}
    byte = at = 0  # as many bytes are so many code points
    for cue, start, _ in sorted(cues.hits(data, article.rare), key=itemgetter(1)):
        at += len(data[byte:start].decode("utf-8", "surrogatepass"))
        byte = start
        for owner in cues.owners[cue]:
            met[lists[owner]][article.line_at(at)] = None
    return {key: list(lines) for key, lines in met.items()}


def _announced(article: Article, met: list[int]) -> int:
    """The line from which on an article prints what somebody said, because it says so; beyond the last, if it does not."""
    lines, filled = article.lines, article.filled
    never = len(lines)
    if article.text.count("?") >= QUESTIONS:
        asked = [i for i in filled if len(lines[i]) >= QUESTION and _asks(lines[i])]
        never = asked[0] if len(asked) >= QUESTIONS else never
    if "):" in article.text:
        met = sorted({*met, *(i for i in filled if "):" in lines[i])})
    for i in met:
        if _ROLE.match(lines[i]):
            return min(never, i)
        from_ = max(0, len(lines[i]) - ANNOUNCED)
        if _words("announced").search(lines[i], from_) or _words("headings").fullmatch(lines[i]):
            return min(never, i + 1)
        if _words("interview").search(lines[i], from_):
            questions = [k for k in filled if lines[k].rstrip().endswith("?")]
            return min(never, i + 1, questions[0]) if len(questions) >= QUESTIONS else min(never, i + 1)
        if _words("talk").search(lines[i], from_):
            questions = [k for k in filled if k > i and lines[k].rstrip().endswith("?")]
            if len(questions) >= ANSWERED:
                return min(never, questions[0])
    return never


def _asks(line: str) -> bool:
    """Whether a paragraph puts a question to somebody: no quoted one, and no turn that names its speaker."""
    ends = line.rstrip().endswith("?")
    return ends and bool(_ASKS_YOU.search(line)) and not _MARK.search(line) and not _SPEAKER.match(line)


def _capitals(lines: list[str], filled: list[int]) -> list[int]:
    """From the first to the last paragraph that a speaker's name in capitals opens."""
    narrator = _words("narrators")
    labelled = [
        k for k, i in enumerate(filled) if ":" in lines[i] and _SPEAKER.match(lines[i]) and not narrator.match(lines[i])
    ]
    if len(labelled) < SPEAKERS:
        return []
    return _without_narrator(lines, filled[labelled[0] : labelled[-1] + 1])


def _turns(lines: list[str], filled: list[int]) -> list[int]:
    """From the first turn of a speaker who comes back to the last, or to the end where there is little else."""
    narrator = _words("narrators")
    labels = [_label(lines[i]) for i in filled]
    if sum(map(bool, labels)) < TURNS:
        return []
    labels = ["" if x and narrator.match(lines[i]) else x for x, i in zip(labels, filled, strict=True)]
    count = Counter(x for x in labels if x)
    again = {x: n for x, n in count.items() if n > 1}
    turns = sum(again.values())
    if len(again) < 2 or turns < (TURNS if any(" " in x or len(x) == 1 for x in again) else SHORT_TURNS):
        return []
    at = [k for k, x in enumerate(labels) if x in again]
    talk = filled[at[0] :] if turns * 3 >= len(filled) - at[0] else filled[at[0] : at[-1] + 1]
    if sum(lines[i].count("?") for i in talk) < ASKED:
        return []
    return _without_narrator(lines, talk)


def _label(line: str) -> str:
    """Whose turn a line opens, or ""."""
    text = line.strip()
    if len(text) <= LABEL and text[-1] != "." and _OWN_LINE.fullmatch(text):
        name = text.rstrip(":")
        if name.islower() or all(w[0].isupper() for w in name.split()):
            return fold(name)
    m = _NAMED.match(text) if ":" in text or text[0] in "QA" else None
    return fold(m[1] or m[2]) if m else ""


def _without_narrator(lines: list[str], turns: list[int]) -> list[int]:
    narrator = _words("narrators")
    found, telling = [], False
    for i in turns:
        label = _SPEAKER.match(lines[i]) or _label(lines[i])
        telling = bool(narrator.match(lines[i])) or (telling and not label)
        if not telling:
            found.append(i)
    return found


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
