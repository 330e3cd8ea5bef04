"""Which language an article is in: the caller's word first, then script, then function words, then langdetect."""

import re
from collections import Counter
from functools import lru_cache
from operator import itemgetter
from typing import Any

from newsclean.article import Article, is_prose
from newsclean.packs import shipped

__all__ = ["language"]

# What is looked at, in code points: langdetect is as right on 500 as on 5,000 and its cost grows with them.
SAMPLE = 500
# Below this many letters nothing can be told: 20 letters are wrong one time in four, 60 one in fifty.
FEW = 60
# Nor from so few different words: a name again and again. The detector, which takes 70 MB, is not loaded for it.
FEW_WORDS = 4
# One script must have this share of the letters; stories that quote another script stay below.
MOST = 0.5
# Kana are a third and more of Japanese; Chinese has none.
KANA = 0.1
# The share of the words that are function words of one language, and how many times those of the next: on 1,666 pages
# and articles of 20 languages these two decide 93 %, and the six that they call wrong are quotations and mislabels.
EVIDENT, LEAD = 0.12, 2.0
# How sure langdetect must be. It gives 0.99 and more for nearly all news prose; what lies below is mixed or too short.
SURE = 0.9

_WORD = re.compile(r"[^\W\d_]+")


def language(article: Article) -> str:
    """Return the article's language as a code such as ``en``, or ``und`` where it is doubtful.

    >>> language(Article("The council said that the bridge of the old town was to be closed for a year and a day."))
    'en'
    >>> language(Article("", lang="pt-BR"))
    'pt'

    The caller's word is taken as it is. Otherwise up to 500 code points of prose decide, the same text always the same
    way. Never raises: what cannot be told is ``und``.
    """
    if article.lang:
        return re.split("[-_]", article.lang.strip().lower(), maxsplit=1)[0] or "und"
    return article.once(_found)


def _found(article: Article) -> str:
    sample = _sample(article)
    if sample.isascii() and sum(map(str.isalpha, sample)) < FEW:
        return "und"
    return _by_script(sample) or _by_words(sample) or _by_detector(sample)


def _sample(article: Article) -> str:
    """Prose if there is any: captions and share bars are in anybody's language."""
    lines = article.lines
    parts, size = [], 0
    body = article.body
    for i in article.filled if body is None else range(body[0], body[1] + 1):
        line = lines[i]
        if body is None or is_prose(line):
            parts.append(line[: SAMPLE - size])
            size += len(parts[-1])
            if size >= SAMPLE:
                break
    return "\n".join(parts)


def _by_script(sample: str) -> str:
    if not any(c > "\u036f" and c.isalpha() for c in set(sample)):
        return ""
    letters = [c for c in sample if c.isalpha()]
    wide = sum(c > "\u036f" for c in letters)
    if wide < MOST * len(letters) or wide < 8:
        return ""
    counts: Counter[str] = Counter()
    for c in letters:
        for lang, ranges in _data()["scripts"]:
            if any(a <= c <= b for a, b in ranges):
                counts[lang] += 1
    for lang, count in counts.most_common(1):
        if count >= (KANA if lang == "ja" else MOST) * len(letters):
            return str(lang)
    return ""


def _by_words(sample: str) -> str:
    words = _WORD.findall(sample.lower())
    known = _data()["words"]
    counts: dict[str, int] = {}
    for word in words:
        for lang in known.get(word, ()):
            counts[lang] = counts.get(lang, 0) + 1
    if not counts:
        return ""
    (best, most), *rest = [*sorted(counts.items(), key=itemgetter(1), reverse=True)[:2], ("", 0)]
    return best if most >= EVIDENT * len(words) and most >= LEAD * rest[0][1] and len(words) >= 10 else ""


def _by_detector(sample: str) -> str:
    words = set(_WORD.findall(sample.lower()))
    if len(words) < FEW_WORDS and all(word.isascii() for word in words):
        return "und"
    from langdetect.lang_detect_exception import LangDetectException

    try:
        detector = _factory().create()
        detector.append(sample)
        found = detector.get_probabilities()
    except LangDetectException:
        return "und"
    shares: dict[str, float] = {}
    for guess in found:  # zh-cn and zh-tw are one language here
        lang = str(guess.lang).split("-")[0]
        shares[lang] = shares.get(lang, 0.0) + float(guess.prob)
    best = max(shares, key=lambda k: (shares[k], k), default="und")
    return best if shares.get(best, 0.0) >= SURE else "und"


@lru_cache(maxsize=1)
def _factory() -> Any:
    """A detector of our own: the module's global one is unseeded, and loads its profiles in the order of the disk."""
    from pathlib import Path

    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.seed = 0
    factory.load_json_profile([p.read_text(encoding="utf-8") for p in sorted(Path(PROFILES_DIRECTORY).iterdir())])
    return factory


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    raw = shipped("language.toml")
    scripts = [(k, [(chr(int(a, 16)), chr(int(b, 16))) for a, b in v]) for k, v in raw["scripts"].items()]
    words: dict[str, list[str]] = {}
    for lang, items in raw["words"].items():
        for word in items:
            words.setdefault(word, []).append(lang)
    return {"scripts": scripts, "words": words}
