"""Pass 2: tags, one a line, below the heading that announces them: too short for headlines, and only their place tells."""

from collections.abc import Iterator

from newsclean.headlines import Found, View, end
from newsclean.lines import bare

__all__ = ["TAG", "tags"]

TAG = "und.nav.tag"
# Of 70 labelled tags below such headings the longest had 29 code points, and none more than four words.
SIZE, WORDS = 40, 5


def tags(view: View) -> Iterator[Found]:
    """The lines below a heading of tags, after the story; more than its rule opens for are a list of something else."""
    article, marks = view.article, view.marks
    lines, filled = article.lines, article.filled
    for heading, rule in marks.items():
        if rule.kind != "nav" or not rule.opens or article.zone(heading) != "tail" or _holds(lines[heading]):
            continue
        first = stop = article.rank[heading] + 1
        while stop < len(filled) and filled[stop] not in view.known and _tag(lines[filled[stop]]):
            stop += 1
        if stop - first <= rule.opens:
            for line in filled[first:stop]:
                yield line, TAG, f"tag below {bare(lines[heading])[:40]!r}", "likely"


def _holds(heading: str) -> bool:
    """Whether a heading names tags itself: what follows then is as often the author's name."""
    return len(bare(heading).replace("：", ":").partition(":")[2].strip()) > 0


def _tag(line: str) -> bool:
    text = bare(line)
    if len(text) > SIZE or len(text.split()) > WORDS or not any(map(str.isalpha, text)):
        return False
    return end(text).isalnum() and "@" not in text and not text.startswith(("—", "–", "-"))
