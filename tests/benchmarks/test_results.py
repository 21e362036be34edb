from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.accuracy import page


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    return tmp_path


def score(found: int) -> dict[str, object]:
    return {"hops": 20, "found": found, "hard": 5, "hard_found": 2, "missed": ["R1[1] a -> b (direct)"]}


def test_parts_of_a_subject_are_kept_from_different_runs() -> None:
    results.keep("accuracy", "navigator", {"chains": 1})
    results.keep("accuracy", "navigator", {"pycg": 2})
    results.keep("accuracy", "another", {"chains": 3})
    kept = results.read("accuracy")
    assert list(kept) == ["another", "navigator"]
    assert kept["navigator"].figures == {"chains": 1, "pycg": 2}
    assert kept["navigator"].day
    assert results.read("never run") == {}


def test_the_page_is_made_of_what_was_kept(tmp_path: Path) -> None:
    row = {"cases": 2, "sound": 2, "complete": 1, "exact": 1, "precision": 0.75, "recall": 1.0}
    suite = {
        "categories": {"args": row, "all": row, "all, published": {**row, "exact": 0}},
        "disputed": [],
        "not_exact": {"args/call": {"missed": [], "wrong": [["main", "main.f"]]}},
    }
    results.keep("accuracy", "navigator", {"pycg": suite, "chains": {"resnet": score(17)}})
    results.keep("accuracy", "another tool", {"chains": {"resnet": score(16)}})
    text = page.write(tmp_path / "accuracy.md").read_text()
    assert "| navigator | 2 | 2 | 1 | 1 | 0.750 | 1.000 | 0 | 0.750 | 1.000 |" in text
    assert "* `args/call`: wrong `main → main.f`" in text
    assert text.index("| navigator | 17/20, hard 2/5 |") < text.index("| another tool | 16/20, hard 2/5 |")
    assert "* resnet: `R1[1] a -> b (direct)`" in text


def test_the_page_claims_nothing_without_results(tmp_path: Path) -> None:
    text = page.write(tmp_path / "accuracy.md").read_text()
    assert "navigator |" not in text
    assert "PyCG's micro-benchmark" not in text
