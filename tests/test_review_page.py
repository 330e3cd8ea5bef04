"""The review page in headless Chromium: it opens without a complaint, filters, searches, marks, exports, and shows
hostile text as text.

Debian's ``chromium`` and ``chromium-driver`` through selenium, which never downloads a browser here. Without them the
tests skip; with ``NEWSCLEAN_BROWSER=1`` (as `make browser` sets it) they fail instead.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from test_report import DIRTY, HOSTILE, STORY, kept

from newsclean.cli import main

pytestmark = pytest.mark.browser

PATIENCE = 10.0  # seconds; everything here takes a fraction of one


def _absent(what: str) -> None:
    if os.environ.get("NEWSCLEAN_BROWSER"):
        pytest.fail(f"NEWSCLEAN_BROWSER is set, and there is no {what}: apt-get install chromium chromium-driver")
    pytest.skip(f"no {what}")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        _absent("selenium (pip install 'newsclean[browser]')")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not chromium or not driver:
        _absent("Chromium" if not chromium else "chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium)
    # No sandbox: a CI machine may run as root. The page is our own, and it is told to load nothing.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(tmp_path_factory.mktemp("downloads"))})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    page = webdriver.Chrome(options=options, service=Service(str(driver)))
    yield page
    page.quit()


@pytest.fixture
def downloads(browser: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    return folder


ARTICLES = [
    {"id": "ferry", "title": "Ferry replaces bridge", "site": "courier.example", "lang": "en",
     "text": f"{DIRTY}\nThe war against ISIS did not please the mayor, who said on Monday that nobody had been hurt."},
    {"id": "ad", "site": "herald.example", "lang": "en", "text": f"{STORY}\n\nAdvertisement\n\nThe \U0001f600 river rose.\n"},
    {"id": "brücke", "site": "bote.example", "lang": "de",
     "text": "Der Rat von Ostrau hat am Montag beschlossen, die alte Brücke für ein Jahr zu schließen, sagte die "
             "Bürgermeisterin.\n\nAnzeige\n\nMelden Sie sich jetzt für unseren Newsletter an\n"},
    {"id": "jisr", "site": "jisr.example", "lang": "ar",
     "text": "قرر مجلس المدينة يوم الاثنين إغلاق الجسر القديم لمدة عام كامل، حسبما قالت رئيسة البلدية.\n\nاشترك في نشرتنا البريدية\n"},
]  # fmt: skip


def opened(browser: Any, folder: Path, articles: list[dict[str, Any]], hash: str = "") -> None:
    page = folder / "review.html"
    out = kept(folder, articles, "--site-field", "site", "--lang-field", "lang")
    assert main(["report", str(out), "-o", str(page)]) == 0
    shown(browser, page, hash)


def shown(browser: Any, page: Path, hash: str = "") -> None:
    browser.get_log("browser")
    browser.get("about:blank")
    browser.get(page.as_uri() + hash)
    assert browser.get_log("browser") == []


def js(browser: Any, script: str, *arguments: Any) -> Any:
    return browser.execute_script(f"return ({script})", *arguments)


def until(browser: Any, script: str, value: Any) -> None:
    end = time.monotonic() + PATIENCE
    while (got := js(browser, script)) != value and time.monotonic() < end:
        time.sleep(0.02)
    assert got == value
    assert browser.get_log("browser") == []


TITLES = "[...document.querySelectorAll('article h3')].map(h => h.textContent)"
RULES = "[...document.querySelectorAll('details.rule:not([hidden]) summary code')].map(c => c.textContent).sort()"


def typed(browser: Any, id: str, value: str) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.select import Select

    field = browser.find_element(By.ID, id)
    if field.tag_name == "select":
        Select(field).select_by_value(value)
    else:
        field.clear()
        field.send_keys(value)


def test_it_opens_and_shows_the_run(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, ARTICLES)
    assert js(browser, TITLES) == ["Ferry replaces bridge", "ad", "brücke", "jisr"]
    assert len(js(browser, RULES)) == 6
    assert js(browser, "document.documentElement.scrollWidth <= innerWidth")
    cuts = js(browser, "[...document.querySelectorAll('article .left .edit.cut')].map(e => e.textContent)")
    assert "Advertisement" in cuts and "اشترك في نشرتنا البريدية" in cuts
    assert js(browser, "[...document.querySelectorAll('article .right .edit')].map(e => e.textContent)") == ["Islamic State"]  # fmt: skip
    assert not js(
        browser, "[...document.querySelectorAll('.right')].some(r => /Advertisement|ISIS/.test(r.textContent))"
    )
    assert js(browser, "getComputedStyle(document.querySelectorAll('article')[3].querySelectorAll('.left')[1]).direction") == "rtl"  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "titles", "rules"),
    [
        ("rule", "en.ad.label", ["Ferry replaces bridge", "ad"], ["en.ad.label"]),
        ("rule", "newsletter", ["Ferry replaces bridge", "brücke", "jisr"], ["ar.newsletter.signup", "de.newsletter.signup", "en.newsletter.signup"]),
        ("kind", "name", ["Ferry replaces bridge"], ["en.name.islamic-state"]),
        ("site", "herald.example", ["ad"], ["en.ad.label"]),
        ("lang", "ar", ["jisr"], ["ar.newsletter.signup"]),
        ("q", "RIVER ROSE", ["ad"], []),
        ("q", "البريدية", ["jisr"], ["ar.newsletter.signup"]),
        ("q", "label of an advert", [], ["en.ad.label"]),
        ("q", "nothing like it", [], []),
    ],
)  # fmt: skip
def test_filters_and_search(
    browser: Any, tmp_path: Path, field: str, value: str, titles: list[str], rules: list[str]
) -> None:
    opened(browser, tmp_path, ARTICLES)
    everything = js(browser, RULES)
    typed(browser, field, value)
    until(browser, TITLES, titles)
    assert js(browser, RULES) == rules
    assert f"{len(titles)} of 4 articles" in js(browser, "document.getElementById('found').textContent")
    browser.refresh()
    until(browser, TITLES, titles)  # the address keeps the view
    js(browser, "document.getElementById('reset').click()")
    until(browser, f"{TITLES}.length", 4)
    assert js(browser, RULES) == everything


def test_a_bar_of_the_chart_filters_and_back_undoes_it(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, ARTICLES)
    js(browser, "document.querySelector('.chart a[href=\"#site=bote.example\"]').click()")
    until(browser, TITLES, ["brücke"])
    browser.back()
    until(browser, f"{TITLES}.length", 4)


def test_samples_lead_to_the_article(browser: Any, tmp_path: Path) -> None:
    opened(browser, tmp_path, ARTICLES)
    js(browser, "document.querySelector('details.rule[data-n=\"0\"]').open = true")
    until(browser, "document.querySelectorAll('.sample').length > 0", True)
    assert "Advertisement" in js(browser, "document.querySelector('.sample .edit').textContent")
    assert "Ostrava Mills" in js(browser, "document.querySelector('.sample .run').textContent")
    js(browser, "document.querySelector('.sample .meta button').click()")
    until(browser, f"{TITLES}.length", 1)


def test_reasons_by_pointer_and_by_keyboard(browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver import ActionChains, Keys
    from selenium.webdriver.common.by import By

    opened(browser, tmp_path, ARTICLES)
    tip = "document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent"
    name = browser.find_element(By.CSS_SELECTOR, ".left .edit.swap")
    ActionChains(browser).scroll_to_element(name).move_to_element(name).perform()
    until(
        browser,
        f"({tip}).includes('en.name.islamic-state') && ({tip}).includes('ISIS is Islamic State (style ap)')",
        True,
    )
    ActionChains(browser).move_to_element(browser.find_element(By.ID, "found")).perform()
    until(browser, tip, "")
    js(browser, "document.querySelector('.left .edit').focus()")
    until(browser, f"({tip}).includes('en.ad.label') && ({tip}).includes('label of an advertisement')", True)
    assert js(browser, "document.activeElement.getAttribute('aria-describedby')") == "tip"
    ActionChains(browser).send_keys(Keys.TAB).perform()
    until(browser, f"({tip}).includes('en.newsletter.signup')", True)
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    until(browser, "document.activeElement.getAttribute('aria-pressed')", "true")
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    until(browser, tip, "")


def exported(browser: Any, downloads: Path) -> dict[str, Any]:
    js(browser, "document.getElementById('export').click()")
    path, end = downloads / "marks.json", time.monotonic() + PATIENCE
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.02)
    marks: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return marks


def test_marks_are_kept_exported_and_checked(
    browser: Any, tmp_path: Path, downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(browser, tmp_path, ARTICLES)
    assert js(browser, "document.getElementById('export').disabled")
    js(browser, "document.querySelectorAll('article')[1].querySelector('.edit').click()")
    js(browser, "document.querySelectorAll('article')[3].querySelector('details.each').open = true")
    until(browser, "document.querySelectorAll('article')[3].querySelectorAll('.each input').length", 1)
    js(browser, "document.querySelectorAll('article')[3].querySelector('.each input').click()")
    until(browser, "document.getElementById('marked').textContent", "2 edits marked as wrong")
    assert js(browser, "document.querySelectorAll('article')[3].querySelector('.left .edit').getAttribute('aria-pressed')") == "true"  # fmt: skip
    browser.refresh()
    until(browser, "document.getElementById('marked').textContent", "2 edits marked as wrong")
    marks = exported(browser, downloads)["marks"]
    assert [(m["id"], m["rule"], m["row"], m["whole"]) for m in marks] == [
        ("ad", "en.ad.label", 2, True),
        ("jisr", "ar.newsletter.signup", 4, True),
    ]
    assert marks[0]["text"] == ARTICLES[1]["text"]
    for m in marks:
        assert m["text"][m["start"] - m["at"] : m["end"] - m["at"]] == m["cut"]
    capsys.readouterr()
    assert main(["check", str(downloads / "marks.json")]) == 1
    out = capsys.readouterr().out
    assert '"Advertisement",' in out and '"اشترك في نشرتنا البريدية",' in out
    assert main(["check", str(downloads / "marks.json"), "--skip", "en.ad.*", "--skip", "ar.*"]) == 0
    js(browser, "document.getElementById('unmark').click()")
    until(browser, "document.getElementById('marked').textContent", "nothing marked")


def test_a_sample_can_be_marked_though_its_article_is_not_shown(
    browser: Any, tmp_path: Path, downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = [{"id": "long", "text": f"\U0001f600 {STORY}\n\n" * 200 + "Advertisement\n\n" + f"{STORY}\n\n" * 200}]
    opened(browser, tmp_path, long)
    assert js(browser, TITLES) == []
    js(browser, "document.querySelector('details.rule').open = true")
    until(browser, "document.querySelectorAll('.sample').length > 0", True)
    js(browser, "[...document.querySelectorAll('.sample input')].forEach(box => box.click())")
    for m in exported(browser, downloads)["marks"]:
        at, text = m["at"], long[0]["text"]
        assert (
            not m["whole"] and text[at : at + len(m["text"])] == m["text"] and text[m["start"] : m["end"]] == m["cut"]
        )
    assert main(["check", str(downloads / "marks.json")]) == 1
    capsys.readouterr()


def test_what_is_shown_in_part_cannot_be_marked(browser: Any, tmp_path: Path) -> None:
    cut, out = "advertisement " * 300, tmp_path / "out.jsonl"
    edit = {"start": 0, "end": len(cut), "replacement": "", "rule": "en.ad.x", "confidence": "likely"}
    text = STORY * 400
    row = {"text": text, "newsclean_original": cut + text, "newsclean_edits": [edit]}
    out.write_text(json.dumps(row), encoding="utf-8")
    assert main(["report", str(out), "-o", str(tmp_path / "review.html")]) == 0
    shown(browser, tmp_path / "review.html")
    js(browser, "document.querySelector('details.rule').open = true")
    until(browser, "document.querySelectorAll('.sample').length", 1)
    assert "2,200 characters more" in js(browser, "document.querySelector('.sample').textContent")
    js(browser, "document.querySelector('.sample .edit').click()")
    assert js(browser, "document.querySelectorAll('.sample input').length") == 0
    assert js(browser, "document.getElementById('marked').textContent") == "nothing marked"


@pytest.fixture(params=["corpus", "clean"])
def hostile(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Path]:
    """A page of an article that tries everything, made by either command."""
    text = f"{HOSTILE} {STORY}\n\n{HOSTILE}\n\nAdvertisement\n\n{STORY}\ud83d\n\n\u202eSTORY\u2066 \x07\x9b \u200b\n"

    def corpus() -> Path:
        page = tmp_path / "review.html"
        row = dict.fromkeys(("id", "title", "site", "lang"), HOSTILE) | {"text": text}
        out = kept(tmp_path, [row], "--site-field", "site", "--skip", "und.unicode.control")
        assert main(["report", str(out), "-o", str(page)]) == 0
        return page

    def clean() -> Path:
        page, article = tmp_path / "page.html", tmp_path / "<img src=x onerror=alert(1)>.txt".replace("/", "")
        article.write_text(text.replace("\ud83d", ""), encoding="utf-8")
        assert main(["clean", str(article), "--report", str(page)]) == 0
        return page

    return corpus if request.param == "corpus" else clean


def test_hostile_text_is_shown_as_text(browser: Any, hostile: Callable[[], Path], downloads: Path) -> None:
    page = hostile()
    shown(browser, page)
    assert js(browser, "document.querySelectorAll('script').length") == 2
    assert js(browser, "document.querySelectorAll('img, iframe, object, embed, link').length") == 0
    left = js(browser, "[...document.querySelectorAll('.left')].map(x => x.textContent).join('\\n')")
    assert "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% raw %} <!-- U+202EU+001B" in left
    body = js(browser, "document.querySelector('main').innerText")
    assert not {c for c in body if c in "\u202e\x1b\u2066\x07\x9b" or 0xD800 <= ord(c) < 0xE000}
    js(browser, "document.querySelectorAll('details').forEach(d => d.open = true)")
    until(browser, "document.querySelectorAll('.sample').length > 0 && document.querySelectorAll('.each li').length > 0", True)  # fmt: skip
    js(browser, "document.querySelector('.left .edit').focus()")
    typed(browser, "q", "<img")
    until(browser, f"{TITLES}.length", 1)
    js(browser, "document.querySelectorAll('.edit[data-key]')[0].click()")
    marks = exported(browser, downloads)["marks"]
    assert len(marks) == 1 and HOSTILE in marks[0]["text"]
    assert browser.get_log("browser") == []


def test_views_folding_and_widths(browser: Any, tmp_path: Path) -> None:
    long = {"id": "long", "lang": "en", "text": f"{STORY}\n\nAdvertisement\n\n" + "\n\n".join(f"{i}. {STORY[:-1]}, {i} times in all." for i in range(9))}  # fmt: skip
    opened(browser, tmp_path, [long])
    until(browser, "[...document.querySelectorAll('.fold')].map(b => b.textContent)", ["8 paragraphs without edits"])
    assert js(browser, "document.querySelectorAll('.row').length") == 4
    js(browser, "document.querySelector('.fold').click()")
    assert js(browser, "document.querySelectorAll('.row').length") == 12
    js(browser, "document.getElementById('fold').click()")
    until(browser, "document.querySelectorAll('.fold').length", 0)
    visible = (
        "[...document.querySelectorAll('.row:nth-child(2) > div')].map(d => getComputedStyle(d).display != 'none')"
    )
    assert js(browser, visible) == [True, True]
    js(browser, "document.querySelector('[value=clean]').click()")
    assert js(browser, visible) == [False, True]
    js(browser, "document.querySelector('[value=edits]').click()")
    assert js(browser, visible) == [True, False]
    js(browser, "document.querySelector('[value=side]').click()")
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})  # fmt: skip
    try:
        until(browser, "innerWidth", 360)
        until(browser, visible, [True, False])
        assert js(browser, "document.documentElement.scrollWidth <= innerWidth")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
