from __future__ import annotations

import json
from pathlib import Path

import pytest

from navigator.callgraph import Role
from navigator.facts import language_of
from navigator.index import Home
from navigator.workspaces import index, open_workspace
from navigator.workspaces.bundles import bundled_modules
from navigator.workspaces.program import CodeFile


def module(name: str, functions: int = 60) -> str:
    """A module of about 11 KB, all of whose lines are its own."""
    return "".join(
        f"export function {name}{number}(argument) {{\n"
        f"    const first = argument.{name}First{number};\n"
        f"    const second = first.{name}Second{number}(argument);\n"
        f"    return combined_{name}_{number}(first, second);\n"
        "}\n"
        for number in range(functions)
    )


MODULES = {f"lib/{name}.js": module(name) for name in ("alpha", "beta", "gamma", "delta", "epsilon")}


def bundle(*without: str) -> str:
    """What a bundler makes of the modules: indented, without the word export, in a wrapper."""
    parts = [text.replace("export ", "") for path, text in MODULES.items() if path not in without]
    body = "\n".join(f"  {line}" for text in parts for line in text.split("\n"))
    return f"(function (root, factory) {{ root.demo = factory(); }})(this, (function () {{\n{body}\n}}));\n"


def found(files: dict[str, str], manifests: dict[str, object] | None = None) -> dict[str, int]:
    listed = [CodeFile(path, path, len(text), Role.SOURCE, language_of(path) or "") for path, text in files.items()]
    written = {"package.json": {"name": "demo", "main": "lib/alpha.js"}} if manifests is None else manifests
    return bundled_modules(
        listed,
        {path: json.dumps(manifest).encode() for path, manifest in written.items()},
        lambda paths: {path: files[path].encode() for path in paths},
    )


def test_a_bundle_beside_its_modules() -> None:
    assert found({**MODULES, "demo.js": bundle(), "demo.esm.mjs": bundle()}) == {"demo.js": 5, "demo.esm.mjs": 5}


@pytest.mark.parametrize("field", ["main", "module", "exports"])
def test_an_entry_stays(field: str) -> None:
    targets = {"main": "./dist/demo", "module": "dist/demo.js", "exports": {".": [{"import": "./dist/demo.js"}]}}
    files = {**MODULES, "dist/demo.js": bundle()}
    assert found(files, {"package.json": {"name": "demo", field: targets[field]}}) == {}
    assert found(files, {"package.json": {"name": "demo", "exports": {"./dist/*": "./dist/*"}}}) == {"dist/demo.js": 5}


def test_what_is_not_a_copy_stays() -> None:
    other = module("something_else", 300)
    assert found({**MODULES, "large.js": other}) == {}
    mixed = bundle("lib/gamma.js", "lib/delta.js", "lib/epsilon.js") + other
    assert found({**MODULES, "mixed.js": mixed}) == {}, "two modules of many"
    assert found({**MODULES, "copy.js": module("alpha", 300)}) == {}, "grown out of one module"


def test_a_build_of_the_same_modules_is_none() -> None:
    """Modules built twice, for two module systems, are each other's size."""
    copies = {path.replace("lib/", "cjs/"): text for path, text in MODULES.items()}
    assert found({**MODULES, **copies}) == {}
    assert found({"a.js": bundle(), "b.js": bundle() + "\n", "c.cjs": bundle(), "d.mjs": bundle()}) == {}


def test_packages_are_told_apart() -> None:
    files = {**MODULES, "other/demo.js": bundle()}
    manifests: dict[str, object] = {"package.json": {"name": "demo"}, "other/package.json": {"name": "other"}}
    assert found(files, manifests) == {}
    manifests["other/package.json"] = {"type": "commonjs"}
    assert found(files, manifests) == {"other/demo.js": 5}, "a manifest without a name is no package"
    assert found(files, {}) == {}
    assert found(files, {"package.json": ["not", "a", "manifest"]}) == {}


def test_the_bundle_is_noted_and_its_symbols_are_not_doubled(tmp_path: Path) -> None:
    top = tmp_path / "demo"
    for path, text in {
        **MODULES,
        "demo.js": bundle(),
        "package.json": '{"name": "demo", "main": "lib/alpha.js"}',
    }.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    home = Home(tmp_path / "home")
    index([str(top)], home=home, jobs=1)
    with open_workspace(home=home) as workspace:
        assert [problem.file for problem in workspace.health().problems] == ["demo.js"]
        assert "a bundle that repeats 5 files of its package" in workspace.health().problems[0].message
        assert workspace.find("alpha7").total == 1
    (top / "package.json").unlink()
    index([str(top)], home=home, jobs=1)
    with open_workspace(home=home) as workspace:
        assert workspace.find("alpha7").total == 2
