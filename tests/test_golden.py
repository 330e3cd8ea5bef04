"""Whole articles of our own as `Result.explain` writes them: any change of output shows as a diff of these files.

Each file in golden/ is source and result in one. A new one: write the article with ``= `` before each line, then
``NEWSCLEAN_UPDATE=1 pytest tests/test_golden.py`` rewrites all files; read the diff before you commit it.
"""

import os
from pathlib import Path

import pytest

from newsclean import clean
from newsclean.result import parse_explained

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_article_comes_out_as_written(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        written = file.read()
    source, text = parse_explained(written)
    result = clean(source)
    if os.environ.get("NEWSCLEAN_UPDATE"):
        path.write_text(result.explain(), encoding="utf-8", newline="")
        return
    assert result.explain() == written
    assert (result.source, result.text) == (source, text)
    assert clean(result.text).text == result.text


def test_every_phenomenon_has_an_article() -> None:
    assert len(GOLDEN) >= 12
    rules = {
        line.split()[1] for path in GOLDEN for line in path.read_text(encoding="utf-8").split("\n") if line[:2] == "# "
    }
    seen = {".".join(rule.split(".")[:2]) for rule in rules}
    wanted = {"en.newsletter", "en.social", "en.related", "und.repeat", "und.related", "en.name", "und.mojibake", "und.unicode", "de.newsletter", "es.newsletter", "ru.newsletter", "ar.newsletter"}  # fmt: skip
    assert wanted <= seen, (wanted - seen, sorted(seen))
