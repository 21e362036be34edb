"""The reference pages say what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from navigator.cli.reference import page
from tests.cli.conftest import Run
from tests.cli.test_verbs import QUESTIONS
from tests.workspaces.packages import lay
from tests.workspaces.test_export import KEYS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_page_about_the_command_line_is_up_to_date() -> None:
    assert (REFERENCE / "cli.md").read_text() == page(), (
        "run `python -m navigator.cli.reference > docs/reference/cli.md`"
    )


def test_the_example_of_the_schema_is_real(run: Run, tmp_path: Path) -> None:
    text = (REFERENCE / "schema.md").read_text()
    (program,) = re.findall("```python\n(.*?)```", text, re.DOTALL)
    graph, names = re.findall("```json\n(.*?)```", text, re.DOTALL)
    folder = lay(tmp_path / "example", {"greet.py": program})
    assert run("index", str(folder)).status == 0
    assert run("export").out.replace(str(folder), "/path/to/example") == graph
    assert run("export", "--format", "pycg").out == names
    assert {part: set(records[0]) for part, records in json.loads(graph).items() if part in KEYS} == KEYS
    for keys in KEYS.values():
        assert all(f"`{key}`" in text for key in keys)


def test_the_fields_of_answers_are_listed(run: Run, shop: Path) -> None:
    table = (REFERENCE / "schema.md").read_text().partition("## Answers as JSON")[2]
    documented = {}
    for verbs, fields in re.findall(r"^\| (`.*?`) \| (.*) \|$", table, re.MULTILINE):
        for verb in re.findall(r"`(\w+)`", verbs):
            documented[verb] = set(re.findall(r"`(\w+)`", fields))
    for verb, words in {**QUESTIONS, "index": ("index", str(shop), "--name", "new")}.items():
        if verb != "export":
            answer = run(*words, "--json").json
            answer = answer[0] if verb == "list" else answer
            assert set(answer) <= documented[verb], verb
            nested = {"show": ["sources"], "impact": ["callers", "tests"], "why": ["reasons"], "health": ["problems"]}
            for part in nested.get(verb, ["edges"] if "edges" in answer else []):
                assert answer[part]
                assert all(set(record) <= documented[verb] for record in answer[part]), (verb, part)
