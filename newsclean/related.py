"""Pass 2: headlines of other stories: the block under a heading, the trailing run, links between paragraphs.

First what each line is by itself, then what its neighbours make of it; every reason names the evidence that decided.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from newsclean.article import Article, is_prose, wide_chars
from newsclean.builtin import BuiltIn
from newsclean.capitals import ASKS, QUOTED, QUOTES, lone_capitals, prose_around, quotation
from newsclean.cards import CARD, cards
from newsclean.edit import Edit
from newsclean.headlines import (
    LONGEST,
    LONGEST_TRAILING,
    MEAN_SIZE,
    MOST,
    OVER,
    SIZE,
    STOPS,
    WORDS,
    Found,
    View,
    end,
    may_be_headline,
    opens,
    signed,
    terms,
)
from newsclean.lines import Lines, bare
from newsclean.rule import DROP_KINDS, Rule
from newsclean.tags import TAG, tags
from newsclean.threads import THREAD, thread

__all__ = ["RULES", "Related"]

# A headline under a heading that announces it may be this short.
HEADED_WORDS, HEADED_SIZE, HEADED_WIDE = 3, 12, 5
# After the story it may be shorter still, and have a label of up to so many characters above it.
LAST_WORDS, LAST_SIZE, LABEL = 2, 8, 24
# A single headline under a heading in the midst of the story is easily a subheading of the story: subheadings are shorter.
LONE_WORDS, LONE_SIZE, LONE_WIDE = 4, 45, 14
# A heading of more words than this holds a headline itself.
HEADING_WORDS = 8
# How many headlines a heading in the midst of the story announces, unless its rule says more.
OPENS = 6
# Share of a line's words that the story has too: at most that, on average, where the lines come from other stories.
FAR, FAR_LINE = 0.25, 0.5
# Above that share they are likelier a list of the story's own.
NEARBY = 0.6
# Points that a trailing run needs: see `_weigh`.
ENOUGH = 4
# A link between paragraphs, alone or in a list.
LINK_SIZE, LINKS = 45, 3

_ARROW = re.compile(r"\s*(?:>+|[»›])[ \u00a0]+(?=[^«]*\Z)")
# "Politics:Mayor speaks": a kicker and a headline of one link, without the blank that stands in sentences.
_GLUED = re.compile(r"\w[^:]{1,39}:(?=[^\W\d_]|[‘“«„\"'])")
_SENTENCES = re.compile(r"[.!?]['’”\"]? [^\W\d_a-z]")
_BULLETS = ("-", "–", "•", "·", "▪", "■", "●", "►", "▶", "*", ">", "»", "›", "→")
_HEADLINE_MARKS = re.compile(r"[?!？！؟\"„“«»「]| [–—] ")  # more frequent in headlines than in lists
_INNER_COLON = re.compile(r"[:：]\s*\S")

TRAILING, BLOCK, CAPS, LINK = "und.related.trailing", "und.related.block", "und.related.caps", "und.related.link"


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
        view = View(article, article.once(self._lines.read).marks)
        for look in (thread, tags, _blocks, _above_buttons, _glued, _between, _trailing, cards):
            found = list(look(view))
            view.known.update(line for line, _, _, confidence in found if confidence != "guess")
            for line, rule, reason, confidence in found:
                yield Edit(*article.span(line), "", rule, reason, confidence)


def _blocks(view: View) -> Iterator[Found]:
    """Headlines under a heading that a rule knows."""
    article, marks = view.article, view.marks
    lines, filled = article.lines, article.filled
    for heading, rule in marks.items():
        zone = article.zone(heading)
        if zone == "head" or not opens(rule, lines[heading]):
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
                if opens(mark, lines[line]) or (mark.kind not in DROP_KINDS and mark.kind != "timestamp"):
                    goes_on = True
                    break
            elif (
                may_be_headline(lines[line], words, size, HEADED_WIDE)
                and not (full and len(lines[line]) > LONGEST_TRAILING)
                and not (zone == "body" and quotation(lines[line]))
            ):
                found += [*label, line]
                label = []
            elif not label and _label(lines[line]) and (zone == "tail" or (found and _headline_below(view, at))):
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


def _asks(line: str) -> bool:
    """Whether a line is a question as long as a sentence."""
    return is_prose(line) and end(line) in ASKS


def _headline_below(view: View, at: int) -> bool:
    """Whether what stands below a filled line is a headline, too long for a subheading, and not about who wrote."""
    filled, lines = view.article.filled, view.article.lines
    if at + 1 == len(filled) or filled[at + 1] in view.known:
        return False
    below = lines[filled[at + 1]]
    if bare(below).startswith(bare(lines[filled[at]])):  # "Ana Horvat", "Ana Horvat writes about bridges"
        return False
    return may_be_headline(below, LONE_WORDS, LONE_SIZE, LONE_WIDE) and not is_prose(below) and not quotation(below)


def _above_buttons(view: View) -> Iterator[Found]:
    """A headline within the story that a button ("Read more") stands below, and above it the label or the picture's text."""
    article, marks = view.article, view.marks
    lines, filled = article.lines, article.filled
    for button, rule in marks.items():
        at = article.rank[button]
        if rule.kind != "readmore" or at < 2 or at + 1 == len(filled) or article.zone(button) != "body":
            continue
        if not opens(rule, lines[button]) or bare(lines[button]).endswith((":", "：")):
            continue
        above, line = filled[at - 2], filled[at - 1]
        if line in view.known or not is_prose(lines[filled[at + 1]]) or filled[at + 1] in marks:
            continue
        if not may_be_headline(lines[line]) or is_prose(lines[line]):
            continue
        words = terms(lines[line])
        with_it = _label(lines[above]) or len(words & terms(lines[above])) > QUOTED * len(words)
        with_it = with_it and above not in view.known and not is_prose(lines[above])
        over = filled[at - 3] if with_it and at > 2 else above
        if over in view.known or (is_prose(lines[over]) and end(lines[over]) in STOPS):
            for i in (above, line) if with_it else (line,):
                yield i, BLOCK, f"headline of another story: above the button {bare(lines[button])[:40]!r}", "likely"


def _holds_headline(heading: str) -> bool:
    """Whether a heading holds a headline itself."""
    text = bare(heading)
    return text[-1:] not in (":", "：") and (len(text.split()) > HEADING_WORDS or bool(_INNER_COLON.search(text)))


def _label(line: str) -> bool:
    """Whether a line could be the label above a headline: "Sport"."""
    text = bare(line)
    return 0 < len(text) <= LABEL and text[0].isupper() and end(text).isalnum() and "@" not in text


def _inside(lines: Sequence[str], found: list[int], rule: Rule) -> bool:
    """Whether lines under a heading within the story are headlines; takes off a subheading of the story below them."""
    if found and not may_be_headline(lines[found[-1]]):
        found.pop()
    if len(found) > 1 and _asks(lines[found[-1]]) and any(_asks(x) for i, x in enumerate(lines) if i not in found):
        found.pop()  # the interview goes on
    n = len(found)
    if n == 1:
        return (
            rule.opens > 0
            and not is_prose(lines[found[0]])
            and bare(lines[found[0]])[0] not in QUOTES
            and may_be_headline(lines[found[0]], LONE_WORDS, LONE_SIZE, LONE_WIDE)
        )
    return n <= max(rule.opens, OPENS) and (n > 2 or all(may_be_headline(lines[i]) for i in found))


def _trailing(view: View) -> Iterator[Found]:
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


def _weigh(view: View, run: Sequence[int], stop: int, kinds: Sequence[str]) -> tuple[int, list[str]]:
    """Points for a trailing run, and the evidence; none where it rather belongs to the story."""
    lines, filled = view.article.lines, view.article.filled
    texts = [bare(lines[i]) for i in run]
    n = len(run)
    above = lines[stop]
    # The story goes on in a line that leaves something open, and a label heads a list of the story's own.
    if end(above) not in STOPS:
        return 0, []
    # A question, and what answers it.
    if n > 1 and end(texts[0]) in ASKS and not any(end(t) in ASKS for t in texts[1:]):
        return 0, []
    # "Ana Horvat, mayor of Ostrava Mills": a list of people; "Bring water ...", "Bring shoes ...": a list of advice.
    if 2 * sum("," in " ".join(t.split(None, 5)[:4]) for t in texts) >= n > 1:
        return 0, []
    firsts = [t.split(None, 1)[0] for t in texts]
    if n > 2 and 2 * max(map(firsts.count, set(firsts))) > n:
        return 0, []
    if sum(map(len, texts)) < n * MEAN_SIZE and not wide_chars(texts[0]):
        return 0, []
    if 2 * sum(map(quotation, texts)) >= n:
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
    if share > NEARBY or (listed and not (apart and far)) or all(end(t) in ASKS for t in texts):
        points = min(points, ENOUGH - 1)
    why.append("none ends a sentence")
    return points, why


def _glued(view: View) -> Iterator[Found]:
    """Links between paragraphs that a kicker stands close to: "Politics:Mayor speaks"."""
    article, known = view.article, view.known
    lines = article.lines
    short = [i for i in article.filled if len(lines[i]) <= LONGEST and ":" in lines[i] and article.zone(i) != "head"]
    found = [(i, kicker) for i in short if (kicker := _GLUED.match(lines[i]))]
    kickers = Counter(kicker[0] for _, kicker in found)
    for line, kicker in found:
        rest = lines[line][kicker.end() :]
        if line in known or kickers[kicker[0]] > 1 or not (rest[0].isupper() or rest[0] in QUOTES):
            continue  # more than one: who speaks, in an interview
        if (
            may_be_headline(rest)
            and not _SENTENCES.search(rest)
            and prose_around(article, known, line, line, loose=True)
        ):
            yield line, LINK, "headline of another story: a kicker stands close to it", "likely"


def _between(view: View) -> Iterator[Found]:
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
    for line in lone_capitals(article, known):
        yield line, CAPS, "headline of another story: a line of capitals between paragraphs", "likely"
    bullets = [i for i in odd if lines[i].lstrip().startswith(_BULLETS)]
    alone = sum(lines[i].lstrip().startswith(_BULLETS) for i in inner) == 1
    for group in _groups(article, known, bullets):
        texts = [bare(_ARROW.sub("", lines[i])) for i in group]
        if not all(map(may_be_headline, texts)) or signed(lines[group[0]]):
            continue
        if not prose_around(article, known, group[0], group[-1]):
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


_STORY = (
    "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said.\n\n"
    "Shopkeepers on both banks of the river had asked for a ferry, but none of them expects one before the spring."
)

_CARDS = "\n\n".join(
    f"⟦{title} has {n} readers in Lower Tarn, where winters are long, ferries late and newspapers dear. The editor, whom "
    f"we asked, would not say whether that is many. {'It is a start, she wrote to us in the end. ' * 2}Shares⟧"
    for n, title in enumerate(("The almanac", "The gazette of plums", "A page about frost", "The timetable"), 7)
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
        TAG,
        "tag below a heading of tags, after the story",
        "likely",
        (f"{_STORY}\n\nTags:\n\n⟦Bridges⟧\n\n⟦Lower Tarn⟧\n\n⟦City council⟧",),
        (
            f"{_STORY}\n\nTags: ferries, bridges\n\nAna Horvat",
            f"{_STORY}\n\nTags:\n\nShe keeps them in a shoebox, one for each dog.",
            "Tags:\n\nBridges\n\n" + _STORY,
        ),
    ),
    BuiltIn(
        CARD,
        "card of another story, label over teaser, after the story",
        "likely",
        (
            f"{_STORY}\n\nRELATED STORIES\n\n⟦Sport⟧\n\n⟦Tarn Rovers have signed a goalkeeper of forty, and he says why.⟧"
            "\n\n⟦Music⟧\n\n⟦12.03.2024 4 min⟧\n\n⟦The choir of Lower Tarn has come home from Vienna with a prize.⟧",
            f"{_STORY}\n\nRELATED STORIES\n\n{_CARDS}",
        ),
        (
            f"{_STORY}\n\nRELATED STORIES\n\nSport\n\nTarn Rovers have signed a goalkeeper of forty, and he says why."
            "\n\nThe mayor said on Tuesday that nobody had asked her about it.\n\nMusic\n\nThe choir sang all the same.",
            f"{_STORY}\n\nWhat was said\n\nThe mayor spoke of the bridge, and the council of the ferry, and nobody of me.\n\n"
            "What was not\n\nThe keeper of the bridge, who is forty, sat in the last row and kept to himself.\n\nGood night",
        ),
    ),
    BuiltIn(
        THREAD,
        "comments of readers below the story",
        "likely",
        (
            f"{_STORY}\n\n3 comments\n\n⟦bridgekeeper⟧\n\n⟦12 March 2024, 10:42⟧\n\n⟦I told you so, and more than once.⟧\n\n"
            "⟦Ana H.⟧\n\n⟦12 March 2024, 11:05⟧\n\n⟦So you did.⟧",
        ),
        (
            f"{_STORY}\n\n3 comments\n\n10:42\n\nThe mayor has come in.\n\n11:05\n\nThe mayor has gone out again.",
            f"{_STORY}\n\nAna Horvat says:\n\nNobody asked me about it.\n\nIvo Lang says:\n\nNor me, as it happens.",
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
