"""Sentences that tempt a replacement list into error: ours, and the shared ones where they are at hand."""

import csv
from pathlib import Path

import pytest
from settled import settled

from newsclean.gazetteer import shipped_gazetteer
from newsclean.names import Names

OURS = Path(__file__).parent / "data" / "tricky_names.tsv"
SHARED = Path(__file__).parents[2] / "shared" / "names" / "tricky.tsv"
SEED = Path(__file__).parents[2] / "shared" / "seed" / "article.txt"
FIND = Names(shipped_gazetteer())


def rows(path: Path, expected: str) -> list[tuple[str, str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(r["id"], r["input"].replace("\\n", "\n"), r[expected].replace("\\n", "\n")) for r in table]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=i) for i, t, e in rows(OURS, "expected")])
def test_our_tricky_sentences(text: str, expected: str) -> None:
    assert settled(FIND, text) == expected


@pytest.mark.skipif(not SHARED.exists(), reason="the shared tricky names are not here")
@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=i) for i, t, e in rows(SHARED, "expected_ap")])
def test_shared_tricky_sentences(text: str, expected: str) -> None:
    assert settled(FIND, text) == expected


def test_there_are_enough_of_them() -> None:
    cases = rows(OURS, "expected")
    assert len(cases) >= 150
    assert sum(text == expected for _, text, expected in cases) >= 50
    assert sum(text != expected for _, text, expected in cases) >= 50


@pytest.mark.skipif(not SEED.exists(), reason="the seed article is not here")
def test_the_seed_article_is_left_alone() -> None:
    text = SEED.read_text(encoding="utf-8")
    assert settled(FIND, text) == text
