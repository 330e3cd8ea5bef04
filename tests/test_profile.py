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
