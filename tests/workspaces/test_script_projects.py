"""TypeScript's project files: what they say about imports, and where that leads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigator.callgraph import Role, Root
from navigator.facts import extract, language_of
from navigator.linking import Program, ProgramFile, ScriptProject, link
from navigator.workspaces.script_packages import read_packages
from navigator.workspaces.script_projects import parse_commented, read_projects

RUN = "export function run() {}\n"


def use(specifier: str) -> str:
    return f"import {{ run }} from '{specifier}';\nrun();\n"


def projects(files: dict[str, Any]) -> list[ScriptProject]:
    return read_projects("r", {path: json.dumps(content).encode() for path, content in files.items()})


def called(files: dict[str, Any]) -> dict[str, set[str]]:
    """Which functions the module code of each file calls. Objects are written as JSON."""
    code, configured, manifests = [], {}, {}
    for path, content in files.items():
        if path.endswith("package.json"):
            manifests[path] = json.dumps(content).encode()
        elif path.endswith(".json"):
            configured[path] = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        else:
            facts = extract(content.encode(), language_of(path) or "")
            code.append(ProgramFile("r", path, path, False, Role.SOURCE, facts))
    graph = link(
        Program(
            tuple(code),
            (Root("r", "r"),),
            tuple(read_packages("r", manifests)),
            tuple(read_projects("r", configured)),
        )
    )
    names = {symbol.id: symbol.name for symbol in graph.symbols}
    found: dict[str, set[str]] = {}
    for call in graph.calls:
        found.setdefault(names[call.caller], set()).add(names[call.callee])
    return found


def test_names_of_paths() -> None:
    files = {
        "tsconfig.json": """{
            // where things are
            "compilerOptions": {
                "baseUrl": ".", /* the top */
                "paths": {"@/*": ["missing/*", "src/*"], "core": ["lib/core/index.ts"], "@/special": ["other/s"],},
            },
        }""",
        "app/main.ts": use("@/doors"),
        "app/core.ts": use("core"),
        "app/special.ts": use("@/special"),
        "src/doors.ts": RUN,
        "src/special.ts": RUN,
        "other/s.ts": RUN,
        "lib/core/index.ts": RUN,
    }
    assert called(files) == {
        "app/main.ts": {"src/doors.ts:run"},
        "app/core.ts": {"lib/core/index.ts:run"},
        "app/special.ts": {"other/s.ts:run"},
    }


def test_names_below_the_base() -> None:
    files = {
        "web/tsconfig.json": {"compilerOptions": {"baseUrl": "./src"}},
        "web/src/main.ts": use("doors/front.js"),
        "web/src/doors/front.ts": RUN,
        "outside.ts": use("doors/front"),
    }
    assert called(files)["web/src/main.ts"] == {"web/src/doors/front.ts:run"}
    assert called(files)["outside.ts"] == {"doors/front.run"}


def test_the_nearest_project_counts() -> None:
    files = {
        "tsconfig.json": {"compilerOptions": {"paths": {"lib": ["./far.ts"]}}},
        "inner/tsconfig.json": {"compilerOptions": {"paths": {"lib": ["./near.ts"]}}},
        "far.ts": RUN,
        "inner/near.ts": RUN,
        "main.ts": use("lib"),
        "inner/deep/main.ts": use("lib"),
    }
    assert called(files) == {"main.ts": {"far.ts:run"}, "inner/deep/main.ts": {"inner/near.ts:run"}}


def test_what_is_extended() -> None:
    base = {"compilerOptions": {"baseUrl": "./src", "paths": {"a": ["a.ts"], "b": ["b.ts"]}}}
    files = {
        "config/tsconfig.base.json": base,
        "plain/tsconfig.json": {"extends": "../config/tsconfig.base"},
        "own/tsconfig.json": {"extends": "../config/tsconfig.base.json", "compilerOptions": {"paths": {"c": ["c.ts"]}}},
        "several/tsconfig.json": {"extends": ["../config/tsconfig.base.json", "./tsconfig.more.json"]},
        "several/tsconfig.more.json": {"compilerOptions": {"baseUrl": "."}},
    }
    both = (("a", ("config/src/a.ts",)), ("b", ("config/src/b.ts",)))
    assert projects(files) == [
        ScriptProject("r", "own", "config/src", (("c", ("config/src/c.ts",)),)),
        ScriptProject("r", "plain", "config/src", both),
        ScriptProject("r", "several", "several", both),
    ]


def test_a_package_is_extended() -> None:
    options = {"compilerOptions": {"paths": {"x": ["${configDir}/x.ts"]}}}
    files = {"node_modules/@us/config/tsconfig.json": options, "app/web/tsconfig.json": {"extends": "@us/config"}}
    assert projects(files)[0] == ScriptProject("r", "app/web", None, (("x", ("app/web/x.ts",)),))


def test_projects_that_only_refer_to_others() -> None:
    files = {
        "tsconfig.json": {
            "files": [],
            "references": [{"path": "./tsconfig.node.json"}, {"path": "./tsconfig.app.json"}],
        },
        "tsconfig.node.json": {"compilerOptions": {}},
        "tsconfig.app.json": {"compilerOptions": {"paths": {"~/*": ["./src/*"]}}},
    }
    assert projects(files) == [ScriptProject("r", "", None, (("~/*", ("src/*",)),))]


def test_plain_javascript_has_projects_too() -> None:
    files = {
        "jsconfig.json": {"compilerOptions": {"paths": {"lib": ["./lib/run.js"]}}},
        "main.js": use("lib"),
        "lib/run.js": RUN,
    }
    assert called(files) == {"main.js": {"lib/run.js:run"}}


def test_a_package_names_its_own_files() -> None:
    files = {
        "package.json": {"name": "us", "imports": {"#run": {"node": "./src/run.js"}, "#in/*": "./src/in/*.js"}},
        "app/main.js": use("#run"),
        "app/deep.js": use("#in/deep"),
        "src/run.js": RUN,
        "src/in/deep.js": RUN,
    }
    assert called(files) == {"app/main.js": {"src/run.js:run"}, "app/deep.js": {"src/in/deep.js:run"}}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{]",
        '{"extends": 3}',
        '{"extends": "./tsconfig.json"}',
        '{"compilerOptions": []}',
        '{"compilerOptions": {"baseUrl": 1, "paths": [1]}}',
        '{"compilerOptions": {"paths": {"a": "b", "*/*": ["c"], "d": [1, "../../e", "/f"]}}}',
        '{"references": [{}, 1, {"path": 2}, {"path": "gone"}]}',
        "[" * 100_000,
    ],
)
def test_nonsense_says_nothing(content: str) -> None:
    found = read_projects("r", {"deep/tsconfig.json": content.encode()})
    assert [(project.base, [targets for _, targets in project.paths if targets]) for project in found] in (
        [],
        [(None, [])],
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda e: st.lists(e) | st.dictionaries(st.text(), e)
    )
)
def test_comments_leave_the_text_alone(value: Any) -> None:
    written = json.dumps({"a": value}, indent=1)
    assert parse_commented(written.encode()) == {"a": value}
    assert parse_commented(written.replace("\n", ' // note, "\n', 1).encode()) == {"a": value}
