"""The command line: bytes in, bytes out, clear errors, honest exit statuses."""

import argparse
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from newsclean import Cleaner, Edit, apply
from newsclean.cli import main

STORY = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said.\n"
DIRTY = STORY + "\nAdvertisement\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_bytes(DIRTY.encode())
    return path


def test_text_on_standard_output(article: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["clean", str(article)]) == 0
    assert capsysbinary.readouterr().out == STORY.encode()


@pytest.mark.parametrize("args", [["clean"], ["clean", "-"]])
def test_standard_input(args: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "newsclean", *args], input=DIRTY.encode(), capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, STORY.encode(), b"")


def test_line_ends_and_bom_are_data(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "crlf.txt"
    path.write_bytes(DIRTY.replace("\n", "\r\n").encode())
    assert main(["clean", str(path)]) == 0
    assert capsysbinary.readouterr().out == STORY.replace("\n", "\r\n").encode()
    path.write_bytes(b"")
    assert main(["clean", str(path)]) == 0
    assert capsysbinary.readouterr().out == b""


def test_output_and_in_place(article: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    assert main(["clean", str(article), "-o", str(out)]) == 0
    assert out.read_text() == STORY and article.read_text() == DIRTY
    article.chmod(0o640)
    assert main(["clean", "--in-place", str(article)]) == 0
    assert article.read_text() == STORY
    assert article.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["article.txt", "out.txt"]


def test_check(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", "--check", str(article)]) == 1
    assert capsys.readouterr().out == "" and article.read_text() == DIRTY
    article.write_text(STORY)
    assert main(["clean", "--check", str(article)]) == 0


def test_json(article: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["clean", "--json", str(article)]) == 0
    row = json.loads(capsysbinary.readouterr().out)
    assert row["text"] == STORY == apply(DIRTY, [Edit(**{**e, "absorbed": tuple(e["absorbed"])}) for e in row["edits"]])


def test_diff_and_explain(article: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["clean", "--diff", "--color", "always", str(article)]) == 0
    assert b"\x1b[31m-Advertisement\x1b[0m\n" in capsysbinary.readouterr().out
    assert main(["clean", "--explain", str(article)]) == 0
    assert b"# en.ad.label (likely): " in capsysbinary.readouterr().out


@pytest.mark.parametrize("how", ["--diff", "--explain"])
def test_nothing_from_the_text_reaches_the_terminal(
    how: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "evil\x1b[31m.txt"
    path.write_bytes(b"A \x1b]52;c;x\x07 line.\n\nAdvertisement \xe2\x80\xae\x9b31m\n".replace(b"\x9b", b"\xc2\x9b"))
    assert main(["clean", how, "--color", "never", str(path)]) == 0
    out = capsysbinary.readouterr().out.decode()
    assert not {c for c in out if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c == "\u202e")}


def test_no_color(article: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert main(["clean", "--diff", str(article)]) == 0
    assert b"\x1b" not in capsysbinary.readouterr().out


def test_bytes_that_are_no_utf8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "latin.txt", tmp_path / "out.txt"
    path.write_bytes(b"caf\xe9")
    assert main(["clean", str(path), "-o", str(out)]) == 2
    assert "latin.txt: byte 3 is not UTF-8" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["clean", "none.txt"], "none.txt: No such file"),
        (["clean", "."], "Is a directory"),
        (["clean", "a", "b", "-o", "c"], "one input, not 2"),
        (["clean", "--in-place"], "standard input has no place"),
        (["clean", "--style", "gazette", __file__], "gazette"),
        (["clean", "--pack", "none.toml", __file__], "none.toml: cannot be read"),
        (["rules", "en.nothing.here"], "no rule is called"),
        (["rules", "--pack", "mine.csv"], "mine.csv holds names and no rules: newsclean names lint mine.csv"),
        (["clean", "no\x1b[31m\nsuch"], "no\\u001b[31m"),
    ],
)
def test_errors_are_one_line(args: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 2
    err = capsys.readouterr().err
    assert said in err and "Traceback" not in err and "\x1b" not in err


def test_wrong_usage_exits_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["clean", "--nonsense"])
    assert caught.value.code == 2


def test_settings_reach_the_cleaner(article: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["clean", "--skip", "en.ad.*", str(article)]) == 0
    assert capsysbinary.readouterr().out == DIRTY.encode()
    assert main(["clean", "--keep", "ad,byline", str(article)]) == 0
    assert capsysbinary.readouterr().out == DIRTY.encode()


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    listed = capsys.readouterr().out
    assert "und.repeat." in listed and "und.related." in listed and len(listed.splitlines()) > 400
    assert main(["rules", "en.newsletter.*"]) == 0
    assert "drops   " in capsys.readouterr().out


def test_a_pack_is_held_against_its_examples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "mine.toml"
    rule = (
        '[[rule]]\nid = "en.ad.mill"\ncue = ["mill"]\nmatch = "^mill"\nreason = "x"\ndrops = ["Mill"]\nkeeps = ["%s"]\n'
    )
    pack.write_text(rule % "The mill")
    assert main(["rules", "--pack", str(pack)]) == 0
    pack.write_text(rule % "Mill wheels")
    assert main(["rules", "--pack", str(pack)]) == 1
    assert "should keep 'Mill wheels'" in capsys.readouterr().err


def test_names_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["names", "show", "Daesh"]) == 0
    out = capsys.readouterr().out
    assert "islamic-state" in out and "guardian" in out
    assert main(["names", "show", "Nobody Atall"]) == 1


def test_a_closed_pipe_is_quiet() -> None:
    code = "import sys; from newsclean.cli import main; sys.exit(main(['rules']))"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert b"Traceback" not in done.stderr and done.returncode == 2


def test_clean_loads_nothing_optional() -> None:
    code = (
        "import sys; from newsclean import clean; clean('The mayor left.'); "
        "bad = {'pyarrow', 'langdetect', 'rich', 'jinja2', 'ray', 'pandas'} & set(sys.modules); assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_pipe_is_written_to_and_stays(article: Path, tmp_path: Path) -> None:
    """Where it is a device, its replacement would be the loss of the device."""
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert main(["clean", str(article), "-o", str(pipe)]) == 0
    assert pipe.is_fifo()
    reader.join(10)
    assert got == [STORY.encode()]


def test_output_to_a_dash_is_standard_output(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["clean", str(article), "-o", "-"]) == 0
    assert capsysbinary.readouterr().out == STORY.encode()
    assert [p.name for p in tmp_path.iterdir()] == ["article.txt"]


@pytest.mark.parametrize(
    ("closed", "args", "said"),
    [
        (0, ["clean", "-"], b"standard input is closed"),
        (1, ["clean", __file__], b"standard output is closed"),
        (1, ["clean", "--diff", __file__], b"standard output is closed"),
        (1, ["rules"], b"standard output is closed"),
        (2, ["clean", "none.txt"], b""),
    ],
)
def test_closed_streams(closed: int, args: list[str], said: bytes) -> None:
    code = f"import os, sys; os.close({closed}); os.execv(sys.executable, [sys.executable, '-m', 'newsclean', *{args}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 2 and done.stdout == b""
    assert said in done.stderr and done.stderr.count(b"\n") == bool(said)


@pytest.mark.parametrize("args", [["clean", "no\nsuch"], ["clean", "--check"], ["clean", "--no\nsuch\x1b"]])
def test_a_name_cannot_forge_a_line(args: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = tmp_path / "odd\nsuch"
    odd.write_text(DIRTY)
    try:
        main([*args, str(odd)] if args[-1] == "--check" else args)
    except SystemExit as stop:
        assert stop.code == 2
    err = capsys.readouterr().err
    assert "\\u000asuch" in err and "\nsuch" not in err and "\x1b" not in err


def test_a_diff_can_be_applied(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "odd\n+name"
    hunk = ["@@ -1,3 +1 @@", f" {STORY[:-1]}", "-", "-Advertisement"]
    for text, more in ((DIRTY, []), (DIRTY[:-1], ["\\ No newline at end of file"])):
        path.write_text(text)
        assert main(["clean", "--diff", str(path)]) == 0
        lines = capsysbinary.readouterr().out.decode().splitlines()
        assert lines[0].endswith("odd\\u000a+name") and lines[1].startswith("+++ ")
        assert lines[2:] == hunk + more


def test_a_file_name_that_is_no_utf8(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    Path(path).write_text(DIRTY)
    assert main(["clean", "--json", path]) == 0
    assert json.loads(capsysbinary.readouterr().out)["file"] == path
    assert main(["clean", "--diff", path]) == 0
    assert b"caf\\udce9.txt" in capsysbinary.readouterr().out


def test_in_place_reads_all_before_it_writes_any(article: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"caf\xe9")
    assert main(["clean", "--in-place", str(article), str(bad)]) == 2
    assert article.read_text() == DIRTY


def test_in_place_with_the_longest_name(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    path.write_text(DIRTY)
    assert main(["clean", "--in-place", str(path)]) == 0
    assert path.read_text() == STORY


def test_an_output_that_cannot_be_made_is_named(
    article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "none" / "out.txt")
    assert main(["clean", str(article), "-o", out]) == 2
    assert capsys.readouterr().err == f"newsclean: {out}: No such file or directory\n"


def test_rules_of_any_script_on_a_terminal_of_few_letters() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "newsclean", "rules", "ar.*"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert done.returncode == 0 and b"\\u06" in done.stdout


@pytest.mark.parametrize("room", ["corpus", "check"])
def test_commands_that_clean_have_the_same_settings(room: str) -> None:
    from importlib import import_module

    from newsclean.options import add_settings, settings

    alone, other = argparse.ArgumentParser(), argparse.ArgumentParser()
    add_settings(alone)
    import_module(f"newsclean.{room}").add_arguments(other)
    given = [
        "--skip",
        "en.ad.*",
        "--keep",
        "ad, byline",
        "--keep",
        "bio",
        "--floor",
        "guess",
        "--style",
        "bbc",
        "--no-names",
    ]
    rest = ["in.jsonl", "-o", "out.jsonl"] if room == "corpus" else ["marks.json"]
    cleaner = settings(alone.parse_args(given))
    assert settings(other.parse_args([*rest, *given])) == cleaner
    assert cleaner.keep == ("ad", "byline", "bio") and cleaner.floor == "guess" and not cleaner.names
    assert settings(alone.parse_args(["--keep", ""])).keep == ()
    assert settings(alone.parse_args([])) == Cleaner()
