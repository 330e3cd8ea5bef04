"""Pass 2: the foot of a page: cards of other stories, label over teaser, date over headline, down to the last line.

A card's teaser is a whole sentence, so that by itself it reads as story. What gives the cards away is their beat: under a
heading or a closing line nothing comes any more but short lines, and each sentence stands alone among them.
"""

from collections.abc import Iterator
from itertools import accumulate

from newsclean.headlines import MEAN_SIZE, MOST, OVER, Found, View, closes_sentence, opens
from newsclean.lines import bare
from newsclean.rule import Rule

__all__ = ["CARD", "cards"]

CARD = "und.related.card"
# Each with its evidence in docs/design/related.md.
# No teaser and no headline seen was longer; paragraphs of stories often are.
TEASER, HEADLINE = 300, 180
# So many lines under a heading, and so many after a line that closes the story but announces nothing.
HEADED, CLOSED = 4, 8
# So many lines under a heading that all have one word behind their sentence are a list of links: "... Shares".
ALIKE = 4
# After a line of these kinds no story goes on in short lines; after "advertisement" and "sign up" some lists do.
CLOSING = OVER | {"callout", "paywall", "podcast"}

# What rules know as information stands in cards too.
DATED = ("timestamp", "byline", "credit")


def cards(view: View) -> Iterator[Found]:
    """Lines of cards down to the end of the text, and lines under a heading that all end in one word."""
    yield from _alike(view)
    article, marks, known = view.article, view.marks, view.known
    lines, filled = article.lines, article.filled
    teasers: set[int] = set()
    low = len(filled)
    alone = True  # whether a sentence may stand here: something short stands below it, or nothing
    while low:
        line = filled[low - 1]
        if line not in known:
            sentence = closes_sentence(lines[line])
            if len(lines[line]) > (TEASER if sentence else HEADLINE) or (sentence and not alone):
                break
            if sentence:
                teasers.add(line)
            alone = not sentence
        low -= 1
    low = max(low, view.told)
    free = [i for i in filled[low:] if i not in known]
    told = list(accumulate((i in teasers for i in free), initial=0))  # how many sentences stand before each of them
    sizes = list(accumulate((len(lines[i]) for i in free), initial=0))
    k = 0  # the first of them below the line that is looked at
    for at in range(low, len(filled)):
        line = filled[at]
        mark = marks.get(line)
        if not mark:
            k += line not in known
            continue
        heading = _heads(mark, lines[line])
        n, sentences = len(free) - k, told[-1] - told[k]
        if n < HEADED:
            return
        if not heading and mark.kind not in CLOSING:
            continue
        if sentences == 1:  # a link within the story and its last paragraph, or headlines and a note about the author
            if free[-1] not in teasers:
                continue
            n, sentences = n - 1, 0
        if n < (HEADED if heading else CLOSED) or 2 * sentences > n:
            continue
        if not heading and free[k] in teasers:  # nothing stands above it that would make a card of it
            continue
        if not sentences and n > MOST and sizes[k + n] - sizes[k] < MEAN_SIZE * n:
            continue
        under = f"under the heading {bare(lines[line])[:40]!r}" if heading else "after what closes the story"
        rest = free[k : k + n]
        dates = [i for i in filled[at + 1 :] if i < rest[-1] and i in marks and marks[i].kind in DATED]
        reason = f"card of another story: {n} short lines and lone sentences down to the end, {under}"
        for card in rest + dates:
            yield card, CARD, reason, "likely"
        return


def _heads(mark: Rule, line: str) -> bool:
    """Whether a marked line is a heading and no button: "More information" stands within stories too."""
    return opens(mark, line) and (mark.kind == "related" or mark.opens > 0 or bare(line).endswith((":", "：")))


def _alike(view: View) -> Iterator[Found]:
    article, marks = view.article, view.marks
    lines, filled = article.lines, article.filled
    for heading, rule in marks.items():
        if not opens(rule, lines[heading]):
            continue
        word, found, sentences = "", list[int](), 0
        for line in filled[article.rank[heading] + 1 :]:
            told, _, last = bare(lines[line]).rpartition(" ")
            if line in view.known or (word and last != word):
                break
            word = last
            found.append(line)
            sentences += closes_sentence(told)
        if len(found) >= ALIKE and 2 * sentences > len(found) and word.isalpha():
            reason = f"headline and teaser of another story: under a heading, {len(found)} lines that end in {word!r}"
            for line in found:
                yield line, CARD, reason, "likely"
