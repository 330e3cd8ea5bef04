"""``newsclean learn`` from the command line, and the profile it writes at work."""

import gzip
import json
from pathlib import Path

import pytest
from test_profile import FURNITURE, SITE, page, story

from newsclean.cli import main


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for n in range(40):
            out.write(json.dumps({"body": page(n), "host": SITE}) + "\n")
    return path


def test_learn_and_clean(corpus: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    out = tmp_path / "profile.json"
    fields = ["--text-field", "body", "--site-field", "host"]
    assert main(["learn", str(corpus), "-o", str(out), *fields]) == 0
    assert json.loads(out.read_text()) == {SITE: [{"line": FURNITURE, "stories": 40, "of": 40}]}
    assert main(["learn", str(corpus), "-o", str(out), *fields]) == 2  # not overwritten unasked
    assert main(["learn", str(corpus), "-o", str(out), "--overwrite", *fields]) == 0
    article = tmp_path / "a.txt"
    article.write_text(page(77), encoding="utf-8")
    capsysbinary.readouterr()
    assert main(["clean", "--profile", str(out), "--site", SITE, str(article)]) == 0
    assert capsysbinary.readouterr().out.decode() == story(77) + "\n"


def test_rows_that_tell_nothing_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"text": 7, "site": "a"}\n{"text"\n\n{"text": "x", "site": "a"}\n')
    assert main(["learn", str(path), "-o", "-"]) == 1
    said = capsys.readouterr()
    assert said.out == "{}\n" and "2 rows passed over" in said.err
