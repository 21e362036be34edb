from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks.accuracy import analysers, proofs, suite
from benchmarks.accuracy.suite import Case, Dispute, Edges

TRUTH = {"main": ["main.f", "main.g"], "main.f": [], "main.g": ["main.f"]}
PROGRAM = "def f(): pass\n\n\ndef g(): f()\n\n\nf()\ng()\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one", "two", "three"):
        case = tmp_path / "suite" / "functions" / name
        case.mkdir(parents=True)
        (case / "main.py").write_text(PROGRAM)
        (case / "callgraph.json").write_text(json.dumps(TRUTH))
    return tmp_path / "suite"


def edges(*pairs: str) -> Edges:
    return frozenset((caller, callee) for caller, _, callee in (pair.partition(" ") for pair in pairs))


def test_sound_complete_and_exact(folder: Path) -> None:
    reported = {
        "one": edges("main main.f", "main main.g", "main.g main.f"),
        "two": edges("main main.f", "main main.g"),
        "three": edges("main main.f", "main main.g", "main.g main.f", "main.f main.g"),
    }
    verdicts = suite.score(suite.cases(folder), lambda case: reported[case.name])
    assert {verdict.case.name: (verdict.sound, verdict.complete, verdict.exact) for verdict in verdicts} == {
        "one": (True, True, True),
        "two": (False, True, False),
        "three": (True, False, False),
    }
    tally = suite.tally(verdicts)
    assert (tally.cases, tally.sound, tally.complete, tally.exact) == (3, 2, 2, 1)
    assert (tally.precision, tally.recall) == (8 / 9, 8 / 9)
    assert suite.by_category(verdicts) == {"functions": tally}


def test_an_analyser_that_fails_fails_the_case(folder: Path) -> None:
    def analyse(case: Case) -> Edges:
        raise ValueError("out of tune")

    verdicts = suite.score(suite.cases(folder), analyse)
    assert not any(verdict.sound or verdict.complete for verdict in verdicts)
    assert verdicts[0].failure == "ValueError: out of tune"


def test_a_disputed_truth_is_corrected_only_where_that_agrees_better(folder: Path) -> None:
    case = suite.cases(folder)[0]
    dispute = Dispute("f is never called by g", never=(("main.g", "main.f"),))
    corrected = suite.judge(case, edges("main main.f", "main main.g"), dispute)
    assert (corrected.exact, corrected.disputed, corrected.published().exact) == (True, True, False)
    published = suite.judge(case, edges("main main.f", "main main.g", "main.g main.f"), dispute)
    assert (published.exact, published.disputed) == (True, False)
    assert not suite.judge(case, edges("main main.f"), dispute).exact


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(suite.SuiteError, match=r"no callgraph\.json"):
        suite.cases(tmp_path)


def test_another_tool_by_its_command_line(folder: Path) -> None:
    script = (
        "import json, pathlib, sys;"
        "assert not pathlib.Path('callgraph.json').exists();"
        "print(json.dumps({'main': ['main.' + pathlib.Path(sys.argv[1]).stem]}))"
    )
    (folder.parent / "tool.py").write_text(script)
    analyse = analysers.by_command(f"{sys.executable} {folder.parent / 'tool.py'} {{main}}")
    assert analyse(suite.cases(folder)[0]) == edges("main main.main")


def test_a_proof_confirms_or_refutes_a_dispute(folder: Path) -> None:
    case = suite.cases(folder)[0]
    wrong = proofs.prove(case, Dispute("", never=(("main.g", "main.f"),), missing=(("main.f", "main.g"),)))
    assert wrong.contradictions == ("main.g -> main.f does run", "main.f -> main.g does not run")
    right = proofs.prove(case, Dispute("", never=(("main.f", "main.g"),), missing=(("main.g", "main.f"),)))
    assert right.contradictions == ()
    assert right.ran == (("main", "main.f"), ("main", "main.g"), ("main.g", "main.f"))


def test_every_dispute_gives_its_reason() -> None:
    for label, dispute in suite.disputes().items():
        assert dispute.why, label
        assert dispute.never or dispute.missing, label
