"""Recall and loss on the labelled articles never get worse than what data/floors.toml pins.

`python benchmarks/evaluate.py --raise` pins better figures; only its `--lower` pins worse ones.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import evaluate


@pytest.mark.corpus
@pytest.mark.skipif(not (evaluate.SHARED / "gold").exists(), reason="../shared/gold is not here")
def test_no_figure_is_below_its_floor() -> None:
    assert list(evaluate.short(evaluate.figures(), evaluate.floors())) == []


def test_a_worse_figure_is_told_and_a_better_one_is_not() -> None:
    pinned = {"gold.all": {"core_recall": 0.8, "docs_harmed": 0.01}}
    assert not list(evaluate.short({"gold.all": {"core_recall": 0.8, "docs_harmed": 0.009}}, pinned))
    assert len(list(evaluate.short({"gold.all": {"core_recall": 0.79, "docs_harmed": 0.011}}, pinned))) == 2
    assert "no floor" in next(evaluate.short({"gold.fr": {"core_recall": 1.0}}, pinned))


def test_only_lower_makes_a_floor_worse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "FLOORS", tmp_path / "floors.toml")
    good = {"gold.all": dict(zip(evaluate.FIGURES, (0.81, 0.001, 0.0, 0.01), strict=True))}
    bad = {"gold.all": dict(zip(evaluate.FIGURES, (0.7, 0.002, 0.1, 0.02), strict=True))}
    evaluate.pin(good, {}, lower=False)
    pinned = evaluate.floors()
    assert not list(evaluate.short(good, pinned)) and len(list(evaluate.short(bad, pinned))) == 4
    evaluate.pin(bad, pinned, lower=False)
    assert evaluate.floors() == pinned
    evaluate.pin(bad, pinned, lower=True)
    assert not list(evaluate.short(bad, evaluate.floors()))
