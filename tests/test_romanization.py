"""The comparison of romanized names: its laws, our own examples with their negatives, and a floor on a table of pairs."""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean import romanization
from newsclean.romanization import AUTOMATIC, Suggestion, same_name, similar, suggest

TABLE = Path(__file__).resolve().parents[2] / "shared" / "names" / "pairs.tsv"

SAME = [
    # Arabic, Persian
    ("Moammar Gadhafi", "Muammar al-Qaddafi"),
    ("Jalaluddin Haqqani", "Jalal al-Din Haqqani"),
    ("Abdel-Rahman Shalgham", "Abdurrahman Shalgham"),
    ("Hisham Qandil", "Hesham Kandil"),
    ("Gulbuddin Hekmatyar", "Golboddin Hikmatyar"),
    ("Osama bin Laden", "Usama ben Ladin"),
    ("Ayman al-Zawahiri", "Aiman az-Zawahiri"),
    ("Yousef Hammoudi", "Yusuf Hamudi"),
    ("Ramadan Abdullah", "Ramazan Abdallah"),
    # Russian, Ukrainian
    ("Viktor Yushchenko", "Wiktor Juschtschenko"),
    ("Nikita Khrushchev", "Nikita Chruschtschow"),
    ("Mikhail Khodorkovsky", "Michail Chodorkowski"),
    ("Dmitriy Rogozin", "Dmitry Rogozin"),
    ("Oleksiy Honcharenko", "Aleksey Goncharenko"),
    ("Viktor Yanukovych", "Viktor Yanukovich"),
    # Hebrew, Indic
    ("Binyamin Netanyahu", "Benjamin Netanjahu"),
    ("Yitzhak Rabin", "Itzhak Rabin"),
    ("Mahinda Rajapaksa", "Mahinda Rajapakse"),
    ("Sushil Chowdhury", "Susheel Choudhury"),
    # Chinese, Korean
    ("Teng Hsiao-p'ing", "Deng Xiaoping"),
    ("Chou En-lai", "Zhou Enlai"),
    ("Lee Myung-bak", "Yi Myongbak"),
    ("Choi Soon-sil", "Choe Sun-sil"),
    # only letters, accents, hyphens
    ("Nicolás Maduro", "Nicolas Maduro"),
    ("Jörg Haider", "Joerg Haider"),
]
OTHERS = [
    ("Kim Jong Il", "Kim Jong Un"),
    ("Kim Jong Un", "Kim Yong Un"),
    ("Sredoje Lukic", "Sreten Lukic"),
    ("Bashar al-Assad", "Hafez al-Assad"),
    ("Bashar al-Assad", "Rifaat al-Assad"),
    ("Alexander Ivanov", "Alexey Ivanov"),
    ("Mohammed Abbas", "Mahmoud Abbas"),
    ("Hassan Rouhani", "Hussein Rouhani"),
    ("Kamal Hassan", "Kamil Hassan"),
    ("Abu Omar al-Baghdadi", "Abu Bakr al-Baghdadi"),
    ("Dmitry Peskov", "Dmitry Peskova"),
    ("Dmitry Peskov", "Tatyana Peskova"),
    ("Volodymyr Zelensky", "Olena Zelenska"),
    ("Mario Rossi", "Maria Rossi"),
    ("Samir Kassir", "Samira Kassir"),
    ("Ivan Petrovich Sidorov", "Ivan Pavlovich Sidorov"),
    ("George Bush Jr", "George Bush Sr"),
    ("George Bush", "George Bush Jr."),
    ("John Paul I", "John Paul II"),
    ("Apollo 11 Crew", "Apollo 13 Crew"),
    ("Donald Tusk", "Donald Trump"),
    ("Ali Khamenei", "Ali Khomeini"),
    ("Wang Yi", "Wang Yang"),
    ("Park Chung-hee", "Park Geun-hye"),
    ("Jemaah Islamiyah", "Gamaa Islamiya"),
]
NOT_BY_ITSELF = [  # alike, and yet more than the spelling differs: for a person, never for the machine
    ("Vladimir Putin", "Vladimir Vladimirovich Putin"),
    ("V. Putin", "Vladimir Putin"),
    ("Viktor Orban", "Orban Viktor"),
    ("Saddam Hussein", "Uday Saddam Hussein"),
    ("George W. Bush", "George H. W. Bush"),
    ("Barack Obama", "President Barack Obama"),
    ("Supreme Court", "US Supreme Court"),
    ("Karim Hassan", "Kasim Hassan"),
    ("Li Peng", "Li Ping"),
    ("Li Bei", "Li Bai"),
    ("Zhang Wei", "Zhang Hui"),
    ("Ali Saleh", "Ali Salehi"),
    ("South America", "South American"),
    ("Syrian Kurds", "Syrian Kurdish"),
    ("Mark Galli", "Mark Kelly"),
    ("HEROES Act", "CARES Act"),
    ("Northwestern University", "Northeastern University"),
    ("Eastern District", "Western District"),
    ("National Treasury", "National Treasuries"),
    ("Peter King of York", "Peter King in York"),
    ("Mohammed bin Salman", "Mohammed Salman"),
]
ALONE = [("Gaddafi", "Qadhafi"), ("al-Qaida", "al-Qaeda"), ("King Abdullah", "King Abdallah"), ("Kyiv", "Kyjiw")]

WORDS = sorted({word for pair in SAME + OTHERS for name in pair for word in name.split()})
names = st.one_of(
    st.text(max_size=20),
    st.lists(st.sampled_from([*WORDS, "al-", "bin", "Abd", "Abu", "V.", "II", "Jr", "3", "Мир", ","]), max_size=5).map(
        " ".join
    ),
    st.text("abdehiklmnosuyz '-’", max_size=18),
)


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_name(a: str, b: str) -> None:
    assert similar(a, b) >= AUTOMATIC
    assert same_name(a, b)


@pytest.mark.parametrize(("a", "b"), OTHERS)
def test_two_names(a: str, b: str) -> None:
    assert not same_name(a, b)
    if a != "Ali Khamenei":
        assert similar(a, b) < AUTOMATIC


@pytest.mark.parametrize(("a", "b"), NOT_BY_ITSELF)
def test_more_than_a_spelling(a: str, b: str) -> None:
    assert not same_name(a, b)


@pytest.mark.parametrize(("a", "b"), ALONE)
def test_a_single_word_is_never_unified(a: str, b: str) -> None:
    assert similar(a, b) > 0.5
    assert not same_name(a, b)
    assert not same_name(a, a)


@given(names, names)
@settings(max_examples=300, deadline=None)
def test_symmetric_and_bounded(a: str, b: str) -> None:
    assert 0.0 <= similar(a, b) <= 1.0
    assert similar(a, b) == similar(b, a)
    assert same_name(a, b) == same_name(b, a)


@given(names)
@settings(max_examples=200, deadline=None)
def test_a_name_is_itself(name: str) -> None:
    assert similar(name, name) == 1.0


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=4))
@settings(max_examples=100, deadline=None)
def test_accents_case_and_apostrophes_do_not_count(words: list[str]) -> None:
    name = " ".join(words)
    assert similar(name, name.upper()) == 1.0
    assert similar(name, name.replace("a", "á").replace("'", "’")) == 1.0


@given(names, names)
@settings(max_examples=100, deadline=None)
def test_the_answer_does_not_depend_on_what_was_asked_before(a: str, b: str) -> None:
    warm = similar(a, b), same_name(a, b)
    for cached in (romanization._word, romanization._parse, romanization._sounds):
        cached.cache_clear()
    assert (similar(a, b), same_name(a, b)) == warm


ARTICLES = [
    "Moammar Gadhafi spoke in Tripoli. On Monday Muammar Qaddafi left.",
    "Colonel Moammar Gadhafi's guards stood by. Saif al-Islam Gadhafi did not.",
    "Then Viktor Yushchenko met Kim Jong Il, and later Kim Jong Un. Wiktor Juschtschenko smiled.",
    "Dmitry Peskov and Tatyana Peskova were there. President Viktor Yushchenko was not.",
]


def test_suggestions() -> None:
    assert [(s.forms, s.counts) for s in suggest(ARTICLES)] == [
        (("Moammar Gadhafi", "Muammar Qaddafi"), (2, 1)),
        (("Viktor Yushchenko", "Wiktor Juschtschenko"), (2, 1)),
    ]
    first = suggest(ARTICLES)[0]
    assert isinstance(first, Suggestion)
    assert AUTOMATIC <= first.score <= 1.0
    assert "gadhafi/qaddafi" in first.reason


def test_suggestions_need_two_words_and_a_difference() -> None:
    assert suggest(["Gadhafi spoke. Qaddafi left. Kadhafi slept."]) == []
    assert suggest(["Domino's Pizza opened. Domino’s Pizza closed."]) == []
    assert suggest(["Barack Obama came. President Barack Obama spoke."]) == []
    assert suggest([]) == []


@given(st.permutations(ARTICLES))
@settings(max_examples=20, deadline=None)
def test_suggestions_do_not_depend_on_the_order_of_articles(articles: list[str]) -> None:
    assert suggest(articles) == suggest(ARTICLES)


def test_suggestions_meet_a_bounded_number_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: names that all fall into one block are not compared pairwise."""
    asked = 0
    distance = romanization._distance

    def counting(a: str, b: str, strict: bool = False) -> float:
        nonlocal asked
        asked += 1
        return distance(a, b, strict)

    monkeypatch.setattr(romanization, "_distance", counting)
    draw = random.Random(0)
    made = {"".join(draw.choice("bdfgklmnprst") + draw.choice("aeiou") for _ in range(4)).title() for _ in range(400)}
    suggest([f"Karim {word} came." for word in sorted(made)])
    assert asked <= len(made) * 3 * romanization._BLOCK


def test_a_long_name_does_not_take_long() -> None:
    start = time.perf_counter()
    similar("ab" * 2_000, "ba" * 2_000)
    similar(" ".join(["Aba"] * 300), " ".join(["Abba"] * 299))
    list(romanization._mentions("A" * 100_000 + " Bc" * 30_000))
    assert time.perf_counter() - start < 20


def test_the_data_is_sound() -> None:
    data = romanization._DATA
    alphabet = set(romanization._ALPHABET)
    seen: dict[str, float] = {}
    for row in data["alike"]:
        for pair in row["pairs"].split():
            assert len(pair) == 2 and pair[0] != pair[1] and set(pair) <= alphabet, pair
            assert "".join(sorted(pair)) not in seen, f"{pair} stands in two rows"
            seen["".join(sorted(pair))] = row["cost"]
    assert set(data["drops"]) - {"others"} <= alphabet
    for table in data["names"]:
        for row in table["rows"]:
            for word in row.split():
                assert word == romanization._fold(word), word


def _pairs() -> list[dict[str, str]]:
    if not TABLE.exists():
        pytest.skip("the table of name pairs is not part of the project and is not here")
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row for row in rows if len(row["name_a"].split()) > 1 < len(row["name_b"].split())]


@pytest.mark.parametrize(
    ("accepts", "precision", "recall"),
    [(lambda a, b: similar(a, b) >= AUTOMATIC, 0.99, 0.86), (same_name, 0.995, 0.68)],
    ids=["similar", "same_name"],
)
def test_floor_on_the_pairs(accepts: object, precision: float, recall: float) -> None:
    """A floor that only a person lowers: measured 0.996 and 0.877, 0.998 and 0.72."""
    assert callable(accepts)
    verdicts = [(accepts(row["name_a"], row["name_b"]), row["label"] == "1") for row in _pairs()]
    right = sum(yes and same for yes, same in verdicts)
    assert right / sum(yes for yes, _ in verdicts) >= precision
    assert right / sum(same for _, same in verdicts) >= recall
