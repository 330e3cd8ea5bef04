"""Tallies add up in any order; profiles take furniture and leave what a story repeats on purpose."""

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean import Cleaner, RuleError
from newsclean.profile import LEAST_STORIES, STORIES, Profile, Tally, form, tally

SITE = "courier.example"
FURNITURE = "Columns and commentary from the whole of the Lenn valley."


def story(n: int, *lines: str) -> str:
    words = ["ferry", "bridge", "mill", "weir", "beaver", "council", "school", "river"]
    topic = words[n % 8] + " " + words[n // 8 % 8] + f" {n}"
    return "\n\n".join(
        [
            f"The {topic} was the only matter before the council of Ostrava Mills on Monday, the mayor said.",
            *lines,
            f"Nobody on the banks of the river had asked for a {topic}, but everybody had an opinion about it.",
        ]
    )


def page(n: int, *lines: str) -> str:
    return story(n, *lines) + "\n\n" + FURNITURE


def test_what_stands_on_every_page_is_learned_and_goes() -> None:
    profile = tally((page(n), SITE) for n in range(40)).profile()
    assert [k.text for k in profile.lines[SITE].values()] == [FURNITURE]
    (known,) = profile.lines[SITE].values()
    assert (known.count, known.of) == (40, 40)


@pytest.mark.parametrize(
    "line",
    ["What happens next?", "MAYOR KROLL:", "By Petra Vance", "Petra Vance and Ida Kroll", "Opinion", "The view from the bank",
     "Photo: Petra Vance/Lenn Valley Photos", "The Associated Press contributed to this report."],
)  # fmt: skip
def test_what_a_story_repeats_on_purpose_stays(line: str) -> None:
    letters = [chr(97 + n % 26) * (n // 26 + 1) for n in range(40)]
    articles = [
        page(n, line, f"It was the {x} question that was put to the mayor and the {x} answer.")
        for n, x in enumerate(letters)
    ]
    assert [k.text for k in tally((a, SITE) for a in articles).profile().lines[SITE].values()] == [FURNITURE]


def test_the_same_story_twice_counts_once() -> None:
    once = tally((page(n), SITE) for n in range(20))
    twice = tally((page(n % 20), SITE) for n in range(60))
    assert once == twice and twice.stories(SITE) == 20


def test_few_stories_teach_nothing() -> None:
    assert tally((page(n), SITE) for n in range(LEAST_STORIES - 1)).profile().lines == {}


def test_numbers_are_folded() -> None:
    articles = [story(n) + f"\n\nThis page was read {n} times in the last {n + 3} days." for n in range(30)]
    (known,) = tally((a, SITE) for a in articles).profile().lines[SITE].values()
    assert known.count == 30
    assert form("Read 3 times") == form("• read 4711 times.")


def test_memory_is_bounded_by_a_sample_that_no_order_changes() -> None:
    articles = [(page(n), SITE) for n in range(STORIES + 150)]
    whole = tally(articles)
    assert whole.stories(SITE) == STORIES
    assert tally(reversed(articles)) == whole
    assert tally(articles[:300]) + tally(articles[200:]) == whole


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sampled_from(["a.example", "b.example"]),
            st.sampled_from(["", "x y z w v", "Read: Choir Wins in Vienna"]),
        )
    )
)
def test_tallies_are_commutative_associative_idempotent(rows: list[tuple[int, str, str]]) -> None:
    thirds = [tally((page(n, extra), site) for n, site, extra in rows[k::3]) for k in range(3)]
    sums = [a + b + c for a, b, c in permutations(thirds)]
    assert all(s == sums[0] for s in sums)
    a, b, c = thirds
    assert (a + b) + c == a + (b + c)
    assert a + a == a


def test_a_profile_is_json_that_reads_back() -> None:
    profile = tally((page(n), SITE) for n in range(40)).profile()
    text = profile.dumps()
    assert json.loads(text)[SITE][0] == {"line": FURNITURE, "stories": 40, "of": 40}
    assert Profile.loads(text) == profile


@pytest.mark.parametrize(
    "text", ["[", "[]", '{"a": 1}', '{"a": [{"stories": 1}]}', '{"a": [{"line": "x", "stories": "many"}]}']
)
def test_a_bad_profile_says_where(text: str) -> None:
    with pytest.raises(RuleError, match=r"mine\.json"):
        Profile.loads(text, "mine.json")


def test_a_cleaner_with_a_profile_takes_what_the_site_prints(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_text(tally((page(n), SITE) for n in range(40)).profile().dumps(), encoding="utf-8")
    cleaner = Cleaner(profile=str(path))
    result = cleaner(page(99), site=SITE)
    assert result.text == story(99) + "\n"
    assert result.edits[0].reason == f"on 40 of 40 stories of {SITE}"
    assert cleaner(page(99), site="other.example").text == page(99)
    assert cleaner(result.text, site=SITE).edits == ()


def test_a_tally_travels_as_json() -> None:
    whole = tally((page(n), SITE) for n in range(40))
    assert Tally.loads(whole.dumps()) == whole


# ---------------------------------------------------------------------------------------------- inside lines
PROMO = "Let the Lenn valley meet your inbox."


def spliced(n: int, place: str) -> str:
    head, tail = story(n).split("\n\n")
    more = f"The vote on item {n} was postponed."
    return "\n\n".join(
        {
            "start": [f"{PROMO} {head}", tail],
            "end": [head, f"{tail} {PROMO}"],
            "inside": [f"{head} {PROMO} {more}", tail],
        }[place]
    )


def learned(path: Path, *articles: str) -> Cleaner:
    path.write_text(tally((a, SITE) for a in articles).profile().dumps(), encoding="utf-8")
    return Cleaner(profile=str(path), names=False)


@pytest.mark.parametrize("place", ["start", "end", "inside"])
def test_a_sentence_spliced_into_paragraphs_goes_alone(tmp_path: Path, place: str) -> None:
    mixed = [spliced(n, ("start", "end", "inside")[n % 3]) if n % 4 == 0 else story(n) for n in range(60)]
    cleaner = learned(tmp_path / "p.json", *mixed)
    text = spliced(77, place)
    result = cleaner(text, site=SITE)
    assert (result.edits[0].rule, result.edits[0].reason) == ("und.profile.span", f"on 15 of 60 stories of {SITE}")
    want = story(77).split("\n\n")
    if place == "inside":
        want[0] += " The vote on item 77 was postponed."
    assert result.text == "\n\n".join(want)
    assert cleaner(text, site="other.example").text == text
    assert cleaner(result.text, site=SITE).edits == ()


def test_several_spliced_sentences_are_one_cut_and_a_line_of_nothing_else_goes(tmp_path: Path) -> None:
    second = "Write to the ferry desk if you know more."
    articles = [story(n).replace("\n\n", f" {PROMO} {second}\n\n") for n in range(20)]
    cleaner = learned(tmp_path / "p.json", *articles)
    (edit,) = cleaner(articles[3], site=SITE).edits
    assert articles[3][edit.start : edit.end] == f" {PROMO} {second}"
    assert cleaner(f"{story(7)}\n\n{PROMO} {second}", site=SITE).text == story(7) + "\n"


@pytest.mark.parametrize(
    "sentence",
    ["“It was the ferry that made this town,” she said.", "Ferries run 4 times a day in winter.", "That was so.",
     "the ferry was late once again that day.", "What will happen to the ferry now?", "He was born in the U.S."],
)  # fmt: skip
def test_what_stories_say_again_stays(tmp_path: Path, sentence: str) -> None:
    articles = [story(n).replace("\n\n", f" {sentence.replace('4', str(n))} Item {n} was next.\n\n") for n in range(40)]
    assert tally((a, SITE) for a in articles).profile().spans == {}


def test_a_paragraph_that_recurs_whole_is_no_splice() -> None:
    background = "The ferry has run since 1911. It was built by the mill and is run by the town of Ostrava Mills."
    articles = [story(n, background) if n % 8 == 0 else story(n) for n in range(80)]
    assert tally((a, SITE) for a in articles).profile().spans == {}
    other = [
        a.replace("since 1911", f"since the {n}th year of {'abcdefgh'[n % 8] * (n // 8 + 1)}")
        for n, a in enumerate(articles)
    ]
    assert tally((a, SITE) for a in other).profile().spans != {}  # but one that changes around it is


@pytest.mark.parametrize("speakers", [True, False])
def test_what_is_said_in_every_transcript_stays(speakers: bool) -> None:
    articles = []
    for n in range(40):
        topic = " ".join(("ferry", "bridge", "mill", "weir", "beaver", "school")[n // 6**k % 6] for k in range(3))
        said = [f"We begin with the {topic}. This is the Lenn Valley Hour.", f"So be the {topic}.", f"A {topic}, then."]
        names = ("IDA KROLL: ", "PETER VANCE: ", "IDA KROLL: ") if speakers else ("", "", "")
        articles.append("\n\n".join([story(n), *map(str.__add__, names, said)]))
    spans = tally((a, SITE) for a in articles).profile().spans
    assert spans == {} if speakers else [k.text for k in spans[SITE].values()] == ["This is the Lenn Valley Hour."]


def test_a_label_goes_and_its_caption_stays(tmp_path: Path) -> None:
    people = ["Ida Kroll", "Petra Vance", "Jan Weir", "Olga Mill", "Max Otter"]
    articles = [f"Make this picture larger {people[n % 5]}/Lenn Photos\n\n{story(n)}" for n in range(40)]
    cleaner = learned(tmp_path / "p.json", *articles)
    assert json.loads((tmp_path / "p.json").read_text())[SITE] == [
        {"label": "Make this picture larger", "stories": 40, "of": 40}
    ]
    result = cleaner(f"Make this picture larger Rosa Finn/Lenn Photos\n\n{story(77)}", site=SITE)
    assert result.text == f"Rosa Finn/Lenn Photos\n\n{story(77)}"
    assert result.edits[0].rule == "und.profile.label"
    many = cleaner("Make this picture larger " * 50 + f"Rosa Finn/Lenn Photos\n\n{story(77)}", site=SITE)
    assert many.text == result.text


@pytest.mark.parametrize("opening", ["The mayor said on", "LENN VALLEY (LP) — The", "Ida Kroll said on"])
def test_how_sentences_begin_is_no_label(opening: str) -> None:
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    share = 5  # one in five stories: more than any opening of sentences was found on
    articles = [f"{opening} {days[n // share % 5]} it was late.\n\n{story(n)}" if n % share == 0 else story(n) for n in range(60)]  # fmt: skip
    assert tally((a, SITE) for a in articles).profile().labels == {}


def test_spans_and_labels_read_back() -> None:
    text = json.dumps({SITE: [{"span": PROMO, "stories": 9, "of": 10}, {"label": "Make this picture larger"}]})
    profile = Profile.loads(text)
    assert Profile.loads(profile.dumps()) == profile
    assert profile.sites() == [SITE]
    assert profile | Profile() == profile


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["a.example", "b.example", "c.example"]))))
def test_a_bounded_tally_adds_up_in_any_order(rows: list[tuple[int, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"STORIES": 12, "ALL_STORIES": 20, "TEXTS": 5}.items():
            patch.setattr(f"newsclean.profile.{name}", value)
        whole = tally((page(n), site) for n, site in rows)
        thirds = [tally((page(n), site) for n, site in rows[k::3]) for k in range(3)]
        assert all(a + b + c == whole == a + (b + c) for a, b, c in permutations(thirds))
        assert sum(whole.stories(site) for site in whole.sites()) <= 20
        assert Tally.loads(whole.dumps()) == whole + whole == whole


def test_adding_changes_neither_tally(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsclean.profile.TEXTS", 5)
    a, b = (tally((page(n), SITE) for n in range(k, k + 5)) for k in (0, 5))
    before = a.dumps(), b.dumps()
    assert (a + b).stories(SITE) == 10
    assert (a.dumps(), b.dumps()) == before


# ---------------------------------------------------------------------------------------------- how a site leads to others
LETTERS = "abcdefghijklmnopqrstuvwxyzäöü"
PACKED = "Read: Choir of Lower Tarn Wins in Vienna"  # which the English pack knows for a link
UNKNOWN = "Read: The mayor of Lower Tarn was asked about it. She said no."  # which it does not


def listed(n: int, text: str) -> str:
    return f"{text} {LETTERS[n % 29]}{LETTERS[n // 29 % 29]}"


def test_a_lead_in_that_the_packs_drop_mostly_goes_always(tmp_path: Path) -> None:
    assert UNKNOWN in Cleaner()(story(77, UNKNOWN)).text
    articles = [story(n, listed(n, PACKED)) if n % 4 == 0 else story(n) for n in range(40)]
    cleaner = learned(tmp_path / "p.json", *articles)
    assert json.loads((tmp_path / "p.json").read_text())[SITE] == [{"lead": "Read:", "stories": 10, "of": 40}]
    result = cleaner(story(77, UNKNOWN), site=SITE)
    assert result.text == story(77)
    assert [e.rule for e in result.edits] == ["und.profile.lead"]
    assert result.edits[0].reason == f"'Read:' and a link, on 10 of 40 stories of {SITE}"
    paragraph = "Read: " + "the mayor of Lower Tarn was asked about it, " * 5
    assert len(paragraph) > 200 and paragraph in cleaner(story(77, paragraph), site=SITE).text


@pytest.mark.parametrize("dropped, kept", [(3, 0), (10, 5)])
def test_a_lead_in_needs_the_packs_on_enough_stories(dropped: int, kept: int) -> None:
    lines = [listed(n, PACKED) for n in range(dropped)] + [f"Read: it was {n} past noon." for n in range(kept)]
    articles = [story(n, *lines[n : n + 1]) for n in range(40)]
    assert tally((a, SITE) for a in articles).profile().leads == {}


TAGGED = "More pages of ours about:"


def test_a_long_lead_in_at_the_edges_goes_with_whatever_it_leads_to(tmp_path: Path) -> None:
    articles = [story(n) + "\n\n" + listed(n, TAGGED) for n in range(40)]
    cleaner = learned(tmp_path / "p.json", *articles)
    result = cleaner(f"{story(77)}\n\n{TAGGED} Weirs", site=SITE)
    assert result.text.strip() == story(77)
    assert [e.rule for e in result.edits] == ["und.profile.lead"]


@pytest.mark.parametrize(
    "make",
    [
        lambda n: story(n) + f"\n\nOur rating for this claim: {['False', 'Mostly false', 'True', 'Half true', 'Vain'][n % 5]}",
        lambda n: story(n, listed(n, TAGGED)),  # between paragraphs
        lambda n: story(n) + f"\n\n{listed(n, 'Cast:')}",  # too short for a word of its own
        lambda n: story(n) + f"\n\n{listed(n, 'KROLL:')}",
    ],
)  # fmt: skip
def test_what_leads_to_the_story_itself_is_no_lead_in(make: Callable[[int], str]) -> None:
    assert tally((make(n), SITE) for n in range(40)).profile().leads == {}


CAPITALS = "CHOIR OF LOWER TARN BRINGS HOME FIRST PRIZE FROM VIENNA FESTIVAL"


def test_lines_of_capitals_are_links_where_a_site_prints_them(tmp_path: Path) -> None:
    articles = [story(n, listed(n, CAPITALS).upper()) if n % 8 == 0 else story(n) for n in range(40)]
    cleaner = learned(tmp_path / "p.json", *articles)
    assert json.loads((tmp_path / "p.json").read_text())[SITE] == [{"form": "capitals", "stories": 5, "of": 40}]
    short = story(77, "WHO WILL PAY FOR THE FERRY?")
    assert Cleaner()(short, site=SITE).edits == ()
    result = cleaner(short, site=SITE)
    assert result.text == story(77)
    assert [e.rule for e in result.edits] == ["und.profile.form"]
    assert cleaner(result.text, site=SITE).edits == ()
    assert cleaner(short, site="other.example").edits == ()


@pytest.mark.parametrize(
    "lines",
    [
        ("NO FERRY",),  # a subheading
        ("WHO WILL PAY FOR THE FERRY?", "It was not said.", "NO FERRY", "It was not said."),
        ("WHO WILL PAY FOR THE FERRY?", "That was asked on the bank.", "WHO WILL PAY FOR THE BRIDGE?"),  # a digest
        ("“NOBODY WILL PAY FOR THE FERRY”",),  # a pull quote
        ("This was asked in the council of Ostrava Mills, by Ida Kroll and by others:", "WHO WILL PAY FOR THE FERRY?"),
    ],
)
def test_what_a_story_says_in_capitals_stays(lines: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps({SITE: [{"form": "capitals", "stories": 90, "of": 500}]}))
    assert Cleaner(profile=str(path))(story(77, *lines), site=SITE).edits == ()


def test_few_lines_of_capitals_teach_nothing() -> None:
    articles = [story(n, listed(n, CAPITALS).upper()) if n < 4 else story(n) for n in range(60)]
    assert tally((a, SITE) for a in articles).profile().forms == {}


def test_lead_ins_and_forms_read_back() -> None:
    profile = Profile.loads(json.dumps({SITE: [{"lead": "Read:", "stories": 9, "of": 10}, {"form": "capitals"}]}))
    assert Profile.loads(profile.dumps()) == profile == profile | Profile()
    with pytest.raises(RuleError, match="'italics'; the only one is 'capitals'"):
        Profile.loads(json.dumps({SITE: [{"form": "italics"}]}))
    rows = [(story(n, listed(n, PACKED), listed(n, CAPITALS).upper()), SITE) for n in range(40)]
    whole = tally(rows)
    assert tally(rows[:25]) + tally(reversed(rows[15:])) == whole == Tally.loads(whole.dumps())
    assert whole.profile().leads.keys() == whole.profile().forms.keys() == {SITE}


DIRT = "Sign up for our daily newsletter"  # which the English pack knows
HEADING = "The Heron of Lower Tarn"  # which it does not, and which looks like a name


def blocks(with_it: int, without: int = 0, alone: int = 0, heading: str = HEADING) -> dict[str, Any]:
    lines = [(heading, DIRT)] * with_it + [(DIRT,)] * without + [(heading,)] * alone
    articles = [story(n, *(lines[n] if n < len(lines) else ())) for n in range(160)]
    return dict(tally((a, SITE) for a in articles).profile().lines)


def test_what_never_comes_without_the_same_dirt_is_dirt() -> None:
    assert [k.text for k in blocks(3)[SITE].values()] == [HEADING]
    assert [k.text for k in blocks(3, without=1)[SITE].values()] == [HEADING]


@pytest.mark.parametrize(
    "given",
    [
        {"with_it": 2},
        {"with_it": 3, "without": 2},  # the dirt comes without it
        {"with_it": 3, "alone": 1},  # it comes without the dirt
        {"with_it": 3, "heading": "Petra Vance and Ida Kroll"},
        {"with_it": 3, "heading": "What will happen on the river next?"},
        {"with_it": 3, "heading": "In the letters of this week:"},
    ],
)
def test_what_only_sometimes_stands_beside_dirt_stays(given: dict[str, Any]) -> None:
    assert blocks(**given) == {}
