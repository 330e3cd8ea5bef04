"""Pass 1: what it repairs, what it must leave alone, and that its gate is exact."""

import contextlib
import gzip
import json
import random
import re
import sys
import time
import unicodedata
from pathlib import Path

import ftfy
import pytest
from ftfy.badness import BADNESS_RE, MOJIBAKE_CATEGORIES
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean import mojibake as module
from newsclean.article import Article
from newsclean.edit import apply, resolve
from newsclean.mojibake import mojibake

SHARED = Path(__file__).resolve().parents[2] / "shared"

# label, text, repaired text, rules
REPAIRED = [
    ("apostrophe", "donâ€™t", "don’t", "und.mojibake.encoding"),
    ("é", "cafÃ© au lait", "café au lait", "und.mojibake.encoding"),
    ("next to good text", "café cafÃ© 中", "café café 中", "und.mojibake.encoding"),
    ("capitals", "KÃ–LN, SÃƒO PAULO, METRÃ”POLE", "KÖLN, SÃO PAULO, METRÔPOLE", "und.mojibake.encoding"),
    ("seen by nothing but œ and a space", "à°œ x", "జ x", "und.mojibake.encoding"),
    ("twice", "itÃ¢Â\x80Â\x99s", "it’s", "und.mojibake.encoding"),
    ("lost no-break space", "voilÃ  le travail", "voilà le travail", "und.mojibake.encoding"),
    ("í is made with a soft hyphen", "el paÃ\xads", "el país", "und.mojibake.encoding"),
    ("Russian", "Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет", "und.mojibake.encoding"),
    ("C1 quotes", "\x93no\x94 \x97 he said", "“no” — he said", "und.mojibake.encoding"),
    ("next line is an ellipsis", "well\x85", "well…", "und.mojibake.encoding"),
    ("lost byte", "â€œyesâ€� he", "“yes� he", "und.mojibake.encoding"),
    ("ampersand", "Marks &amp; Sons", "Marks & Sons", "und.mojibake.entity"),
    ("decimal", "don&#39;t &#8217;", "don't ’", "und.mojibake.entity"),
    ("hexadecimal", "don&#x2019;t", "don’t", "und.mojibake.entity"),
    ("windows-1252 by number", "&#147;no&#148;", "“no”", "und.mojibake.entity"),
    ("quotes", "&quot;no&quot;", '"no"', "und.mojibake.entity"),
    ("no-break space", "a&nbsp;b", "a\xa0b", "und.mojibake.entity"),
    ("nested", "&amp;amp;#38;quot;", '"', "und.mojibake.entity"),
    ("nested without an end", "&amp;amp; so on", "& so on", "und.mojibake.entity"),
    ("carriage return", "a&#13;b", "a b", "und.mojibake.entity"),
    ("less than", "5 &lt; 6 and 6 &gt; 5", "5 < 6 and 6 > 5", "und.mojibake.entity"),
    ("NFC", "cafe\u0301", "café", "und.unicode.nfc"),
    ("NFC, Hangul", "\u1112\u1161\u11ab", "한", "und.unicode.nfc"),
    ("NFC, one character", "10 \u212b", "10 Å", "und.unicode.nfc"),
    ("bell", "WWF\x07 report", "WWF report", "und.unicode.control"),
    ("form feed between words", "end\x0cstart", "end start", "und.unicode.control"),
    ("vertical tab next to a space", "end\x0b start", "end start", "und.unicode.control"),
    ("C1 without meaning", "limpieza\x8f“", "limpieza“", "und.unicode.control"),
    ("terminal colours", "\x1b[31mred\x1b[0m", "red", "und.unicode.control"),
    ("terminal link", "\x1b]8;;http://a\x07b\x1b]8;;\x07", "b", "und.unicode.control"),
    ("byte order mark", "\ufeffقال", "قال", "und.unicode.control"),
    ("zero-width space", "so.\u200b\u200b\nThen", "so.\nThen", "und.unicode.control"),
    ("soft hyphen", "Paläs\xadti\xadnenser", "Palästinenser", "und.unicode.control"),
    ("soft hyphen near a bad sequence", "“¦ to con\xadvince", "“¦ to convince", "und.unicode.control"),
    ("surrogate pair", "\ud83d\ude00", "😀", "und.unicode.surrogate"),
    ("lone surrogate", "a\udcffb", "a\ufffdb", "und.unicode.surrogate"),
]
# Put together from two repairs; the edit bears the later rule and names the other.
TOGETHER = [
    ("entities of mojibake", "&Atilde;&copy;", "é"),
    ("a NUL inside", "Ã\x00©", "é"),
    ("soft hyphen as an entity", "vor&shy;sitz", "vorsitz"),
    ("soft hyphen as mojibake", "vorÂ\xadsitz", "vorsitz"),
    ("no entity is made by removing", "&am\x00p; &a&shy;mp; &am\x1b[1mp;", "&am p; &a mp; &am p;"),
]
KEPT = [
    "NÃO, SÃO PAULO, à  la, PÃO DE AÇÚCAR",
    "O livro “AMANHÃ” e a revista «IRMÃ», disse",
    "AMANHÃ—disse",
    "the letters “Â” and „Ð“",
    "CAFÉ² and RENÉ† 1990",
    "Île d’Orléans, Ærø, Ålesund, ÉCOLE, cœur – « œuvre »",
    "50 °C, £5–£10, €100, ½ × ¾, §5, © 2015, naïve",
    "می‌شود and 👩‍👩‍👧 keep their joiners",
    "ภาษา\u200bไทย",
    "\u200fעברית\u200e \u202bقال\u202c",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "AT&T, R&D; a&b, &notanentity; &#0; &#xD800; &#1114112; &#97;",
    "full ＩＳＩＳ width, ﬁ, “curly” ‘quotes’, 1\xa0000",
    "a\u2028b\u2029c\r\nd\re\tf",
    "\ufffd stays",
    "x\xad 12\xad13",
    "é\xade 中œ°",  # mojibake that cannot be repaired keeps its bytes
]


def repaired(text: str) -> str:
    edits = tuple(mojibake(Article(text)))
    assert edits == resolve(edits, text), "sorted, disjoint, nothing that changes nothing"
    return apply(text, edits)


@pytest.mark.parametrize(("text", "want", "rule"), [r[1:] for r in REPAIRED], ids=[r[0] for r in REPAIRED])
def test_repairs(text: str, want: str, rule: str) -> None:
    assert repaired(text) == want
    assert {e.rule for e in mojibake(Article(text))} == {rule}
    assert repaired(want) == want


@pytest.mark.parametrize(("text", "want"), [r[1:] for r in TOGETHER], ids=[r[0] for r in TOGETHER])
def test_repairs_that_need_each_other(text: str, want: str) -> None:
    assert repaired(text) == want
    assert repaired(want) == want


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert repaired(text) == text


@pytest.mark.parametrize("text", ["O livro “AMANHÃ” saiu", "AMANHÃ—disse", "the letter “Â”", "CAFÉ²"])
def test_the_guards_are_needed(text: str) -> None:
    assert ftfy.fix_encoding(text) != text
    assert repaired(text) == text


def test_edits_are_minimal() -> None:
    edits = list(mojibake(Article("one\nA cafÃ© and donâ€™t &amp; so")))
    assert [(e.start, e.end, e.replacement) for e in edits] == [(9, 11, "é"), (19, 22, "’"), (24, 29, "&")]


def test_words_have_edits_of_their_own() -> None:
    edits = list(mojibake(Article("Ã© Ã© Ã©")))
    assert [(e.start, e.end, e.replacement) for e in edits] == [(0, 2, "é"), (3, 5, "é"), (6, 8, "é")]


def test_an_insertion_takes_a_neighbour_in() -> None:
    assert list(module._trimmed("ab", "axb", 5)) == [(5, 6, "ax")]
    assert list(module._trimmed("ab", "xab", 5)) == [(5, 6, "xa")]
    assert list(module._trimmed("ab", "ab", 5)) == []


def test_ascii_and_ordinary_punctuation_do_not_wake_ftfy() -> None:
    module._gate.cache_clear()
    repaired("“It’s” – here — &amp; there…")
    assert module._gate.cache_info().currsize == 0


# ---------------------------------------------------------------------------------------------------------------- gate

CONFIG = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)
SEEDS = "".join(MOJIBAKE_CATEGORIES.values()) + "ŒœŸŠšŽžÂÃÎÐØÙà²×³√±≈‚ÄвЂГўВРСβ€ΆāΒΓΞΟ°µ aZ1.,\n?\xa0\xad"
ENCODINGS = [
    "latin-1",
    "sloppy-windows-1252",
    "sloppy-windows-1251",
    "sloppy-windows-1250",
    "iso-8859-2",
    "macroman",
    "cp437",
]
PIECES = [
    *"&;<>#",
    "&amp;",
    "&#39;",
    "&lt;",
    "&shy;",
    "&Atilde;&copy;",
    "\x1b[1m",
    "\x1b",
    "\x00",
    "\x0c",
    "\x81",
    "\u0301",
    "e\u0301",
]
PIECES += [
    "\u212a",
    "\u037e",
    "Í¾",
    "À\x80",
    "\ud83d",
    "\ude00",
    "\ufeff",
    "\u200b",
    "\xad",
    "\n",
    "\r\n",
    "Ã©",
    "â€™",
    "Ã ",
    "am",
    "p;",
]


def strings(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    words = [
        "Der",
        "Präsident",
        "sagte,",
        "das",
        "Café",
        "öffne;",
        "«voilà»",
        "l’été,",
        "SÃO",
        "PAULO",
        "não,",
        "Москва,",
        "Ελλάδα,",
        "فارسی,",
        "中文",
        "naïve",
        "œuvre",
    ]
    out = []
    for _ in range(n):
        kind = rng.random()
        if kind < 0.5:
            text = "".join(rng.choice(SEEDS) for _ in range(rng.randrange(1, 20)))
        elif kind < 0.75:
            text = " ".join(rng.choices(words, k=rng.randrange(1, 8)))
            with contextlib.suppress(UnicodeDecodeError):
                text = text.encode().decode(rng.choice(ENCODINGS))
        else:
            text = "".join(rng.choice((rng.choice(PIECES), rng.choice(words), rng.choice(SEEDS))) for _ in range(9))
        out.append(text)
    return out


def check(text: str) -> int:
    """The laws, for any string; 1 where ftfy would change it."""
    fixed = ftfy.fix_text(text, CONFIG)
    if not module._kinds(text) & module.ENCODING:
        assert fixed == text, "the gate let mojibake pass"
    result = repaired(text)
    result.encode("utf-8")
    assert not list(mojibake(Article(result))), "not settled"
    return fixed != text


def test_laws_hold_for_generated_strings() -> None:
    assert sum(map(check, strings(4000, 1))) > 500


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from(SEEDS), st.sampled_from("&#;ampltshy0139\x00\xad\u0301")),
        max_size=40,
    )
)
def test_laws_hold_for_any_string(text: str) -> None:
    check(text)


def test_one_sort_of_damage_gives_what_ftfy_gives() -> None:
    seen = 0
    for text in strings(4000, 2):
        if module._kinds(text) == module.ENCODING and not module._RIGHT.search(text) and not {*"\r\xad"} & set(text):
            fixed = re.sub("[\x80-\x9f]|(?<=[a-z])\xad(?=[a-z])", "", ftfy.fix_text(text, CONFIG))
            if module._kinds(fixed) == 0:
                assert repaired(text) == fixed
                seen += fixed != text
    assert seen > 200


def test_gate_refuses_a_pattern_it_cannot_vouch_for() -> None:
    module._necessary(BADNESS_RE)
    for pattern in ("é|ab", "é|“”", "é|a+", "(?=é)"):
        with pytest.raises(RuntimeError):
            module._necessary(re.compile(pattern))


def test_compositions_without_a_class_are_all_known() -> None:
    seconds = set()
    for code in range(0x80, sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            second = chr(int(parts[1], 16))
            if not unicodedata.combining(second) and unicodedata.normalize("NFC", chr(code)) == chr(code):
                seconds.add(second)
    assert seconds <= module._SECONDS


# ----------------------------------------------------------------------------------------------------------- hostility


@pytest.mark.parametrize(
    "unit",
    [
        "â€™",
        "â€™ ",
        "Ã",
        "&amp;",
        "amp;&",
        "e\u0301",
        "\u0301\u0316",
        "Ã©\x00",
        "\ud800",
        "\x1b[",
        "\x1b]a",
        "&s&shy;hy;",
        "a\u200b",
        "œ ",
    ],
)
def test_time_is_linear(unit: str) -> None:
    def cost(size: int) -> float:
        article = Article(("&" + unit * size)[:size])
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            for _edit in mojibake(article):
                pass
            best = min(best, time.process_time() - start)
        return best

    cost(4096)
    assert cost(128 * 1024) < 0.02 + 12 * cost(
        32 * 1024
    )  # quadratic would be 16 times, and with ftfy far over a second


def test_nested_leads_are_left_alone() -> None:
    text = "Â" * 3000 + "\x81" * 3000  # ftfy.fix_encoding: 6 seconds
    start = time.process_time()
    repaired(text)
    assert time.process_time() - start < 1


def test_a_long_line_is_repaired_word_by_word() -> None:
    text = "donâ€™t cafÃ© x " * 1000
    assert repaired(text) == "don’t café x " * 1000
    assert len({e.end - e.start for e in mojibake(Article(text))}) == 2


def test_a_long_line_is_cut_at_spaces() -> None:
    assert module._piece("a " * 6000 + "bâ€™c d", 12001) == (12000, 12005)
    assert module._piece("a bâ€™c d", 3) == (0, 9)


def test_a_long_word_that_does_not_heal_is_left_alone() -> None:
    text = "œ°中" + "â€™" * 5000
    assert repaired(text) == text


def test_a_long_word_is_repaired_in_pieces() -> None:
    assert repaired("â€™" * 20_000) == "’" * 20_000
    chinese = "中文新闻报道" * 2000
    assert repaired(chinese.encode().decode("latin-1")) == chinese


def test_many_marks_are_left_alone() -> None:
    text = "a" + "\u0301\u0316" * 5000
    assert repaired(text) == text


# ----------------------------------------------------------------------------------------------------------- real text


def test_torture_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (SHARED / "torture" / "torture.py").exists():
        pytest.skip("needs the torture suite, which is not part of the project")
    monkeypatch.syspath_prepend(SHARED / "torture")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import torture  # type: ignore[import-not-found]

    for _name, text in torture.nasty():
        check(text)


def test_real_articles_are_left_alone() -> None:
    path = SHARED / "articles" / "articles.jsonl.gz"
    if not path.exists():
        pytest.skip("needs the real articles, which are not part of the project")
    changed = 0
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for n, row in enumerate(rows):
            if n == 1500:
                break
            text = json.loads(row)["text"]
            changed += any(e.rule.startswith("und.mojibake") for e in mojibake(Article(text)))
    assert changed <= 5  # and those were read: all of them mojibake
