"""What a slice holds beside the code: its manifest, a smoke test, and a page that says what is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

SMOKE = '''\
"""Imports every module of this slice, and finds what it was cut out for. Runs by itself or under pytest."""

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
MODULES = {modules}
SYMBOLS = {symbols}


def module(name):
    if str(FOLDER.parent) not in sys.path:
        sys.path.insert(0, str(FOLDER.parent))
    return importlib.import_module(".".join([FOLDER.name, *filter(None, [name])]))


def test_every_module_imports():
    for name in MODULES:
        module(name)


def test_what_was_cut_out_is_there():
    for name, path in SYMBOLS:
        found = module(name)
        for part in path.split("."):
            found = vars(found)[part]


if __name__ == "__main__":
    test_every_module_imports()
    test_what_was_cut_out_is_there()
    print(f"{{len(MODULES)}} modules import, {{len(SYMBOLS)}} symbols are there")
'''


def smoke_test(modules: Sequence[str], symbols: Sequence[tuple[str, str]]) -> str:
    """``symbols`` are pairs of a module and the dotted path in it."""
    return SMOKE.format(modules=_listed(modules), symbols=_listed(symbols))


def _listed(items: Sequence[object]) -> str:
    return "[" + "".join(f"\n    {_literal(item)}," for item in items) + ("\n]" if items else "]")


def _literal(item: object) -> str:
    if isinstance(item, tuple):
        return f"({', '.join(json.dumps(each) for each in item)})"
    return json.dumps(item)


def manifest(
    identity: str,
    title: str,
    workspace: str,
    revision: str,
    links: Sequence[tuple[str, str]],
    chains: Mapping[str, Sequence[tuple[str, str]]],
    packages: Sequence[str],
) -> str:
    """``reproduction.toml``: ``links`` pair a symbol of the slice with the upstream's."""
    lines = [
        f"id = {_text(identity)}",
        f"title = {_text(title)}",
        f"workspace = {_text(workspace)}",
        *([f"revision = {_text(revision)}"] if revision else []),
        'command = ["python", "{folder}/test_smoke.py"]',
        "",
        "# A definition of the slice, and the upstream's that it is.",
        "links = [",
        *(f"    {{ ours = {_text(ours)}, upstream = {_text(upstream)} }}," for ours, upstream in links),
        "]",
    ]
    if packages:
        lines += ["", "[requires]", f"packages = [{', '.join(_text(each) for each in packages)}]"]
    if chains:
        lines += ["", "[chains]"]
        for name, hops in chains.items():
            lines.append(f"{_text(name)} = [")
            lines += [f"    [{_text(caller)}, {_text(callee)}]," for caller, callee in hops]
            lines.append("]")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A basic string of TOML, which JSON's strings are as well."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
