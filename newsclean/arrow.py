"""One function for every engine: an Arrow batch in, the same batch with its text cleaned out.

Ray, Spark, datasets and our own corpus command all call this, so that no route can differ from another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pyarrow as pa

from newsclean.cleaner import Cleaner
from newsclean.reasons import record

__all__ = ["EDITS", "ERROR", "ORIGINAL", "BatchCleaner"]

Batch = TypeVar("Batch", pa.RecordBatch, pa.Table)

# Columns that we add; a column of the input that has such a name is replaced.
ORIGINAL, EDITS, ERROR = "newsclean_original", "newsclean_edits", "newsclean_error"
EDIT_TYPE = pa.list_(
    pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("replacement", pa.string()),
            ("rule", pa.string()),
            ("confidence", pa.string()),
            ("reason", pa.string()),
        ]
    )
)


@dataclass(frozen=True, slots=True)
class BatchCleaner:
    """Cleans the text column of Arrow batches.

    >>> batch = pa.RecordBatch.from_pydict({"id": [1, 2], "text": ["The mayor left.\\n\\nAdvertisement", None]})
    >>> BatchCleaner()(batch).to_pydict()
    {'id': [1, 2], 'text': ['The mayor left.\\n', None], 'newsclean_error': [None, None]}

    A RecordBatch gives a RecordBatch, a Table a Table; every row comes back, in order, other columns untouched. lang_field
    and site_field name columns that tell a row's language and site. keep_original adds `newsclean_original`, edits adds
    `newsclean_edits` (code points of the original; a reason where it says more than its rule's own). What goes wrong with a row stands in its `newsclean_error`, and its
    text comes back as it was. It holds configuration only, so that an engine can pickle it. Raises KeyError where there
    is no text column and TypeError where it holds no strings: the table is wrong then, not a row.
    """

    cleaner: Cleaner = Cleaner()  # noqa: RUF009 - frozen
    text_field: str = "text"
    lang_field: str = ""
    site_field: str = ""
    keep_original: bool = False
    edits: bool = False

    def output_schema(self, schema: pa.Schema) -> pa.Schema:
        """Return the schema that batches of `schema` come out with.

        >>> BatchCleaner(edits=True).output_schema(pa.schema([("text", pa.large_string())])).names
        ['text', 'newsclean_edits', 'newsclean_error']

        Raises as a call does.
        """
        kind = self._text_type(schema)
        for name, type_ in self._added(kind):
            at = schema.get_field_index(name)
            field = pa.field(name, type_)
            schema = schema.append(field) if at < 0 else schema.set(at, field)
        return schema

    def _text_type(self, schema: pa.Schema) -> Any:
        at = schema.get_field_index(self.text_field)
        if at < 0:
            raise KeyError(f"no column {self.text_field!r}; there are {', '.join(schema.names)}")
        kind: Any = schema.field(at).type
        if kind not in (pa.string(), pa.large_string()):
            raise TypeError(f"column {self.text_field!r} holds {kind}, not strings")
        return kind

    def _added(self, kind: Any) -> list[tuple[str, Any]]:
        added: list[tuple[str, Any]] = [(ORIGINAL, kind)] if self.keep_original else []
        return [*added, *([(EDITS, EDIT_TYPE)] if self.edits else []), (ERROR, pa.string())]

    def __call__(self, batch: Batch, skip: Mapping[int, str] | None = None, before: Any = None) -> Batch:
        """Clean one batch; `skip` names rows to leave alone and why, `before` is called with each row's number first."""
        schema = self.output_schema(batch.schema)
        names = batch.schema.names
        column = batch.column(names.index(self.text_field))
        langs, sites = self._strings(batch, self.lang_field), self._strings(batch, self.site_field)
        texts: list[str | None] = []
        edits: list[list[dict[str, Any]] | None] = []
        errors: list[str | None] = []
        for i, scalar in enumerate(column):
            if before:
                before(i)
            text, found, error = None, None, None
            try:
                text = scalar.as_py()
                if skip and i in skip:
                    error = skip[i]
                elif text is not None:
                    result = self.cleaner(text, lang=langs[i], site=sites[i])
                    result.text.encode()  # what Arrow cannot hold fails here, in its row, not in the batch
                    found = [record(e, self.cleaner.packs) for e in result.edits]
                    text = result.text
            except Exception as err:  # any row may fail in any way; the others must not pay for it
                error = f"{type(err).__name__}: {err}"
            texts.append(text)
            edits.append(found)
            errors.append(error)
        made: dict[str, Any] = {}
        kind: Any = self._text_type(batch.schema)
        undecodable = any(t is None and e for t, e in zip(texts, errors, strict=True))
        made[self.text_field] = _column(texts, kind, column if undecodable else None)
        made[ORIGINAL], made[EDITS], made[ERROR] = column, pa.array(edits, EDIT_TYPE), pa.array(errors, pa.string())
        if isinstance(column, pa.ChunkedArray):
            made = {k: v if isinstance(v, pa.ChunkedArray) else pa.chunked_array([v]) for k, v in made.items()}
        added = {self.text_field, *(name for name, _ in self._added(kind))}
        columns = [made[f.name] if f.name in added else batch.column(names.index(f.name)) for f in schema]
        return type(batch).from_arrays(columns, schema=schema)

    @staticmethod
    def _strings(batch: Any, field: str) -> list[str]:
        if not field or field not in batch.schema.names:
            return [""] * batch.num_rows
        values = batch.column(batch.schema.names.index(field)).to_pylist()
        return [v if isinstance(v, str) else "" for v in values]


def _column(texts: list[str | None], kind: pa.DataType, broken: Any) -> Any:
    """A column of `texts`; with the bytes of `broken` where a text could not even be decoded."""
    if broken is None:
        return pa.array(texts, kind)
    raw = broken.cast(pa.large_binary() if kind == pa.large_string() else pa.binary()).to_pylist()
    both = [old if new is None else new.encode() for new, old in zip(texts, raw, strict=True)]
    made = pa.array(both, pa.large_binary() if kind == pa.large_string() else pa.binary())
    return made.view(kind)  # not cast: that would check what we know to be broken
