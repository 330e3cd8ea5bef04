"""What one site prints on its pages, learned from repetition: `Tally` adds up in any order, and gives a `Profile`.

No general rule knows an archive's own dirt. A line or sentence that stands on many different stories of one site is not
the story; what must be told apart from it is what a story repeats on purpose: subheadings, speakers, bylines.
"""

import json
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator

from newsclean.article import Article
from newsclean.furniture import Known, Profile, form
from newsclean.recurring import forms_of, labels_of, leads_of, lines_of, spans_of
from newsclean.story import Story, digest_of

__all__ = ["Known", "Profile", "Tally", "form", "tally"]

# Stories kept per site: the smallest digests, so that merging in any order gives the same sample. A line on 2 % of the
# stories is then on 10 of 500, and seen on at least 4 with a probability of 99 %.
STORIES = 500
# Stories kept of all sites: some 2 KB each, so a tally stays below half a gigabyte however many sites there are. Where
# sites are so many, the largest number a site that keeps within it holds for all.
ALL_STORIES = 200_000
# Of so many stories of a site the texts are kept, of the others digests only, but for what stands at a story's edges. What
# is on 8 % of the stories is on one of these with a probability of 99.98 %.
TEXTS = 100
# A profile speaks only when it has seen so many stories of the site.
LEAST_STORIES = 12


class Tally:
    """Counts of what the stories of each site print; tallies add up in any order and grouping.

    >>> a, b = Tally(), Tally()
    >>> story = "The mayor of Ostrava Mills left the ferry at noon on Monday, she said."
    >>> a.add(story, "courier.example")
    >>> b.add(story, "courier.example")
    >>> (a + b).stories("courier.example")
    1

    The same story crawled twice counts once: a story is known by its longest paragraph. Memory is bounded: of each site
    the `STORIES` stories with the smallest digests are kept, fewer where there are more than `ALL_STORIES`, and the texts
    of `TEXTS` of them: a fair sample that any order of merging finds again, so that ``+`` is commutative, associative and
    idempotent.
    """

    def __init__(self) -> None:
        self._sites: dict[str, dict[int, Story]] = {}
        self._order: dict[str, list[int]] = {}  # the digests of each site's stories, sorted
        self._count = 0

    def add(self, text: str, site: str) -> None:
        """Count one story of `site`; a text without a line of prose tells nothing and is passed over."""
        article = Article(text)
        if not site or not article.prose:
            return
        digest = digest_of(max((article.key(i) for i in article.prose), key=lambda k: (len(k), k)))
        order = self._order.get(site, [])
        if len(order) < STORIES or digest <= order[-1]:
            self._put(site, digest, Story.of(article))
        if self._count > 2 * ALL_STORIES:
            self._trim()

    def _put(self, site: str, digest: int, story: Story) -> None:
        stories, order = self._sites.setdefault(site, {}), self._order.setdefault(site, [])
        if digest in stories:
            story |= stories[digest]
        else:
            insort(order, digest)
            self._count += 1
        stories[digest] = story if bisect_left(order, digest) < TEXTS else story.edges()
        if len(order) > TEXTS:
            last = order[TEXTS]
            stories[last] = stories[last].edges()
        self._cut(site, STORIES)

    def _cut(self, site: str, most: int) -> None:
        stories, order = self._sites[site], self._order[site]
        for digest in order[most:]:
            del stories[digest]
        self._count -= len(order[most:])
        del order[most:]

    def _trim(self) -> None:
        """Bring the sample within `ALL_STORIES`, into the one form that the stories seen determine."""
        if self._count > ALL_STORIES:
            sizes = [len(order) for order in self._order.values()]
            most = bisect_right(range(STORIES), ALL_STORIES, key=lambda m: sum(min(n, m) for n in sizes)) - 1
            for site in self._sites:
                self._cut(site, most)

    def __add__(self, other: "Tally") -> "Tally":
        total = Tally()
        for tally in (self, other):
            for site, stories in tally._sites.items():
                for digest, story in stories.items():
                    total._put(site, digest, story)
        total._trim()
        return total

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.dumps() == other.dumps()

    __hash__ = None  # type: ignore[assignment]

    def dumps(self) -> str:
        """The tally as JSON, for another process to add."""
        self._trim()
        sites = {
            site: {str(d): [*s.digests(), sorted(s.texts.items())] for d, s in sorted(stories.items())}
            for site, stories in sorted(self._sites.items())
        }
        return json.dumps(sites, ensure_ascii=True)

    @classmethod
    def loads(cls, text: str) -> "Tally":
        """Read what `dumps` wrote.

        >>> Tally.loads(Tally().dumps()) == Tally()
        True
        """
        tally = cls()
        for site, stories in json.loads(text).items():
            for d, (*digests, texts) in stories.items():
                tally._put(site, int(d), Story.loads(digests, texts))
        return tally

    def by_site(self) -> "Iterator[tuple[str, Tally]]":
        """The part of each site, as a tally of its own: what a cluster adds up site by site."""
        self._trim()
        for site, stories in sorted(self._sites.items()):
            part = Tally()
            for digest, story in stories.items():
                part._put(site, digest, story)
            yield site, part

    def sites(self) -> list[str]:
        """The sites counted, in order."""
        return sorted(self._sites)

    def stories(self, site: str) -> int:
        """How many different stories of `site` are in the sample."""
        self._trim()
        return len(self._sites.get(site, {}))

    def profile(self) -> Profile:
        """What each site prints on its pages, and is not the story; see `Profile`."""
        self._trim()
        total = Profile()
        for site in self.sites():
            stories = [self._sites[site][d] for d in sorted(self._sites[site])]
            if len(stories) >= LEAST_STORIES:
                labels = dict(labels_of(stories[:TEXTS]))
                lines, spans, leads = lines_of(stories, labels), spans_of(stories), leads_of(stories)
                tables = dict(lines), dict(spans), labels, dict(leads), dict(forms_of(stories))
                total |= Profile(*({site: table} if table else {} for table in tables))
        return total


def tally(articles: Iterable[tuple[str, str]]) -> Tally:
    """Count (text, site) pairs.

    >>> tally([("The mayor of Ostrava Mills left the ferry at noon on Monday, she said.", "a.example")]).sites()
    ['a.example']
    """
    total = Tally()
    for text, site in articles:
        total.add(text, site)
    return total
