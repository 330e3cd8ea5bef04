"""The gazetteer, the finder of names, and what the cleaner makes of both."""

import pickle
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from settled import settled

from newsclean import Cleaner, Name, RuleError, clean
from newsclean.article import Article
from newsclean.edit import apply, resolve
from newsclean.gazetteer import STYLES, Gazetteer, expand, load_names, plain, shipped_gazetteer, shipped_names
from newsclean.names import Names, check_canonical
from newsclean.quotes import quotations

NAMES = shipped_names()
AP = Names(shipped_gazetteer())


def town(**more: object) -> dict[str, object]:
    return {"id": "ostrava-mills", "kind": "place", "write": "Ostrava Mills", **more}


def loaded(*tables: Mapping[str, object]) -> Gazetteer:
    return Gazetteer(load_names(tables, "mine.toml"))


@pytest.mark.parametrize("name", NAMES, ids=lambda n: n.id)
def test_examples_of_names(name: Name) -> None:
    for example in name.rewrites:
        before, after = example.split(" => ")
        assert settled(AP, before) == after
        assert before != after
    for example in name.keeps:
        assert settled(AP, example) == example


@pytest.mark.parametrize("style", [*STYLES, "first"])
def test_what_a_style_writes_it_leaves(style: str) -> None:
    find = Names(shipped_gazetteer(), style)
    for name in NAMES:
        for text in (name.written(style), f"On Monday they wrote of {name.written(style)} there."):
            assert settled(find, text) == text, name.id


def test_every_variant_becomes_what_the_style_writes() -> None:
    left = []
    for name in NAMES:
        if name.kind == "term" or name.since:
            continue
        for form in name.variants:
            text = f"On Monday the man there saw that {form} was in the news."
            if settled(AP, text) == text and plain(name.write)[1:] != form[1:]:
                left.append((name.id, form))
    assert not left


def test_the_shipped_gazetteer_holds_together() -> None:
    check_canonical(shipped_gazetteer())
    assert len(NAMES) >= 400
    qids = [n.qid for n in NAMES if n.qid]
    assert len(qids) == len(set(qids))


@pytest.mark.parametrize(
    ("tables", "field"),
    [
        ([town(colour="red")], "colour"),
        ([town(kind="town")], "kind"),
        ([{"id": "x", "kind": "place"}], "write"),
        ([town(id="Ostrava")], "id"),
        ([town(), town()], "id"),
        ([town(qid="1899")], "qid"),
        ([town(styles={"daily": "Ostrava"})], "styles"),
        ([town(styles={"ap": "Ostrava"})], "styles"),
        ([town(langs={"German": "Ostrau"})], "langs"),
        ([town(variants=["{a|b"])], "variants"),
        ([town(variants=["{a|b|c|d|e|f|g|h|i|j}" * 4])], "variants"),
        ([town(variants=["two  blanks"])], "variants"),
        ([town(variants="Ostrava")], "variants"),
        ([town(surnames=["Mills"])], "surnames"),
        ([town(rewrites=["Ostrava Mill"])], "rewrites"),
        ([town(unsafe=[{"forms": ["Mills"]}])], "unsafe"),
        ([town(unsafe=[{"words": ["river"]}])], "unsafe.forms"),
        ([town(unsafe=[{"forms": ["Mills"], "near": ["river"]}])], "unsafe.near"),
        ([town(**{"from": "1991"})], "from"),
        ([town(since=1991)], "since"),
        ([town(), town(id="mill", variants=["Ostrava Mills"])], "variants"),
        ([town(aliases=["Millstadt"]), {"id": "b", "kind": "place", "write": "Millstadt"}], "write"),
    ],
)
def test_mistakes_are_named(tables: list[dict[str, object]], field: str) -> None:
    with pytest.raises(RuleError) as error:
        _ = loaded(*tables).forms
    assert error.value.field == field
    assert error.value.file == "mine.toml"
    assert pickle.loads(pickle.dumps(error.value)).field == field


def test_two_names_may_share_what_only_the_article_decides() -> None:
    one = {"id": "ann-vale", "kind": "person", "write": "Ann Vale", "variants": ["Anne Vale"], "surnames": ["Vayle"]}
    two = {"id": "bob-vale", "kind": "person", "write": "Bob Vale", "surnames": ["Vayle"]}
    find = Names(loaded(one, two))
    assert settled(find, "Ann Vale spoke. Vayle left.") == "Ann Vale spoke. Vale left."
    assert settled(find, "Ann Vale met Bob Vale. Vayle left.") == "Ann Vale met Bob Vale. Vayle left."
    assert settled(find, "Vayle left.") == "Vayle left."


@given(st.lists(st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=3), max_size=4))
def test_patterns_expand_to_every_choice(groups: list[list[str]]) -> None:
    pattern = "x".join("{" + "|".join(g) + "}" for g in groups)
    size = 1
    for g in groups:
        size *= len(g)
    assert len(expand(pattern)) == size


@given(st.text(st.sampled_from("ISISDaesh Kiev“”\"'‘’«».,-\nal-Qaeda()") | st.just("é"), max_size=80))
def test_any_text_settles(text: str) -> None:
    once = settled(AP, text)
    assert settled(AP, once) == once


@given(st.text(max_size=60))
def test_plain_keeps_every_offset(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_the_longest_bounded_form_wins() -> None:
    find = Names(loaded(town(variants=["Mills", "Mills of Ostrava"])))
    assert settled(find, "They saw Mills of Ostrava.") == "They saw Ostrava Mills."
    assert settled(find, "They saw Millsian art and Mills of Ostravans.") == (
        "They saw Millsian art and Ostrava Mills of Ostravans."
    )


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("ap", "Bashar Assad blamed al-Qaida."),
        ("reuters", "Bashar al-Assad blamed al Qaeda."),
        ("bbc", "Bashar al-Assad blamed al-Qaeda."),
        ("nyt", "Bashar al-Assad blamed Al Qaeda."),
        ("first", "Bachar el-Assad blamed Al-Qa'ida."),
    ],
)
def test_styles(style: str, expected: str) -> None:
    assert settled(Names(shipped_gazetteer(), style), "Bachar el-Assad blamed Al-Qa'ida.") == expected


def test_the_first_spelling_of_an_article() -> None:
    find = Names(shipped_gazetteer(), "first")
    text = "“Kyiv!” Volodymyr Zelensky of Kiev spoke. Volodymyr Zelenskyy left Kyiv. Zelenskyy ate."
    assert settled(find, text) == (
        "“Kyiv!” Volodymyr Zelensky of Kiev spoke. Volodymyr Zelensky left Kiev. Zelensky ate."
    )


def test_an_acronym_goes_without_the() -> None:
    un = Names(shipped_gazetteer(), "un")
    assert settled(un, "The Islamic State fled; the Islamic State group ran.") == "ISIL fled; the ISIL group ran."


def test_a_table_of_ones_own() -> None:
    mine = Cleaner(table=(("islamic-state", "Daesh"), ("kyiv", "Kiew")))
    assert mine("ISIS left Kiev on Monday.").text == "Daesh left Kiew on Monday."
    with pytest.raises(RuleError, match="nobody"):
        Cleaner(table=(("nobody", "X"),))("A text.")
    with pytest.raises(ValueError, match="style"):
        Cleaner(style="daily")


def test_quotations_on_request() -> None:
    text = "“We fear Daesh,” he said of Daesh."
    assert clean(text).text == "“We fear Daesh,” he said of Islamic State."
    assert Cleaner(quotes=True)(text).text == "“We fear Islamic State,” he said of Islamic State."


def test_mentions_count_in_the_original() -> None:
    text = "Sign up for our daily newsletter\n\nA Daesh cell spoke of “Kiev” and left Kiev for Kyiv.\n"
    result = clean(text)
    assert result.text == "An Islamic State cell spoke of “Kiev” and left Kyiv for Kyiv.\n"
    assert [(text[m.start : m.end], m.form, m.written, m.entity) for m in result.mentions] == [
        ("Daesh", "Daesh", "Islamic State", "islamic-state"),
        ("Kiev", "Kiev", "Kiev", "kyiv"),
        ("Kiev", "Kiev", "Kyiv", "kyiv"),
        ("Kyiv", "Kyiv", "Kyiv", "kyiv"),
    ]
    reasons = [m.reason for m in result.mentions]
    assert reasons[:2] == ["Daesh is Islamic State (style ap)", "in a quotation"]
    assert {e.rule for e in result.edits} >= {"en.name.islamic-state", "en.name.kyiv"}
    assert clean(result.text).edits == ()


def test_settings_hold_names_back() -> None:
    assert Cleaner(names=False)("They left Kiev.").mentions == ()
    assert Cleaner(names=False)("They left Kiev.").text == "They left Kiev."
    skipped = Cleaner(skip=("en.name.kyiv",))("They left Kiev and Bombay.")
    assert skipped.text == "They left Kiev and Mumbai."
    assert [(m.form, m.written) for m in skipped.mentions] == [("Kiev", "Kiev"), ("Bombay", "Mumbai")]
    assert Cleaner(names=False)("x").ruleset != Cleaner()("x").ruleset


def test_names_of_ones_own(tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text(
        '[[name]]\nid = "ostrava-mills"\nkind = "place"\nwrite = "Ostrava Mills"\nvariants = ["Ostrova Mills"]\n'
        '[[name]]\nid = "kyiv"\nkind = "place"\nwrite = "Kiev"\nvariants = ["Kyiv"]\n',
        encoding="utf-8",
    )
    mine = Cleaner(packs=(str(pack),))
    assert mine("From Ostrova Mills to Kyiv and Bombay.").text == "From Ostrava Mills to Kiev and Mumbai."
    pack.with_name("bad.toml").write_text(
        '[[name]]\nid = "x"\nkind = "place"\nwrite = "X Town"\nvariants = ["Kiev"]\n', encoding="utf-8"
    )
    with pytest.raises(RuleError, match="kyiv"):
        Cleaner(packs=(str(pack.with_name("bad.toml")),))("A text.")


def test_other_languages() -> None:
    german = (
        "Der Präsident Bachar el-Assad und die Männer von Daesh waren nicht in der Stadt, sagte ein Sprecher am Montag."
    )
    edits = resolve(AP(Article(german, lang="de")), german)
    assert apply(german, edits) == german.replace("Bachar el-Assad", "Baschar al-Assad")
    assert [e.rule for e in edits] == ["de.name.bashar-assad"]
    assert not list(AP(Article(german, lang="pl")))
    assert not list(AP(Article(german)))


def test_the_idle_gate_costs_no_language() -> None:
    asked: list[str] = []

    class Watched(Article):
        def once(self, ask: Callable[[Article], object]) -> object:  # type: ignore[override]
            asked.append(getattr(ask, "__name__", ""))
            return super().once(ask)

    list(AP(Watched("Benjamin Netanyahu met nobody in Tehran on Monday.")))
    assert asked == ["_read"]


@pytest.mark.parametrize("unit", ["Daesh ", '"', "“", "'Kiev ", "al-", "(ISIS) ", "Kiev-", "a Daesh-", "IS militants "])
def test_cost_grows_with_length_only(unit: str) -> None:
    def cost(size: int) -> float:
        text = (unit * size)[: size * 3]
        start = time.process_time()
        list(AP(Article(text, lang="en")))
        return time.process_time() - start

    cost(1000)
    small, large = cost(4000), cost(32000)
    assert large < 0.2 + 8 * 4 * small  # eight times the text: quadratic would be 64 times


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("He said “a” and “b”.", ["“a”", "“b”"]),
        ('He said "a" and "b".', ['"a"', '"b"']),
        ("«a» and ‹b› and „c“", ["«a»", "‹b›", "„c“"]),
        ("‘the men’s town,’ he said", ["‘the men’s town,’"]),
        ("‘the mens’ town,’ he said", ["‘the mens’ town,’"]),
        ("rock 'n' roll isn't the dogs' thing", ["'n'"]),
        ("“a\n\n“b” c", ["“a", "“b”"]),
        ("“a\n\nb\n\nc” d", ["“a", "b", "c”"]),
        ("“a\n\nb\n\n“c” d", ["“a", "“c”"]),
        ('lost mark," he said', ['lost mark,"']),
        ("“x ‘y’ z” w", ["“x ‘y’ z”"]),
        ("it's ‘open", []),
    ],
)
def test_quotations(text: str, spans: list[str]) -> None:
    assert [text[a:b] for a, b in quotations(Article(text))] == spans


def test_capitals_are_found_without_being_listed() -> None:
    one = town(variants=["Ostrau Mills", "Ostrava de la Mill", "al-Ostrau", "D'Ostrau", "Mlź"])
    gazetteer = loaded(one)
    text = "OSTRAU MILLS, OSTRAVA DE LA MILL, AL-OSTRAU AND D'OSTRAU; XOSTRAU MILLS, OSTRAU MILLSX, MLŹ"
    found = [(text[a:b], senses[0].form, senses[0].capitals) for a, b, senses in gazetteer.find(text)]
    assert found == [
        ("OSTRAU MILLS", "Ostrau Mills", True),
        ("OSTRAVA DE LA MILL", "Ostrava de la Mill", True),
        ("AL-OSTRAU", "al-Ostrau", True),
        ("D'OSTRAU", "D'Ostrau", True),
    ]


def test_what_is_listed_in_capitals_comes_first() -> None:
    mill = {"id": "mill", "kind": "group", "write": "Ostrava Works", "aliases": ["OSTRAU"]}
    gazetteer = loaded(town(variants=["Ostrau"]), mill)
    assert [senses[0].name.id for _, _, senses in gazetteer.find("Ostrau, OSTRAU")] == ["ostrava-mills", "mill"]


def test_transcripts_say_so_and_are_included_on_request() -> None:
    text = "Ann Vale: Was it Kiev?\n\nBo Dow: Kiev it was.\n\nAnn Vale: Why?\n\nBo Dow: It was near."
    result = clean(text)
    assert result.text == text
    assert {m.reason for m in result.mentions} == {"in a transcript or a speech"}
    assert Cleaner(quotes=True)(text).text == text.replace("Kiev", "Kyiv")


def test_a_name_alone_needs_no_senses() -> None:
    mill = {"id": "mill", "kind": "group", "write": "Millstadt", "known": ["Mills"]}
    gazetteer = loaded(town(known=["Mills"]), mill)
    mine = gazetteer.names["ostrava-mills"]
    assert gazetteer.alone("Ostrava Mills", mine)
    assert not gazetteer.alone("Mills", mine)
    assert not gazetteer.alone("Millstadt", mine)
    assert not gazetteer.alone("Ostrava Mills and more", mine)
    assert not loaded().alone("Ostrava Mills", mine)
