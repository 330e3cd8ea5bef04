"""datatrove: a pipeline block that cleans documents one by one."""

from collections.abc import Iterable, Iterator
from typing import Any

from datatrove.pipeline.base import PipelineStep

from newsclean.cleaner import Cleaner

__all__ = ["NewsClean"]


class NewsClean(PipelineStep):  # type: ignore[misc]
    """Cleans each document's text; what went wrong stands in its metadata as ``newsclean_error``.

    >>> LocalPipelineExecutor([JsonlReader("in/"), NewsClean(), JsonlWriter("out/")]).run()    # doctest: +SKIP

    lang_field and site_field name metadata that tell language and site. A document that fails comes out as it was.
    """

    name = "newsclean"
    type = "🧽 - CLEAN"

    def __init__(self, cleaner: Cleaner | None = None, lang_field: str = "", site_field: str = "") -> None:
        super().__init__()
        self.cleaner = cleaner or Cleaner()
        self.lang_field, self.site_field = lang_field, site_field

    def run(self, data: Iterable[Any], rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Clean the documents as they pass."""
        for doc in data:
            with self.track_time():
                lang, site = (doc.metadata.get(f, "") if f else "" for f in (self.lang_field, self.site_field))
                try:
                    result = self.cleaner(doc.text, lang=str(lang or ""), site=str(site or ""))
                except Exception as error:  # one document must not end the run
                    doc.metadata["newsclean_error"] = f"{type(error).__name__}: {error}"
                    self.stat_update("failed")
                else:
                    doc.text = result.text
                    self.stat_update("changed" if result.changed else "unchanged")
            yield doc
