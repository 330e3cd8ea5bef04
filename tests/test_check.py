"""``newsclean check``: marks become examples in TOML, tried on the present rules; unreadable marks are told."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newsclean import Cleaner, clean
from newsclean.check import Mark, check, read_marks
from newsclean.cli import main
from newsclean.examples import failures
from newsclean.reasons import known_rules
from newsclean.rule import Rule, shipped_rules

STORY = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said."


def mark(text: str, rule: str, cut: str, *, at: int = 0, put: str = "", lang: str = "en", whole: bool = True) -> dict[str, Any]:  # fmt: skip
    start = at + text.index(cut)
    return {"file": "out.jsonl", "row": 7, "id": "a7", "site": "courier.example", "lang": lang, "rule": rule, "confidence": "likely", "start": start, "end": start + len(cut), "cut": cut, "put": put, "whole": whole, "at": at, "text": text}  # fmt: skip


def made(text: str, wanted: str, lang: str = "en") -> dict[str, Any]:
    """A mark of an edit that cleaning makes today."""
    edit = next(e for e in clean(text, lang=lang).edits if e.rule == wanted)
    return mark(text, wanted, text[edit.start : edit.end], put=edit.replacement, lang=lang)


def run(
    folder: Path, marks: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, str, str]:
    path = folder / "marks.json"
    path.write_text(json.dumps({"newsclean": "0", "marks": marks}), encoding="utf-8")
    capsys.readouterr()
    status = main(["check", str(path), *options])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_failing_mark_is_a_failing_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "Sign up for our free daily newsletter"
    status, out, err = run(tmp_path, [made(f"{STORY}\n\n{line}\n\n{STORY}", "en.newsletter.signup")], capsys)
    assert status == 1
    (table,) = tomllib.loads(out)["rule"]
    assert table == {"id": "en.newsletter.signup", "keeps": [line]}
    assert "# fails: out.jsonl row 7, id a7, courier.example: still taken by en.newsletter.signup" in out
    assert "add to its 'keeps' in en.toml" in out
    assert "1 marks, 1 fail" in err
    rule = known_rules()["en.newsletter.signup"]
    assert isinstance(rule, Rule)
    assert any("should keep" in f for f in failures(replace(rule, keeps=(line,)), shipped_rules()))


def test_a_mark_that_is_mended_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{STORY}\n\nThe newsletter was founded in 1994.\n\n{STORY}"
    status, out, err = run(
        tmp_path, [mark(text, "en.newsletter.signup", "The newsletter was founded in 1994.")], capsys
    )
    assert (status, "# right by now: " in out, "0 fail" in err) == (0, True, True)
    assert tomllib.loads(out)["rule"][0]["keeps"] == ["The newsletter was founded in 1994."]


def test_settings_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marks = [made(f"{STORY}\n\nAdvertisement\n", "en.ad.label")]
    assert run(tmp_path, marks, capsys)[0] == 1
    assert run(tmp_path, marks, capsys, "--skip", "en.ad.*")[0] == 0
    assert run(tmp_path, marks, capsys, "--keep", "ad")[0] == 0
    assert run(tmp_path, marks, capsys, "--floor", "certain")[0] == 0


def test_another_rule_that_takes_it_fails_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{STORY}\n\nAdvertisement\n"
    status, out, _ = run(tmp_path, [mark(text, "en.ad.gone", "Advertisement")], capsys)
    assert status == 1 and "still taken by en.ad.label" in out and "no rule at present has this id" in out


def test_an_example_takes_the_neighbours_that_its_rule_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text(
        '[[rule]]\nid = "en.social.mill"\ncue = ["mill wheel"]\nmatch = "^mill wheel$"\nreason = "x"\nbeside = ["ad"]\n'
        'drops = ["Advertisement\\n⟦Mill wheel⟧"]\nkeeps = ["Mill wheel"]\n'
    )
    text = f"{STORY}\n\n{STORY}\n\nAdvertisement\n\nMill wheel\n\n{STORY}\n\n{STORY}"
    status, out, _ = run(tmp_path, [mark(text, "en.social.mill", "Mill wheel")], capsys, "--pack", str(pack))
    (example,) = tomllib.loads(out)["rule"][0]["keeps"]
    assert status == 1
    assert example == f"Advertisement\n\nMill wheel\n\n{STORY}" and str(pack) in out


def test_a_span_is_shown_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "The mayor said that nobody had been hurt. (Read more: The night the river came)"
    text = f"{STORY}\n\n{line}\n\n{STORY}"
    edit = next(e for e in clean(text).edits if ".readmore." in e.rule or ".related." in e.rule)
    status, out, _ = run(tmp_path, [made(text, edit.rule)], capsys)
    assert status == 1 and tomllib.loads(out)["rule"][0]["keeps"] == [line]


def test_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{STORY} Nobody spoke. The war against ISIS did not please the mayor of the town. She left."
    status, out, _ = run(tmp_path, [made(text, "en.name.islamic-state")], capsys)
    assert status == 1
    (table,) = tomllib.loads(out)["name"]
    assert table == {"id": "islamic-state", "keeps": ["The war against ISIS did not please the mayor of the town."]}
    assert run(tmp_path, [made(text, "en.name.islamic-state")], capsys, "--no-names")[0] == 0


def test_a_name_that_needs_its_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"Muammar Gaddafi spoke for an hour in the square of the town.\n\n{STORY}\n\nGaddafi left the town at noon."
    marks = [mark(text, "en.name.moammar-gadhafi", "Gaddafi left") | {"put": "Gadhafi left"}]
    status, out, _ = run(tmp_path, marks, capsys)
    assert status == 1 and "it fails only in its article" in out
    assert tomllib.loads(out)["name"][0]["keeps"] == ["Gaddafi left the town at noon."]


def test_built_in_rules_ask_for_the_whole_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{STORY}\n\nNobody spoke about it.\n\n{STORY}\n\nThe river rose in the night, and the ferry did not run."
    status, out, _ = run(tmp_path, [made(text, "und.repeat.paragraph")], capsys)
    assert status == 1 and "newsclean/repeats.py" in out
    assert tomllib.loads(out)["rule"][0]["keeps"] == [text]


def test_an_excerpt_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{STORY}\n\nAdvertisement\n\nThe river"
    status, out, _ = run(tmp_path, [mark(text, "en.ad.label", "\n\nAdvertisement", at=1000, whole=False)], capsys)
    assert status == 1 and tomllib.loads(out)["rule"][0]["keeps"] == ["Advertisement"]


def test_hostile_marks_stay_in_their_strings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = 'Advertisement"""\\ \x1b[31m\u202e \x7f \ud83d'
    text = f"{STORY}\n\n{line}\n"
    evil = mark(text, "en.ad.label", line) | {"file": "a\n[[rule]]\x1b", "id": "x\ny", "site": "\ud83d"}
    evil2 = mark(text, "en.ad.label\n[[x", line)
    _, out, err = run(tmp_path, [evil, evil2], capsys)
    tables = tomllib.loads(out)["rule"]
    assert {t["id"] for t in tables} == {"en.ad.label", "en.ad.label\n[[x"}
    assert all(t["keeps"] == [line.replace("\ud83d", "?")] for t in tables)
    assert not set("\x1b\u202e\x7f") & set(out + err)


def test_marks_are_grouped_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"{STORY}\n\nAdvertisement\n\nSign up for our free daily newsletter\n"
    marks = [made(text, "en.newsletter.signup"), made(text, "en.ad.label"), mark(STORY, "en.ad.label", STORY)]
    status, out, err = run(tmp_path, marks, capsys)
    assert status == 1 and [t["id"] for t in tomllib.loads(out)["rule"]] == ["en.ad.label", "en.newsletter.signup"]
    assert out.count("# fails: ") == 2 and out.count("# right by now: ") == 1 and "3 marks, 2 fail" in err


def test_no_marks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, [], capsys)[:2] == (0, "")


GOOD = mark("Advertisement", "en.ad.label", "Advertisement")


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (b"{", "marks.json: not JSON"),
        (b"[" * 100_000, "marks.json: not JSON"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b"[]", "field 'marks' is missing"),
        ({"marks": 5}, "field 'marks' is missing or no list"),
        ({"marks": [5]}, "marks.json: mark 1: not an object"),
        ({"marks": [GOOD, GOOD | {"row": "7"}]}, "marks.json: mark 2: field 'row' must be a whole number, not '7'"),
        ({"marks": [GOOD | {"row": True}]}, "field 'row' must be a whole number"),
        ({"marks": [GOOD | {"whole": 1}]}, "field 'whole' must be true or false"),
        ({"marks": [GOOD | {"text": None}]}, "field 'text' must be a string"),
        ({"marks": [{k: v for k, v in GOOD.items() if k != "cut"}]}, "mark 1: field 'cut' is missing"),
        ({"marks": [GOOD | {"rule": "ad"}]}, "field 'rule' must be the id of a rule"),
        ({"marks": [GOOD | {"confidence": "sure"}]}, "field 'confidence' must be one of"),
        ({"marks": [GOOD | {"end": 5}]}, "field 'cut' is not what stands at 'start'"),
        ({"marks": [GOOD | {"at": -5}]}, "field 'cut' is not what stands at 'start'"),
        ({"marks": [GOOD | {"start": 13}]}, "field 'cut' is not what stands at 'start'"),
    ],
)
def test_unreadable_marks_are_told(marks: Any, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "marks.json"
    path.write_bytes(marks if isinstance(marks, bytes) else json.dumps(marks).encode())
    assert main(["check", str(path)]) == 2
    said_ = capsys.readouterr()
    assert said in said_.err and said_.out == "" and "Traceback" not in said_.err


def test_a_missing_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "none.json"]) == 2
    assert "none.json: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["\r\n\r\nAdvertisement\r\n", "\u2028Advertisement", "  \n \nAdvertisement \n"])
def test_the_example_is_the_line(text: str) -> None:
    (m,) = read_marks(json.dumps({"marks": [mark(STORY + text, "en.ad.label", text)]}), "m")
    assert isinstance(m, Mark)
    (verdict,) = check([m], Cleaner(), known_rules())
    assert verdict.example.strip() == "Advertisement" and verdict.fails
