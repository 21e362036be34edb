"""What is known of JavaScript's own functions: the models are whole, and say what is so of node's."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import navigator.linking.knowledge as knowledge
from navigator.callgraph import CallKind
from navigator.facts import DefinitionKind, FileFacts, extract

FILES = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(Path(knowledge.__file__).parent.glob("*.toml"))
}
MODELS: dict[str, dict[str, Any]] = {
    model["module"]: model for file in FILES.values() if file.get("language") == "javascript" for model in file["model"]
}
WRITE_TAGS = "big blink bold fixed fontcolor fontsize italics link small strike sub sup".split()
"""Methods of strings from the time when scripts wrote HTML."""
BROWSER_ONLY = frozenset(
    "IntersectionObserver MutationObserver Observer ReportingObserver ResizeObserver addEventListener "
    "cancelAnimationFrame removeEventListener requestAnimationFrame requestIdleCallback".split()
)
LATER_THAN_NODE_20 = frozenset(
    "Array.fromAsync Generator.filter Generator.forEach Generator.map Generator.toArray Map.groupBy Promise.try "
    "Promise.withResolvers Set.difference Set.intersection Set.union".split()
)


def facts_of(module: str) -> FileFacts:
    return extract(MODELS[module]["source"].encode(), "javascript")


@pytest.mark.parametrize("module", MODELS)
def test_a_model_is_read_whole(module: str) -> None:
    assert facts_of(module).problems == ()


@pytest.mark.parametrize("module", MODELS)
def test_kinds_name_functions(module: str) -> None:
    defined = {d.qualified for d in facts_of(module).definitions if d.kind is DefinitionKind.FUNCTION}
    for name, kind in MODELS[module].get("kinds", {}).items():
        assert name in defined and kind in {each.value for each in CallKind}


def test_methods_name_models() -> None:
    for file in FILES.values():
        if file.get("language") == "javascript":
            for method, model in file.get("methods", {}).items():
                module, name = model.split(".", 1)
                assert name in {d.qualified for d in facts_of(module).definitions}
                assert name.endswith(f".{method}")


@pytest.mark.skipif(shutil.which("node") is None, reason="no node on the PATH (Debian: nodejs)")
def test_what_exists_is_modelled() -> None:
    """A method that the model of a built-in class lacks would be a member that nobody knows."""
    known: dict[str, set[str]] = {}
    for definition in facts_of("builtins").definitions[1:]:
        cls, _, name = definition.qualified.partition(".")
        known.setdefault(cls, set()).update({name} if name else ())
    script = """
      const classes = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const methods = (owner) => owner === undefined ? [] : Object.entries(Object.getOwnPropertyDescriptors(owner))
        .filter(([name, { value }]) => name !== "constructor" && typeof value === "function").map(([name]) => name);
      console.log(JSON.stringify(Object.fromEntries(
        classes.map((name) => [name, [...methods(globalThis[name]), ...methods(globalThis[name]?.prototype)]]))));
    """
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(list(known)), capture_output=True, text=True, timeout=30
    )
    missing = {f"{cls}.{name}" for cls, names in json.loads(done.stdout).items() for name in set(names) - known[cls]}
    assert missing - {"Proxy.revocable"} - {f"String.{name}" for name in WRITE_TAGS} == set()


@pytest.mark.skipif(shutil.which("node") is None, reason="no node on the PATH (Debian: nodejs)")
@pytest.mark.parametrize("module", ["builtins", "dom"])
def test_what_is_modelled_exists(module: str) -> None:
    names = [d.qualified for d in facts_of(module).definitions if d.kind is DefinitionKind.FUNCTION]
    wanted = [
        name
        for name in names
        if name.count(".") < 2
        and not name.endswith(("_", "]", "constructor"))
        and name not in LATER_THAN_NODE_20
        and name.partition(".")[0] not in BROWSER_ONLY
    ]
    script = """
      const names = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const Generator = Object.getPrototypeOf(function* () {});
      const owner = (name) => (name === "Generator" ? Generator : globalThis[name]);
      const found = ([cls, name]) => name === undefined ? cls in globalThis
        : name in (owner(cls)?.prototype ?? {}) || name in (owner(cls) ?? {});
      console.log(JSON.stringify(names.filter((name) => !found(name.split(".")))));
    """
    done = subprocess.run(["node", "-e", script], input=json.dumps(wanted), capture_output=True, text=True, timeout=30)
    assert json.loads(done.stdout) == []
