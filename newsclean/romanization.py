"""Says how likely two spellings are one name romanized twice, because "Moammar Gadhafi" is "Muammar al-Qaddafi"."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_DATA = tomllib.loads((files("newsclean") / "data" / "romanization.toml").read_text(encoding="utf-8"))
K = dict(initial=1.5, short=1.2, cap=1.0, scale=3.0, skip_mid=0.22, skip_end=0.45, patr=0.1, init=0.12, init_bad=0.9, title=0.05, particle=0.02,
         join=0.03, rot=0.05, rest=0.9, vv=0.3, cv=1.0, swap=0.5, vc=0.9, power=1.0, alldrop=.8, fem=.7, other=.8, article=.2)

_FOLD = str.maketrans({**{k: v for k, v in _DATA["letters"].items()}, **{c: "" for c in "'’‘`´ʻʼʽʾʿ′ʹʺ\"“”"}})
_SPELL = _DATA["spellings"]
_SOUNDING = re.compile("|".join(sorted(map(re.escape, _SPELL), key=len, reverse=True)) + "|c(?=[eiy])|.")
_VOWELS = set(_DATA["classes"]["vowels"])
_W = {k: frozenset(v) for k, v in _DATA["words"].items()}


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(_FOLD))
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_FOLD)


def sounds(word: str) -> str:
    out = []
    if word[:2] == "hs":
        word = "sh" + word[2:]
    elif word[0] == "x":
        word = "sh" + word[1:]
    for m in _SOUNDING.findall(word):
        s = _SPELL.get(m) or ("c" if m == "c" and False else m)
        for c in s:
            if not out or out[-1] != c:
                out.append(c)
    return "".join(out)


ROWS: dict[str, dict[int, float]] = {}


def build():
    ROWS.clear()
    n = 0
    for t in _DATA["names"]:
        for row in t["rows"]:
            n += 1
            for w in row.split():
                ROWS.setdefault(sounds(w), {})[n] = t["cost"]
    global SUB, DROP
    SUB = {}
    alpha = "abcdefghijklmnopqrstuvwxyz" + "SCJZXGTDYOEA"
    DROP = {c: _DATA["drops"].get(c, K["alldrop"]) for c in alpha}
    for a in alpha:
        SUB[a] = {}
        for b in alpha:
            if a == b:
                c = 0.0
            elif a in _VOWELS and b in _VOWELS:
                c = K["vv"]
            elif a in _VOWELS or b in _VOWELS:
                c = K["cv"]
            else:
                c = 1.0
            SUB[a][b] = c
    for row in _DATA["alike"]:
        for p in row["pairs"].split():
            a, b = p
            SUB[a][b] = min(SUB[a][b], row["cost"])
            SUB[b][a] = SUB[a][b]
    for c in (_sounds, token_distance, parse):
        c.cache_clear()


@lru_cache(65536)
def _sounds(word):
    return sounds(word)


FEM = re.compile(r"(?:ov|ev|ow|ew|in|sky|ski|skiy|skii|off|eff|yn)$")


@lru_cache(65536)
def token_distance(a: str, b: str) -> float:
    """0 same, >=1 another"""
    if a == b:
        return 0.0
    if not (a.isascii() and b.isascii() and a.isalpha() and b.isalpha()):
        return 1.0
    x, y = _sounds(a), _sounds(b)
    if x == y:
        return 0.01
    ra, rb = ROWS.get(x), ROWS.get(y)
    other = False
    if ra and rb:
        for k in ra:
            if k in rb:
                return ra[k]
        other = True
    if len(a) == 1 or len(b) == 1:
        return K["init"] if a[0] == b[0] and len(a) != len(b) else K["init_bad"]
    if len(a) > 4 and len(b) > 2 and a[:2] in ("al", "el") and b[:2] not in ("al", "el"):
        x = _sounds(a[2:])
    elif len(b) > 4 and len(a) > 2 and b[:2] in ("al", "el") and a[:2] not in ("al", "el"):
        y = _sounds(b[2:])
    stripped = K["article"] if (x, y) != (_sounds(a), _sounds(b)) else 0.0
    if x > y:
        x, y = y, x
    n = (len(x) + len(y)) / 2
    d = edit(x, y) + stripped
    if d <= 0.5 and (a[-1] == "a") != (b[-1] == "a"):
        s, t = (a, b) if b[-1] == "a" else (b, a)
        if FEM.search(s) and t.endswith(("va", "na", "wa", "aya", "aia", "aja", "ska")):
            d += K["fem"] * 2
    d = min(1.0, (d / (n + K["short"])) ** K["power"] * K["scale"])
    return max(d, K["other"]) if other else d


def edit(x: str, y: str) -> float:
    head = 0
    m = min(len(x), len(y))
    while head < m and x[head] == y[head]:
        head += 1
    tail = 0
    while tail < m - head and x[-1 - tail] == y[-1 - tail]:
        tail += 1
    x, y = x[head:len(x) - tail], y[head:len(y) - tail]
    ini = K["initial"] if head == 0 else 1.0
    row = [0.0]
    for j, c in enumerate(y):
        row.append(row[-1] + DROP[c] * (ini if j == 0 else 1))
    prev2 = None
    for i, c in enumerate(x):
        sub = SUB[c]
        dc = DROP[c] * (ini if i == 0 else 1)
        new = [row[0] + dc]
        last = new[0]
        for j, e in enumerate(y):
            v = row[j] + sub[e] * (ini if i == 0 == j else 1)
            w = row[j + 1] + dc
            if w < v:
                v = w
            w = last + DROP[e]
            if w < v:
                v = w
            if prev2 and j and c == y[j - 1] and x[i - 1] == e:
                w = prev2[j - 1] + K["swap"]
                if w < v:
                    v = w
            new.append(v)
            last = v
        prev2, row = row, new
    return row[-1]


@dataclass(frozen=True, slots=True)
class Parsed:
    words: tuple[str, ...]
    particles: tuple[str, ...]
    titles: tuple[str, ...]
    numbers: tuple[str, ...]


_ABD = re.compile(r"^(?:abd|abdh)(?:[aeuoi]l|[aeiou](?=([rnszdt])h?\1)|)(?=[a-z]{2})")
_ASSIM = re.compile(r"^[aeiou]([dnrstz])h?$|^[aeu]c?h$")


@lru_cache(65536)
def parse(name: str) -> Parsed:
    folded = fold(name)
    raw = re.findall(r"[^\W_]+", folded)
    if "," in folded and folded.count(",") == 1:
        h, _, t = folded.partition(",")
        raw = re.findall(r"[^\W_]+", t + " " + h)
    words, particles, titles, numbers = [], [], [], []
    n = len(raw)
    glue = ""
    for i, w in enumerate(raw):
        last = i == n - 1
        if not last and w in _W["articles"] and (i or True):
            if glue in ("abd",):
                continue
            continue
        if not last and w in _W["assimilated"] and raw[i + 1][0] == w[1] and (i or len(w) == 2) and i:
            continue
        if w in _W["fathers"] and not last:
            glue += "abu" if w[0] == "a" else "um"
            continue
        if i and w in _W["particles"] and not last or w in ("bin", "ibn", "the"):
            particles.append(w)
            continue
        if not last and w in _W["titles"] and not words:
            titles.append(w)
            continue
        if w.isdigit() or (i and w in _W["generations"]):
            numbers.append(w)
            continue
        if w in ("abd", "abdul", "abdel", "abdal", "abdol", "abdur", "abdus", "abdur", "abdou") and not last and not (w == "abdou"):
            glue += "abd"
            continue
        m = _ABD.match(w)
        if m and m.end() < len(w):
            w = "abd" + w[m.end():]
        words.append(glue + w)
        glue = ""
    if glue:
        words.append(glue)
    return Parsed(tuple(words), tuple(particles), tuple(titles), tuple(numbers))


PATR = re.compile(r"(?:[oe]v[iy]t?ch|[oe]vic|[oe]vn?a|ivna|[yo]vych|witsch)$")


def skip_cost(words, i):
    w = words[i]
    if len(w) == 1:
        return K["init"] / 2
    if PATR.search(w) and 0 < i < len(words) - 1:
        return K["patr"]
    if 0 < i < len(words) - 1:
        return K["skip_mid"]
    return K["skip_end"]


def align(a, b) -> float:
    """a no shorter than b; words of a may be left out, neighbours may be one word on the other side."""
    if len(a) == len(b):
        d = 0.0
        big = 0.0
        for s, t in zip(a, b):
            v = token_distance(s, t) if s < t else token_distance(t, s)
            d += v
        if d < 0.3:
            return d
    T = token_distance
    D = [[9.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    D[0][0] = 0.0
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == j == 0:
                continue
            best = 9.0
            if i and len(a) > len(b) and i - j <= len(a) - len(b):
                best = D[i - 1][j] + skip_cost(a, i - 1)
            if i and j:
                if D[i - 1][j - 1] < best:
                    s, t = a[i - 1], b[j - 1]
                    best = min(best, D[i - 1][j - 1] + (T(s, t) if s < t else T(t, s)))
                if i > 1 and D[i - 2][j - 1] < best:
                    s, t = a[i - 2] + a[i - 1], b[j - 1]
                    if abs(len(s) - len(t)) < 4:
                        best = min(best, D[i - 2][j - 1] + K["join"] + (T(s, t) if s < t else T(t, s)))
                if j > 1 and D[i - 1][j - 2] < best:
                    s, t = b[j - 2] + b[j - 1], a[i - 1]
                    if abs(len(s) - len(t)) < 4:
                        best = min(best, D[i - 1][j - 2] + K["join"] + (T(s, t) if s < t else T(t, s)))
            D[i][j] = best
    return D[-1][-1]


def distance(name_a: str, name_b: str) -> float:
    a, b = parse(name_a), parse(name_b)
    x, y = a.words, b.words
    if not x or not y:
        return 0.0 if a == b else 3.0
    if (len(x), x) < (len(y), y):
        x, y = y, x
    d = align(x, y)
    if d > 0.35 and len(y) > 1:
        for k in range(1, len(y)):
            v = align(x, y[k:] + y[:k]) + K["rot"]
            if v < d:
                d = v
    if a.numbers != b.numbers:
        d += 0.8
    if a.titles != b.titles:
        d += K["title"]
    if a.particles != b.particles:
        d += K["particle"]
    return d


def similar(a: str, b: str) -> float:
    return math.exp(-distance(a, b))


build()
