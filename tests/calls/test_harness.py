"""The harness itself: it reads what is right, refuses what is not, and tells a false case from a true one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from navigator.callgraph import Call, CallGraph, CallKind, Certainty, Symbol, SymbolKind, Unresolved
from tests.calls.harness.cases import Case, CaseError, Settings, SourceFile, read_cases
from tests.calls.harness.expectations import Edge, Expectation, expectations
from tests.calls.harness.linked import differences, misplaced
from tests.calls.harness.runs import Run, falsehoods, record

CASE = """# Feature

## one
About one.

```toml
run = ["pkg.mod"]
```

```python title="pkg/mod.py"
print("x")
```

## two
About
two.

```python
pass
```
"""


def case_of(text: str, **settings: object) -> Case:
    return Case("c", 1, "about", (SourceFile("main.py", "python", text, 1),), msgspec.convert(settings, Settings))


def found_false(text: str) -> list[str]:
    case = case_of(text)
    return falsehoods(case, record((case,))["c"])


def test_cases_are_read(tmp_path: Path) -> None:
    path = tmp_path / "feature.md"
    path.write_text(CASE)
    one, two = read_cases(path)
    assert (one.name, one.line, one.about, one.settings.run) == ("one", 3, "About one.", ("pkg.mod",))
    assert one.files == (SourceFile("pkg/mod.py", "python", 'print("x")\n', 10),)
    assert (two.about, two.settings, two.files[0].path) == ("About two.", Settings(), "main.py")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## two", "## one", "14: a second case named 'one'"),
        ("About one.\n", "", "3: a case says in one sentence"),
        ("```python title", "```cobol title", "10: unknown language cobol"),
        ("```python title", "```python name", "10: a fence reads"),
        ("run =", "runs =", "6: settings: Object contains unknown field `runs`"),
        ("run =", "run", "6: settings:"),
        ("```python\npass\n```\n", "", "14: a case without a file"),
        ("pass\n```\n", "pass\n", "18: this fence is never closed"),
        ("pass\n```\n", "pass\n```\n```python\n```\n", "21: a second file main.py"),
        ("# Feature\n", "```python\n```\n", "1: a fence before the first case"),
    ],
)
def test_broken_case_files_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "feature.md"
    assert old in CASE
    path.write_text(CASE.replace(old, new, 1))
    with pytest.raises(CaseError) as caught:
        read_cases(path)
    assert f"{path}:{message}" in str(caught.value)


def test_file_without_cases_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feature.md"
    path.write_text("# Feature\n")
    with pytest.raises(CaseError, match="no case"):
        read_cases(path)


def test_comments_are_read_and_written() -> None:
    comment = "# calls: a.f [exact], a.g [rule callback] (not run); external: len; unresolved: x y"
    found = expectations(SourceFile("main.py", "python", f"pass\nf()  {comment}\ng()  # calls: none\n", 1))
    edges = (
        Edge("a.f", Certainty.EXACT, CallKind.CALL),
        Edge("a.g", Certainty.RULE, CallKind.CALLBACK, runs=False),
    )
    assert found == {2: Expectation(edges, ("len",), ("x y",)), 3: Expectation()}
    assert (str(found[2]), str(found[3])) == (comment, "# calls: none")


@pytest.mark.parametrize(
    "comment",
    [
        "# calls: a.f",
        "# calls: a.f [certain]",
        "# calls: a.f [exact walk]",
        "# calls: a.f [exact] (never)",
        "# calls: a.f [exact],",
        "# calls: a.f [exact], a.f [exact]",
        "# calls: a.f [exact]; outside: len",
        "# call: a.f [exact]",
        "# Calls: a.f [exact]",
        "# externals: len",
    ],
)
def test_broken_comments_are_refused(comment: str) -> None:
    with pytest.raises(CaseError, match=r"main\.py:1 "):
        expectations(SourceFile("main.py", "python", f"f()  {comment}\n", 1))


TRUE = """\
def f():
    pass


def g():
    yield 1


class A:
    pass


f()  # calls: main.f [exact]
stream = g()  # calls: main.g [exact]
next(stream)
A()  # calls: main.A [exact construct]
list(map(lambda n: f(), [1]))  # calls: main.<lambda:17> [rule callback], main.f [exact]
if not stream:
    f()  # calls: main.f [exact] (not run)
"""


def test_true_case_is_accepted() -> None:
    assert found_false(TRUE) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("f()  # calls: main.f [exact]\n", "f()\n", "main.py:13: really calls main.f, which is not expected"),
        ("next(stream)", "next(stream)  # calls: main.g [exact]", "main.py:15: main.g [exact] is expected, but"),
        ("A()  # calls: main.A [exact construct]", "A()", "main.py:16: really calls main.A"),
        ("A()  #", "A  #", "main.py:16: main.A [exact construct] is expected, but"),
        ("[exact]\nstream", "[exact] (not run)\nstream", "main.py:13: main.f [exact] (not run) is expected as not run"),
        (" (not run)", "", "main.py:19: main.f [exact] is expected, but running the program does not call it"),
        ("next(stream)", "unknown", "NameError: name 'unknown' is not defined"),
        ("next(stream)", "raise SystemExit", "SystemExit"),
    ],
)
def test_false_case_is_found_out(old: str, new: str, message: str) -> None:
    assert old in TRUE
    assert message in "\n".join(found_false(TRUE.replace(old, new, 1)))


def test_call_from_another_thread_needs_a_rule() -> None:
    text = """\
import threading


def f():
    pass


t = threading.Thread(target=f)  # calls: main.f [rule spawn]
t.start()
t.join()
"""
    assert found_false(text) == []
    (problem,) = found_false(text.replace("  # calls: main.f [rule spawn]", ""))
    assert problem == ":0: really calls main.f, which is not expected"


def test_ordinary_call_is_no_evidence_for_a_rule() -> None:
    text = """\
def f():
    pass


f()  # calls: main.f [exact]
print(f)  # calls: main.f [rule callback]
"""
    (problem,) = found_false(text)
    assert problem.startswith("main.py:6: main.f [rule callback] is expected, but")


def test_programs_do_not_see_each_other() -> None:
    first = msgspec.structs.replace(case_of("import atexit\natexit.register(print)\nX = 1\n"), name="first")
    second = msgspec.structs.replace(case_of("import main\nmain.X\n"), name="second")
    runs = record((first, second))
    assert runs["first"] == Run(frozenset())
    assert "has no attribute 'X'" in runs["second"].error


def graph(caller: str = "main", certainty: Certainty = Certainty.EXACT) -> CallGraph:
    """``main.f`` is called on line 5 of ``main.py``, and something unresolved on line 6."""
    symbols = [
        Symbol(f"case:{name}", name, kind, "case", "main.py", line, line)
        for name, kind, line in (("main", SymbolKind.MODULE, 1), ("main.f", SymbolKind.FUNCTION, 1))
    ]
    call = Call(f"case:{caller}", "case:main.f", "main.py", 5, 0, 5, 3, CallKind.CALL, certainty)
    site = Unresolved("case:main", "main.py", 6, 0, 6, 3, "g", "undefined name")
    return CallGraph((), tuple(symbols), (call,), (site,))


PROGRAM = "def f():\n    pass\n\n\nf(){}\ng(){}\n"


def test_difference_is_told_as_a_diff_that_mends_the_case() -> None:
    right = ("  # calls: main.f [exact]", "  # unresolved: undefined name")
    case = case_of(PROGRAM.format(*right))
    assert differences(case, graph(), frozenset({("main.py", 5, "main.f")})) == ""
    diff = differences(case_of(PROGRAM.format("", "")), graph(), frozenset({("main.py", 5, "main.f")}))
    added = [line[1:] for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert added == [f"f(){right[0]}", f"g(){right[1]}"]


def test_new_edge_that_was_not_run_says_so_in_the_diff() -> None:
    diff = differences(case_of(PROGRAM.format("", "  # unresolved: undefined name")), graph(), frozenset())
    assert "+f()  # calls: main.f [exact] (not run)\n" in diff


def test_other_certainty_is_a_difference() -> None:
    case = case_of(PROGRAM.format("  # calls: main.f [exact]", "  # unresolved: undefined name"))
    diff = differences(case, graph(certainty=Certainty.INFERRED), None)
    assert "-f()  # calls: main.f [exact]\n+f()  # calls: main.f [inferred]\n" in diff


def test_wrong_caller_is_told() -> None:
    case = case_of(PROGRAM.format("", ""))
    assert misplaced(case, graph()) == []
    assert misplaced(case, graph(caller="main.f")) == ["main.py:5: the call of main.f is in main, not in main.f"]


def test_outcomes_of_cases(tmp_path: Path) -> None:
    """A case passes, is untrue, differs from linking, fails as expected, or wrongly expects to fail."""
    true, wrong = "f()  # calls: main.f [exact]", "f()  # calls: main.f [inferred]"
    text = "# Outcomes\n"
    for name, settings, line in [
        ("right", "", true),
        ("untrue", "", "f()"),
        ("differs", "", wrong),
        ("known", 'xfail = "why"', wrong),
        ("stale", 'xfail = "why"', true),
        ("hidden", 'xfail = "why"', "f()"),
    ]:
        text += f"\n## {name}\nAbout.\n\n```toml\n{settings}\n```\n\n```python\ndef f():\n    pass\n\n\n{line}\n```\n"
    (tmp_path / "outcomes.md").write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    child = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.calls.conftest", "-p", "no:cacheprovider", "-rA", str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
    )
    outcomes = {name: outcome for outcome, name in re.findall(r"^([A-Z]+) \S+::(\w+)", child.stdout, re.MULTILINE)}
    assert outcomes == {
        "right": "PASSED",
        "untrue": "FAILED",
        "differs": "FAILED",
        "known": "XFAIL",
        "stale": "FAILED",
        "hidden": "FAILED",
    }
    assert "-f()  # calls: main.f [inferred]\n+f()  # calls: main.f [exact]" in child.stdout
