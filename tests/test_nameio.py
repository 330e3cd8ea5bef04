"""Names from files of every kind: what comes through, what is refused and how, what lint sees, and what it costs."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsclean import Cleaner, RuleError
from newsclean.cli import main
from newsclean.nameimport import import_names
from newsclean.nameio import dump
from newsclean.namelint import lint
from newsclean.nametables import read_names

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return put


CSV = """id,kind,write,variants,langs.de,from
mills,place,Ostrava Mills,{Ostrau|Ostrawa} Mills|Ostrava Mylls,Ostrau,1991
,person,Ann Vale,,,
bad,town,Nowhere,,,
late,place,Lateville,,,soon
"vale-river",group,"Vale, River & Co.",Vale River,,
"""


@pytest.mark.parametrize("packed", [False, True])
def test_csv_rows_come_through_and_broken_ones_are_named(write: Write, packed: bool) -> None:
    path = write("n.csv.gz", gzip.compress(CSV.encode())) if packed else write("n.csv", CSV)
    errors: list[RuleError] = []
    names = list(read_names(path, errors.append))
    assert [n.id for n in names] == ["mills", "ann-vale", "vale-river"]
    assert names[0].variants == ("Ostrau Mills", "Ostrawa Mills", "Ostrava Mylls")
    assert (names[0].langs, names[0].since) == ((("de", "Ostrau"),), 1991)
    assert [(e.file, e.id, e.field) for e in errors] == [
        (str(path), "row 4: bad", "kind"),
        (str(path), "row 5: late", "from"),
    ]
    with pytest.raises(RuleError):
        list(read_names(path))


def test_csv_that_is_damaged(write: Write) -> None:
    errors: list[RuleError] = []
    path = write("n.tsv", b"kind\twrite\nplace\tMill\xff\nplace\tA\tB\nplace\tVale Town\nplace\t\xd0\x9a\xd0\xb8\n")
    assert [n.write for n in read_names(path, errors.append)] == ["Vale Town"]
    assert [e.id for e in errors] == ["row 2", "row 3", "row 5"]  # the last has no letters to make an id of
    for text, field in (("kind,wrote\n", "wrote"), ("kind\nplace\n", "write"), ("write,unsafe\n", "unsafe")):
        with pytest.raises(RuleError) as error:
            list(read_names(write("h.csv", text), errors.append))
        assert error.value.field == field
    with pytest.raises(RuleError, match="cannot be read"):
        list(read_names("/nowhere/n.csv", errors.append))
    with pytest.raises(RuleError, match="cannot be read"):
        list(read_names(write("n.csv.gz", gzip.compress(CSV.encode())[:30]), errors.append))


ROWS = [{"id": "a", "kind": "place", "write": "Aville"}, {"id": "b", "kind": "place", "write": 7}, {"id": "c", "kind": "term", "write": "Cterm"}]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, ROWS)),
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        json.dumps({"name": ROWS}),
        "[\n" + ",\n".join(map(json.dumps, ROWS)) + "\n]\n",
    ],
)
def test_json_of_every_shape(write: Write, text: str) -> None:
    errors: list[RuleError] = []
    assert [n.id for n in read_names(write("n.json", text), errors.append)] == ["a", "c"]
    assert [e.field for e in errors] == ["write"]


def test_json_that_is_damaged(write: Write) -> None:
    errors: list[RuleError] = []
    lines = [
        '{"id": "a" "kind"}',
        json.dumps(ROWS[0]),
        '{"id": "x", "kind": "place", "write": "A\\ud800"}',
        "7",
        "[" * 9999,
    ]
    assert [n.id for n in read_names(write("n.jsonl", "\n".join(lines)), errors.append)] == ["a"]
    assert [e.id for e in errors] == ["row 1", "row 3", "row 4", "row 5"]
    with pytest.raises(RuleError, match="is not JSON"):
        list(read_names(write("d.json", "[\n{\n"), errors.append))


def entity(qid: str, label: str, *aliases: str, p31: str = "Q5", **labels: str) -> dict[str, object]:
    every = {lang: {"language": lang, "value": v} for lang, v in {"en": label, **labels}.items() if v}
    claims = {"P31": [{"mainsnak": {"datavalue": {"value": {"id": p31}}}}]}
    return {"id": qid, "labels": every, "aliases": {"en": [{"value": a} for a in aliases]}, "claims": claims}


def test_wikidata(write: Write) -> None:
    rows = [
        entity(
            "Q1", "Viktor Valenko", "Wiktor Walenko", "Vik", "The Old Miller", "Виктор Валенко", de="Wiktor Walenko"
        ),
        entity("Q2", "Anna Valenkova", "The Old Miller"),
        entity("Q3", ""),
        {"labels": []},
        entity("P31", "instance of"),
        entity("Q1899", "Kyiv Town"),
        entity("Q4", "Bashar Assad"),
        {**entity("Q5", "Valeville"), "claims": {"P625": []}},
        {"id": "Q6", "labels": {"en": {"value": "Mill Party"}}, "aliases": [], "claims": {"P159": 3, "P31": 4}},
    ]
    path = write("w.json", "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]")
    errors: list[RuleError] = []
    names = {n.id: n for n in import_names("wikidata", path, errors.append, langs=("de",))}
    assert list(names) == ["q1", "q2", "q5", "q6"]
    assert names["q1"].variants == ("Wiktor Walenko",)
    assert names["q1"].known == ("Vik", "The Old Miller")  # a nickname, and what two are called
    assert names["q1"].langs == (("de", "Wiktor Walenko"),)
    assert (names["q2"].known, names["q5"].kind, names["q6"].kind) == (("The Old Miller",), "place", "group")
    assert [e.id for e in errors] == ["row 4: Q3", "row 5", "row 7: q1899", "row 8: q4"]
    one_line = write("e.json", json.dumps({"entities": {"Q1": rows[0]}}))
    assert [n.id for n in import_names("wikidata", one_line)] == ["q1"]


def test_jrc(write: Write) -> None:
    text = "1\tP\tu\tViktor+Valenko\n1\tP\tde\tWiktor+Walenko\n1\tP\tru\tВиктор+Валенко\nx\tP\tu\tA+B\n2\tZ\tu\tC+D\n3\tO\n4\tO\tu\tMill+Party\n"
    errors: list[RuleError] = []
    names = list(import_names("jrc", write("entities", text), errors.append))
    assert [(n.id, n.kind, n.write, n.variants) for n in names] == [
        ("jrc-1", "person", "Viktor Valenko", ("Wiktor Walenko",)),
        ("jrc-4", "group", "Mill Party", ()),
    ]
    assert [(e.id, e.field) for e in errors] == [("row 4", "id"), ("row 5: jrc-2", "type"), ("row 6", "name")]


def test_ofac(write: Write) -> None:
    alt = '7,1,"aka","WALENKO, Wiktor",-0-\n7,2,"fka","WALENKOV, Victor",-0-\n8,3,"aka","MV MILLER",-0-\n9,4,"aka",-0-,-0-\n10,5,"aka","MILL PARTY",-0-\nq,1\n\x1a\n'
    sdn = '7,"VALENKO, Viktor","individual","X"\n8,"MILLER","vessel","X"\n10,"MILL PARTY OF VALE",-0- ,"X"\n'
    errors: list[RuleError] = []
    path = write("alt.csv", alt)
    names = {n.id: n for n in import_names("ofac", path, errors.append, primary=str(write("sdn.csv", sdn)))}
    assert list(names) == ["ofac-7", "ofac-10"]
    assert (names["ofac-7"].write, names["ofac-7"].variants, names["ofac-7"].known) == (
        "Viktor Valenko", ("Wiktor Walenko",), ("Victor Walenkov",),
    )  # fmt: skip
    assert (names["ofac-10"].write, names["ofac-10"].kind, names["ofac-10"].known) == (
        "Mill Party of Vale",
        "group",
        ("Mill Party",),
    )
    assert [e.field for e in errors] == ["alt_name", "alt_name"]
    alone = {n.id: (n.kind, n.write) for n in import_names("ofac", path, errors.append)}
    assert alone["ofac-7"] == ("person", "Wiktor Walenko")


def test_what_two_bear_is_left_out_and_what_is_imported_loads(write: Write, tmp_path: Path) -> None:
    text = "1\tP\tu\tViktor+Valenko\n1\tP\tu\tWiktor+Walenko\n2\tP\tu\tANN+VALE\n3\tP\tu\tAnn+Vale\n1\tP\tu\tV+W\n"
    out = tmp_path / "out.toml"
    assert main(["names", "import", "--from", "jrc", str(write("entities", text)), "-o", str(out)]) == 1
    assert [n.id for n in read_names(out)] == ["jrc-1"]
    assert Cleaner(packs=(str(out),))("On Monday Wiktor Walenko left.").text == "On Monday Viktor Valenko left."
    assert main(["names", "import", "--from", "jrc", str(write("entities", text)), "-o", str(out)]) == 2  # it exists


def test_what_is_dumped_reads_the_same(write: Write) -> None:
    from newsclean.gazetteer import shipped_names

    some = [*shipped_names()[:40], *(n for n in shipped_names() if n.unsafe and n.styles)]
    some = list({n.id: n for n in some}.values())
    path = write("all.toml", "\n".join(map(dump, some)))
    assert [dump(n) for n in read_names(path)] == [dump(n) for n in some]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.csv", "kind,write,variants\nplace,Ostrava Mills,Ostrau Mills\n"),
        ("p.tsv", "kind\twrite\tvariants\nplace\tOstrava Mills\tOstrau Mills\n"),
        ("p.json", '[{"id": "m", "kind": "place", "write": "Ostrava Mills", "variants": ["Ostrau Mills"]}]'),
    ],
)
def test_packs_of_the_cleaner(write: Write, name: str, text: str) -> None:
    cleaner = Cleaner(packs=(str(write(name, text)),))
    assert cleaner("On Monday the mayor left Ostrau Mills.").text == "On Monday the mayor left Ostrava Mills."


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            "place,Aville,Ovale\nplace,Bville,Ovale\n",
            [("bville", "variants", "which is a form of aville in this file")],
        ),
        ("place,Aville,Kiev\n", [("aville", "variants", "which is a form of kyiv in the shipped")]),
        ("person,Ann Vale,May\n", [("ann-vale", "variants", "a word of the language")]),
        ("person,Ann Vale,vale\n", [("ann-vale", "variants", "word of the language")]),
        ("person,Ann Quy,quy\n", [("ann-quy", "variants", "without a capital")]),
        ("place,Aville,\nplace,Aville,\n", [("aville", "id", "comes twice")]),
        ("town,Aville,\n", [("row 2: aville", "kind", "use person")]),
        ("place,Aville,Avile\n", []),
    ],
)
def test_lint(write: Write, rows: str, found: list[tuple[str, str, str]]) -> None:
    problems = list(lint(write("n.csv", "kind,write,variants\n" + rows)))
    assert len(problems) == len(found)
    for problem, (id, field, part) in zip(problems, found, strict=True):
        assert (problem.id, problem.field) == (id, field) and part in problem.problem


def test_lint_sees_what_is_rewritten_and_circles(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write("n.csv", "kind,write,variants\nplace,Aville,Bville\nplace,Bville,Cville\nplace,Cville,Aville\n")
    assert main(["names", "lint", str(path)]) == 1
    said = capsys.readouterr().out
    assert said.count("rewrites to") == 3
    assert "in a circle: aville → cville → bville → aville" in said
    assert main(["names", "lint", str(write("good.csv", "kind,write\nplace,Aville\n"))]) == 0


def test_the_shipped_names_pass(write: Write) -> None:
    data = Path(__file__).parents[1] / "newsclean" / "data" / "names"
    circles = [
        p for f in sorted(data.glob("*.toml")) for p in lint(f) if "circle" in p.problem or "rewrites" in p.problem
    ]
    assert circles == []


def test_suggest(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"text": "Viktor Yushchenko spoke. Then Wiktor Juschtschenko left."}, {"title": "no text"}]
    assert main(["names", "suggest", str(write("in.jsonl", "\n".join(map(json.dumps, rows))))]) == 1
    said = capsys.readouterr()
    assert "Viktor Yushchenko (1) | Wiktor Juschtschenko (1)" in said.out and "row 2" in said.err


def test_a_row_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    with path.open("w") as out:
        out.write("kind,write,variants\nplace,Aville,\n")
        out.writelines(f"place,Town{n},\n" for n in range(20_000))
        out.write("town,Broken,\n")
    names = read_names(path)
    assert next(names).id == "aville"  # before the broken row is seen
    script = (
        "import sys, tracemalloc; from newsclean.nametables import read_names; import newsclean.gazetteer\n"
        "tracemalloc.start(); n = sum(1 for _ in read_names(sys.argv[1], lambda e: None))\n"
        "print(n, tracemalloc.get_traced_memory()[1])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    count, peak = map(int, done.stdout.split())
    assert count == 20_001
    assert peak < 2_000_000  # the names themselves would take some 20 MB


def test_names_by_sound_are_at_hand_and_cost_nothing_unasked() -> None:
    script = "import sys, newsclean.names as n; a = 'newsclean.romanization' in sys.modules; n.similar; print(a, n.same_name('Ann Vale', 'Anne Vale'))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "False"
    import newsclean.names as names

    with pytest.raises(AttributeError):
        _ = names.nothing
