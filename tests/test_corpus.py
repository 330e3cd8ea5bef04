"""A corpus run: every good row once and in order, every bad one reported, whatever happens to the run."""

import argparse
import base64
import bz2
import gzip
import json
import lzma
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsclean import Cleaner, clean
from newsclean.cli import main
from newsclean.corpus import add_arguments, run
from newsclean.formats import MAX_ROW, Chunk, read
from newsclean.pool import Pool, PoolError
from newsclean.work import Work

DIRTY = "The council of Ostrava Mills met on Monday.\n\nSign up for our daily newsletter\n"
CLEAN = "The council of Ostrava Mills met on Monday.\n"


def corpus(*args: Any) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args([*map(str, args), "-j", "2"]))


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def write(path: Path, rows: list[bytes]) -> Path:
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    return path


def rows(n: int) -> list[bytes]:
    return [
        json.dumps({"id": i, "text": f"{DIRTY}\nThat was meeting {i} of the year.\n" * 3}).encode() for i in range(n)
    ]


def test_only_the_bytes_of_the_text_change(tmp_path: Path) -> None:
    row = b'{"f":1.10, "big": 12345678901234567890,"e":1e400,"u":"\\u00fc\xc3\xbc", "text" : %s ,"n":{"b":[1, null]},"f":2}'
    old, new = json.dumps(DIRTY).encode(), json.dumps(CLEAN).encode()
    source = write(tmp_path / "in.jsonl", [row % old, row % new])
    assert corpus(source, "-o", tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == (row % new + b"\n") * 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_the_last_of_two_equal_fields_counts_as_readers_do(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [b'{"text": "a", "text": %s}' % json.dumps(DIRTY).encode()])
    corpus(source, "-o", tmp_path / "out.jsonl")
    assert lines(tmp_path / "out.jsonl") == [{"text": CLEAN}]


def test_a_lone_surrogate_stays_one(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [json.dumps({"text": "\ud800 and 😀. " + DIRTY}).encode()])
    assert corpus(source, "-o", tmp_path / "out.jsonl", "--keep-original") == 0
    (row,) = lines(tmp_path / "out.jsonl")
    assert row["newsclean_original"] == "\ud800 and 😀. " + DIRTY
    assert row["text"].endswith(" and 😀. " + CLEAN)


def test_original_and_edits_on_request(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [json.dumps({"text": DIRTY, "a": 1}).encode()])
    assert corpus(source, "-o", tmp_path / "out.jsonl", "--keep-original", "--edits") == 0
    (row,) = lines(tmp_path / "out.jsonl")
    (edit,) = clean(DIRTY).edits
    assert list(row) == ["text", "a", "newsclean_original", "newsclean_edits"]
    assert row["newsclean_original"] == DIRTY
    names = ("start", "end", "replacement", "rule", "confidence")
    assert row["newsclean_edits"] == [{name: getattr(edit, name) for name in names}]  # the reason is its rule's own


def test_a_reason_of_its_own_is_beside_an_edit(tmp_path: Path) -> None:
    text = "The war against ISIS did not please the mayor, who said so on Monday in the town."
    source = write(tmp_path / "in.jsonl", [json.dumps({"text": text}).encode()])
    assert corpus(source, "-o", tmp_path / "out.jsonl", "--edits") == 0
    (row,) = lines(tmp_path / "out.jsonl")
    assert [e["reason"] for e in row["newsclean_edits"]] == ["ISIS is Islamic State (style ap)"]


def test_the_reason_of_a_pack_of_ones_own_is_the_rules_own(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        '[[rule]]\nid = "en.ad.mill"\ncue = ["mill"]\nmatch = "^the mill$"\nreason = "ours"\ndrops = ["The mill"]\nkeeps = ["A"]\n'
    )
    source = write(tmp_path / "in.jsonl", [json.dumps({"text": f"{CLEAN}\n\nThe mill"}).encode()])
    assert corpus(source, "-o", tmp_path / "out.jsonl", "--edits", "--pack", tmp_path / "own.toml") == 0
    (row,) = lines(tmp_path / "out.jsonl")
    assert [(e["rule"], "reason" in e) for e in row["newsclean_edits"]] == [("en.ad.mill", False)]


def zst(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").ZstdCompressor().compress(data)  # type: ignore[no-any-return]


def unzst(data: bytes) -> bytes:
    import io

    zstandard = pytest.importorskip("zstandard")
    return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()  # type: ignore[no-any-return]


PACKED: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    ".gz": (gzip.compress, gzip.decompress),
    ".bz2": (bz2.compress, bz2.decompress),
    ".xz": (lzma.compress, lzma.decompress),
    ".zst": (zst, unzst),
}


@pytest.mark.parametrize("suffix", PACKED)
def test_compression(tmp_path: Path, suffix: str) -> None:
    pack, unpack = PACKED[suffix]
    data = b"\n".join(rows(600))
    source, out, plain = tmp_path / f"in.jsonl{suffix}", tmp_path / f"out.jsonl{suffix}", tmp_path / "out.jsonl"
    cut = data.index(b"\n", len(data) // 2) + 1
    source.write_bytes(pack(data[:cut]) + pack(data[cut:]))  # two members are one file
    assert corpus(source, "-o", out) == corpus(source, "-o", plain) == 0
    assert unpack(out.read_bytes()) == plain.read_bytes()
    assert [row["id"] for row in lines(plain)] == list(range(600))


@pytest.mark.parametrize("suffix", PACKED)
def test_what_a_truncated_archive_holds_comes_out_but_as_no_output(tmp_path: Path, suffix: str, capsys: Any) -> None:
    source, out = tmp_path / f"in.jsonl{suffix}", tmp_path / "out.jsonl"
    noise = [json.dumps({"text": CLEAN, "noise": os.urandom(600).hex()}).encode() for _ in range(900)]
    data = PACKED[suffix][0](b"\n".join(noise))
    source.write_bytes(data[: len(data) * 4 // 5] if suffix != ".bz2" else data[:-20])
    incomplete = tmp_path / "out.jsonl.incomplete"
    assert corpus(source, "-o", out) == 1
    assert not out.exists()
    saved = incomplete.read_bytes().splitlines()
    assert 0 < len(saved) < 900
    assert saved == noise[: len(saved)]
    assert re.search(r"damaged after row \d+.*\n.*--salvage", capsys.readouterr().err, re.S)
    (error,) = lines(tmp_path / "out.jsonl.errors.jsonl")
    assert corpus(source, "-o", out) == 1  # again: nothing new
    assert not out.exists()
    assert incomplete.read_bytes().splitlines() == saved
    assert corpus(source, "-o", out, "--salvage") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([source.name, out.name, f"{out.name}.errors.jsonl"])
    assert out.read_bytes().splitlines() == saved
    assert error["row"] is None
    assert "damaged" in error["reason"]


BAD = {
    b'{"id": 1, "text": "abc': "not JSON",
    b"not json": "not JSON",
    b'{"text": "caf\xe9"}': "utf-8",
    b"[1, 2]": "list",
    b"null": "NoneType",
    b'{"text": "a"} {"text": "b"}': "follows",
    b'{"text": "a",}': "missing",
    b'{"text" "a"}': "colon",
    b"[" * 100_000: "nested",
    b'{"text": "a", "n": ' + b"9" * 20_000 + b"}": "digits",
    b"\0\0": "not JSON",
    b'{"text": "' + b"a" * MAX_ROW + b'"}': "too long",
}
BARE = {
    b'{"id": 1}': "no field",
    b"{}": "no field",
    b'{"text": null}': "null",
    b'{"text": 5}': "int",
    b'{"text": ["a"]}': "list",
}


@pytest.mark.parametrize("place", [0, 3, 5])
def test_bad_rows_are_set_aside_and_good_ones_come_out(tmp_path: Path, place: int) -> None:
    good = rows(5)
    source = write(tmp_path / "in.jsonl", [*good[:place], *BAD, *BARE, *good[place:]])
    out = tmp_path / "out.jsonl"
    assert corpus(source, "-o", out) == 1
    written = out.read_bytes().splitlines()
    assert written[place : place + len(BARE)] == list(BARE)  # they can be carried, as they are
    assert [json.loads(row)["id"] for row in written[:place] + written[place + len(BARE) :]] == list(range(5))
    errors = lines(tmp_path / "out.jsonl.errors.jsonl")
    assert [e["row"] for e in errors] == [place + 1 + i for i in range(len(BAD) + len(BARE))]
    for error, (raw, reason) in zip(errors, (BAD | BARE).items(), strict=True):
        assert error["file"] == str(source)
        assert reason in error["reason"]
        kept = base64.b64decode(error["data_base64"]) if "data_base64" in error else error["data"].encode()
        assert kept == (raw if len(raw) <= MAX_ROW else raw[:1000])


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n  \n"])
def test_row_ends_and_byte_order_mark(tmp_path: Path, end: bytes) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"\xef\xbb\xbf" + end.join(rows(4)))
    assert corpus(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl") == 0
    assert [row["id"] for row in lines(tmp_path / "out.jsonl")] == [0, 1, 2, 3]


def test_empty_input(tmp_path: Path) -> None:
    assert corpus(write(tmp_path / "in.jsonl", []), "-o", tmp_path / "out.jsonl") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_several_inputs_are_joined_or_keep_their_names(tmp_path: Path) -> None:
    deep = tmp_path / "in" / "deep"
    deep.mkdir(parents=True)
    write(tmp_path / "in" / "b.jsonl", rows(2))
    write(deep / "c.jsonl", rows(1))
    (tmp_path / "in" / "a.txt").write_text("not ours")
    assert corpus(tmp_path / "in", "-o", tmp_path / "one.jsonl") == 0
    assert [row["id"] for row in lines(tmp_path / "one.jsonl")] == [0, 1, 0]
    assert corpus(tmp_path / "in", "-o", tmp_path / "many") == 0
    assert sorted(str(p.relative_to(tmp_path / "many")) for p in (tmp_path / "many").rglob("*") if p.is_file()) == [
        "b.jsonl", "deep/c.jsonl",
    ]  # fmt: skip
    assert corpus(tmp_path / "in" / "*.jsonl", tmp_path / "in" / "b.jsonl", "-o", tmp_path / "two.jsonl") == 0
    assert [row["id"] for row in lines(tmp_path / "two.jsonl")] == [0, 1, 0, 1]


def test_refusals(tmp_path: Path, capsys: Any) -> None:
    source = write(tmp_path / "in.jsonl", rows(2))
    before = source.read_bytes()
    (tmp_path / "link.jsonl").symlink_to(source)
    (tmp_path / "hard.jsonl").hardlink_to(source)
    for out in ("in.jsonl", "./in.jsonl", "link.jsonl", "hard.jsonl"):
        assert corpus(source, "-o", tmp_path / out, "--overwrite") == 2
    (tmp_path / "old.jsonl").write_text("old")
    for out in ("old.jsonl", "no/such.jsonl", "in.jsonl/x.jsonl", "o.parquet"):
        assert corpus(source, "-o", tmp_path / out) == 2
    assert corpus(tmp_path / "no\x1b[31m.jsonl", "-o", tmp_path / "x.jsonl") == 2
    assert corpus(source, "-o", tmp_path / "x.jsonl", "--pack", tmp_path / "no.toml") == 2
    assert corpus(source, "-o", tmp_path / "x.jsonl", "--style", "nobody") == 2
    assert "\x1b" not in capsys.readouterr().err
    assert source.read_bytes() == before
    assert (tmp_path / "old.jsonl").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["hard.jsonl", "in.jsonl", "link.jsonl", "old.jsonl"]
    assert corpus(source, "-o", tmp_path / "old.jsonl", "--overwrite") == 0
    assert len(lines(tmp_path / "old.jsonl")) == 2


@pytest.mark.parametrize("command", ["corpus", "learn"])
def test_without_ray_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, command: str
) -> None:
    source = write(tmp_path / "in.jsonl", rows(2))
    monkeypatch.setattr("newsclean.inputs.find_spec", lambda name: None)
    assert main([command, str(source), "-o", str(tmp_path / "out.jsonl"), "--engine", "ray"]) == 2
    assert "pip install 'newsclean[ray]'" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


def _hears() -> None:
    """A run in the background is deaf to Ctrl-C, and what it starts, too: not this one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*args: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "newsclean.corpus", *map(str, args), "-j", "2"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_hears, start_new_session=True
    )


@pytest.mark.parametrize(
    ("sign", "suffix"),
    [(signal.SIGKILL, ".jsonl"), (signal.SIGKILL, ".jsonl.gz"), (signal.SIGINT, ".jsonl"), (signal.SIGTERM, ".jsonl")],
)
def test_a_stopped_run_goes_on_and_ends_with_the_same_bytes(tmp_path: Path, sign: signal.Signals, suffix: str) -> None:
    source = write(tmp_path / "in.jsonl", [*rows(15000), b"bad", *rows(30)])
    whole, out = tmp_path / f"whole{suffix}", tmp_path / f"out{suffix}"
    note = Path(f"{out}.state.json")
    for _ in range(5):  # on a busy machine it may be done before the signal comes: then once more
        process = start(source, "-o", out, "--overwrite")
        end = time.monotonic() + 60
        while not note.exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(sign)
        err = process.communicate(timeout=60)[1]
        if not out.exists():
            break
        out.unlink()
    assert process.returncode in (-sign, 128 + sign)
    assert b"Traceback" not in err
    assert note.exists()
    assert not out.exists()
    with Path(f"{out}.partial").open("ab") as file:
        file.write(b"half a ro")  # what a kill may leave
    again = start(source, "-o", out)
    err = again.communicate(timeout=120)[1]
    assert again.returncode == 1, err
    assert b"going on after" in err
    assert corpus(source, "-o", whole) == 1
    assert out.read_bytes() == whole.read_bytes()
    assert Path(f"{out}.errors.jsonl").read_bytes() == Path(f"{whole}.errors.jsonl").read_bytes()
    assert not list(tmp_path.glob("*.partial")) + list(tmp_path.glob("*.state*"))


def test_a_repaired_archive_makes_the_output_whole(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    data = gzip.compress(b"\n".join(rows(900)))
    source.write_bytes(data[: len(data) // 2])
    assert corpus(source, "-o", out) == 1
    source.write_bytes(data)
    assert corpus(source, "-o", out) == 0
    assert [row["id"] for row in lines(out)] == list(range(900))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl.gz", "out.jsonl"]


def test_nothing_but_damage_is_a_run_that_could_not_be(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(b"hello")
    assert corpus(tmp_path / "in.jsonl.gz", "-o", tmp_path / "out.jsonl") == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl.gz", "out.jsonl.errors.jsonl"]


def test_one_damaged_file_of_a_folder_keeps_none_of_the_others_back(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    data = gzip.compress(b"\n".join(rows(400)))
    for name in "abc":
        (folder / f"{name}.jsonl.gz").write_bytes(data[: len(data) // 2] if name == "b" else data)
    assert corpus(folder, "-o", out) == 1
    made = {p.name for p in out.iterdir() if not p.name.endswith(".state.json")}
    whole = {"a.jsonl.gz", "c.jsonl.gz"}
    assert made == whole | {"b.jsonl.gz.incomplete", "b.jsonl.gz.errors.jsonl"}
    times = {name: (out / name).stat().st_mtime_ns for name in whole}
    (folder / "b.jsonl.gz").write_bytes(data)
    assert corpus(folder, "-o", out) == 0  # only the repaired one is done again
    assert {p.name for p in out.iterdir()} == whole | {"b.jsonl.gz"}
    assert times == {name: (out / name).stat().st_mtime_ns for name in whole}


def test_damage_in_the_middle_is_reported_once_whenever_the_run_is_killed(tmp_path: Path) -> None:
    data = gzip.compress(b"\n".join(rows(900)))
    (tmp_path / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    write(tmp_path / "b.jsonl", rows(6000))
    sources, out, whole = (tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl"), tmp_path / "out.jsonl", tmp_path / "w.jsonl"
    process = start(*sources, "-o", out, "--salvage")
    state = Path(f"{out}.state.json")
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        if state.exists() and json.loads(state.read_bytes())["input"] == 1:
            break
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=60)
    assert not out.exists()
    assert corpus(*sources, "-o", out, "--salvage") == corpus(*sources, "-o", whole, "--salvage") == 1
    assert out.read_bytes() == whole.read_bytes()
    assert [e["row"] for e in lines(tmp_path / "out.jsonl.errors.jsonl")] == [None]


def note(out: Path, source: Path, **settings: Any) -> None:
    """Leave `out` as a run that was killed after its first chunk does."""
    process = start(source, "-o", out, *[x for k, v in settings.items() for x in (f"--{k}", v)])
    end = time.monotonic() + 60
    while not Path(f"{out}.state.json").exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=60)


def test_another_input_or_setting_starts_anew(tmp_path: Path) -> None:
    source, out = write(tmp_path / "in.jsonl", rows(6000)), tmp_path / "out.jsonl"
    note(out, source)
    other = [row.replace(b"Mills", b"Falls") for row in rows(50)]
    write(source, other)
    assert corpus(source, "-o", out) == 0
    assert [row["id"] for row in lines(out)] == list(range(50))
    assert all("Falls" in row["text"] for row in lines(out))


@pytest.mark.parametrize("late", [False, True])
def test_killed_at_the_last_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    source, out = write(tmp_path / "in.jsonl", [*rows(3), b"bad"]), tmp_path / "out.jsonl"
    out.write_text("old")
    replace = Path.replace

    def stop(self: Path, target: Any) -> Path:
        if str(target) == str(out):
            if late:
                replace(self, target)
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        assert corpus(source, "-o", out, "--overwrite") == 130
    assert (out.read_text() == "old") == (not late)
    assert corpus(source, "-o", out, "--overwrite") == 1
    assert [row["id"] for row in lines(out)] == [0, 1, 2]
    assert [error["row"] for error in lines(tmp_path / "out.jsonl.errors.jsonl")] == [4]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_damaged_parquet_page(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    noise = [os.urandom(300).hex() for _ in range(2000)]
    pq.write_table(pa.table({"text": noise}), tmp_path / "in.parquet", row_group_size=500, compression="zstd")
    data = bytearray((tmp_path / "in.parquet").read_bytes())
    data[len(data) * 3 // 4 : len(data) * 3 // 4 + 200] = b"?" * 200
    (tmp_path / "in.parquet").write_bytes(data)
    assert corpus(tmp_path / "in.parquet", "-o", tmp_path / "out.parquet") == 1
    assert pq.read_table(tmp_path / "out.parquet.incomplete").num_rows < 2000
    assert corpus(tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", "--salvage") == 1
    assert len(list(tmp_path.iterdir())) == 3
    saved = pq.read_table(tmp_path / "out.parquet")["text"].to_pylist()
    assert 500 <= len(saved) < 2000
    assert saved == noise[: len(saved)]


def test_two_runs_at_once(tmp_path: Path) -> None:
    source, out = write(tmp_path / "in.jsonl", rows(2000)), tmp_path / "out.jsonl"
    runs = [start(source, "-o", out) for _ in range(2)]
    errs = [run.communicate(timeout=120)[1] for run in runs]
    assert sorted(run.returncode for run in runs) == [0, 2], errs
    assert [row["id"] for row in lines(out)] == list(range(2000))


def test_stdout(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [*rows(3), b"bad"])
    process = start(source, "-o", "-")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert [json.loads(line)["id"] for line in out.splitlines()] == [0, 1, 2]
    assert b"row 4 set aside: not JSON" in err


# ---------------------------------------------------------------------------------------------- workers
def fragile(task: list[str], bad: dict[int, str], before: Callable[[int], None] | None) -> list[str]:
    done = []
    for i, row in enumerate(task):
        if before:
            before(i)
        if i in bad:
            done.append(bad[i])
            continue
        if row == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if row == "hang":
            time.sleep(600)
        done.append(row.upper())
    return done


def test_the_row_that_kills_or_hangs_a_worker_is_named_and_nothing_else_is_lost() -> None:
    tasks = [[f"{n}a", "die" if n == 3 else "b", "hang" if n in (3, 5) else "c", f"{n}d"] for n in range(12)]
    pool: Pool[list[str], list[str]] = Pool(fragile, 2, limit=1.0)
    try:
        results = list(pool.run(tasks))
    finally:
        pool.close()
    assert [task for task, _ in results] == tasks
    died, hung = "the process that cleaned it died", "took longer than 1 s"
    for n, (_, done) in enumerate(results):
        assert done == [f"{n}A", died if n == 3 else "B", hung if n in (3, 5) else "C", f"{n}D"]


def hopeless(task: int, bad: dict[int, str], before: Callable[[int], None] | None) -> int:
    os._exit(1)


def test_workers_that_die_whatever_they_are_given_end_the_run() -> None:
    pool: Pool[int, int] = Pool(hopeless, 1)
    try:
        with pytest.raises(PoolError, match="4 times"):
            list(pool.run([1]))
    finally:
        pool.close()


def test_a_row_that_takes_too_long_passes_unchanged(tmp_path: Path) -> None:
    chunk = Chunk("a.jsonl", 1, rows(3), 3, 0, 0)
    done = Work(Cleaner())(chunk, {1: "took longer than 60 s"})
    assert done.output.splitlines()[1] == rows(3)[1]
    assert json.loads(done.errors)["row"] == 2
    assert json.loads(done.errors)["reason"] == "took longer than 60 s"


def test_chunks_are_the_same_from_any_row(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", rows(1500))
    chunks = list(read(str(source)))
    assert len(chunks) > 3
    for n, chunk in enumerate(chunks[:-1]):
        assert list(read(str(source), chunk.after, chunk.offset)) == chunks[n + 1 :]


# ---------------------------------------------------------------------------------------------- Parquet
def test_parquet_keeps_columns_types_and_order(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    n = 900
    texts = [f"{DIRTY}\nMeeting {i}.\n" if i != 7 else None for i in range(n)]
    table = pa.table(
        {
            "id": pa.array(range(n), pa.int16()),
            "text": pa.array(texts, pa.large_string()),
            "tags": pa.array([[{"a": i}] for i in range(n)]),
            "when": pa.array([i * 10**9 for i in range(n)], pa.timestamp("ns", "UTC")),
            "kind": pa.array(["x", "y"] * (n // 2)).dictionary_encode(),
        }
    ).replace_schema_metadata({"made": "here"})
    pq.write_table(table, tmp_path / "in.parquet")
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    assert corpus(source, "-o", out, "--edits") == 1
    made = pq.read_table(out)
    source_schema = pq.read_table(source).schema
    assert made.schema.remove(5).equals(source_schema)
    assert made.schema.metadata[b"made"] == b"here"
    assert made["text"].to_pylist() == [t if t is None else clean(t).text for t in texts]
    assert made.drop_columns(["text", "newsclean_edits"]).equals(pq.read_table(source).drop_columns(["text"]))
    (error,) = lines(tmp_path / "out.parquet.errors.jsonl")
    assert (error["row"], "null" in error["reason"]) == (8, True)
    assert corpus(source, source, "-o", tmp_path / "twice.parquet") == 1
    assert pq.read_table(tmp_path / "twice.parquet").num_rows == 2 * n


def test_parquet_that_cannot_be_read_or_has_no_text(tmp_path: Path, capsys: Any) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"body": ["a"], "text": [1]}), tmp_path / "in.parquet")
    (tmp_path / "bad.parquet").write_bytes((tmp_path / "in.parquet").read_bytes()[:-9])
    for name, why in {"in": "int64", "bad": "bad.parquet"}.items():
        assert corpus(tmp_path / f"{name}.parquet", "-o", tmp_path / "out.parquet") == 2
        assert why in capsys.readouterr().err
    assert corpus(tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", "--text-field", "none") == 2
    assert not list(tmp_path.glob("out*"))
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "none.parquet")
    assert corpus(tmp_path / "none.parquet", "-o", tmp_path / "out.parquet") == 0
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
