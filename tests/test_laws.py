"""Laws of the whole cleaner, on articles stitched from all kinds of lines, on any text, and on real articles."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsclean import Cleaner, Result, apply, clean
from newsclean.result import parse_explained

SHARED = Path(__file__).parent.parent.parent / "shared"
SEED = SHARED / "seed" / "article.txt"
ARTICLES = SHARED / "articles" / "articles.jsonl.gz"

LINES = {
    "prose": [
        "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said.",
        "“We waited too long,” said Ida Kroll, who has asked the province for a second ferry before the spring.",
        "Nobody was hurt when the river came, but a third of the shops on the left bank have not opened since then.",
        "Der Rat der Stadt hat am Montag beschlossen, die alte Brücke über die Lenn für ein ganzes Jahr zu sperren.",
        "Совет города решил в понедельник закрыть старый мост на целый год, сообщила мэр Ида Кролль.",
        "قرر مجلس المدينة يوم الاثنين إغلاق الجسر القديم لمدة عام كامل، حسبما قالت رئيسة البلدية.",
        "市議会は月曜日、古い橋を一年間閉鎖することを決めたと市長は語った。",
        "Short.",
    ],
    "promo": [
        "Sign up for our daily newsletter",
        "NEWSLETTER: Get the day's top headlines from the Lenn Valley Courier >>",
        "Advertisement",
        "Read more: The night the river came",
        "Share this article on Facebook",
        "Copyright 2021 Lenn Valley Courier. All rights reserved.",
        "Jetzt unseren kostenlosen Newsletter abonnieren",
        "Подпишитесь на нашу рассылку",
        "Related",
        "MORE FROM WORLD",
        "Follow us on Twitter",
        "Download our free app",
    ],
    "caption": [
        "A ferry crosses the Lenn below the old bridge of Ostrava Mills on March 3.",
        "A ferry crosses the Lenn below the old bridge of Ostrava Mills on March 3. (Petra Vance / Lenn Photos)",
        "(Petra Vance / Lenn Valley Photos)",
        "Photo: Petra Vance/AP",
        "Enlarge this image toggle caption Petra Vance/AP Petra Vance/AP",
    ],
    "headline": [
        "Province weighs second railway line to the coast",
        "Why beavers are back on the upper Lenn",
        "Schools reopen after week of floods",
    ],
    "name": [
        "The war against ISIS did not please the mayor, who said that Daesh had not been on the agenda of the day.",
        "Colonel Muammar el-Qaddafi and Bashar Assad met in Kiev, an ISIS-held town was not on the list, he said.",
        "“Daesh could not have done more harm,” said one shopkeeper, using an Arabic acronym for Islamic State.",
    ],
    "mojibake": [
        "â€œWe waited too long, and we donâ€™t want to wait again,â€\x9d said the mayor of the town on Monday.",
        "The cafe\u0301 in the RÃ¼cken street has a\x00 NUL, a \ud800 surrogate and a \x1b[31mred\x1b[0m escape, he said.",
        "\ufeffThe first line of the file bears a mark, and so does the\u00ad soft hyphen of the second one, she said.",
    ],
    "rest": ["", " ", "***", "* Point one", "- Point two", "1.", "By Petra Vance", "OSTRAVA MILLS (AP) —", "⟦x⟧", "\\"],
}
ENDS = ["\n", "\n\n", "\n\n\n", "\r\n", "\r\n\r\n", "\r", "\u2028", "\u2029", "\n \n"]

articles = st.lists(
    st.tuples(st.one_of([st.sampled_from(x) for x in LINES.values()]), st.sampled_from(ENDS)), max_size=24
).map(lambda pairs: "".join(line + end for line, end in pairs))
fast = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def broken(result: Result, again: Result) -> Iterator[str]:
    """Yield each law that a result breaks; `again` is what cleaning its text gives."""
    if apply(result.source, result.edits) != result.text:
        yield "the edits do not make the text"
    at = 0
    for e in result.edits:
        if not at <= e.start < e.end <= len(result.source):
            yield f"{e} overlaps another, is empty or leaves the text"
        if result.source[e.start : e.end] == e.replacement:
            yield f"{e} changes nothing"
        if not e.rule or not e.reason:
            yield f"{e} does not say why"
        at = e.end
    if again.text != result.text:
        yield "cleaning the result changes it"
    if parse_explained(result.explain()) != (result.source, result.text):
        yield "explain() loses something"
    try:
        result.text.encode("utf-8")
    except UnicodeEncodeError:
        yield "the result is no UTF-8"
    for m in result.mentions:
        if result.source[m.start : m.end] != m.form:
            yield f"{m} does not stand in the source"


def check(text: str, cleaner: Cleaner | None = None) -> Result:
    use = cleaner or Cleaner()
    result = use(text)
    assert list(broken(result, use(result.text))) == []
    assert use(text) == result
    return result


@fast
@given(articles)
def test_laws_on_stitched_articles(text: str) -> None:
    check(text)


@fast
@given(articles)
def test_laws_where_everything_goes(text: str) -> None:
    check(text, Cleaner(keep=(), floor="guess", quotes=True))


@fast
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=300))
def test_laws_on_any_text(text: str) -> None:
    check(text)


@fast
@given(articles)
def test_what_stays_keeps_its_order_and_its_line_ends(text: str) -> None:
    result = Cleaner(names=False)(text)
    kept = "".join(
        text[a:b] for a, b in zip([0, *(e.end for e in result.edits)], [*(e.start for e in result.edits), len(text)], strict=True)
    )  # fmt: skip
    at = iter(result.text)
    assert all(c in at for c in kept)


def stitched() -> list[str]:
    """Articles of every kind of line with every line end."""
    flat = [line for kind in LINES.values() for line in kind]
    return [end.join(flat[n::3] + flat[:n]) for n, end in enumerate(ENDS)]


def fingerprint() -> str:
    return hashlib.sha256("".join(repr(clean(t)) for t in stitched()).encode("utf-8", "surrogatepass")).hexdigest()


@pytest.mark.parametrize("text", stitched(), ids=[repr(e) for e in ENDS])
def test_laws_with_every_line_end(text: str) -> None:
    assert check(text).changed


def test_same_answer_in_another_process_with_other_hashes() -> None:
    here = Path(__file__)
    code = f"import sys; sys.path.insert(0, {str(here.parent)!r}); import test_laws; print(test_laws.fingerprint())"
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Kathmandu"}
        out = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert out.stdout.strip() == fingerprint()


def test_same_answer_in_threads_and_in_any_order() -> None:
    texts = stitched() * 4
    want = [clean(t) for t in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(clean, texts)) == want
    assert [clean(t) for t in reversed(texts)] == want[::-1]


@pytest.mark.parametrize("text", [None, b"text", 1, ["text"], bytearray(b"x")])
def test_what_is_no_str_is_a_type_error(text: object) -> None:
    with pytest.raises(TypeError, match="str"):
        clean(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "\udfff\ud800", "\n", "\r", "\u2028", " ", "\ufeff", "a", "⟦⟧"])
def test_laws_on_the_smallest_texts(text: str) -> None:
    check(text)


def test_lone_surrogates_become_replacement_characters() -> None:
    assert clean("The mayor \ud83d left.").text == "The mayor \ufffd left."
    assert clean("a\udc00").text == "a\ufffd"


MEGA = 1_000_000
LARGE = {
    "one line of 10 MB": "The mayor of Ostrava Mills left on Monday. " * (10 * MEGA // 43),
    "a million equal lines": "Sign up\n" * MEGA,
    "a million equal sentences": "The council voted on Monday to close the old bridge for a year.\n" * MEGA,
    "one letter": "a" * (10 * MEGA),
    "blanks": " " * MEGA + "x" + " " * MEGA,
    "line ends": "\n" * MEGA,
    "entities": "&amp;" * MEGA,
    "quotation marks": "“" * MEGA,
}


@pytest.mark.corpus
@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_large_texts_end(text: str) -> None:
    result = clean(text)
    assert apply(text, result.edits) == result.text


@pytest.mark.skipif(not SEED.exists(), reason="../shared/seed is not here")
def test_the_seed_article_comes_out_exactly() -> None:
    text = SEED.read_text(encoding="utf-8")
    lines = text.split("\n")
    shown = [n for n, line in enumerate(lines) if line]
    caption, promo, tail = shown[2], next(n for n in shown if lines[n].startswith("NEWSLETTER")), shown[-3:]
    assert lines[caption] == lines[shown[1]] and lines[shown[3]].startswith("(")  # the copy before the credit
    result = check(text)
    assert [line for line in result.text.split("\n") if line] == [
        lines[n] for n in shown if n not in (shown[1], promo, *tail)
    ]
    gone = {n for n in shown if all(_cut(result, n, lines))}
    assert gone in ({caption, promo, *tail}, {shown[1], promo, *tail})
    assert lines[shown[3]] in result.text.split("\n")
    assert "“The key is to destroy Daesh rapidly" in result.text and "President Bashar Assad said" in result.text
    assert all(e.replacement == "" for e in result.edits)
    rules = [e.rule for e in result.edits]
    kinds = [rule.split(".")[1] for rule in rules]
    assert kinds[0] == "repeat" and kinds[1] == "newsletter" and set(kinds[2:]) == {"related"}, rules
    assert all(e.reason for e in result.edits)


def _cut(result: Result, n: int, lines: list[str]) -> list[bool]:
    start = sum(len(line) + 1 for line in lines[:n])
    return [any(e.start <= i < e.end for e in result.edits) for i in range(start, start + len(lines[n]))]


def _breaks(row: str) -> list[str]:
    article = json.loads(row)
    out: list[str] = []
    for text in (article["text"],):
        result = clean(text)
        out += [f"{article['id']}: {law}" for law in broken(result, clean(result.text))]
    return out


@pytest.mark.corpus
@pytest.mark.skipif(not ARTICLES.exists(), reason="../shared/articles is not here")
def test_laws_on_all_articles(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.perf_counter()
    with gzip.open(ARTICLES, "rt", encoding="utf-8") as file, ProcessPoolExecutor(2) as pool:
        rows = list(file)
        bad = [law for laws in pool.map(_breaks, rows, chunksize=64) for law in laws]
    with capsys.disabled():
        print(f"\nlaws on {len(rows)} articles: {len(bad)} broken, {time.perf_counter() - began:.0f} s")
    assert bad == []
