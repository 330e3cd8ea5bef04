"""The review page without a browser: what it counts, what it shows, how large it gets, what it says about bad input."""

import json
import random
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from newsclean import Edit, clean, report
from newsclean import review as review_room
from newsclean.cli import main
from newsclean.reasons import known_rules, reason
from newsclean.review import Review, Reviewed

STORY = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said."
DIRTY = f"{STORY}\n\nAdvertisement\n\nSign up for our free daily newsletter\n"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %} <!-- \u202e\x1b[31m"


def rows(n: int = 3, text: str = DIRTY) -> list[dict[str, Any]]:
    return [{"id": f"a{i}", "site": f"s{i % 2}.example", "lang": "en", "text": f"{i} {text}"} for i in range(n)]


def corpus(folder: Path, articles: list[dict[str, Any]], *options: str, name: str = "out.jsonl") -> Path:
    source, out = folder / "in.jsonl", folder / name
    source.write_text("".join(json.dumps(r) + "\n" for r in articles), encoding="utf-8")
    assert main(["corpus", str(source), "-o", str(out), "-j", "1", *options]) in (0, 1)
    return out


def kept(folder: Path, articles: list[dict[str, Any]], *options: str, name: str = "out.jsonl") -> Path:
    return corpus(folder, articles, "--keep-original", "--edits", *options, name=name)


def page_of(out: Path, *options: str, status: int = 0) -> str:
    page = out.parent / "review.html"
    assert main(["report", str(out), "-o", str(page), "--overwrite", *options]) == status
    return page.read_text(encoding="utf-8")


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_counts_are_those_of_the_run(tmp_path: Path) -> None:
    articles = [*rows(), {"id": "clean", "site": "s0.example", "lang": "de", "text": STORY}]
    data = data_of(page := page_of(kept(tmp_path, articles)))
    results = [clean(r["text"]) for r in articles]
    assert {r["id"]: (r["edits"], r["articles"]) for r in data["rules"]} == {
        "en.ad.label": (3, 3),
        "en.newsletter.signup": (3, 3),
    }
    assert sum(r["cut"] for r in data["rules"]) == sum(e.end - e.start for r in results for e in r.edits)
    assert [a["id"] for a in data["articles"]] == ["a0", "a1", "a2"]
    assert "<dd>4</dd>" in page and "<dd>3 <small>75.0 %" in page
    assert "s1.example" in page and "Sites</dt><dd>2</dd>" in page


def test_articles_can_be_put_together_again(tmp_path: Path) -> None:
    text = f"{STORY} \U0001f600 Daesh did it. â€œYesâ€\n\nAdvertisement\n"
    (article,) = data_of(page_of(kept(tmp_path, [{"text": text}])))["articles"]
    before = "".join(p if isinstance(p, str) else p[0] for p in article["parts"])
    after = "".join(p if isinstance(p, str) else p[1] for p in article["parts"])
    assert (before, after) == (text, clean(text).text)
    for cut, put, _, _, start, end, *_ in (p for p in article["parts"] if not isinstance(p, str)):
        assert text[start:end] == cut != put


@pytest.mark.parametrize("name", ["out.jsonl.gz", "out.jsonl.zst"])
def test_packed_outputs(tmp_path: Path, name: str) -> None:
    assert len(data_of(page_of(kept(tmp_path, rows(), name=name)))["articles"]) == 3


def test_parquet(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    texts = [*(r["text"] for r in rows(200)), None]
    pq.write_table(pa.table({"text": texts, "vector": [[1.0, 2.0]] * 201}), tmp_path / "in.parquet")
    out = tmp_path / "out.parquet"
    assert main(["corpus", str(tmp_path / "in.parquet"), "-o", str(out), "--keep-original", "--edits"]) == 1
    page = page_of(out, status=1)
    assert data_of(page)["rules"][0]["edits"] == 200
    assert "1 have no record" in page
    assert data_of(page)["articles"][-1]["row"] == 200


def test_order_and_files_do_not_matter(tmp_path: Path) -> None:
    reviewed = [Reviewed("f", i, r["text"], clean(r["text"]).edits, site=r["site"]) for i, r in enumerate(rows(60))]
    pages = []
    for seed in range(2):
        random.Random(seed).shuffle(reviewed)
        review = Review(articles=10)
        for article in reviewed:
            review.add(article)
        pages.append(review.page())
    assert pages[0] == pages[1]
    chosen = [a["row"] for a in data_of(pages[0])["articles"]]
    assert len(chosen) == 10 and chosen[-1] > 20  # by what they say, not the first ten


def test_each_rule_has_an_article_and_samples() -> None:
    review = Review(articles=5)
    for n in range(500):
        review.add(Reviewed("f", n, f"{n} Ad.", (Edit(0, 1, "", "en.ad.often", "x"),)))
    for n in range(3):
        review.add(Reviewed("g", n, f"{n} rare", (Edit(0, 1, "", f"en.ad.rare{n}", "x"),)))
    data = data_of(review.page())
    assert len(data["articles"]) == 5
    assert {p[7] for a in data["articles"] for p in a["parts"] if not isinstance(p, str)} == {
        "en.ad.often", "en.ad.rare0", "en.ad.rare1", "en.ad.rare2",
    }  # fmt: skip
    samples = dict(zip((r["id"] for r in data["rules"]), data["samples"], strict=True))
    assert len(samples["en.ad.often"]) == len({s["cut"] for s in samples["en.ad.often"]}) == review_room.SAMPLES
    assert len(samples["en.ad.rare1"]) == 1


def test_samples_are_whole_around_the_cut() -> None:
    text = f"{'far away ' * 100}\n{STORY}\n\nAdvertisement\n\n{STORY}\n{'far away ' * 100}"
    review = Review()
    review.add(Reviewed("f", 1, text, clean(text, lang="en").edits))
    (sample,) = data_of(review.page())["samples"][0]
    at = sample["start"] - len(sample["before"])
    assert text[at:].startswith(sample["before"] + sample["cut"] + sample["after"])
    assert "far away" not in sample["before"].splitlines()[0] and sample["after"].rstrip().endswith(STORY)


def test_memory_and_page_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_room, "MOST_NAMES", 50)
    monkeypatch.setattr(review_room, "MOST_RULES", 40)
    monkeypatch.setattr(review_room, "ARTICLE_CHARS", 20_000)
    monkeypatch.setattr(review_room, "SAMPLE_CHARS", 10_000)

    def filled(n: int) -> Review:
        review = Review()
        for i in range(n):
            text = f"{i} Ad. {'word ' * 200}"
            edits = (Edit(0, 3, "", f"en.ad.rule{i}", "x"), Edit(4, 5, "", "en.ad.same", "x"))
            review.add(Reviewed("f", i, text, edits, site=f"{i}.example", lang=f"l{i}"))
        return review

    sizes = []
    for n in (1000, 4000):
        tracemalloc.start()
        review = filled(n)
        sizes.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        page = review.page()
        assert len(page) < 200_000 and len(review.sites) == 51 and len(review.rules) == 41
        assert sum(r["edits"] for r in data_of(page)["rules"]) == 2 * n
        assert "(others)" in page
    assert sizes[1] < 1.3 * sizes[0]


def test_a_long_article_is_counted_and_not_shown() -> None:
    review = Review()
    text = f"{STORY}\n\nAdvertisement\n\n" + f"{STORY}\n\n" * 400
    review.add(Reviewed("f", 1, text, (Edit(len(STORY), len(STORY) + 15, "", "en.ad.label", "x"),)))
    page = review.page()
    assert "without 1" in page and data_of(page)["articles"] == [] and len(data_of(page)["samples"][0]) == 1


# ------------------------------------------------------------------------------------------------ hostile text
def test_nothing_escapes_into_the_page(tmp_path: Path) -> None:
    article = {"id": HOSTILE, "title": HOSTILE, "site": HOSTILE, "lang": HOSTILE, "text": f"{HOSTILE}\n\n{DIRTY}"}
    page = page_of(kept(tmp_path, [article]))
    assert page.count("<script") == 2 and page.count("</script>") == 2
    assert "alert(1)</script>" not in page and "<img" not in page and "{{ 7*7 }}" in page
    assert data_of(page)["articles"][0]["title"] == HOSTILE


def test_half_a_character_is_kept_as_an_escape(tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "text": f"\ud83d {STORY}",
        "site": "\ud83d.example",
        "newsclean_original": f"\ud83d {STORY}x\n",
    }
    row["newsclean_edits"] = [
        {"start": len(STORY) + 2, "end": len(STORY) + 4, "replacement": "", "rule": "en.ad.x", "confidence": "likely"}
    ]
    out = tmp_path / "out.jsonl"
    out.write_text(json.dumps(row) + "\n")
    page = page_of(out)
    assert data_of(page)["articles"][0]["parts"][0].startswith("\ud83d The council")


def test_the_page_asks_nobody_for_anything(tmp_path: Path) -> None:
    page = page_of(kept(tmp_path, rows()))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy and "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    shell = page.replace(json.dumps(data_of(page), ensure_ascii=False), "")
    assert not re.search(r"""(?:src|href)=["'](?!#)|url\(|@import|https?://""", shell)


# ------------------------------------------------------------------------------------------------ the command
@pytest.mark.parametrize(("options", "lacks"), [([], "newsclean_"), (["--edits"], "newsclean_original"), (["--keep-original"], "newsclean_edits")])  # fmt: skip
def test_an_output_without_the_record_is_told(
    tmp_path: Path, options: list[str], lacks: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = corpus(tmp_path, rows(), *options)
    capsys.readouterr()
    assert main(["report", str(out), "-o", str(tmp_path / "p.html")]) == 2
    err = capsys.readouterr().err
    assert "out.jsonl" in err and lacks in err and "--keep-original --edits" in err and "Traceback" not in err
    assert not (tmp_path / "p.html").exists()


def test_a_large_output_without_the_record_is_told_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "PATIENCE", 2)
    out = corpus(tmp_path, rows(5))
    with pytest.raises(ValueError, match="no row up to 2"):
        report.run(_args(out, tmp_path / "p.html"))


def _args(out: Path, page: Path) -> Any:
    import argparse

    parser = argparse.ArgumentParser()
    report.add_arguments(parser)
    return parser.parse_args([str(out), "-o", str(page)])


GOOD: dict[str, Any] = {"text": "A", "newsclean_original": "A\nAd", "newsclean_edits": [{"start": 1, "end": 4, "replacement": "", "rule": "en.ad.x", "confidence": "likely"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"text": ' + "[" * 100_000, "not JSON"),
        (GOOD | {"newsclean_original": 5}, "'newsclean_original' is int, not a string"),
        (GOOD | {"text": None}, "'text' is missing, not a string"),
        (GOOD | {"text": "B"}, "does not lead from 'newsclean_original' to 'text'"),
        (GOOD | {"newsclean_edits": [5]}, "'newsclean_edits'"),
        (GOOD | {"newsclean_edits": "x"}, "'newsclean_edits'"),
        (GOOD | {"newsclean_edits": [{"start": 1}]}, "'newsclean_edits'"),
        (GOOD | {"newsclean_edits": [GOOD["newsclean_edits"][0] | {"end": 99}]}, "leaves the text"),
        (GOOD | {"newsclean_edits": [GOOD["newsclean_edits"][0] | {"start": "1"}]}, "'newsclean_edits'"),
        (GOOD | {"newsclean_edits": [GOOD["newsclean_edits"][0] | {"replacement": None}]}, "'newsclean_edits'"),
        (GOOD | {"newsclean_edits": [GOOD["newsclean_edits"][0] | {"rule": 7}]}, "'newsclean_edits'"),
    ],
)
def test_a_bad_row_is_told_and_passed_over(
    tmp_path: Path, row: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text(
        "\n".join([json.dumps(GOOD), row if isinstance(row, str) else json.dumps(row), "", json.dumps(GOOD)])
    )
    page = page_of(out, status=1)
    err = capsys.readouterr().err
    assert "out.jsonl row 2: " in err and said in err
    assert [a["row"] for a in data_of(page)["articles"]] == [1] and "1 rows could not be read" in page
    assert data_of(page)["rules"][0]["edits"] == 2


def test_no_row_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text(json.dumps({"body" if name == "text" else name: GOOD[name] for name in GOOD}) + "\n")
    assert main(["report", str(out), "-o", str(tmp_path / "p.html")]) == 2
    err = capsys.readouterr().err
    assert "give --text-field" in err and "no row could be read" in err and not (tmp_path / "p.html").exists()
    assert main(["report", str(out), "-o", str(tmp_path / "p.html"), "--text-field", "body"]) == 0


def test_a_damaged_archive_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = kept(tmp_path, rows(2000), name="out.jsonl.gz")
    out.write_bytes(out.read_bytes()[:-200])
    page_of(out, status=1)
    assert "is damaged after row" in capsys.readouterr().err


def test_pages_and_inputs_are_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = kept(tmp_path, rows())
    page = tmp_path / "p.html"
    assert main(["report", str(out), "-o", str(page)]) == 0
    assert main(["report", str(out), "-o", str(page)]) == 2
    before = out.read_bytes()
    assert main(["report", str(out), "-o", str(out), "--overwrite"]) == 2
    assert out.read_bytes() == before
    assert main(["report", str(tmp_path / "none.jsonl"), "-o", str(page), "--overwrite"]) == 2
    assert "no such file" in capsys.readouterr().err
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".html", ".jsonl", ".jsonl"]


def test_standard_output_and_folders(tmp_path: Path) -> None:
    kept(tmp_path, rows())
    (tmp_path / "in.jsonl").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "newsclean", "report", str(tmp_path), "-o", "-"], capture_output=True, check=True
    )
    assert len(data_of(done.stdout.decode())["articles"]) == 3


def test_an_empty_run_has_a_page(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("")
    assert "No rule found anything." in page_of(out)


def test_clean_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article, page = tmp_path / "a.txt", tmp_path / "page.html"
    article.write_text(DIRTY)
    assert main(["clean", str(article), "--report", str(page)]) == 0
    assert capsys.readouterr().out == ""
    (shown,) = data_of(page.read_text())["articles"]
    assert shown["file"] == str(article) and sum(not isinstance(p, str) for p in shown["parts"]) == 2
    article.write_text(STORY * 500)
    assert main(["clean", str(article), "--report", str(page)]) == 0
    assert len(data_of(page.read_text())["articles"]) == 1
    assert main(["clean", str(article), "--report", str(article)]) == 2
    assert article.read_text() == STORY * 500


def test_clean_report_knows_the_reasons_of_the_edits(tmp_path: Path) -> None:
    article, page = tmp_path / "a.txt", tmp_path / "page.html"
    article.write_text(f"{STORY} The war against ISIS did not please the mayor, who said so on Monday in the town.")
    assert main(["clean", str(article), "--report", str(page)]) == 0
    assert "ISIS is Islamic State (style ap)" in json.dumps(data_of(page.read_text()))


@pytest.mark.parametrize("end", ["jsonl", "parquet"])
def test_the_page_of_a_run_knows_the_reasons_of_the_edits(end: str, tmp_path: Path) -> None:
    rows = [{"text": f"{STORY} The war against ISIS did not please the mayor, who said so on Monday.\n\nAdvertisement"}]
    source, out, page = (tmp_path / name for name in (f"in.{end}", f"out.{end}", "page.html"))
    if end == "jsonl":
        source.write_text(json.dumps(rows[0]) + "\n")
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), source)
    assert main(["corpus", str(source), "-o", str(out), "--keep-original", "--edits", "-j", "1"]) == 0
    assert main(["report", str(out), "-o", str(page)]) == 0
    (article,) = data_of(page.read_text())["articles"]
    why = [part[6] for part in article["parts"] if not isinstance(part, str)]
    assert why == ["ISIS is Islamic State (style ap)", ""]


def test_reasons_of_all_kinds_of_rules(tmp_path: Path) -> None:
    assert reason("und.related.block").startswith("headline of another story")
    assert reason("und.profile.line") != reason("und.mojibake.encoding") != reason("und.unicode.nfc")
    assert "--pack" in reason("en.mine.own")
    pack = tmp_path / "mine.toml"
    pack.write_text(
        '[[rule]]\nid = "en.ad.mill"\ncue = ["mill"]\nmatch = "^mill"\nreason = "our own"\ndrops = ["Mill"]\nkeeps = ["A"]\n'
    )
    assert reason("en.ad.mill", known_rules([str(pack)])) == "our own"


def test_data_of_the_page_holds_no_call(tmp_path: Path) -> None:
    """Whoever looks for calls in the page's scripts finds ours only, however a story is written."""
    source, page = tmp_path / "a.txt", tmp_path / "page.html"
    source.write_text("Read more: <script>alert(1)</script>\nThe mayor (of Ostrava Mills) left.", encoding="utf-8")
    assert main(["clean", str(source), "--report", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    data = html.split('id="data">')[1].split("</script>")[0]
    assert "(" not in data and "alert\\u00281)" in data
    assert "(of Ostrava Mills)" in json.dumps(json.loads(data))
