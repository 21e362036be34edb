"""Makes the scripts of a case tell which of their functions is entered, and takes types off them, so that node runs
them as they are. Lines stay where they were."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from navigator.callgraph import SymbolKind
from tests.calls.harness.cases import Case, SourceFile

_TYPES = frozenset(
    "type_annotation type_arguments type_parameters implements_clause accessibility_modifier override_modifier "
    "interface_declaration type_alias_declaration ambient_declaration abstract_method_signature index_signature "
    "function_signature method_signature asserts_annotation type_predicate_annotation readonly abstract declare".split()
)
_SPECIFIER = re.compile(r"""(from\s*|import\s*\(?\s*|require\(\s*)(["'])(\.[^"']*)\2""")
_ENDINGS = ("", ".ts", ".tsx", ".js", ".mjs", ".cjs", "/index.ts", "/index.js")


def prepare(case: Case, folder: Path) -> dict[str, Any]:
    """Writes the instrumented program; returns what the recorder wants to know of it."""
    written: dict[str, str] = {}
    names = _names(case)
    paths = {file.path for file in case.files}
    for file in case.files:
        text = _instrumented(file, names)
        if not _is_common(file):
            text = _SPECIFIER.sub(lambda m, file=file: _rewritten(m, file.path, paths), text)  # type: ignore[misc]
        target = _written_name(file)
        written[target] = file.path
        place = folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for path, text in case.data.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    entries = [path for path in written if path.split(".")[0] in case.settings.run]
    implicit = [list(place) for file in case.files for place in _without_constructor(file)]
    return {"name": case.name, "folder": str(folder), "files": written, "run": entries, "implicit": implicit}


def _without_constructor(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Where classes stand whose constructor is made by the language: node shows them as callers of their base's."""
    for node in _walk(_parser(file.language).parse(file.text.encode()).root_node):
        body = node.child_by_field_name("body")
        if body is None or body.type != "class_body":
            continue
        names = [member.child_by_field_name("name") for member in body.named_children]
        if not any(name is not None and name.text == b"constructor" for name in names):
            yield file.path, node.start_point[0] + 1


def classes_of(case: Case) -> frozenset[str]:
    """The names of the classes of a case's program."""
    from tests.calls.harness.linked import linked, symbol_name

    return frozenset(symbol_name(s) for s in linked(case).symbols if s.kind is SymbolKind.CLASS)


def _names(case: Case) -> dict[tuple[str, int, int], str]:
    """The name of each function, by file and place."""
    from navigator.facts import extract
    from tests.calls.harness.linked import linked, symbol_name

    starts: dict[tuple[str, int, str], list[tuple[int, int]]] = {}
    for file in case.files:
        for definition in extract(file.text.encode(), file.language).definitions[1:]:
            key = (file.path, definition.span.line, f"{file.path}:{definition.qualified}")
            starts.setdefault(key, []).append((definition.span.line, definition.span.column))
    found: dict[tuple[str, int, int], str] = {}
    for symbol in linked(case).symbols:
        places = starts.get((symbol.file, symbol.line, symbol.name))
        if places:
            line, column = places.pop(0)
            found[symbol.file, line, column] = symbol_name(symbol)
    return found


def _written_name(file: SourceFile) -> str:
    """Files get an ending that tells node what they are."""
    return file.path if file.path.endswith((".mjs", ".cjs")) else f"{file.path}.{'cjs' if _is_common(file) else 'mjs'}"


def _is_common(file: SourceFile) -> bool:
    """Whether it is a CommonJS module."""
    return bool(re.search(r"\brequire\(|\bmodule\.exports\b|\bexports\.\w", file.text))


def _rewritten(match: re.Match[str], path: str, paths: set[str]) -> str:
    before, quote, specifier = match.groups()
    base = posixpath.normpath(posixpath.join(posixpath.dirname(path), specifier))
    stem = re.sub(r"\.[cm]?js$", "", base)
    for candidate in [base + ending for ending in _ENDINGS] + [stem + ending for ending in _ENDINGS[1:]]:
        if candidate in paths:
            ending = "" if candidate.endswith((".mjs", ".cjs")) else ".mjs"
            found = posixpath.relpath(candidate, posixpath.dirname(path) or ".")
            return f"{before}{quote}./{found}{ending}{quote}"
    return match[0]


@functools.cache
def _parser(language: str) -> Parser:
    grammars = {
        "javascript": tree_sitter_javascript.language,
        "typescript": tree_sitter_typescript.language_typescript,
        "tsx": tree_sitter_typescript.language_tsx,
    }
    return Parser(Language(grammars[language]()))


def _instrumented(file: SourceFile, names: dict[tuple[str, int, int], str]) -> str:
    source = file.text.encode()
    edits: list[tuple[int, int, bytes]] = []
    for node in _walk(_parser(file.language).parse(source).root_node):
        if file.language != "javascript":
            edits.extend(_untyped(node, source))
        place = names.get((file.path, node.start_point[0] + 1, _column(source, node)))
        body = node.child_by_field_name("body")
        if place is None or body is None or node.type.startswith(("class", "abstract_class")):
            continue
        entered = f"__enter({place!r})".encode()
        star = any(child.type == "*" for child in node.children)
        if star:
            parameters = node.child_by_field_name("parameters")
            assert parameters is not None
            comma = b", " if parameters.named_child_count else b""
            edits.append((parameters.end_byte - 1, parameters.end_byte - 1, comma + b"__entered = " + entered))
        elif body.type == "statement_block":
            edits.append((body.start_byte + 1, body.start_byte + 1, b" " + entered + b";"))
        else:
            edits.append((body.start_byte, body.start_byte, b"(" + entered + b", "))
            edits.append((body.end_byte, body.end_byte, b")"))
    made, at = bytearray(), 0
    for start, end, text in sorted(edits, key=lambda e: (e[0], e[1] > e[0])):
        if start >= at:
            made += source[at:start] + text
            at = max(at, end)
    return (made + source[at:]).decode()


def _untyped(node: Node, source: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Blanks in place of what only says something about types."""
    start, end = node.start_byte, node.end_byte
    kind = node.type
    if kind in _TYPES:
        pass
    elif kind in ("as_expression", "satisfies_expression"):
        start = node.named_children[0].end_byte
    elif kind == "non_null_expression":
        start = end - 1
    elif kind == "?":
        if node.parent is None or node.parent.type not in ("optional_parameter", "public_field_definition"):
            return
    elif kind == "!":
        if node.parent is None or node.parent.type != "public_field_definition":
            return
    elif kind == "required_parameter":
        pattern = node.child_by_field_name("pattern")
        if pattern is None or pattern.type != "this":
            return
        end += source[end:].startswith(b",")
    elif kind == "import_statement":
        if not source[start:end].startswith(b"import type"):
            return
    else:
        return
    yield start, end, bytes(c if c == 10 else 32 for c in source[start:end])


def _column(source: bytes, node: Node) -> int:
    start = source.rfind(b"\n", 0, node.start_byte) + 1
    return len(source[start : node.start_byte].decode())


def _walk(node: Node) -> Iterator[Node]:
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(current.children)
