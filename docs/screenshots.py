"""Takes the screenshots of docs/review.md: a run over our own articles (tests/golden), in Debian's chromium.

``python docs/screenshots.py`` needs ``pip install -e '.[browser]'`` and the packages chromium, chromium-driver and,
for smaller files, pngquant.
"""

import contextlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from newsclean.cli import main
from newsclean.result import parse_explained

DOCS = Path(__file__).parent
SITES = ("courier.example", "herald.example", "bote.example", "gaceta.example")
LANGS = {"german": "de", "spanish": "es", "russian": "ru", "arabic": "ar"}


def articles() -> list[dict[str, str]]:
    """Our own articles: invented towns and people."""
    paths = sorted((DOCS.parent / "tests" / "golden").glob("*.txt"))
    rows = []
    for n, path in enumerate(paths):
        text = parse_explained(path.read_bytes().decode())[0]
        title = path.stem.replace("_", " ").capitalize()
        rows.append(
            {"id": path.stem, "title": title, "site": SITES[n % 4], "lang": LANGS.get(path.stem, "en"), "text": text}
        )
    example = (DOCS.parent / "newsclean" / "data" / "example.txt").read_text(encoding="utf-8")
    title, text = example.split("\n", 1)
    return [{"id": "ferry", "title": title, "site": SITES[0], "lang": "en", "text": text.lstrip()}, *rows]


def page(folder: Path) -> Path:
    """Run corpus and report as a reader would, in a folder of its own."""
    fields = ["--site-field", "site", "--lang-field", "lang"]
    rows = "".join(json.dumps(row) + "\n" for row in articles())
    with contextlib.chdir(folder):
        Path("articles.jsonl").write_text(rows, encoding="utf-8")
        main(["corpus", "articles.jsonl", "-o", "clean.jsonl", "--keep-original", "--edits", *fields])
        main(["report", "clean.jsonl", "-o", "review.html"])
    return folder / "review.html"


def shoot(browser: Any, path: Path, name: str, width: int, height: int, dark: bool, script: str) -> None:
    """One screenshot."""
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get("about:blank")
    browser.get(path.as_uri())
    browser.execute_script(script)
    target = DOCS / name
    browser.save_screenshot(str(target))
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--skip-if-larger", "--output", str(target), "64", str(target)])


def shoot_all() -> None:
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.binary_location = str(shutil.which("chromium"))
    browser = webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
    with tempfile.TemporaryDirectory() as folder:
        review = page(Path(folder))
        focus = (
            "const edits = [...document.querySelectorAll('#list .left .edit')];"
            "edits.find((e) => e.textContent === 'Kiev').click(); edits.find((e) => /^NEWS/.test(e.textContent)).focus();"
        )
        articles = "document.documentElement.style.scrollBehavior = 'auto'; document.getElementById('articles').scrollIntoView();"
        shoot(browser, review, "review-light.png", 1200, 900, False, "")
        shoot(browser, review, "review-dark.png", 1200, 900, True, articles + focus)
    browser.quit()


if __name__ == "__main__":
    shoot_all()
