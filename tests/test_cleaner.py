"""Settings of the cleaner, and what a result tells."""

import pickle

import pytest

import newsclean
from newsclean import Cleaner, apply, clean
from newsclean.result import parse_explained

STORY = "The council of Ostrava Mills voted on Monday to close the old bridge for a whole year, the mayor said."
TEXT = f"By Petra Vance\n\n{STORY}\n\nAdvertisement\n\nThe war against ISIS was not discussed, the mayor of the town said on Monday.\n\nSign up for our daily newsletter\n"


def test_by_default_the_story_and_its_information_stay() -> None:
    result = clean(TEXT)
    assert result.text == (
        f"By Petra Vance\n\n{STORY}\n\nThe war against Islamic State was not discussed, the mayor of the town said on Monday.\n"
    )
    assert [e.rule for e in result.edits] == ["en.ad.label", "en.name.islamic-state", "en.newsletter.signup"]
    assert all(e.reason for e in result.edits)
    assert apply(TEXT, result.edits) == result.text


def test_skip_takes_globs_over_ids() -> None:
    assert {e.rule for e in Cleaner(skip=("*.name.*", "en.newsletter.*"))(TEXT).edits} == {"en.ad.label"}
    assert Cleaner(skip=("*",))(TEXT).text == TEXT


def test_keep_names_kinds() -> None:
    assert "By Petra Vance" not in Cleaner(keep=())(TEXT).text
    assert "Advertisement" in Cleaner(keep=("ad",))(TEXT).text


def test_floor() -> None:
    assert Cleaner(floor="certain")(TEXT).text.count("Advertisement") == 1
    with pytest.raises(ValueError, match="guess, likely, certain"):
        Cleaner(floor="sure")


def test_names_can_be_left_off_or_styled() -> None:
    assert "ISIS" in Cleaner(names=False)(TEXT).text
    assert Cleaner(names=False)(TEXT).mentions == ()
    colonel = f"{STORY}\n\nThe colonel, Muammar el-Qaddafi, had promised a bridge of his own, the mayor said."
    assert "Moammar Gadhafi" in Cleaner(style="ap")(colonel).text
    assert "Muammar Gaddafi" in Cleaner(style="guardian")(colonel).text
    with pytest.raises(ValueError, match="reuters"):
        Cleaner(style="gazette")


def test_mentions_count_in_the_original() -> None:
    result = clean(TEXT)
    mention = next(m for m in result.mentions if m.entity == "islamic-state")
    assert TEXT[mention.start : mention.end] == mention.form == "ISIS"
    assert mention.written == "Islamic State"


def test_names_act_only_in_their_language() -> None:
    text = "Der Rat der Stadt hat am Montag beschlossen, dass der Krieg gegen ISIS und die alte Brücke nicht mehr das Thema sind."
    assert clean(text).text == text


@pytest.mark.parametrize("field", ["skip", "keep", "packs"])
def test_one_string_is_no_tuple(field: str) -> None:
    with pytest.raises(TypeError, match=field):
        Cleaner(**{field: "en.ad.*"})  # type: ignore[arg-type]


def test_a_list_will_do_and_configuration_is_hashable_and_picklable() -> None:
    cleaner = Cleaner(skip=["en.ad.*"])  # type: ignore[arg-type]
    assert hash(cleaner) == hash(Cleaner(skip=("en.ad.*",)))
    assert pickle.loads(pickle.dumps(cleaner))(TEXT) == cleaner(TEXT)
    assert pickle.loads(pickle.dumps(clean(TEXT))) == clean(TEXT)


def test_the_digest_names_rules_and_settings() -> None:
    assert clean("a").ruleset == clean("b").ruleset == Cleaner()("a").ruleset
    assert clean("a").ruleset != Cleaner(skip=("en.ad.*",))("a").ruleset


def test_explain_reads_back() -> None:
    odd = "A \\ B\\\r\n\x00\u2028Advertisement\r\n\u202eC"
    result = clean(odd)
    assert parse_explained(result.explain()) == (odd, result.text)
    assert "\x00" not in result.explain() and "\u202e" not in result.explain()


def test_source_span_of_a_result() -> None:
    result = clean(TEXT)
    at = result.text.index("Islamic State")
    start, end = result.source_span(at, at + 13)
    assert TEXT[start:end] == "ISIS"
    with pytest.raises(ValueError, match="leaves the result"):
        result.source_span(0, 10**6)


@pytest.mark.parametrize("text", [b"x", None, 7, ["x"]])
def test_text_must_be_str(text: object) -> None:
    with pytest.raises(TypeError, match="must be a str"):
        clean(text)  # type: ignore[arg-type]


def test_the_door_is_small() -> None:
    assert len(newsclean.__all__) <= 16
    assert all(hasattr(newsclean, name) for name in newsclean.__all__)
