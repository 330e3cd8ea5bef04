"""The function that every engine is given: what comes back, and what it never does."""

import pickle
from typing import Any

import pytest

from newsclean import Cleaner, apply, clean
from newsclean.edit import Edit

pa: Any = pytest.importorskip("pyarrow")
from newsclean.arrow import EDIT_TYPE, BatchCleaner  # noqa: E402

DIRTY = "The council of Ostrava Mills met on Monday.\n\nSign up for our daily newsletter\n"
CLEAN = "The council of Ostrava Mills met on Monday.\n"
BATCH = pa.RecordBatch.from_pydict({"n": [1, 2, 3], "text": [DIRTY, None, CLEAN], "big": [2**62, None, 0]})


def broken_batch() -> Any:
    raw = pa.array([DIRTY.encode(), b"caf\xe9", DIRTY.encode()], pa.binary())
    return pa.RecordBatch.from_arrays([raw.view(pa.string())], names=["text"])


def test_rows_and_other_columns_stay() -> None:
    out = BatchCleaner()(BATCH)
    assert isinstance(out, pa.RecordBatch)
    assert out.to_pydict() == {
        "n": [1, 2, 3], "text": [CLEAN, None, CLEAN], "big": [2**62, None, 0], "newsclean_error": [None] * 3,
    }  # fmt: skip
    assert out.schema == BatchCleaner().output_schema(BATCH.schema)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("options", [{}, {"edits": True, "keep_original": True}])
def test_table_gives_table_of_the_promised_schema(kind: Any, options: dict[str, bool]) -> None:
    table = pa.table({"text": pa.chunked_array([[DIRTY], [], [None, CLEAN]], kind)}).replace_schema_metadata({"a": "b"})
    cleaner = BatchCleaner(**options)  # type: ignore[arg-type]
    out = cleaner(table)
    assert isinstance(out, pa.Table)
    assert out.schema.equals(cleaner.output_schema(table.schema), check_metadata=True)
    assert out.schema.field("text").type == kind
    assert out["text"].to_pylist() == [CLEAN, None, CLEAN]
    out.validate(full=True)


def test_edits_lead_from_the_original_to_the_text() -> None:
    out = BatchCleaner(edits=True, keep_original=True)(BATCH)
    assert out.schema.field("newsclean_edits").type == EDIT_TYPE
    row = out.to_pylist()[0]
    edits = [
        Edit(e["start"], e["end"], e["replacement"], e["rule"], "", e["confidence"]) for e in row["newsclean_edits"]
    ]
    assert [e.rule for e in edits] == [e.rule for e in clean(DIRTY).edits] != []
    assert apply(row["newsclean_original"], edits) == row["text"] == CLEAN
    assert out.to_pylist()[1]["newsclean_edits"] is None
    assert out.to_pylist()[2]["newsclean_edits"] == []


def test_an_edit_has_a_reason_where_it_says_more_than_its_rule() -> None:
    text = f"{CLEAN}\n\nThe war against ISIS did not please the mayor.\n\nAdvertisement"
    out = BatchCleaner(edits=True)(pa.RecordBatch.from_pydict({"text": [text]}))
    reasons = {e["rule"]: e["reason"] for e in out.to_pylist()[0]["newsclean_edits"]}
    assert reasons["en.name.islamic-state"] == "ISIS is Islamic State (style ap)"
    assert [rule for rule, reason in reasons.items() if reason is None] == [
        e.rule for e in clean(text).edits if e.rule != "en.name.islamic-state"
    ]
    assert len(reasons) > 1


def test_an_undecodable_text_is_an_error_of_its_row_and_comes_back_byte_for_byte() -> None:
    out = BatchCleaner()(broken_batch())
    errors = out.column(1).to_pylist()
    assert [e is None for e in errors] == [True, False, True]
    assert "UnicodeDecodeError" in errors[1]
    assert out.column(0).view(pa.binary()).to_pylist() == [CLEAN.encode(), b"caf\xe9", CLEAN.encode()]


def test_a_cleaner_that_fails_is_an_error_of_the_row() -> None:
    out = BatchCleaner(Cleaner(packs=("there-is-no-such-pack.toml",)))(BATCH)
    assert out.column(1).to_pylist() == [DIRTY, None, CLEAN]
    assert [e is None for e in out.column(3).to_pylist()] == [False, True, False]


def test_language_is_taken_from_its_column() -> None:
    text = "The war against ISIS was not discussed, the mayor of the town said on Monday."
    batch = pa.RecordBatch.from_pydict({"text": [text, text, text], "lang": ["en", "de", None]})
    texts = BatchCleaner(lang_field="lang")(batch).column(0).to_pylist()
    assert texts[0] == clean(text, lang="en").text
    assert texts[1] == clean(text, lang="de").text != texts[0]
    assert texts[2] == clean(text).text


def test_columns_of_an_earlier_run_are_replaced() -> None:
    once = BatchCleaner(edits=True)(BATCH)
    again = BatchCleaner(edits=True)(once)
    assert again.schema == once.schema
    assert again.column(again.schema.get_field_index("newsclean_edits")).to_pylist() == [[], None, []]


def test_empty_slices_and_other_batches() -> None:
    assert BatchCleaner(edits=True)(BATCH.slice(0, 0)).num_rows == 0
    assert BatchCleaner()(BATCH.slice(2, 1)).to_pydict()["text"] == [CLEAN]


def test_a_wrong_table_is_refused() -> None:
    with pytest.raises(KeyError, match="body"):
        BatchCleaner(text_field="body")(BATCH)
    with pytest.raises(TypeError, match="int64"):
        BatchCleaner(text_field="n")(BATCH)


def test_it_is_picklable_and_hashable() -> None:
    cleaner = BatchCleaner(Cleaner(names=False), edits=True)
    assert pickle.loads(pickle.dumps(cleaner)) == cleaner
    assert hash(cleaner) == hash(BatchCleaner(Cleaner(names=False), edits=True))
