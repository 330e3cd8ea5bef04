"""Tallies add up in any order; profiles take furniture and leave what a story repeats on purpose."""

import json
from itertools import permutations
from pathlib import Path

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
        st.tuples(st.integers(0, 30), st.sampled_from(["a.example", "b.example"]), st.sampled_from(["", "x y z w v"]))
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
