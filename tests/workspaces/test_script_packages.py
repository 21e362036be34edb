"""Imports of npm's packages by name: what their manifests say, and where that leads."""

from __future__ import annotations

import json
from typing import Any

from navigator.callgraph import Role, Root
from navigator.facts import extract, language_of
from navigator.linking import Program, ProgramFile, ScriptPackage, link
from navigator.workspaces.script_packages import read_packages


def called(files: dict[str, str | dict[str, Any]]) -> set[str]:
    """What ``app:main.js`` calls. Files are named ``root:path``; manifests are given as objects."""
    code, packages = [], []
    roots = sorted({place.partition(":")[0] for place in files})
    for root in roots:
        manifests = {}
        for place, content in files.items():
            where, _, path = place.partition(":")
            if where != root:
                continue
            if isinstance(content, dict):
                manifests[path] = json.dumps(content).encode()
            else:
                facts = extract(content.encode(), language_of(path) or "")
                code.append(ProgramFile(root, path, path, False, Role.SOURCE, facts))
        packages += read_packages(root, manifests)
    graph = link(Program(tuple(code), tuple(Root(root, root) for root in roots), tuple(packages)))
    names = {symbol.id: symbol.name for symbol in graph.symbols}
    return {names[call.callee] for call in graph.calls if call.caller == "app:main.js"}


def use(specifier: str) -> str:
    return f"import {{ run }} from '{specifier}';\nrun();\n"


RUN = "export function run() {}\n"


def test_what_a_manifest_says() -> None:
    manifest = {
        "name": "kit",
        "main": "./cjs/index.js",
        "module": "./esm/index.js",
        "types": "./types.d.ts",
        "exports": {
            ".": {"types": "./types.d.ts", "node": {"import": "./esm/node.js", "require": "./cjs/node.js"}},
            "./lib/*": ["./lib/*.js"],
            "./none": None,
        },
    }
    assert read_packages("r", {"deep/package.json": json.dumps(manifest).encode()}) == [
        ScriptPackage(
            "r",
            "deep",
            "kit",
            ("./esm/index.js", "./cjs/index.js", "./types.d.ts"),
            (
                (".", ("./esm/node.js", "./cjs/node.js", "./types.d.ts")),
                ("./lib/*", ("./lib/*.js",)),
                ("./none", ()),
            ),
        )
    ]
    assert read_packages("r", {"package.json": b'{"name": 3, "main": [], "exports": "./a.js"}'}) == [
        ScriptPackage("r", "", "", (), ((".", ("./a.js",)),))
    ]
    assert read_packages("r", {"package.json": b"{]"}) == [ScriptPackage("r", "", "")]


def test_a_package_of_another_root() -> None:
    kit: dict[str, str | dict[str, Any]] = {
        "kit:package.json": {"name": "@team/kit", "main": "lib/index"},
        "kit:lib/index.js": RUN,
        "kit:extra/more.js": RUN,
    }
    assert called({"app:main.js": use("@team/kit"), **kit}) == {"lib/index.js:run"}
    assert called({"app:main.js": use("@team/kit/extra/more"), **kit}) == {"extra/more.js:run"}
    assert called({"app:main.js": use("@team/other"), **kit}) == {"@team/other.run"}
    assert called({"app:main.js": use("@team/kit/none"), **kit}) == {"@team/kit/none.run"}
    required = "const { run } = require('@team/kit');\nrun();\n"
    assert called({"app:main.js": required, **kit}) >= {"lib/index.js:run"}


def test_exports_go_before_main_and_before_where_files_lie() -> None:
    kit: dict[str, str | dict[str, Any]] = {
        "kit:package.json": {
            "name": "kit",
            "main": "old.js",
            "exports": {".": "./new.js", "./parts/*": "./lib/*/part.js", "./parts/deep/*": "./deep/*.js"},
        },
        "kit:old.js": RUN,
        "kit:new.js": RUN,
        "kit:parts/a.js": RUN,
        "kit:lib/a/part.js": RUN,
        "kit:deep/b.js": RUN,
    }
    assert called({"app:main.js": use("kit"), **kit}) == {"new.js:run"}
    assert called({"app:main.js": use("kit/parts/a"), **kit}) == {"lib/a/part.js:run"}
    assert called({"app:main.js": use("kit/parts/deep/b"), **kit}) == {"deep/b.js:run"}


def test_what_is_not_built_leads_to_its_source() -> None:
    kit: dict[str, str | dict[str, Any]] = {
        "app:packages/kit/package.json": {"name": "kit", "main": "dist/index.js"},
        "app:packages/kit/src/index.ts": RUN,
    }
    assert called({"app:main.js": use("kit"), **kit}) == {"packages/kit/src/index.ts:run"}
    assert called({"app:main.js": use("kit"), **kit, "app:packages/kit/dist/index.js": RUN}) == {
        "packages/kit/dist/index.js:run"
    }


def test_the_nearest_package_of_a_name() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "app:main.js": use("kit"),
        "aaa:package.json": {"name": "kit"},
        "aaa:index.js": RUN,
    }
    assert called(files) == {"index.js:run"}
    files |= {"app:kit/package.json": {"name": "kit", "main": "own.js"}, "app:kit/own.js": RUN}
    assert called(files) == {"kit/own.js:run"}, "the importing file's own root"
    files |= {"app:node_modules/kit/package.json": {"name": "kit", "main": "./m.js"}, "app:node_modules/kit/m.js": RUN}
    assert called(files) == {"node_modules/kit/m.js:run"}


def test_a_folder_with_a_manifest() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "app:main.js": use("./part"),
        "app:part/package.json": {"main": "./begin.js"},
        "app:part/begin.js": RUN,
        "app:part/index.js": RUN,
    }
    assert called(files) == {"part/begin.js:run"}


def test_targets_do_not_lead_out_and_modules_of_node_stay() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "app:main.js": use("kit"),
        "app:secret.js": RUN,
        "app:kit/package.json": {"name": "kit", "main": "../secret.js"},
    }
    assert called(files) == {"kit.run"}
    assert called({"app:main.js": "import { join } from 'node:path';\njoin();\n"}) == called(
        {
            "app:main.js": "import { join } from 'node:path';\njoin();\n",
            "app:path/package.json": {"name": "path", "main": "index.js"},
            "app:path/index.js": "export function join() {}\n",
        }
    )
