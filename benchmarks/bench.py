"""Speed beside the peers: one process, in turn, the same articles; ratios, since only they travel between machines.

    python benchmarks/bench.py                 # writes docs/benchmarks.md and docs/benchmarks.svg
    python benchmarks/bench.py --rounds 15 --dry

What is not installed is left out and named (benchmarks/requirements.txt lists the peers). Never a test: a figure that
fails a build measures the machine.
"""

import argparse
import datetime
import gc
import gzip
import json
import math
import multiprocessing
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "articles" / "articles.jsonl.gz"
PAGES = ROOT.parent / "shared" / "pages" / "pages.jsonl.gz"
# Sizes of the texts that show how time grows, in code points; the greater one is so many times the smaller.
SMALL, TIMES = 1 << 16, 16
# So many articles are measured: 1.2 MB of text, 0.1 s and more for every contender but the floor.
ARTICLES = 240
REFERENCE = "ftfy.fix_text"

Run = Callable[[str], Any]


def articles(count: int) -> tuple[list[str], str]:
    """The texts, and what they are."""
    if CORPUS.exists():
        with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file]
        step = max(1, len(texts) // count)
        return texts[::step][:count], f"real English news articles, every {step}th of {len(texts):,}"
    return [_made_up(n) for n in range(count)], "made-up articles (the corpus of real ones is not here)"


def pages(count: int) -> list[str]:
    """Texts of pages in many languages, where they are here."""
    if not PAGES.exists():
        return []
    with gzip.open(PAGES, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if row["lang"] != "en"]
    return ["\n".join(x["text"] for x in row["lines"]) for row in rows[:: max(1, len(rows) // count)][:count]]


def _made_up(seed: int) -> str:
    """An article of words from a fixed list, with what newsrooms print around one."""
    rng = random.Random(seed)
    told = (
        "the council of Ostrava Mills voted on Monday to close old bridge for a whole year while shopkeepers both banks"
        " river had asked ferry but none expects one before spring said mayor who would not say how much it cost town"
        " people Kiev Daesh report minister market"
    )
    words = told.split()
    lines = ["Bridge closed", "By Jo Roe", "Photo: Jo Roe/Foto Post"]
    for n in range(rng.randint(8, 30)):
        sentences = [" ".join(rng.choices(words, k=rng.randint(8, 24))).capitalize() + "." for _ in range(3)]
        lines.append(" ".join(sentences))
        if n % 7 == 3:
            lines.append("Sign up for our daily newsletter")
    return "\n\n".join(lines)


def contenders() -> tuple[dict[str, list[tuple[str, Run]]], dict[str, str], list[str]]:
    """Groups of (name, function), the versions, and what is missing."""
    from newsclean import Cleaner, __version__, clean
    from newsclean.article import Article
    from newsclean.cleaner import _engine
    from newsclean.gazetteer import plain, shipped_gazetteer, shipped_names
    from newsclean.language import _found

    versions = {"newsclean": __version__, "python": platform.python_version()}
    missing: list[str] = []

    def peer(module: str, package: str) -> Any:
        try:
            found = import_module(module)
            versions[package] = metadata.version(package)
        except ImportError:
            missing.append(package)
            return None
        return found

    without = Cleaner(names=False)
    whole: list[tuple[str, Run]] = [("newsclean.clean", clean), ("newsclean.clean, names off", without)]
    if ftfy := peer("ftfy", "ftfy"):
        whole.append((REFERENCE, ftfy.fix_text))
    if plsfix := peer("plsfix", "plsfix"):
        whole.append(("plsfix.fix_text", plsfix.fix_text))
    if cleantext := peer("cleantext", "clean-text"):
        whole.append(("clean-text clean", lambda t: cleantext.clean(t, lower=False)))
    if part := peer("textacy.preprocessing", "textacy"):
        whole.append(
            (
                "textacy, 6 steps",
                part.make_pipeline(
                    part.normalize.unicode,
                    part.normalize.quotation_marks,
                    part.normalize.hyphenated_words,
                    part.normalize.bullet_points,
                    part.remove.html_tags,
                    part.normalize.whitespace,
                ),
            )
        )
    if peer("datatrove", "datatrove") and peer("spacy", "spacy"):
        from datatrove.data import Document
        from datatrove.pipeline.filters import C4QualityFilter, FineWebQualityFilter

        for name, kind in ("C4", C4QualityFilter), ("FineWeb", FineWebQualityFilter):
            whole.append((f"datatrove {name} filter", partial(_filtered, Document, kind().filter)))
    whole.append(('floor: "\\n".join of stripped lines', lambda t: "\n".join([x.strip() for x in t.split("\n")])))
    whole.append(("floor: str.split", str.split))

    engine = _engine(Cleaner())
    labels = ("characters", "lines and headlines", "repeats", "names")
    passes: list[tuple[str, Run]] = [
        (f"pass: {label}", lambda t, p=p: [list(f(a)) for a in (Article(t),) for f in p])
        for label, p in zip(labels, engine.passes, strict=False)
    ]
    passes.append(("split into lines", lambda t: Article(t).filled))

    gazetteer = shipped_gazetteer()
    forms = list(gazetteer.forms)
    names: list[tuple[str, Run]] = [(f"newsclean names ({len(forms):,} forms)", lambda t: gazetteer.find(plain(t)))]
    versions["names"] = f"{len(shipped_names())} entities"
    if flashtext := peer("flashtext", "flashtext"):
        keywords = flashtext.KeywordProcessor(case_sensitive=True)
        for form in forms:
            keywords.add_keyword(form)
        names.append(("flashtext", lambda t: keywords.extract_keywords(t, span_info=True)))
    if ahocorasick := peer("ahocorasick", "pyahocorasick"):
        automaton = ahocorasick.Automaton()
        for n, form in enumerate(forms):
            automaton.add_word(form, n)
        automaton.make_automaton()
        names.append(("pyahocorasick, hits only", lambda t: list(automaton.iter(t))))

    if spacy := peer("spacy", "spacy"):
        nlp = spacy.blank("en")
        matcher = import_module("spacy.matcher").PhraseMatcher(nlp.vocab)
        matcher.add("NAME", [nlp.make_doc(form) for form in forms])
        names.append(("spaCy PhraseMatcher", lambda t: matcher(nlp.make_doc(t))))

    languages: list[tuple[str, Run]] = [("newsclean language", lambda t: _found(Article(t)))]
    if langdetect := peer("langdetect", "langdetect"):
        languages.append(("langdetect, first 500 letters", lambda t: langdetect.detect(t[:500])))
    groups = {"Whole": whole, "By pass": passes, "Names": names, "Language": languages}
    return groups, versions, missing


def _filtered(document: Any, passes: Any, text: str) -> Any:
    return passes(document(text=text, id="0"))


def measure(runs: list[tuple[str, Run]], texts: list[str], rounds: int) -> dict[str, list[float]]:
    """Seconds of each contender, round by round, all of them in each round; slow ones over fewer articles, scaled."""
    times: dict[str, list[float]] = {name: [] for name, _ in runs}
    share: dict[str, int] = {}
    for name, run in runs:  # warm up, and see who is slow
        for text in texts:  # all of them: patterns are compiled when first asked
            run(text)
        start = time.process_time()
        for text in texts[:12]:
            run(text)
        spent = (time.process_time() - start) * len(texts) / 12
        share[name] = 1 if spent < 0.6 else min(8, int(spent / 0.6) + 1)
    size = sum(map(len, texts))
    gc.collect()
    gc.freeze()  # what one contender has loaded must not slow the others' garbage collection
    for _ in range(rounds):
        for name, run in runs:
            some = texts[:: share[name]]
            start = time.process_time()
            for text in some:
                run(text)
            times[name].append((time.process_time() - start) * size / sum(map(len, some)))
    return times


def _work(texts: list[str], gate: Any, out: Any) -> None:
    from newsclean import clean

    for text in texts:
        clean(text)
    gate.wait()
    start = time.process_time()
    for text in texts:
        clean(text)
    out.put(time.process_time() - start)


def two_processes(texts: list[str], rounds: int) -> float:
    """How many times the work of one process two do, by the CPU time that each text costs: 2 is all of it."""
    context = multiprocessing.get_context("spawn")
    ratios: list[float] = []
    for _ in range(rounds):
        spent: list[float] = []
        for count in 1, 2:
            gate, out = context.Barrier(count), context.Queue()
            workers = [context.Process(target=_work, args=(texts, gate, out)) for _ in range(count)]
            for worker in workers:
                worker.start()
            spent.append(statistics.mean([float(out.get()) for _ in workers]))
            for worker in workers:
                worker.join()
        ratios.append(2 * spent[0] / spent[1])
    return statistics.median(ratios)


def growth(texts: list[str]) -> list[tuple[str, float]]:
    """How time grows with the size of one text, as an exponent: 1 is linear."""
    from newsclean import clean

    block = "\n\n".join(texts)[:SMALL]
    news = "\n\n".join([block.replace(". ", f" {n}. ") for n in range(TIMES + 1)])  # of one kind all along, none a copy
    shapes = {
        "articles end to end": news,
        "the same as one line": news.replace("\n", " "),
        "one letter": "a" * (SMALL * TIMES),
        "capitalised words": "Kiev Daesh Photo Vote " * SMALL,
        "short lines": "Sign up for our newsletter\nPhoto: Jo Roe\n" * (SMALL // 2),
        "quotation marks": "“a” 'b' " * (SMALL * 2),
        "entities": "&amp;amp;" * (SMALL * 2),
    }
    found = []
    for name, text in shapes.items():
        spent = []
        for size in SMALL, SMALL * TIMES:
            piece = text[:size]
            best = math.inf
            for _ in range(3):
                start = time.process_time()
                clean(piece)
                best = min(best, time.process_time() - start)
            spent.append((len(piece), best))
        (n, a), (m, b) = spent
        found.append((name, math.log(b / a) / math.log(m / n)))
    return found


def spread(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = min(values), statistics.median(values), max(values)
    return low, middle, high


def machine() -> str:
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = [x.partition(":")[2].strip() for x in info.read_text().splitlines() if x.startswith("model name")]
        model = found[0] if found else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def commit() -> str:
    asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return asked.stdout.strip() or "unknown"


def start_up(rounds: int) -> tuple[float, float]:
    """Milliseconds of ``import newsclean`` and of the first call after it: medians."""
    code = (
        "import time; a = time.process_time(); import newsclean; b = time.process_time(); "
        "newsclean.clean('The mayor left.'); print(b - a, time.process_time() - b)"
    )
    with tempfile.TemporaryDirectory() as folder:  # as an installed package has it: compiled once before
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": folder}
        command = [sys.executable, "-c", code]
        asked = [subprocess.run(command, capture_output=True, text=True, env=env) for _ in range(rounds + 1)][1:]
    pairs = [tuple(map(float, x.stdout.split())) for x in asked if x.returncode == 0]
    return statistics.median(p[0] for p in pairs) * 1e3, statistics.median(p[1] for p in pairs) * 1e3


def table(name: str, times: dict[str, list[float]], size: int) -> list[str]:
    base = times.get(REFERENCE)
    lines = [f"## {name}", ""]
    lines.append("| what | MB/s, median | slowest … fastest round |" + (f" times {REFERENCE} |" if base else ""))
    lines.append("| --- | ---: | ---: |" + (" ---: |" if base else ""))
    for what, values in times.items():
        low, middle, high = spread([size / v / 1e6 for v in values])
        row = f"| {what} | {middle:,.1f} | {low:,.1f} … {high:,.1f} |"
        if base:
            row += f" {statistics.median(b / v for b, v in zip(base, values, strict=True)):,.2f} |"
        lines.append(row)
    return [*lines, ""]


def chart(times: dict[str, list[float]], size: int) -> str:
    """Bars of MB/s without the floor, on a scale that starts at zero."""
    rows = [(k, size / statistics.median(v) / 1e6) for k, v in times.items() if not k.startswith("floor")]
    rows.sort(key=lambda r: -r[1])
    top = max(v for _, v in rows)
    width, left, height = 720, 220, 28
    total = height * len(rows) + 36
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" font-family="sans-serif" font-size="13">',
        "<title>MB of English news a second, one core</title>",
        f'<rect width="{width}" height="{total}" fill="#ffffff"/>',
        '<text x="8" y="18" fill="#333333">MB of English news a second, one core; longer is faster</text>',
    ]
    for n, (name, value) in enumerate(rows):
        y = 30 + n * height
        bar = max(1.0, (width - left - 70) * value / top)
        color = "#0b6e4f" if name.startswith("newsclean") else "#9aa5b1"
        out.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end" fill="#333333">{name}</text>')
        out.append(f'<rect x="{left}" y="{y}" width="{bar:.1f}" height="20" fill="{color}"/>')
        out.append(f'<text x="{left + bar + 6:.1f}" y="{y + 15}" fill="#333333">{value:,.1f}</text>')
    return "\n".join([*out, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7, help="rounds, at least 7 for a figure to be quoted")
    parser.add_argument("--articles", type=int, default=ARTICLES, help="how many articles")
    parser.add_argument("--dry", action="store_true", help="print, and write nothing")
    args = parser.parse_args()
    texts, what = articles(args.articles)
    size = sum(map(len, texts))
    groups, versions, missing = contenders()
    measured = {name: measure(runs, texts, args.rounds) for name, runs in groups.items()}
    mixed = pages(args.articles)
    if mixed:
        some = [run for run in groups["Whole"] if run[0].startswith(("newsclean", REFERENCE, "plsfix", "clean-text"))]
        measured["Pages in other languages"] = measure(some, mixed, args.rounds)
    sizes = dict.fromkeys(measured, size) | {"Pages in other languages": sum(map(len, mixed))}
    first = start_up(args.rounds)
    whole = measured["Whole"]
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`; do not edit. Every contender in turn in one process, round after round, CPU time of one",
        f"core, medians of {args.rounds} rounds. Ratios are of the same round, so they say more than MB/s (million code",
        "points a second), which are this machine's.",
        "",
        f"- Texts: {len(texts)} {what}; {size / 1e6:.2f} million code points.",
        f"- Commit {commit()}, {datetime.date.today().isoformat()}; {machine()}.",
        f"- Versions: {', '.join(f'{k} {v}' for k, v in versions.items())}.",
        *([f"- Not installed, left out: {', '.join(missing)}."] if missing else []),
        f"- Start: `import newsclean` {first[0]:.0f} ms, the first `clean` {first[1]:.0f} ms more (CPU).",
        "",
        "![MB of English news a second](benchmarks.svg)",
        "",
    ]
    for name, times in measured.items():
        lines += table(name, times, sizes[name])
    for name, times in measured.items():
        for mine in "newsclean.clean", "newsclean.clean, names off":
            if mine in times:
                lines += [f"`{mine}` is, round by round ({name.lower()}):", ""]
                for other in times:
                    if not other.startswith(("newsclean", "floor")):
                        low, middle, high = spread([b / v for b, v in zip(times[other], times[mine], strict=True)])
                        lines.append(f"- {middle:.2f} x {other} ({low:.2f} … {high:.2f})")
                lines.append("")
    lines += [
        "## Growth",
        "",
        f"From {SMALL:,} to {SMALL * TIMES:,} code points, time grows with this power of the size (1 is linear):",
        "",
        *(f"- {name}: {power:.2f}" for name, power in growth(texts)),
        "",
        f"Two processes do {two_processes(texts, 3):.2f} times the work of one, by the CPU time that each text costs them.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if not args.dry:
        (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
        (ROOT / "docs" / "benchmarks.svg").write_text(chart(whole, size), encoding="utf-8")


if __name__ == "__main__":
    main()
