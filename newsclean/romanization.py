"""Says how likely two spellings are one name put into Latin letters twice: Moammar Gadhafi is Muammar al-Qaddafi."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any, NamedTuple

AUTOMATIC = 0.65
"""From here on two names of two or more words are taken for one. Of 4,198 pairs of such names 99.6 % of what lies above is
right, and 88 % of what is right lies above (docs/design/romanization.md). `same_name` asks for more than this number."""

_RESPELT = (
    0.8  # what `same_name` asks for when nothing but spelling may differ: in running news Galli and Kelly reach 0.76
)
# All numbers below were moved by hand and by a search over the half of the pairs that the design page calls "tune".
_SHORT = 1.2  # added to a word's length: one sound in four weighs more than two in eight, yet not without bound
_SCALE = 2.2  # turns costs per sound into distance
_ANOTHER = 0.6  # a word this far away is another word: its distance is 1, and is not worked out
_FIRST = 1.3  # how much more the first sound counts: Hasan and Basan are two people
_ALIEN = 0.9  # a cost that no romanization explains, such as one consonant for an unrelated one
_ALIEN_PER_LETTER = 0.15  # the same for a short word: Wei and Hui, Kim and Kum
_SAME_SOUND = 0.01  # written differently, read alike
_OTHER_NAME = 0.8  # known to be two names, Mohammed and Mahmoud, or two genders, Peskov and Peskova
_INITIAL, _NO_INITIAL = 0.15, 0.9  # V. for Vladimir; V. for Boris
_ATTACHED = 0.1  # an article written into the word: Alousta
_JOIN = 0.03  # two words written as one
_JOIN_FITS = 0.15  # a joined word must be this near
_JOINABLE = 3  # letters by which a joined word may be longer or shorter
_TURNED = 0.05  # the family name first: Orban Viktor
_LEFT_OUT, _LEFT_OUT_AT_END = 0.25, 0.45  # a middle name; a first or last word, which is more likely another person
_PATRONYMIC = 0.1  # Vladimir (Vladimirovich) Putin
_TITLE, _PARTICLE, _NUMBER = 0.03, 0.015, 0.8  # one of the two has it: Sheikh; bin, de; II, Jr
_FAR = 1.0  # names are no farther apart than this: nobody asks which of two strangers is the stranger
_CLOSE = 0.35  # words in order are this near: no other order is tried
_CACHE = 1 << 16  # words, names and pairs remembered: a corpus repeats them, and memory stays bounded
_WORDS_IN_NAME = 5  # a longer run of capitals is a headline
_BLOCK = 40  # candidates compared within one block: what keeps `suggest` linear


def _read() -> dict[str, Any]:
    return tomllib.loads((files("newsclean") / "data" / "romanization.toml").read_text(encoding="utf-8"))


_DATA = _read()
_SPELLINGS: dict[str, str] = _DATA["spellings"]
# Spellings of several letters, by their first: each is taken for a private character first, so that none is read twice.
_LONG = {spelling: chr(0xE000 + n) for n, spelling in enumerate(sorted(x for x in _SPELLINGS if len(x) > 1))}
_SPELLING = re.compile(
    "|".join(
        first + "(?:" + "|".join(sorted((x[1:] for x in _LONG if x[0] == first), key=len, reverse=True)) + ")"
        for first in sorted({x[0] for x in _LONG})
    )
)
_SOUNDS = str.maketrans({_LONG.get(spelling, spelling): sounds for spelling, sounds in _SPELLINGS.items()})
_DOUBLED = re.compile(r"(.)\1+")
_HARD_C = re.compile("c(?=[aoulrt])")  # Victor, Corea; not Milosevic, Cicek
_MARKS = dict.fromkeys("'’‘`´ʻʼʽʾʿ′ʹʺ\"“”", "")
_ASCII_MARKS = [mark for mark in _MARKS if mark.isascii()]
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans(_DATA["letters"] | _MARKS)
_WORDS = {kind: frozenset(words) for kind, words in _DATA["words"].items()}
_FEMININE, _MASCULINE, _PATRONYM = (re.compile(_DATA["endings"][k]) for k in ("feminine", "masculine", "patronymic"))
_ENDINGS = frozenset(_DATA["endings"]["inflected"])
_SYLLABLE = re.compile(_DATA["endings"]["syllable"])  # a whole Chinese word: Peng and Ping are two
_INNER = _WORDS["sons"] | _WORDS["particles"] | _WORDS["connectives"]
_LINKS = _WORDS["sons"] | _WORDS["particles"] | _WORDS["articles"]
_VOWELS = frozenset(_DATA["classes"]["vowels"])
_ALPHABET = sorted(set("abcdefghijklmnopqrstuvwxyz") | set("".join(_SPELLINGS.values())))
_DROPS = {c: float(_DATA["drops"].get(c, _DATA["drops"]["others"])) for c in _ALPHABET}
_PATRONYM_ENDS = frozenset("hkcjszay")  # the last letters of patronymics: asked first because it is cheap
_SERVANT = re.compile(r"abd(?:[aeiou]l|[aeiou](?=([rnszdt])h?\1)|)(?=..)")  # Abdul-, Abdur-R, Abd-
_TOKEN = re.compile(r"[^\W_]+")
# In a name without any of these each word is a word.
_UNUSUAL = frozenset().union(*(words for kind, words in _WORDS.items() if kind != "never"))


def _costs() -> dict[str, dict[str, float]]:
    other = _DATA["others"]

    def unlike(a: str, b: str) -> float:
        if a == b:
            return 0.0
        return float(other[("consonants", "mixed", "vowels")[(a in _VOWELS) + (b in _VOWELS)]])

    table = {a: {b: unlike(a, b) for b in _ALPHABET} for a in _ALPHABET}
    for row in _DATA["alike"]:
        for a, b in row["pairs"].split():
            table[a][b] = table[b][a] = row["cost"]
    return table


_COSTS = _costs()
# Of each sound, what it may stand for at less than it costs to leave it out, the cheapest first.
_NEAR = {
    a: sorted(((cost, b) for b, cost in row.items() if cost < _DROPS[a]), key=lambda x: x[0])
    for a, row in _COSTS.items()
}
_ROUNDING = 1e-9


def _fold(text: str) -> str:
    text = text.lower()
    if text.isascii():
        for mark in _ASCII_MARKS:
            if mark in text:
                text = text.replace(mark, "")
        return text
    text = text.translate(_LETTERS)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    if plain.isascii():
        return _fold(plain)
    return "".join([c for c in plain if not unicodedata.combining(c)]).lower().translate(_LETTERS)


def _stand_in(match: re.Match[str]) -> str:
    return _LONG[match[0]]


@lru_cache(_CACHE)
def _sounds(word: str) -> str:
    """The sounds of a folded word, one character each, a doubled sound once."""
    if word.startswith(("hs", "x")):
        word = "sh" + word[2 if word[0] == "h" else 1 :]
    if "c" in word:
        word = _HARD_C.sub("k", word)
    word = _SPELLING.sub(_stand_in, word).translate(_SOUNDS)
    return _DOUBLED.sub(r"\1", word) if _DOUBLED.search(word) else word


def _known() -> dict[str, dict[int, float]]:
    known: dict[str, dict[int, float]] = {}
    rows = [(row, table["cost"]) for table in _DATA["names"] for row in table["rows"]]
    for number, (row, cost) in enumerate(rows):
        for word in row.split():
            known.setdefault(_sounds(word), {})[number] = cost
    return known


_KNOWN = _known()
_BLOCKS = {sound: kind for kind, group in _DATA["block"].items() for sound in group}


class _Name(NamedTuple):
    words: tuple[str, ...]
    particles: tuple[str, ...]
    titles: tuple[str, ...]
    numbers: tuple[str, ...]
    sons: tuple[str, ...]  # the particles again, bin, ben and ibn as one
    key: tuple[str, tuple[str, ...]]


@lru_cache(_CACHE)
def _parse(name: str) -> _Name:
    """A name's words as they are compared, and apart from them what may be missing: "Abd al-Rahman" is one word."""
    folded = _fold(name)
    if (simple := folded.replace("-", " ").replace(" ", "")).isalpha() and simple.isascii() and "abd" not in simple:
        tokens = folded.replace("-", " ").split()
        if _UNUSUAL.isdisjoint(tokens):
            return _Name(tuple(tokens), (), (), (), (), (simple, ()))
    family, comma, given = folded.partition(",")
    tokens = _TOKEN.findall(f"{given} {family}" if comma else folded)
    words: list[str] = []
    particles, titles, numbers = [], [], []
    front = ""
    for i, token in enumerate(tokens):
        if token in _UNUSUAL and i + 1 < len(tokens):
            if token in _WORDS["articles"]:
                continue
            if i and token in _WORDS["assimilated"] and tokens[i + 1][0] == token[1]:
                continue
            if token in _WORDS["servants"]:
                front += "abd"
                continue
            if token in _WORDS["fathers"] or token in _WORDS["mothers"]:
                front += "abu" if token in _WORDS["fathers"] else "um"
                continue
            if token in _WORDS["loose"] or (i and token in _INNER):
                particles.append(token)
                continue
            if not words and not front and token in _WORDS["titles"]:
                titles.append(token)
                continue
        if token.isdigit() or (i and i + 1 == len(tokens) and token in _WORDS["generations"]):
            numbers.append(token)
            continue
        servant = _SERVANT.match(token) if token.startswith("abd") else None
        words.append(front + ("abd" + token[servant.end() :] if servant else token))
        front = ""
    if front:
        words.append(front)
    sons = ["bin" if p in _WORDS["sons"] else p for p in particles if p != "the"]
    key = ("".join([*titles, *words]), tuple(numbers))
    return _Name(tuple(words), tuple(particles), tuple(titles), tuple(numbers), tuple(sons), key)


def _least(x: str, y: str, limit: float) -> float:
    """No way from `x` to `y` is cheaper than this: each sound goes, or becomes what there is."""
    total = 0.0
    for c in x:
        if c not in y:
            for cost, d in _NEAR[c]:
                if d in y:
                    total += cost
                    break
            else:
                total += _DROPS[c]
                if total > limit:
                    break
    return total


def _edit(x: str, y: str, limit: float) -> float:
    """The cheapest way from one row of sounds to another, or `limit` if it is dearer than that."""
    most = limit + _ROUNDING
    if _least(x, y, most) > most or _least(y, x, most) > most:
        return limit
    head, shorter = 0, min(len(x), len(y))
    while head < shorter and x[head] == y[head]:
        head += 1
    tail = 0
    while tail < shorter - head and x[-1 - tail] == y[-1 - tail]:
        tail += 1
    x, y = x[head : len(x) - tail], y[head : len(y) - tail]
    weight = 1.0 if head else _FIRST
    if not x or not y:
        left = [_DROPS[c] for c in x or y]
        return min(limit, sum(left[1:], left[0] * weight)) if left else 0.0
    drops = [_DROPS[c] for c in y]
    drops[0] *= weight
    row = list(accumulate(drops))  # without its first cell, which is `edge`
    edge = 0.0
    for c in x:
        costs, gone = _COSTS[c], _DROPS[c] * weight
        corner, edge = edge, edge + gone
        last = least = edge
        new: list[float] = []
        for above, drop, d in zip(row, drops, y):  # noqa: B905 - of one length; asking costs a tenth
            best = corner + (costs[d] if new else costs[d] * weight)
            if above + gone < best:
                best = above + gone
            if last + drop < best:
                best = last + drop
            new.append(best)
            if best < least:
                least = best
            corner, last = above, best
        if least >= limit:
            return limit
        row, weight = new, 1.0
    return row[-1]


def _gendered(a: str, b: str) -> bool:
    """Two words that only an ending parts, a man's and a woman's: Peskov, Peskova; Mario, Maria."""
    if b[-1] == "a" and _MASCULINE.search(a) and _FEMININE.search(b):
        return True
    a, b = a.rstrip("h"), b.rstrip("h")
    return len(a) > 2 and b[-1:] == "a" and (b[:-1] == a or (a[-1] == "o" and a[:-1] == b[:-1]))


def _inflected(a: str, b: str) -> bool:
    """One stem with two endings of grammar or of family: America, American; Kurds, Kurdish; Saleh, Salehi."""
    stem = 0
    while stem < min(len(a), len(b)) and a[stem] == b[stem]:
        stem += 1
    return stem > 2 and a[stem:] in _ENDINGS and b[stem:] in _ENDINGS


def _apart(a: str, b: str, strict: bool) -> float:
    return 0.0 if a == b else _word(a, b, strict) if a < b else _word(b, a, strict)


@lru_cache(_CACHE)
def _word(a: str, b: str, strict: bool) -> float:
    """How far two folded words are apart: 0 the same, 1 another word; if strict, 1 for anything but a respelling."""
    if not (a.isascii() and b.isascii() and a.isalpha() and b.isalpha()):
        return 1.0
    x, y = _sounds(a), _sounds(b)
    syllables = strict and _SYLLABLE.search(a) and _SYLLABLE.search(b)
    if x == y:
        return 1.0 if syllables else _SAME_SOUND
    floor = 0.0
    if (here := _KNOWN.get(x)) and (there := _KNOWN.get(y)):
        if both := here.keys() & there.keys():
            return min(here[row] for row in both)
        floor = _OTHER_NAME
    if len(a) == 1 or len(b) == 1:
        return 1.0 if strict else _INITIAL if a[0] == b[0] else _NO_INITIAL
    if a[-1] in _PATRONYM_ENDS and b[-1] in _PATRONYM_ENDS:
        one = _PATRONYM.search(a)
        if one and one.start() > 2 and (two := _PATRONYM.search(b)) and two.start() > 2:
            return max(_SAME_SOUND, _apart(a[: one.start()], b[: two.start()], strict))
    size = ((len(x) + len(y)) / 2 + _SHORT) / _SCALE
    limit = size * _ANOTHER
    if strict:
        limit = min(limit, _ALIEN, _ALIEN_PER_LETTER * min(len(a), len(b)))
    cost = _edit(x, y, limit) if x < y else _edit(y, x, limit)
    if a[1] == "l" != b[1] and len(a) > 4 and a[0] in "ae":
        cost = min(cost, _edit(_sounds(a[2:]), y, limit) + _ATTACHED)
    elif b[1] == "l" != a[1] and len(b) > 4 and b[0] in "ae":
        cost = min(cost, _edit(x, _sounds(b[2:]), limit) + _ATTACHED)
    if cost < 1.0 and (_gendered(a, b) or _gendered(b, a)):
        floor = _OTHER_NAME
    if strict and (floor or _inflected(a, b) or syllables):
        return 1.0
    return 1.0 if cost >= limit else max(floor, cost / size)


def _left_out(words: tuple[str, ...], i: int, strict: bool) -> float:
    if strict:
        return 1.0
    middle = 0 < i < len(words) - 1
    if len(words[i]) == 1:
        return _INITIAL / 2
    if middle and _PATRONYM.search(words[i]):
        return _PATRONYMIC
    return _LEFT_OUT if middle else _LEFT_OUT_AT_END


def _joined(first: str, second: str, word: str, strict: bool) -> float:
    """What it costs to take two words for one; dear if one of them is that word already: US Supreme, Supreme."""
    joined = first + second
    if abs(len(joined) - len(word)) > _JOINABLE or len(first) == 1 or len(second) == 1:
        return _FAR
    fit = _apart(joined, word, strict)
    if fit >= _JOIN_FITS or min(_apart(first, word, strict), _apart(second, word, strict)) < _JOIN_FITS:
        return _FAR
    return _JOIN + fit


def _in_order(a: tuple[str, ...], b: tuple[str, ...], limit: float, strict: bool) -> float:
    """How far two rows of words are apart, the first no shorter: words over are left out, or are joined in the other."""
    spare = len(a) - len(b)
    if not spare:
        total = 0.0
        for s, t in zip(a, b, strict=True):
            total += _apart(s, t, strict)
            if total >= limit:
                return limit
        return total
    # row[k]: the least cost of having matched the first j words of b with the first j + k of a
    row = [0.0]
    for k in range(spare):
        row.append(row[k] + _left_out(a, k, strict))
    for j, word in enumerate(b):
        new: list[float] = []
        for k in range(spare + 1):
            i = j + k
            best = row[k] + _apart(a[i], word, strict)
            if k:
                best = min(best, new[-1] + _left_out(a, i, strict))
                best = min(best, row[k - 1] + _joined(a[i - 1], a[i], word, strict))
            new.append(best)
        if min(new) >= limit:
            return limit
        row = new
    return min(limit, row[-1])


def _distance(a: str, b: str, strict: bool = False) -> float:
    one, two = _parse(a), _parse(b)
    if strict and (len(one.titles) != len(two.titles) or one.sons != two.sons):
        return _FAR
    if a.casefold() == b.casefold() or (one.key == two.key and one.words):
        return 0.0
    long, short = one.words, two.words
    if (len(long), long) < (len(short), short):
        long, short = short, long
    if not short:
        return _FAR
    apart = _in_order(long, short, _FAR, strict)
    if apart > _CLOSE and len(short) > 1 and not strict:
        for k in {1, len(short) - 1}:
            apart = min(apart, _in_order(long, short[k:] + short[:k], apart - _TURNED, strict) + _TURNED)
    if one.numbers != two.numbers:
        apart += _NUMBER
    if one.titles != two.titles:
        apart += _TITLE
    return apart + _PARTICLE if one.particles != two.particles else apart


def similar(a: str, b: str) -> float:
    """How likely two names are one name romanized twice.

    >>> similar("Moammar Gadhafi", "Muammar al-Qaddafi") > AUTOMATIC
    True
    >>> similar("Kim Jong Il", "Kim Jong Un") < 0.5
    True
    >>> similar("Abdel-Rahman Shalgham", "Abdul Rahman Shalgham")
    1.0

    From 0 (another name) to 1 (the same letters but for accents, case, hyphens and articles). Symmetric, and the same on
    every machine. A single word gets a number too, but on single words no threshold is safe: `same_name` refuses them.
    """
    return max(0.0, 1.0 - _distance(a, b))


def same_name(a: str, b: str) -> bool:
    """Whether two names may be made one without asking anybody.

    >>> same_name("Viktor Yushchenko", "Wiktor Juschtschenko")
    True
    >>> same_name("Dmitry Peskov", "Tatyana Peskova") or same_name("Vladimir Putin", "Vladimir Vladimirovich Putin")
    False

    True if both have two words or more (titles, articles and particles not counted), `similar` reaches `AUTOMATIC`, and
    word by word, in the same order, nothing but the spelling differs: no word or number left out, no initial for a name,
    no sound that romanization does not explain, no other gender, and no acronym among the words.
    """
    one, two = _parse(a), _parse(b)
    return (
        min(len(one.words), len(two.words)) > 1
        and ((a.isupper() and b.isupper()) or not (_shouted(a) or _shouted(b)))
        and similar(a, b) >= AUTOMATIC
        and 1.0 - _distance(a, b, strict=True) >= _RESPELT
    )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Spellings that look like one name, the commonest first, for a person to accept.

    `forms` as written, `counts` how often each occurs, `score` of the least similar, `reason` for a person to read.
    """

    forms: tuple[str, ...]
    counts: tuple[int, ...]
    score: float
    reason: str


_RUN_WORD = re.compile(r"[^\W\d_](?:[\w'’‘`ʻʼʾʿ-]*\w)?")
_POSSESSIVE = re.compile(r"['’]s?$")


def _mentions(text: str) -> Iterator[str]:
    """Runs of two to five capitalized words, particles between them included: what may be a name."""
    words = list(_RUN_WORD.finditer(text))
    opening = _WORDS["never"] | {word[0] for word in words if word[0].islower()}
    run: list[tuple[int, int]] = []
    for match in words:
        word, (start, end) = match[0], match.span()
        low = word.lower()
        if run:
            gap = text[run[-1][1] : start]
            if gap not in (" ", "\u00a0") and not (gap == ". " and run[-1][1] - run[-1][0] == 1):
                yield from _name(text, run)
                run = []
        if run and low in _LINKS:
            run.append((start, end))
            continue
        capital = word[0].isupper() or (low.startswith(("al-", "el-")) and word[3:4].isupper())
        if not capital or low in (_WORDS["never"] if run else opening):
            yield from _name(text, run)
            run = []
        elif run or low not in _WORDS["titles"]:
            run.append((start, end))
            if _POSSESSIVE.search(word):
                yield from _name(text, run)
                run = []
    yield from _name(text, run)


def _name(text: str, run: list[tuple[int, int]]) -> Iterator[str]:
    while run and text[slice(*run[-1])].lower() in _LINKS:
        run = run[:-1]
    if 1 < len(run) <= _WORDS_IN_NAME:
        name = _POSSESSIVE.sub("", text[run[0][0] : run[-1][1]]).replace("\u00a0", " ")
        if not _shouted(name) and len(_parse(name).words) > 1:
            yield name


def _shouted(name: str) -> bool:
    """Whether a word is all capitals, a headline or an acronym: the HEROES Act is not the CARES Act."""
    return any(len(word) > 1 and word.isupper() for word in _TOKEN.findall(name))


def _skeleton(word: str) -> str:
    return "".join(dict.fromkeys(_BLOCKS.get(c, "") for c in _sounds(word)))


def _keys(name: str) -> tuple[tuple[str, str], ...]:
    """The blocks a name belongs to: the consonants of its last word, or of its first and one end of its last."""
    words = _parse(name).words
    first, last = _skeleton(words[0]), _skeleton(words[-1])
    return ("last", last), (first, last[:1]), (first, last[-1:])


def suggest(articles: Iterable[str], at_least: float = AUTOMATIC) -> list[Suggestion]:
    """Variants of names of two or more words, within the articles given: one article or a whole corpus.

    >>> found = suggest(["Viktor Yushchenko spoke. Then Wiktor Juschtschenko left.", "Viktor Yushchenko won."])
    >>> found[0].forms, found[0].counts
    (('Viktor Yushchenko', 'Wiktor Juschtschenko'), (2, 1))

    Names are runs of capitalized words, and variants differ word by word in nothing but spelling, as for `same_name`. The
    time is linear in the text: a name meets only names that share consonants with it, and of those at most a fixed number.
    The order of the articles does not matter. Nothing is decided: a person accepts.
    """
    counts = Counter(name for text in articles for name in _mentions(text))
    blocks: dict[tuple[str, str], list[str]] = {}
    variants: dict[str, list[tuple[str, float]]] = {}
    for name in sorted(counts, key=lambda n: (-counts[n], n)):
        keys = _keys(name)
        heads = dict.fromkeys(head for key in keys for head in blocks.get(key, ())[:_BLOCK])
        score, head = 0.0, ""
        for candidate in heads:
            close = 1.0 - _distance(name, candidate, strict=True)
            if close > score:
                score, head = close, candidate
        if score < at_least or not head:
            variants[name] = []
            for key in keys:
                blocks.setdefault(key, []).append(name)
        elif name.lower().translate(_LETTERS) != head.lower().translate(_LETTERS):
            variants[head].append((name, min(score, similar(name, head))))
    return [
        Suggestion(
            forms=(head, *(form for form, _ in found)),
            counts=(counts[head], *(counts[form] for form, _ in found)),
            score=min(score for _, score in found),
            reason="; ".join(_reason(head, form) for form, _ in found),
        )
        for head, found in variants.items()
        if found
    ]


def _reason(a: str, b: str) -> str:
    one, two = _parse(a), _parse(b)
    if one.key == two.key:
        return "the same letters but for accents, hyphens or articles"
    pairs = zip(one.words, two.words, strict=True) if len(one.words) == len(two.words) else [(a, b)]
    return "read alike: " + ", ".join(f"{s}/{t}" for s, t in pairs if s != t)
