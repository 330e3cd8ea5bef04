"""Pass 2: headlines of other stories: the block under a heading, the trailing run, links between paragraphs.

First what each line is by itself, then what its neighbours make of it; every reason names the evidence that decided.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise

from newsclean.article import Article, fold, is_prose
from newsclean.builtin import BuiltIn
from newsclean.edit import Edit
from newsclean.lines import Lines, bare
from newsclean.packs import shipped
from newsclean.rule import DROP_KINDS, Rule

__all__ = ["RULES", "Related", "may_be_headline"]

# Each with its evidence in docs/design/related.md.
# A headline where nothing announces one: so many words and characters (wide characters where words are not parted).
WORDS, SIZE, WIDE = 5, 25, 10
# A headline under a heading that announces it may be this short.
HEADED_WORDS, HEADED_SIZE, HEADED_WIDE = 3, 12, 5
# After the story it may be shorter still, and have a label of up to so many characters above it.
LAST_WORDS, LAST_SIZE, LABEL = 2, 8, 24
# No headline seen was longer; list items and captions often are. Without a heading there is less to go by.
LONGEST, LONGEST_TRAILING = 180, 110
# A single headline under a heading in the midst of the story is easily a subheading of the story: subheadings are shorter.
LONE_WORDS, LONE_SIZE, LONE_WIDE = 4, 45, 14
# A heading of more words than this holds a headline itself.
HEADING_WORDS = 8
# How many headlines a heading in the midst of the story announces, unless its rule says more.
OPENS = 6
# More short lines than this after the story are a table, a transcript or a list of names.
MOST = 40
# Headlines of a trailing run are this long on average; lines of poems, names and scores are shorter.
MEAN_SIZE = 40
# Share of a line's words that the story has too: at most that, on average, where the lines come from other stories.
FAR, FAR_LINE = 0.25, 0.5
# Above that share they are likelier a list of the story's own.
NEARBY = 0.6
# Points that a trailing run needs: see `_weigh`.
ENOUGH = 4
# A line of capitals this long is a headline: subheadings in capitals are shorter.
CAPS_WORDS, CAPS_SIZE = 7, 48
# A line of capitals is a pull quote if so many paragraphs around hold one that has more than this share of its words.
NEAR, QUOTED = 4, 0.8
# How many known lines may stand between a link and the paragraph it belongs to; bounds the cost.
REACH = 12
# A link between paragraphs, alone or in a list.
LINK_SIZE, LINKS = 45, 3
# Letters are at least this share of a headline: scores, prices, addresses and tables have more else.
LETTERS = 0.65
# What a line of these kinds says is said when the story is over; "sign up" and "advertisement" interrupt stories too.
OVER = frozenset(("agency", "bio", "byline", "comment", "copyright", "disclaimer", "nav", "social"))

_WIDE_CHAR = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CLOSERS = " \t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2063\ufeff\"'”’»›)]}」』】）*_"
_ASKS = "?？؟"
_STOPS = ".!?…。！？؟۔।｡"
_NO_END = ".…。۔।｡:;,：；，、-–—"  # a headline may ask or cry out, but tells no sentence and leaves nothing open
_NO_START = "(#@[<*&/|=+\\"
_QUOTES = "\"'“”‘’„«»「」『』"
_ARROW = re.compile(r"\s*(?:>+|[»›])[ \u00a0]+(?=[^«]*\Z)")
_BULLETS = ("-", "–", "•", "·", "▪", "■", "●", "►", "▶", "*", ">", "»", "›", "→")
_HEADLINE_MARKS = re.compile(r"[?!？！؟\"„“«»「]| [–—] ")  # more frequent in headlines than in lists
_INNER_COLON = re.compile(r"[:：]\s*\S")
_SIGNATURE = re.compile(r"\s*(?:[—―]|--)")  # "— Ana Horvat, economist", "-- With Ivo Lang"

TRAILING, BLOCK, CAPS, LINK = "und.related.trailing", "und.related.block", "und.related.caps", "und.related.link"


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
    if not 3 <= n <= LONGEST or (is_prose(text) and _end(text) not in "?!？！؟"):
        return False
    if _end(text) in _NO_END or text[0].islower() or text[0] in _NO_START or _SIGNATURE.match(line):
        return False
    if "@" in text or "://" in text or " #" in text or "www." in text:
        return False
    short = n < size or len(text.split(None, words)) < words
    if short and (text.isascii() or len(_WIDE_CHAR.findall(text)) < wide):
        return False
    if sum(map(str.isalpha, text)) < LETTERS * n:
        return False
    first = _WORD.match(fold(text))
    return not (first and first[0] in _own() and text[first.end() :].lstrip()[:1] in (":", "：", "-", "–", "—"))


def _end(text: str) -> str:
    """The last character, closing quotes and brackets left aside; a full stop where there is none."""
    return text.rstrip(_CLOSERS)[-1:] or "."


def _terms(text: str) -> set[str]:
    """Words of four letters or more by their first five, and pairs of wide characters: what two texts may share."""
    folded = fold(text)
    found = {w[:5] for w in _WORD.findall(folded) if len(w) >= 4}
    if not text.isascii():
        found.update(a + b for a, b in pairwise(_WIDE_CHAR.findall(folded)))
    return found


def _opens(rule: Rule | None, line: str) -> bool:
    """Whether a marked line is a heading that announces headlines: its rule says so, or it is all heading."""
    if rule is None:
        return False
    if rule.opens:
        return True
    if rule.kind not in ("related", "readmore"):
        return False
    text = bare(line)
    if text.endswith((":", "：")):
        return True
    return len(text.split()) <= 4 and len(text) <= 40 and not any(c in text for c in ":：.")


class Related:
    """Finder of other stories' headlines.

    >>> from newsclean.rule import shipped_rules
    >>> story = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year."
    >>> tail = "Ferry captains dream of warmer winters\\n\\nWhy nobody grows celery in the north any more"
    >>> found = list(Related(Lines(shipped_rules()))(Article(f"{story}\\n\\n\\n{tail}")))
    >>> [e.rule for e in found], found[0].reason.split(":")[0]
    (['und.related.trailing', 'und.related.trailing'], '2 headlines of other stories at the end')

    `lines` says which lines are known already: headings, other boilerplate, information. What it finds is ``likely``
    where the evidence is strong, else ``guess``. Linear in the length of the text.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def __call__(self, article: Article) -> Iterator[Edit]:
        if article.body is None:  # no story to tell them from
            return
        view = _View(article, article.once(self._lines.read).marks)
        for look in (_blocks, _between, _trailing):
            found = list(look(view))
            view.known.update(line for line, _, _, confidence in found if confidence != "guess")
            for line, rule, reason, confidence in found:
                yield Edit(*article.span(line), "", rule, reason, confidence)


class _View:
    """An article, the rules of its lines, the lines known so far (no evidence for or against others), its words."""

    def __init__(self, article: Article, marks: dict[int, Rule]) -> None:
        self.article = article
        self.marks = marks
        self.known = set(marks)

    @cached_property
    def words(self) -> set[str]:
        """The words of its paragraphs."""
        lines, marks = self.article.lines, self.marks
        story = [
            i for i in self.article.filled if i not in marks and is_prose(lines[i]) and not may_be_headline(lines[i])
        ]
        return _terms("\n".join([lines[i] for i in story]))

    def shares(self, texts: Sequence[str]) -> tuple[float, float]:
        """Which share of each text's words the paragraphs have too: the mean and the greatest."""
        shares = [len(t & self.words) / max(1, len(t)) for t in map(_terms, texts)]
        return sum(shares) / len(shares), max(shares)


Found = tuple[int, str, str, str]  # line, rule, reason, confidence


def _blocks(view: _View) -> Iterator[Found]:
    """Headlines under a heading that a rule knows."""
    article, marks = view.article, view.marks
    lines, filled = article.lines, article.filled
    for heading, rule in marks.items():
        zone = article.zone(heading)
        if zone == "head" or not _opens(rule, lines[heading]):
            continue
        # "Related: Choir wins in Vienna" is a headline itself. At the end it has company; within the story, subheadings
        # and captions follow it.
        full = _holds_headline(lines[heading])
        if full and zone == "body":
            continue
        words, size = (LAST_WORDS, LAST_SIZE) if zone == "tail" else (HEADED_WORDS, HEADED_SIZE)
        if full:
            words, size = WORDS, SIZE
        found: list[int] = []
        label: list[int] = []  # "Sport", seen above a headline: goes with it
        goes_on = False
        for at in range(article.rank[heading] + 1, len(filled)):
            line = filled[at]
            mark = marks.get(line)
            if mark:
                if _opens(mark, lines[line]) or (mark.kind not in DROP_KINDS and mark.kind != "timestamp"):
                    goes_on = True
                    break
            elif may_be_headline(lines[line], words, size, HEADED_WIDE) and not (
                full and len(lines[line]) > LONGEST_TRAILING
            ):
                found += [*label, line]
                label = []
            elif zone == "tail" and not label and _label(lines[line]):
                label = [line]
            else:
                goes_on = True
                break
            if len(found) > MOST:
                break
        if len(found) <= MOST and (zone == "tail" or not goes_on or _inside(lines, found, rule)):
            reason = f"headline of another story: under the heading {bare(lines[heading])[:40]!r}"
            for line in found:
                yield line, BLOCK, reason, "likely"


def _holds_headline(heading: str) -> bool:
    """Whether a heading holds a headline itself."""
    text = bare(heading)
    return text[-1:] not in (":", "：") and (len(text.split()) > HEADING_WORDS or bool(_INNER_COLON.search(text)))


def _label(line: str) -> bool:
    """Whether a line could be the label above a headline: "Sport"."""
    text = bare(line)
    return 0 < len(text) <= LABEL and text[0].isupper() and _end(text).isalnum() and "@" not in text


def _inside(lines: Sequence[str], found: list[int], rule: Rule) -> bool:
    """Whether lines under a heading within the story are headlines; takes off a subheading of the story below them."""
    if found and not may_be_headline(lines[found[-1]]):
        found.pop()
    n = len(found)
    if n == 1:
        return (
            rule.opens > 0
            and not is_prose(lines[found[0]])
            and bare(lines[found[0]])[0] not in _QUOTES
            and may_be_headline(lines[found[0]], LONE_WORDS, LONE_SIZE, LONE_WIDE)
        )
    return n <= max(rule.opens, OPENS) and (n > 2 or all(may_be_headline(lines[i]) for i in found))


def _trailing(view: _View) -> Iterator[Found]:
    """The run of headlines after the story, without a heading."""
    lines, filled, marks = view.article.lines, view.article.filled, view.marks
    run: list[int] = []
    kinds: list[str] = []
    stop = -1
    for line in reversed(filled):
        mark = marks.get(line)
        if mark:
            if run:
                kinds.append(mark.kind)
            continue
        if line in view.known:
            continue
        if len(run) <= MOST and may_be_headline(lines[line]) and len(lines[line]) <= LONGEST_TRAILING:
            run.append(line)
            kinds = []
            continue
        stop = line
        break
    if not run or stop < 0 or len(run) > MOST:
        return
    run.reverse()
    points, why = _weigh(view, run, stop, kinds)
    if points > 0:
        n = f"{len(run)} headlines" if len(run) > 1 else "a headline"
        reason = f"{n} of other stories at the end: {', '.join(why)}"
        confidence = "likely" if points >= ENOUGH and len(run) > 1 else "guess"
        for line in run:
            yield line, TRAILING, reason, confidence


def _weigh(view: _View, run: Sequence[int], stop: int, kinds: Sequence[str]) -> tuple[int, list[str]]:
    """Points for a trailing run, and the evidence; none where it rather belongs to the story."""
    lines, filled = view.article.lines, view.article.filled
    texts = [bare(lines[i]) for i in run]
    n = len(run)
    above = lines[stop]
    # The story goes on in a line that leaves something open, and a label heads a list of the story's own.
    if _end(above) not in _STOPS:
        return 0, []
    # A question, and what answers it.
    if n > 1 and _end(texts[0]) in _ASKS and not any(_end(t) in _ASKS for t in texts[1:]):
        return 0, []
    # "Ana Horvat, mayor of Ostrava Mills": a list of people; "Bring water ...", "Bring shoes ...": a list of advice.
    if 2 * sum("," in " ".join(t.split(None, 5)[:4]) for t in texts) >= n > 1:
        return 0, []
    firsts = [t.split(None, 1)[0] for t in texts]
    if n > 2 and 2 * max(map(firsts.count, set(firsts))) > n:
        return 0, []
    if sum(map(len, texts)) < n * MEAN_SIZE and not _WIDE_CHAR.search(texts[0]):
        return 0, []
    if 2 * sum(t[0] in _QUOTES and t[-1] in _QUOTES for t in texts) >= n:
        return 0, []
    points, why = 0, []
    before = [i for i in filled if stop <= i <= run[0]]
    gap = max(b - a - 1 for a, b in pairwise(before))
    inner = max((b - a - 1 for a, b in pairwise([i for i in filled if run[0] <= i <= run[-1]])), default=0)
    if gap > 1 and gap > inner:
        points += 2
        why.append("after a double gap")
    if OVER.intersection(kinds):
        points += 2
        why.append("after what closes a story")
    apart = points > 0
    share, most = view.shares(texts)
    far = share <= FAR and most <= FAR_LINE
    if far:
        points += 2
        why.append("few words in common with the story")
    if n > 2 and points:
        points += 2
    # A list or a glossary, of the story's own unless it speaks of other things and stands apart.
    listed = any(lines[i].lstrip().startswith(_BULLETS) for i in run) or all(":" in t for t in texts)
    if share > NEARBY or (listed and not (apart and far)) or all(_end(t) in _ASKS for t in texts):
        points = min(points, ENOUGH - 1)
    why.append("none ends a sentence")
    return points, why


def _between(view: _View) -> Iterator[Found]:
    """Links between paragraphs: in capitals, behind an arrow, alone behind a bullet, in a list with kickers."""
    article, known = view.article, view.known
    lines, filled = article.lines, article.filled
    longest = LONGEST + 8
    odd = [
        i for i in filled if len(lines[i]) <= longest and (lines[i].isupper() or lines[i].lstrip().startswith(_BULLETS))
    ]
    odd = [i for i in odd if i not in known and article.zone(i) != "head"]
    if not odd:
        return
    inner = [i for i in odd if article.zone(i) == "body"]
    capitals = [i for i in odd if _capitals(lines[i])]
    # Subheadings in capitals are the story's own, and then who knows what else is.
    if capitals and all(_capitals(lines[i]) for i in inner if lines[i].isupper()):
        for line in capitals:
            if _prose_around(article, known, line, line) and not _pull_quote(article, line):
                yield line, CAPS, "headline of another story: a line of capitals between paragraphs", "likely"
    bullets = [i for i in odd if lines[i].lstrip().startswith(_BULLETS)]
    alone = sum(lines[i].lstrip().startswith(_BULLETS) for i in inner) == 1
    for group in _groups(article, known, bullets):
        texts = [bare(_ARROW.sub("", lines[i])) for i in group]
        if not all(map(may_be_headline, texts)) or _SIGNATURE.match(lines[group[0]]):
            continue
        if not _prose_around(article, known, group[0], group[-1]):
            continue
        if all(_ARROW.match(lines[i]) for i in group) and (len(group) < LINKS or view.shares(texts)[0] <= FAR_LINE):
            why = "links behind arrows between paragraphs"
        elif alone and ": " in texts[0] and len(texts[0]) >= LINK_SIZE and article.zone(group[-1]) == "body":
            why = "a list of one between paragraphs"
        elif len(group) >= LINKS and 2 * sum(": " in t for t in texts) >= len(group):
            share, _ = view.shares(texts)
            headlong = 3 * sum(bool(_HEADLINE_MARKS.search(t)) for t in texts) >= len(group)
            limit = FAR_LINE if headlong and len(group) > LINKS else FAR
            if share > limit or sum(map(len, texts)) < LINK_SIZE * len(group):
                continue
            why = "a list with kickers between paragraphs, few words in common with the story"
        else:
            continue
        for line in group:
            yield line, LINK, f"headline of another story: {why}", "likely"


def _capitals(line: str) -> bool:
    text = bare(line)
    return (
        text.isupper()
        and len(text) >= CAPS_SIZE
        and len(text.split()) >= CAPS_WORDS
        and _end(text) not in "?!"
        and text[0] not in _QUOTES
        and may_be_headline(line)
    )


def _pull_quote(article: Article, line: int) -> bool:
    """Whether a paragraph close by says what the line says."""
    words = _terms(article.lines[line])
    at = article.rank[line]
    near = article.filled[max(0, at - NEAR) : at] + article.filled[at + 1 : at + 1 + NEAR]
    return any(len(words & _terms(article.lines[i])) > QUOTED * len(words) for i in near if is_prose(article.lines[i]))


def _groups(article: Article, known: set[int], odd: Sequence[int]) -> Iterator[list[int]]:
    """Part lines into groups that nothing but known lines parts."""
    group: list[int] = []
    for line in odd:
        if group and any(i not in known for i in article.filled[article.rank[group[-1]] + 1 : article.rank[line]]):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _prose_around(article: Article, known: set[int], first: int, last: int) -> bool:
    """Whether prose that ends a sentence stands above, and prose (or nothing) below; known lines do not count."""
    filled, lines = article.filled, article.lines
    at = article.rank[first]
    up = next((i for i in reversed(filled[max(0, at - REACH) : at]) if i not in known), None)
    if up is None or not is_prose(lines[up]) or _end(lines[up]) not in _STOPS:
        return False
    at = article.rank[last] + 1
    down = next((i for i in filled[at : at + REACH] if i not in known), None)
    return is_prose(lines[down]) if down is not None else at + REACH > len(filled)


_STORY = (
    "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said.\n\n"
    "Shopkeepers on both banks of the river had asked for a ferry, but none of them expects one before the spring."
)

# Headings are rules of the packs ("ALSO", "Read more:"); the examples stand under one of these.
RULES: tuple[BuiltIn, ...] = (
    BuiltIn(
        BLOCK,
        "headline of another story, under a heading that announces it",
        "likely",
        (
            f"{_STORY}\n\nRELATED STORIES\n\n⟦Choir of Lower Tarn wins in Vienna⟧\n\n⟦What the frost did to the plums⟧",
            f"{_STORY}\n\nRELATED STORIES\n\n⟦Sport⟧\n\n⟦Tarn Rovers sign a goalkeeper⟧\n\n⟦Has-been keepers⟧",
        ),
        (
            f"{_STORY}\n\nRELATED STORIES\n\nThe ferry sank.\n\nA bridge needs a keeper",
            f"RELATED STORIES\n\nChoir of Lower Tarn wins in Vienna\n\n{_STORY}",
        ),
    ),
    BuiltIn(
        TRAILING,
        "headlines of other stories at the end, without a heading",
        "likely",
        (
            f"{_STORY}\n\n\n⟦Ferry captains dream of warmer winters⟧\n\n⟦Why nobody grows celery in the north any more⟧",
            f"{_STORY}\n\n⟦Choir of Lower Tarn wins first prize at festival in Vienna⟧\n\n"
            "⟦Astronomers puzzle over a comet that changes colour⟧\n\n⟦Wheat prices fall for the third week in a row⟧",
        ),
        (
            f"{_STORY}\n\nThat is no way to run a town",
            f"{_STORY}\n\nThe town also decided:\n\nNew lamps for every street around the harbour square\n\n"
            "Longer hours at the library during summer months\n\nFree buses for pupils living beyond the quarry",
        ),
    ),
    BuiltIn(
        CAPS,
        "headline of another story, a line of capitals between paragraphs",
        "likely",
        (_STORY.replace("\n\n", "\n\n⟦CHOIR OF LOWER TARN BRINGS HOME FIRST PRIZE FROM VIENNA FESTIVAL⟧\n\n"),),
        (
            _STORY.replace("\n\n", "\n\nNO FERRY BEFORE SPRING\n\n"),
            _STORY.replace("\n\n", "\n\nTHE COUNCIL OF OSTRAVA MILLS VOTED TO CLOSE THE OLD BRIDGE\n\n"),
        ),
    ),
    BuiltIn(
        LINK,
        "headline of another story, a link between paragraphs",
        "likely",
        (
            _STORY.replace("\n\n", "\n\n⟦> Choir of Lower Tarn wins first prize in Vienna⟧\n\n"),
            _STORY.replace("\n\n", "\n\n⟦• Music: Choir of Lower Tarn wins first prize in Vienna⟧\n\n"),
        ),
        (
            _STORY.replace("\n\n", "\n\n» Nobody asked us what we wanted here «\n\n"),
            _STORY.replace("\n\n", "\n\n- Ana Horvat, chief engineer of the regional roads office\n\n"),
        ),
    ),
)
