"""Lines of capitals between paragraphs: which are headlines of other stories, and which the story's own subheadings."""

from collections.abc import Collection, Sequence

from newsclean.article import Article, is_prose
from newsclean.headlines import LONGEST, STOPS, WORDS, end, may_be_headline, terms
from newsclean.lines import bare

__all__ = ["ASKS", "QUOTED", "QUOTES", "lone_capitals", "prose_around", "quotation"]

# Each with its evidence in docs/design/related.md.
# A line of capitals this long is a headline: subheadings in capitals are shorter.
CAPS_WORDS, CAPS_SIZE = 7, 48
# Beside such headlines a shorter line of capitals is a link too: so many words and characters.
LESS_WORDS, LESS_SIZE = 4, 25
# A question in capitals is a link where it is alone and has so many words: subheadings that ask had at most ten.
ASKS_WORDS = 11
# A subheading's words come back right below it (so many lines), a caption's right above: at most this share of a link's.
BESIDE, TAKEN_UP = 2, 0.4
# Where a site is known to print its links in capitals, shorter ones count, but for more than one in so many lines: the
# subheadings of a digest are as many as that.
SPARSE = 5
# A line of capitals is a pull quote if so many paragraphs around hold one that has more than this share of its words.
NEAR, QUOTED = 4, 0.8
# How many known lines may stand between a link and the paragraph it belongs to; bounds the cost.
REACH = 12

ASKS = "?？؟"
QUOTES = "\"'“”‘’„«»「」『』"
_OPEN = ":：;,；，、-–—"  # after these something must follow


def lone_capitals(article: Article, known: Collection[int] = (), usual: bool = False) -> list[int]:
    """Lines of capitals between paragraphs that are headlines of other stories; `known` lines do not count.

    >>> story = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said."
    >>> article = Article(f"{story}\\n\\nWHO WILL PAY FOR THE FERRY?\\n\\n{story}")
    >>> lone_capitals(article), lone_capitals(article, usual=True)
    ([], [2])

    usual: the site is known to print its links so. Then short ones, questions and those that open with a quotation are
    links too, where they are few.
    """
    lines = article.lines
    found = [i for i in article.filled if len(lines[i]) <= LONGEST + 8 and lines[i].isupper() and i not in known]
    found = [i for i in found if article.zone(i) != "head"]
    if usual:
        links = [i for i in found if _capitals(lines[i], WORDS, 0)]
        if any(i not in links and article.zone(i) == "body" for i in found):
            return []
        if len(links) > 1 and len(links) * SPARSE > len(article.filled):
            return []
    else:
        links = _links(article, known, found)
    return [i for i in links if prose_around(article, known, i, i, loose=True) and not _pull_quote(article, i)]


def _links(article: Article, known: Collection[int], capitals: Sequence[int]) -> list[int]:
    """Which lines of capitals are links, if any is long enough to show that they are no subheadings."""
    lines = article.lines

    def apart(line: int) -> bool:
        return max(_taken_up(article, known, line)) <= TAKEN_UP

    links = [
        i
        for i in capitals
        if _capitals(lines[i], CAPS_WORDS, CAPS_SIZE)
        and end(bare(lines[i])) not in "?!"
        and (bare(lines[i])[0] not in QUOTES or apart(i))
    ]
    rest = [i for i in capitals if i not in links and article.zone(i) == "body"]
    asking = [i for i in rest if end(bare(lines[i])) in ASKS]
    asks = [i for i in asking if len(asking) == 1 and _capitals(lines[i], ASKS_WORDS, CAPS_SIZE) and apart(i)]
    if not links:
        return asks if len(rest) == 1 else []
    if not rest:
        return links
    # Subheadings in capitals are the story's own, and then who knows what else is.
    shares = [_taken_up(article, known, i) for i in (*links, *rest)]
    if len(rest) > len(links) or any(sum(side) > TAKEN_UP * len(shares) for side in zip(*shares, strict=True)):
        return []
    less = [i for i in rest if i not in asking and _capitals(lines[i], LESS_WORDS, LESS_SIZE) and apart(i)]
    return sorted((*links, *less, *asks))


def _capitals(line: str, words: int, size: int) -> bool:
    """Whether a line of capitals is a headline by its form."""
    text = bare(line)
    return (
        text.isupper()
        and len(text) >= size
        and len(text.split(None, words)) >= words
        and not quotation(line)
        and may_be_headline(line, min(words, WORDS))
    )


def _taken_up(article: Article, known: Collection[int], line: int) -> tuple[float, float]:
    """Which share of a line's words the lines right above and right below have; capitals and known lines do not count."""
    lines, filled = article.lines, article.filled
    words = terms(lines[line])
    at = article.rank[line]

    def share(side: Sequence[int]) -> float:
        near = [lines[i] for i in side if i not in known and not lines[i].isupper()][:BESIDE]
        return len(words & terms("\n".join(near))) / max(1, len(words))

    return share(filled[max(0, at - REACH) : at][::-1]), share(filled[at + 1 : at + 1 + REACH])


def _pull_quote(article: Article, line: int) -> bool:
    """Whether a paragraph close by says what the line says."""
    words = terms(article.lines[line])
    at = article.rank[line]
    near = article.filled[max(0, at - NEAR) : at] + article.filled[at + 1 : at + 1 + NEAR]
    return any(len(words & terms(article.lines[i])) > QUOTED * len(words) for i in near if is_prose(article.lines[i]))


def quotation(line: str) -> bool:
    """Whether a line is all quotation: within a story it heads what somebody says."""
    text = bare(line)
    return text[0] in QUOTES and text[-1] in QUOTES


def prose_around(article: Article, known: Collection[int], first: int, last: int, loose: bool = False) -> bool:
    """Whether prose that ends a sentence stands above, prose or nothing below; `known` lines do not count.

    loose: a short sentence is prose enough, and what is above may lack its full stop if it leaves nothing open.
    """
    filled, lines = article.filled, article.lines
    at = article.rank[first]
    up = next((i for i in reversed(filled[max(0, at - REACH) : at]) if i not in known), None)
    if up is None or not _prose(lines[up], loose):
        return False
    if end(lines[up]) in _OPEN if loose else end(lines[up]) not in STOPS:
        return False
    at = article.rank[last] + 1
    down = next((i for i in filled[at : at + REACH] if i not in known), None)
    return _prose(lines[down], loose) if down is not None else at + REACH > len(filled)


def _prose(line: str, short: bool) -> bool:
    """Whether a line is prose, or (`short`) a short sentence."""
    return is_prose(line) or (
        short and end(line) in STOPS + ":" and not line.isupper() and len(line.split()) >= WORDS - 1
    )
