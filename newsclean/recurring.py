"""What recurs on the stories of a site and is furniture: told from what a story repeats on purpose.

Reason: a line on many different stories is furniture. Left alone is what the packs know as information, what looks like a
name, a speaker, a question or a short heading, and what changes its neighbours between paragraphs.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from newsclean.article import Article
from newsclean.furniture import CAPITALS, Known, form, label, words
from newsclean.lines import Lines, bare
from newsclean.rule import INFO_KINDS, acting_rules
from newsclean.story import Story

__all__ = ["forms_of", "labels_of", "leads_of", "lines_of", "spans_of"]

# A line must stand on so many stories; one that never comes without the same dirt beside it, on so many.
LEAST_LINES, LEAST_PAIRS = 4, 3
# And that dirt on so many of the stories that have it must not come without the line: then they are one block.
TOGETHER = 0.75
# The share of the stories that a line must stand on: at the edges of a story less is needed than between its paragraphs,
# where recurring subheadings live ("What happens next?"). A sentence inside paragraphs needs as much as a line there.
EDGE_SHARE, BODY_SHARE = 0.02, 0.08
# A label opens lines of so many of the stories: of 10,613 articles the one true label was on 88 % of its site's stories,
# the most frequent opening of sentences by words in lower case on 22 % ("This article was published in partnership with").
LABEL_SHARE = 0.4
# A lead-in ("Read:") that the packs take to be dirt on so many of the stories that have it is dirt on the others, too.
DROPPED = 0.75
# One of four words or more that no pack knows must lead to ever other things: a verdict ("Our rating for this claim:
# False") does not, a list of tags does.
VARIETY = 0.75
# A shorter line may be a byline, a speaker, a subheading or a section's name; the packs know the labels that are dirt.
LEAST_WORDS, LEAST_CHARS = 4, 20
# Subheadings keep changing company: a line that most often has the same line beside it is part of a page's furniture.
SAME_NEIGHBOUR = 0.5

_NAME = re.compile(r"By [A-Z]|(?:By |— ?|-+ ?)?(?:[A-Z][\w.’'-]*[ ,&]*(?:and |of |the |de |van |von )?){2,7}$")
_AND = re.compile(r"\band\b|[,&]")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b")


def lines_of(stories: list[Story], labels: dict[str, Known]) -> Iterator[tuple[str, Known]]:
    """Lines that stand on enough of the stories, or on few and then with the same dirt beside them."""
    zones: dict[int, list[str]] = {}
    company: dict[int, Counter[int]] = {}
    for story in stories:
        for key, above, zone in zip(story.lines, story.above, story.zones, strict=True):
            zones.setdefault(key, []).append(zone)
            company.setdefault(key, Counter())[above] += 1
    tied = _tied(zones, company)
    for key, sightings in zones.items():
        count = len(sightings)
        inside = (sightings.count("b") + sightings.count("B")) * 2 > count
        often = count >= max(LEAST_LINES, (BODY_SHARE if inside else EDGE_SHARE) * len(stories))
        if not often and key not in tied:
            continue
        text = next((story.texts[key] for story in stories if key in story.texts), "")
        if not _may_go(text, key in tied) or label(text) in labels:
            continue
        beside = company[key]
        fixed = max((n for other, n in beside.items() if other), default=0) >= SAME_NEIGHBOUR * count
        if key in tied or not inside or fixed or _ends(text):
            yield form(text), Known(text, count, len(stories))


def _tied(zones: dict[int, list[str]], company: dict[int, Counter[int]]) -> set[int]:
    """Lines that no pack knows and that never come without one the packs drop right above or below, nor that without them.

    Reason: the heading of an appeal is as much the site's as the appeal. Evidence: of 42 sites six such lines were found,
    on 3 to 9 stories each; none was the story's but a heading that ends in a colon.
    """
    tied: set[int] = set()
    for low, aboves in company.items():
        for high, count in aboves.items():
            for line, dirt in ((low, high), (high, low)):
                theirs, mine = zones.get(dirt, ["b"]), zones.get(line, [])
                always = count == len(mine) and count >= max(LEAST_PAIRS, TOGETHER * len(theirs))
                if always and all(map(str.isupper, theirs)) and not any(map(str.isupper, mine)):
                    tied.add(line)
    return tied


def spans_of(stories: list[Story]) -> Iterator[tuple[str, Known]]:
    """Sentences that stand in the paragraphs of enough of the stories."""
    lines = Counter(key for story in stories for key in story.lines)
    counts = Counter(
        key
        for story in stories
        for key, home in zip(story.spans, story.homes, strict=True)
        if lines[home] < LEAST_LINES  # else it is the line that recurs, and nothing was spliced
    )
    for key, count in counts.items():
        if count >= max(LEAST_LINES, BODY_SHARE * len(stories)):
            text = next((story.texts[key] for story in stories if key in story.texts), "")
            if _may_go(text):
                yield words(text), Known(text, count, len(stories))


def labels_of(stories: list[Story]) -> Iterator[tuple[str, Known]]:
    """Openings of lines that are the same on enough of the stories, of which all texts are there, before ever other words."""
    counts: Counter[str] = Counter()
    after: dict[str, set[str]] = {}
    for story in stories:
        found = {}
        for key in story.lines:
            text = story.texts[key]
            if opening := label(text):
                found[opening] = text
        counts.update(found.keys())
        for opening, text in found.items():
            after.setdefault(opening, set()).add(text[len(opening) :].split()[0])
    for opening, count in sorted(counts.items()):
        often = count >= max(LEAST_LINES, LABEL_SHARE * len(stories))
        if often and len(opening) >= LEAST_CHARS and len(after[opening]) >= LEAST_LINES:
            yield opening, Known(opening, count, len(stories))


def leads_of(stories: list[Story]) -> Iterator[tuple[str, Known]]:
    """Lead-ins of links: those that the packs mostly drop, and long ones at the edges that lead to ever other things."""
    counts: dict[int, Counter[str]] = {}
    rests: dict[int, set[int]] = {}
    ends: dict[int, int] = {}
    for story in stories:
        first: dict[int, str] = {}
        for key, rest, place in zip(story.leads, story.rests, story.places, strict=True):
            first[key] = min(first.get(key, place), place)  # D before all others
            rests.setdefault(key, set()).add(rest)
            ends[key] = ends.get(key, 0) + 1
        for key, place in first.items():
            counts.setdefault(key, Counter())[place] += 1
    for key, places in counts.items():
        count = places.total()
        if count < LEAST_LINES:
            continue
        text = next((story.texts[key] for story in stories if key in story.texts), "")
        dropped = places["D"] >= max(LEAST_LINES, DROPPED * count)
        edge = count >= EDGE_SHARE * len(stories) and places["b"] * 2 <= count
        varied = len(rests[key]) >= max(LEAST_LINES, VARIETY * ends[key])
        if dropped or (edge and varied and _may_go(text.rstrip(":：|»›> "))):
            yield form(text), Known(text, count, len(stories))


def forms_of(stories: list[Story]) -> Iterator[tuple[str, Known]]:
    """How links look."""
    count = sum(story.capitals for story in stories)
    if count >= max(LEAST_LINES, BODY_SHARE * len(stories)):
        yield CAPITALS, Known(CAPITALS, count, len(stories))


@lru_cache(maxsize=1)
def _informs() -> Lines:
    return Lines(r for r in acting_rules() if r.kind in INFO_KINDS and r.part == "line")


def _may_go(line: str, tied: bool = False) -> bool:
    """Whether a recurring line may be furniture at all, by its looks; if `tied`, a name of more than four words is none."""
    text = bare(line)
    if len(text) < LEAST_CHARS or len(text.split()) < LEAST_WORDS:
        return False
    long = any(len(name.split()) > LEAST_WORDS for name in _AND.split(text))
    named = _NAME.match(text) and not (tied and long)
    if text.endswith((":", "?")) or named or text[0].islower():
        return False
    if _CLOCK.search(text) and len(text.split()) <= 2 * LEAST_WORDS:
        return False
    return not _informs().read(Article(line)).marks


def _ends(line: str) -> bool:
    """Whether a line ends as a sentence, or is one in brackets."""
    text = line.rstrip()
    return text.endswith((".", "!", ">", "»")) or (text.endswith("]") and bare(text).startswith("["))
