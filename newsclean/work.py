"""What a worker does: cleans a chunk of rows and makes its bytes of output, so that only a row's text moves."""

import base64
import bz2
import gzip
import json
import lzma
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

from newsclean.cleaner import Cleaner
from newsclean.formats import MAX_ROW, Chunk
from newsclean.reasons import record

if TYPE_CHECKING:
    from newsclean.arrow import BatchCleaner

__all__ = ["Done", "Work"]


@dataclass(slots=True)
class Done:
    """What came of a chunk: bytes for the output, bytes for the errors file, numbers for the summary."""

    output: bytes
    errors: bytes = b""
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Work:
    """What a worker does with a chunk: configuration only."""

    cleaner: Cleaner
    text_field: str = "text"
    lang_field: str = ""
    site_field: str = ""
    keep_original: bool = False
    edits: bool = False
    out: str = "jsonl"

    def __call__(self, chunk: Chunk, bad: dict[int, str], before: Callable[[int], None] | None = None) -> Done:
        """Clean a chunk; rows in `bad` are left alone, `before` is called with each row's number in the chunk."""
        if chunk.damage:
            report = {"file": chunk.file, "row": None, "reason": chunk.damage}
            return Done(b"", json.dumps(report).encode() + b"\n", Counter(errors=1, damaged=1))
        if self.out == "parquet":
            return self._parquet(chunk, bad, before)
        done, lines = Done(b""), []
        for i, raw in enumerate(chunk.rows):
            if before:
                before(i)
            if raw.strip():
                done.counts["articles"] += 1
                line, error = self._row(raw, bad.get(i, ""), done.counts)
                if line is not None:
                    lines.append(line + b"\n")
                if error:
                    done.counts["errors"] += 1
                    done.errors += _error(chunk, i, error, raw)
        done.output = _pack(b"".join(lines), self.out)
        return done

    def _row(self, raw: bytes, error: str, counts: Counter[str]) -> tuple[bytes | None, str]:
        """One row's line, None where it cannot be one, and what is wrong with it."""
        if len(raw) > MAX_ROW:
            return None, f"the row is too long: more than {MAX_ROW} bytes"
        try:
            line = raw.decode()
            fields = _fields(line)
        except StopIteration as err:
            return None, f"not JSON: no value at character {err.value}"
        except RecursionError:
            return None, "not JSON that can be read: nested too deep"
        except ValueError as err:
            return None, f"not JSON: {err}"
        if error:
            return raw, error
        if self.text_field not in fields:
            return raw, f"no field {self.text_field!r}"
        text = fields[self.text_field][0]
        if not isinstance(text, str):
            return raw, f"field {self.text_field!r} is {'null' if text is None else type(text).__name__}, not a string"
        try:
            result = self.cleaner(text, lang=_string(fields, self.lang_field), site=_string(fields, self.site_field))
        except Exception as err:  # a row may fail in any way; the others must not pay for it
            return raw, f"{type(err).__name__}: {err}"
        new: dict[str, Any] = {self.text_field: result.text} if result.edits else {}
        if self.keep_original:
            new["newsclean_original"] = text
        if self.edits:
            records = [record(e, self.cleaner.packs) for e in result.edits]
            new["newsclean_edits"] = [{k: v for k, v in r.items() if v is not None} for r in records]
        _count(counts, ((e.start, e.end, e.replacement, e.rule) for e in result.edits))
        # A lone surrogate cannot be written but as an escape, and Python's happens to be JSON's.
        return (_with(line, fields, new).encode("utf-8", "backslashreplace") if new else raw), ""

    def batch_cleaner(self, edits: bool) -> "BatchCleaner":
        """The same work on Arrow batches."""
        from newsclean.arrow import BatchCleaner

        fields = (self.text_field, self.lang_field, self.site_field)
        return BatchCleaner(self.cleaner, *fields, self.keep_original, edits)

    def _parquet(self, chunk: Chunk, bad: dict[int, str], before: Callable[[int], None] | None) -> Done:
        from newsclean.arrow import EDITS, ERROR
        from newsclean.parquet import pack, unpack

        done = Done(b"")
        batch = self.batch_cleaner(True)(unpack(chunk.rows), bad, before)
        texts, errors = batch.column(self.text_field), batch.column(ERROR).to_pylist()
        for i, (error, edits) in enumerate(zip(errors, batch.column(EDITS).to_pylist(), strict=True)):
            done.counts["articles"] += 1
            _count(done.counts, ((e["start"], e["end"], e["replacement"], e["rule"]) for e in edits or ()))
            if not error and not texts[i].is_valid:
                error = f"field {self.text_field!r} is null, not a string"
            if error:
                done.counts["errors"] += 1
                done.errors += _error(chunk, i, error, None)  # the row itself is in the output, as it was
        batch = batch.drop_columns([ERROR] if self.edits else [ERROR, EDITS])
        done.output = pack(batch)
        return done


def _string(fields: dict[str, tuple[Any, int, int]], name: str) -> str:
    value = fields[name][0] if name and name in fields else ""
    return value if isinstance(value, str) else ""


def _count(counts: Counter[str], edits: Any) -> None:
    changed = False
    for start, end, replacement, rule in edits:
        changed = True
        counts["removed " + rule.split(".", 2)[1]] += end - start - len(replacement)
    counts["changed"] += changed


def _error(chunk: Chunk, i: int, reason: str, raw: bytes | None) -> bytes:
    """A line of the errors file; the row's own bytes are in it, as text where they are text."""
    line: dict[str, Any] = {"file": chunk.file, "row": chunk.first + i, "reason": reason}
    if raw is not None:
        kept = raw if len(raw) <= MAX_ROW else raw[:1000]
        try:
            line["data"] = kept.decode()
        except UnicodeDecodeError:
            line["data_base64"] = base64.b64encode(kept).decode()
    return json.dumps(line).encode() + b"\n"  # ASCII: a file name need not be UTF-8


def _pack(data: bytes, out: str) -> bytes:
    """Compress a chunk as a member of its own: members in a row are one file, and a run can stop after any."""
    if not data:
        return b""
    match out:
        case "jsonl.gz":
            return gzip.compress(data, 6, mtime=0)
        case "jsonl.bz2":
            return bz2.compress(data)
        case "jsonl.xz":
            return lzma.compress(data)
        case "jsonl.zst":
            import zstandard

            return zstandard.ZstdCompressor().compress(data)
    return data


_blank = re.compile(r"[ \t\n\r]*").match
_scan: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def _fields(line: str) -> dict[str, tuple[Any, int, int]]:
    """The fields of a JSON object: value and span of each, so that one can be replaced and no other byte moves."""
    at = _end(line, 0)
    if line[at : at + 1] != "{":
        what = type(json.loads(line)).__name__  # or says what is wrong
        raise ValueError(f"the row is a JSON {what}, not an object")
    found: dict[str, tuple[Any, int, int]] = {}
    at = _end(line, at + 1)
    while line[at : at + 1] == '"':
        key, at = scanstring(line, at + 1)
        at = _end(line, at)
        if line[at : at + 1] != ":":
            raise ValueError(f"a colon is missing at character {at}")
        at = _end(line, at + 1)
        value, end = _scan(line, at)
        found[key] = value, at, end
        at = _end(line, end)
        if line[at : at + 1] != ",":
            break
        at = _end(line, at + 1)
        if line[at : at + 1] != '"':
            raise ValueError(f"a field is missing at character {at}")
    if line[at : at + 1] != "}":
        raise ValueError(f"the object is not closed at character {at}")
    if _end(line, at + 1) != len(line):
        raise ValueError(f"something follows the object at character {at + 1}")
    return found


def _end(line: str, at: int) -> int:
    match = _blank(line, at)
    return match.end() if match else at


def _with(line: str, fields: dict[str, tuple[Any, int, int]], new: dict[str, Any]) -> str:
    """`line` with the fields `new` put in the place of those they replace, or at its end."""
    parts: list[str] = []
    at = 0
    for key in sorted((k for k in new if k in fields), key=lambda k: fields[k][1]):
        parts += line[at : fields[key][1]], json.dumps(new[key], ensure_ascii=False)
        at = fields[key][2]
    close = line.rindex("}")
    parts.append(line[at:close])
    parts += [f", {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in new.items() if k not in fields]
    return "".join(parts) + line[close:]
