"""Headlines of other stories: what goes, what stays, and that it ends."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean.article import Article
from newsclean.builtin import BuiltIn
from newsclean.edit import Edit, apply, resolve
from newsclean.examples import marked
from newsclean.headlines import may_be_headline
from newsclean.lines import Lines
from newsclean.related import RULES, Related
from newsclean.rule import Rule
from newsclean.tags import TAG

SEED = Path(__file__).parents[2] / "shared" / "seed" / "article.txt"


def rule(id: str, cue: str, match: str, opens: int = 0) -> Rule:
    return Rule(id, tuple(cue.split("|")), match, "known", (), (), opens=opens)


# Rules of our own, so that the tests do not hang on the packs.
KNOWN = Lines(
    (
        rule(
            "en.related.heading", "related|also|more", r"^(?:related stories|also|read more:?|more)$|^related:", opens=3
        ),
        rule("en.readmore.bare", "see", r"^see more:$"),
        rule("en.readmore.button", "full story", r"^full story$"),
        rule("en.agency.contributed", "contributed", r"contributed to this report"),
        rule("en.comment.count", "comments", r"^\d+ comments$"),
        rule("en.ad.label", "advert", r"^advertisement$"),
        rule("en.timestamp.ago", "ago", r"hours ago$"),
        rule("en.bio.writer", "writes", r"^ana horvat writes"),
        rule("en.nav.tags", "tags", r"^tags:", opens=12),
    )
)
FIND = Related(KNOWN)
P1 = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said."
P2 = "Shopkeepers on both banks of the river had asked for a ferry, but none of them expects one before the spring."
STORY = f"{P1}\n\n{P2}"
H1 = "Choir of Lower Tarn wins first prize at festival in Vienna"
H2 = "Astronomers puzzle over a comet that changes colour"
H3 = "Wheat prices fall for the third week in a row"


def cut(text: str, confidence: str = "likely") -> list[str]:
    """The lines that go."""
    found = [e for e in FIND(Article(text)) if e.confidence == confidence]
    return [text[e.start : e.end].strip() for e in sorted(found, key=lambda e: e.start)]


def body(*lines: str, gap: str = "\n\n") -> str:
    return gap.join([P1, *lines, P2])


def tail(*lines: str, gap: str = "\n\n") -> str:
    return STORY + gap + "\n\n".join(lines)


@pytest.mark.parametrize("built_in", RULES, ids=lambda r: r.id)
def test_rules_do_what_their_examples_say(built_in: BuiltIn) -> None:
    for example in built_in.drops:
        text, spans = marked(example)
        found = [e for e in FIND(Article(text)) if e.rule == built_in.id]
        assert [text[e.start : e.end].strip() for e in found] == [text[a:b] for a, b in spans]
        assert {e.confidence for e in found} == {built_in.confidence}
    for text in built_in.keeps:
        assert cut(text) == []


# Blocks under a heading.

BLOCKS = {
    "at the end": (tail("ALSO", H1, H2), [H1, H2]),
    "one only": (tail("ALSO", H1), [H1]),
    "after an advertisement": (tail("ALSO", H1, "Advertisement", H2), [H1, H2]),
    "timestamps stay": (tail("ALSO", H1, "2 hours ago", H2), [H1, H2]),
    "two headings": (tail("ALSO", H1, "MORE", H2), [H1, H2]),
    "under a heading that is a headline": (tail("Related: Choir wins in Vienna", H1), [H1]),
    "with bullets": (tail("ALSO", f"• {H1}", f"• {H2}"), [f"• {H1}", f"• {H2}"]),
    "a short one after the story": (tail("ALSO", "Has-been Harry"), ["Has-been Harry"]),
    "with a label": (tail("ALSO", "Sport", H1), ["Sport", H1]),
    "more than the rule says, after the story": (tail("ALSO", H1, H2, H3, f"{H1} again"), [H1, H2, H3, f"{H1} again"]),
    "heading by its colon": (tail("See more:", H1, H2), [H1, H2]),
    "within the story": (body("Read more:", H1, H2), [H1, H2]),
    "within the story, one": (body("Read more:", H1), [H1]),
    "within the story, with a label": (body("Read more:", H1, "Sky", H2), [H1, "Sky", H2]),
    "wide characters": (tail("ALSO", "市議会が老朽化した橋の閉鎖を決定"), ["市議会が老朽化した橋の閉鎖を決定"]),
    "a long question": (
        tail("ALSO", "Who pays for the new roof of the town hall, and when will work begin?"),
        ["Who pays for the new roof of the town hall, and when will work begin?"],
    ),
}


@pytest.mark.parametrize(("text", "want"), BLOCKS.values(), ids=BLOCKS)
def test_block_goes(text: str, want: list[str]) -> None:
    assert cut(text) == want


KEPT_BLOCKS = {
    "prose under the heading": body("Read more:"),
    "a subheading under the heading": body("Read more:", "A bridge too old"),
    "a subheading and a byline": body("Read more:", "'A new front'", "Ana Horvat, reporter"),
    "one under a heading that opens none": body("See more:", H1),
    "a question of an interview": body(
        "Read more:", "Who pays for the new roof of the town hall, and when will it be done?"
    ),
    "who wrote, under a heading": body(
        "Read more:", "Ana Horvat", "Ana Horvat, reporter and writer of many books about bridges"
    ),
    "a long subheading under a heading that is a headline": body("Related: Choir wins in Vienna", H1),
    "captions after a heading that is a headline": body("Related: Choir wins in Vienna", H2, H3),
    "a long line after a heading that is a headline": tail("Related: Choir wins in Vienna", f"{H1} and {H2}, {H3}"),
    "a pull quote": body("Read more:", f"“{H1}” and back"),
    "subheadings that are quotations": body("Read more:", f"“{H1}”", f"“{H2}”"),
    "before the story": f"ALSO\n\n{H1}\n\n{STORY}",
    "a biography": tail("ALSO", "Ana Horvat writes about bridges"),
    "more than announced": body("Read more:", *(f"{H1} {n}" for n in "abcdefgh")),
    "a table": tail("ALSO", *(f"Team of district {n} wins" for n in range(60))),
    "no story": f"ALSO\n\n{H1}\n\n{H2}",
}


@pytest.mark.parametrize("text", KEPT_BLOCKS.values(), ids=KEPT_BLOCKS)
def test_block_stays(text: str) -> None:
    assert cut(text) == []


def test_subheading_below_a_block_stays() -> None:
    assert cut(body("Read more:", H1, H2, "No ferry yet")) == [H1, H2]


def test_question_below_a_block_stays_in_an_interview() -> None:
    asked = "Who pays for the new roof of the town hall, and when will the work on it begin?"
    assert cut(body("Read more:", H1, H2, asked)) == [H1, H2, asked]
    other = "Who will pay for the ferry then, if neither the town nor the mill has money?"
    assert cut(body("Read more:", H1, H2, asked) + f"\n\n{other}\n\n{P1}") == [H1, H2]


# The trailing run.

RUNS = {
    "after a double gap": (tail(H1, H2, gap="\n\n\n"), [H1, H2]),
    "three far from the story": (tail(H1, H2, H3), [H1, H2, H3]),
    "after a credit to an agency": (
        tail("Reuters contributed to this report.", H1, H2),
        [H1, H2],
    ),
    "after comments": (tail("12 comments", H1, H2), [H1, H2]),
    "a biography below": (tail(H1, H2, H3, "Ana Horvat writes about bridges"), [H1, H2, H3]),
    "bullets after a double gap": (tail(f"- {H1}", f"- {H2}", gap="\n\n\n"), [f"- {H1}", f"- {H2}"]),
    "of the same story, after a double gap": (
        tail("Old bridge: what shopkeepers ask the mayor", "Ferry or no ferry, the river will rise", H3, gap="\n\n\n"),
        ["Old bridge: what shopkeepers ask the mayor", "Ferry or no ferry, the river will rise", H3],
    ),
}


@pytest.mark.parametrize(("text", "want"), RUNS.values(), ids=RUNS)
def test_run_goes(text: str, want: list[str]) -> None:
    assert cut(text) == want


KEPT_RUNS = {
    "a closing line": tail("That is no way to run a town"),
    "one headline": tail(H1, gap="\n\n\n"),
    "two without a gap": tail(H1, H2),
    "a list under a colon": f"{P1}\n\nThe council also decided on these things for the coming year, the mayor said:\n\n\n{H1}\n\n{H2}\n\n{H3}",
    "a list under a label": tail("Key decisions", H1, H2, H3),
    "an unfinished sentence above": f"{STORY[:-1]} at all and\n\n\n{H1}\n\n{H2}\n\n{H3}",
    "a question and what answers it": tail("What else was agreed by all sides?", H1, H2, gap="\n\n\n"),
    "questions": tail(*(f"Who will {x} the lamps around the harbour now?" for x in ("light", "mend", "buy")), gap="\n\n\n"),
    "bullets": tail(f"- {H1}", f"- {H2}", f"- {H3}"),
    "a glossary": tail(
        "Caisson: watertight box to build piers in", "Abutment: masonry that takes up an arch's thrust",
        "Spandrel: wall between arch and roadway surface",
    ),
    "people": tail(
        "Ana Horvat, professor of geology at Lower Tarn", "Ivo Lang, keeper of the lighthouse since 1987",
        "Mira Dahl, author of three books about rivers",
    ),
    "advice that begins alike": tail(
        "Bring warm clothes for children and grandparents", "Bring enough drinking water to last until evening",
        "Keep torches within reach of everybody at home", gap="\n\n\n",
    ),
    "a list that shares its words with the story": tail(
        "Council votes on the old bridge and the river", "Shopkeepers on both banks asked the mayor",
        "Ferry for the whole river before the spring", gap="\n\n\n",
    ),
    "a poem": tail("I walked along the muddy shore", "The gulls had nothing left to say", "And no one opened any door", gap="\n\n\n"),
    "quotations": tail(*(f"“{h}”" for h in (H1, H2, H3)), gap="\n\n\n"),
    "sources": tail("Source: Office of roads and bridges in Ostrava", "Note: figures rounded to the nearest thousand"),
    "scores": tail("Tarn Rovers 3 – 2 Upper Mills (1:1, 0:1, 2:0)", "Harbour 0 – 0 Quarry (0:0), 1,204 watched", gap="\n\n\n"),
    "addresses": tail("Tickets at www.example.org or by telephone now", "Letters to bridge@example.org by Friday please", gap="\n\n\n"),
    "tags": tail("Share your thoughts with us today #bridge #ferry", "Tell us what you think of it all #tarn", gap="\n\n\n"),
    "signatures": tail("— Ana Horvat in Ostrava Mills and Ivo Lang", "— Edited by Mira Dahl at the evening desk", gap="\n\n\n"),
    "sentences": tail("He locked the gate and went home alone.", "Nobody has crossed the river ever since.", gap="\n\n\n"),
    "names": tail(*(f"Candidate Number {n}" for n in "ABCDEFGH"), gap="\n\n\n"),
    "transcript": tail("HORVAT: And who pays for it?", "LANG: We do, I suppose.", gap="\n\n\n"),
    "long list items": tail(*(h + " " + "and everything else that happened there since" * 2 for h in (H1, H2, H3))),
    "captions at the beginning": f"{H1}\n\n{H2}\n\n{H3}\n\n{STORY}",
}  # fmt: skip


@pytest.mark.parametrize("text", KEPT_RUNS.values(), ids=KEPT_RUNS)
def test_run_stays(text: str) -> None:
    assert cut(text) == []


def test_one_headline_is_a_guess_and_the_reason_names_the_evidence() -> None:
    (edit,) = FIND(Article(tail(H1, gap="\n\n\n")))
    assert edit.confidence == "guess"
    assert edit.reason == (
        "a headline of other stories at the end: after a double gap, few words in common with the story, "
        "none ends a sentence"
    )


# Links between paragraphs.

CAPITALS = H1.upper()
QUESTION = "WHY DO CELERY AND PLUMS KEEP FOR SO LONG IN A COLD CELLAR?"
LINKS = {
    "capitals": (body(CAPITALS), [CAPITALS]),
    "close to its kicker": (body(f"Music:{H1}"), [f"Music:{H1}"]),
    "close to two kickers": (body(f"Music:{H1}") + f"\n\nSky News:{H2}\n\n{P1}", [f"Music:{H1}", f"Sky News:{H2}"]),
    "above a button": (body(H1, "Full story"), [H1]),
    "above a button, with its label": (body("Music", H1, "Full story"), ["Music", H1]),
    "above a button, with the text of its picture": (body(f"{H1} again", H1, "Full story"), [f"{H1} again", H1]),
    "above a button, below known lines": (body("Advertisement", H1, "Full story"), [H1]),
    "capitals, last": (tail(CAPITALS), [CAPITALS]),
    "capitals that open with a quotation": (body(f"‘NEVER AGAIN’: {CAPITALS}"), [f"‘NEVER AGAIN’: {CAPITALS}"]),
    "capitals below a short sentence": (f"{P1}\n\nSo it goes here.\n\n{CAPITALS}\n\n{P2}", [CAPITALS]),
    "shorter capitals beside long ones": (
        body(CAPITALS) + f"\n\nASTRONOMERS PUZZLE OVER COMET\n\n{P1}",
        [CAPITALS, "ASTRONOMERS PUZZLE OVER COMET"],
    ),
    "a long question in capitals": (body(QUESTION), [QUESTION]),
    "a long question in capitals beside others": (
        body(CAPITALS) + f"\n\n{QUESTION}\n\n{P1}",
        [CAPITALS, QUESTION],
    ),
    "an arrow": (body(f"> {H1}"), [f"> {H1}"]),
    "arrows": (body(f"» {H1}", f"» {H2}"), [f"» {H1}", f"» {H2}"]),
    "a list of one with a kicker": (body(f"• Music: {H1}"), [f"• Music: {H1}"]),
    "a list with kickers": (
        body(f"- Music: {H1}", f"- Sky: {H2}", "- Farming: Nobody grows celery in the north any more"),
        [f"- Music: {H1}", f"- Sky: {H2}", "- Farming: Nobody grows celery in the north any more"],
    ),
}


@pytest.mark.parametrize(("text", "want"), LINKS.values(), ids=LINKS)
def test_link_goes(text: str, want: list[str]) -> None:
    assert cut(text) == want


KEPT_LINKS = {
    "a kicker and a blank": body(f"Music: {H1}"),
    "who speaks, close to what is said": body(f"Ana:{H1}") + f"\n\nAna:{H2}\n\n{P1}",
    "sentences close to a kicker": body(f"Music:{H1}. Nobody else knew it"),
    "close to a kicker in small letters": body(f"Music:{H1.lower()}"),
    "close to a kicker, below what is open": f"{P1[:-1]}:\n\nMusic:{H1}\n\n{P2}",
    "a button above the next headline": body(H1, "Full story", "Too short to be one"),
    "above a colon": body(H1, "See more:"),
    "what leaves something open above": f"{P1[:-1]}:\n\n{H1}\n\nFull story\n\n{P2}",
    "a sentence above a button": body(f"{H1}.", "Full story"),
    "two lines above a button": body(H2, H1, "Full story"),
    "a subheading in capitals": body("NO FERRY BEFORE SPRING"),
    "subheadings in capitals": body(CAPITALS) + f"\n\nNO FERRY\n\n{P1}",
    "a question in capitals": body("WHY DO BRIDGES AGE SO QUICKLY IN WINTER AND SUMMER?"),
    "questions in capitals": body(QUESTION) + f"\n\nWHAT IS A PLUM?\n\n{P1}",
    "a long question in capitals that the story answers": body("WHO VOTED ON MONDAY TO CLOSE THE OLD BRIDGE FOR A WHOLE YEAR?"),
    "capitals that introduce what is below": body(CAPITALS) + f"\n\nBRIDGE TO CLOSE A WHOLE YEAR\n\n{P1}",
    "more subheadings than links": body(CAPITALS) + f"\n\nNO FERRY\n\n{P1}\n\nPLUMS\n\n{P2}",
    "a pull quote in capitals": body("THE COUNCIL OF OSTRAVA MILLS VOTED TO CLOSE THE OLD BRIDGE"),
    "a pull quote in capitals, in the paragraph below": f"{P2}\n\nSHOPKEEPERS ON BOTH BANKS OF THE RIVER EXPECT A FERRY\n\n{P1}\n\n{P2}",
    "lines of capitals": body(CAPITALS, H2.upper() + " AND BACK"),
    "a quotation in capitals": body(f"“{CAPITALS}”"),
    "German quotation marks": body("»Niemand hat uns gefragt, was wir davon halten«"),
    "a list of one without a kicker": body(f"• {H1}"),
    "a list under a colon": f"{P1[:-1]}:\n\n- Music: {H1}\n\n- Sky: {H2}\n\n- Farm: {H3}\n\n{P2}",
    "a list without kickers": body(f"- {H1}", f"- {H2}", f"- {H3}"),
    "a list of two": body(f"- Music: {H1}", f"- Sky: {H2}"),
    "a list of the story's own": body(
        "- Council: the mayor voted to close the old bridge", "- River: both banks asked for a whole ferry",
        "- Spring: none of the shopkeepers expects a ferry",
    ),
    "a list behind arrows, of the story's own": body(
        "» The mayor voted to close the old bridge", "» Both banks had asked for a whole ferry",
        "» None of the shopkeepers expects a ferry",
    ),
    "a list of sentences": body(f"- Music: {H1}.", f"- Sky: {H2}.", f"- Farm: {H3}."),
    "a signature": body("-- Ana Horvat, chief engineer of the office: roads and bridges"),
}  # fmt: skip


@pytest.mark.parametrize("text", KEPT_LINKS.values(), ids=KEPT_LINKS)
def test_link_stays(text: str) -> None:
    assert cut(text) == []


@pytest.mark.parametrize(
    "line", ["", " ", "-", "—", "…", "A", "a b c d e f g h i j k l m n", "#a b c d e f g h i j k", "x" * 9999]
)
def test_odd_lines_are_no_headlines(line: str) -> None:
    assert not may_be_headline(line)


@pytest.mark.skipif(not SEED.exists(), reason="the seed article is not here")
def test_seed_article_with_and_without_its_double_gap() -> None:
    text = SEED.read_text(encoding="utf-8")
    find = Related(Lines(()))
    for version in (text, re.sub("\n+", "\n\n", text)):
        found = list(find(Article(version)))
        assert len(found) == 3
        assert all(e.rule == "und.related.trailing" and e.confidence == "likely" for e in found)
        assert (
            apply(version, resolve(found, version))
            .rstrip()
            .endswith("efforts to share intelligence to stop extremists.")
        )


# It ends.

PIECES = st.sampled_from(
    [f"Music:{H1}", f"Music:{H2}", P1, P2, H1, H2, H3, CAPITALS, QUESTION, "WHAT IS A PLUM?", "CELERY KEEPS FOR SO LONG", f"‘{CAPITALS}’ AGAIN", "ALSO", "Read more:", "See more:", "Full story", "12 comments", "Advertisement", "2 hours ago",
     f"- Music: {H1}", f"• {H2}", f"> {H3}", "Sport", "No ferry yet", "He left.", "Source: the council of the town",
     "Reuters contributed to this report.", "The council also decided on all of this for the coming year:", "", ""]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=24), st.sampled_from(["\n", "\n\n", "\r\n"]), st.booleans())
def test_running_again_finds_nothing(pieces: list[str], gap: str, headings_too: bool) -> None:
    text = gap.join(pieces)

    def find(text: str) -> list[Edit]:
        article = Article(text)
        known = [e for e in KNOWN(article) if e.rule.split(".")[1] not in ("bio", "agency", "timestamp")]
        return [e for e in FIND(article) if e.confidence != "guess"] + (known if headings_too else [])

    found = find(text)
    if found:
        again = apply(text, resolve(found, text))
        more = [again[e.start : e.end] for e in find(again)]
        assert more == []


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([P1] + [H1] * 20000),
        "\n".join([P1] + [CAPITALS] * 20000 + [P1]),
        "\n".join([P1] + [f"- Music: {H1}"] * 20000 + [P1]),
        "\n".join([P1, *["ALSO"] * 20000, P1]),
        "\n".join([P1] + ["ALSO", H1] * 10000 + [P1]),
        "\n".join([P1] + [CAPITALS, "Advertisement"] * 10000 + [P1]),
        "\n".join([P1, CAPITALS] * 5000),
        "\n".join(["x"] * 20000),
        "\n".join([P1, P2] + ["14 comments"] * 20000 + ["Music"] * 20000),
        "\n".join([P1, P2] + ["14 comments", "Ana says:", "No.", "Ivo says:", *["Music"] * 20] * 2000),
        "\n".join([P1, P2] + ["Ana", "Reply", "Ivo", "Reply", "Eva", "Reply", *[H1] * 20] * 2000),
    ],
)
def test_long_texts(text: str) -> None:
    list(FIND(Article(text)))


def test_tags_below_a_bare_heading_go_up_to_twelve() -> None:
    words = [f"Mill {n}" for n in range(12)]
    assert cut(tail("Tags:", *words)) == words
    assert {e.rule for e in FIND(Article(tail("Tags:", *words)))} == {TAG}
    assert TAG not in {e.rule for e in FIND(Article(tail("Tags:", *words, "Mill 12")))}
    assert cut(tail("Tags: mills", *words[:3])) == []
