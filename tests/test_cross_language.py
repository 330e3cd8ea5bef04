"""No rule of one language takes a line of the story from another: on our own prose, and on labelled lines of ../shared."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsclean import clean
from newsclean.article import Article
from newsclean.lines import Lines
from newsclean.rule import DROP_KINDS, shipped_rules

PROSE = {
    path.stem: path.read_text(encoding="utf-8").splitlines()
    for path in sorted(Path(__file__).parent.glob("data/prose/*.txt"))
}
SHARED = Path(__file__).parent.parent.parent / "shared"
PACKS = sorted({r.lang for r in shipped_rules()} - {"und"})
# Labelled lines may be wrong (about 2 % of the silver ones): of the lines of other languages a pack may take so many.
MAX_SHARE = 0.0005
# A language of few lines would be over its share with the first wrong label.
MAX_LINES = 2


@pytest.mark.parametrize("lang", PROSE)
def test_prose_is_left_alone(lang: str) -> None:
    """All packs together, `und` and repeats too, as one article and line by line."""
    for text in ("\n\n".join(PROSE[lang]), "\n".join(PROSE[lang] * 2)[: len("\n".join(PROSE[lang]))], *PROSE[lang]):
        assert clean(text).text == text


@pytest.mark.parametrize("pack", PACKS)
def test_no_pack_fires_on_the_prose_of_another_language(pack: str) -> None:
    find = Lines([r for r in shipped_rules() if r.lang == pack])
    for lang, lines in PROSE.items():
        for text in ("\n\n".join(lines), *lines):
            found = [(e.rule, text[e.start : e.end]) for e in find(Article(text, lang))]
            assert found == [], lang


def test_no_pack_takes_what_the_english_one_must_leave() -> None:
    """Its near misses are English as stories have it; a word or two may be a label in any language."""
    rules = shipped_rules()
    find = Lines([r for r in rules if r.lang not in ("en", "und") and r.kind in DROP_KINDS])
    lines = [x for r in rules if r.lang == "en" for x in r.keeps if "\n" not in x and len(x.split()) > 2]
    story = PROSE["en"][0]
    bad = []
    for line in lines:
        article = Article(f"{story}\n{line}\n{story}", "en")
        bad += [(mark.id, line) for at, mark in find.read(article).marks.items() if at == 1]
    assert len(lines) > 500
    assert bad == []


def test_each_pack_has_prose() -> None:
    assert set(PACKS) <= set(PROSE)
    assert all(len(lines) >= 6 for lines in PROSE.values())


def _labelled() -> Iterator[tuple[str, str]]:
    with gzip.open(SHARED / "gold" / "gold.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield from (
                (row["lang"], x) for x, label in zip(row["lines"], row["labels"], strict=True) if label == "body"
            )
    with gzip.open(SHARED / "pages" / "pages.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            yield from ((row["lang"], x["text"]) for x in row["lines"] if x["label"] == "body")


@pytest.mark.corpus
@pytest.mark.skipif(not (SHARED / "pages").exists(), reason="../shared/pages is not here")
def test_no_pack_fires_on_body_lines_of_other_languages() -> None:
    by_lang: dict[str, list[str]] = {}
    for lang, text in _labelled():
        by_lang.setdefault(lang[:2], []).append(" ".join(text.split()))
    bad: list[str] = []
    for pack in PACKS:
        find = Lines([r for r in shipped_rules() if r.lang == pack and r.kind in DROP_KINDS])
        for lang, lines in by_lang.items():
            if lang == pack:
                continue
            article = Article("\n\n".join(lines))
            hits = [(e.rule, article.text[e.start : e.end].strip()[:60]) for e in find(article)]
            if len(hits) > max(MAX_LINES, MAX_SHARE * len(lines)):
                bad.append(f"{pack} on {lang}: {len(hits)} of {len(lines)} lines, such as {hits[:5]}")
    assert bad == []
