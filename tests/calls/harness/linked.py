"""What linking says about a case, in the words of its comments, and how that differs from what they expect."""

from __future__ import annotations

import ast
import difflib
from collections import defaultdict
from collections.abc import Sequence

from navigator.callgraph import DERIVED, Call, CallGraph, Role, Root, Symbol, SymbolKind, Unresolved
from navigator.facts import extract
from navigator.linking import Program, ProgramFile, link
from navigator.workspaces.script_packages import read_packages
from navigator.workspaces.script_projects import is_project_file, read_projects
from tests.calls.harness.cases import Case, SourceFile
from tests.calls.harness.expectations import Edge, Expectation, comment, expectations, without_comment

ROOT = "case"


def linked(case: Case) -> CallGraph:
    """The call graph of a case, through the same steps as any other program's."""
    files = []
    for file in sorted(case.files, key=lambda file: file.path):
        if file.language != "python":
            facts = extract(file.text.encode(), file.language)
            files.append(ProgramFile(ROOT, file.path, file.path, False, Role.SOURCE, facts))
            continue
        parts = file.path.removesuffix(".py").split("/")
        package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if package else parts)
        facts = extract(file.text.encode(), file.language)
        files.append(ProgramFile(ROOT, file.path, module, package, Role.SOURCE, facts))
    data = {path: text.encode() for path, text in case.data.items()}
    packages = read_packages(ROOT, {path: text for path, text in data.items() if path.endswith("package.json")})
    projects = read_projects(ROOT, {path: text for path, text in data.items() if is_project_file(path)})
    return link(Program(tuple(files), (Root(ROOT, ""),), tuple(packages), tuple(projects)))


def symbol_name(symbol: Symbol) -> str:
    """The name in the comments: the id without its root, so that two definitions of a name differ by ``~2``."""
    if symbol.kind in (SymbolKind.LAMBDA, SymbolKind.EXTERNAL):
        return symbol.name
    return symbol.id.partition(":")[2]


def observed(graph: CallGraph) -> dict[tuple[str, int], Expectation]:
    """Each line's edges and unresolved sites."""
    symbols = {symbol.id: symbol for symbol in graph.symbols}
    edges: dict[tuple[str, int], set[Edge]] = defaultdict(set)
    external: dict[tuple[str, int], set[str]] = defaultdict(set)
    unresolved: dict[tuple[str, int], list[str]] = defaultdict(list)
    for call in graph.calls:
        callee = symbols[call.callee]
        if callee.kind is SymbolKind.EXTERNAL:
            external[call.file, call.line].add(symbol_name(callee))
        else:
            if call.rule in DERIVED:
                continue
            edges[call.file, call.line].add(Edge(symbol_name(callee), call.certainty, call.kind))
    for site in graph.unresolved:
        unresolved[site.file, site.line].append(site.reason)
    return {
        place: Expectation(
            tuple(sorted(edges.get(place, ()))),
            tuple(sorted(external.get(place, ()))),
            tuple(sorted(unresolved.get(place, ()))),
        )
        for place in edges.keys() | external.keys() | unresolved.keys()
    }


def differences(case: Case, graph: CallGraph, real: frozenset[tuple[str, int, str]] | None) -> str:
    """The case's files as they would have to read for ``graph`` to be right, as a diff; empty when they do already.

    ``real`` holds the calls of the case's run, or ``None``, and tells which of the new edges were not run.
    """
    found = observed(graph)
    return "".join(_difference(file, found, real) for file in case.files)


def _difference(
    file: SourceFile, found: dict[tuple[str, int], Expectation], real: frozenset[tuple[str, int, str]] | None
) -> str:
    expected = expectations(file)
    old = file.text.splitlines()
    new = list(old)
    for number, text in enumerate(old, 1):
        wanted = expected.get(number, Expectation())
        seen = found.get((file.path, number), Expectation())
        if not _agree(wanted, seen):
            known = {edge.callee: edge.runs for edge in wanted.edges}
            edges = []
            for edge in seen.edges:
                runs = real is None or (file.path, number, edge.callee) in real
                edges.append(Edge(edge.callee, edge.certainty, edge.kind, known.get(edge.callee, runs)))
            named = tuple(name for name in wanted.external if _listed(name, seen.external))
            told = Expectation(tuple(edges), named, seen.unresolved)
            new[number - 1] = f"{without_comment(text)}  {comment(told, file.language)}"
    return "".join(
        line if line.endswith("\n") else line + "\n"
        for line in difflib.unified_diff(old, new, f"{file.path} expected", f"{file.path} linked", lineterm="", n=2)
    )


def _agree(wanted: Expectation, seen: Expectation) -> bool:
    edges = {(edge.callee, edge.certainty, edge.kind) for edge in wanted.edges}
    return (
        edges == {(edge.callee, edge.certainty, edge.kind) for edge in seen.edges}
        and wanted.unresolved == seen.unresolved
        and all(_listed(name, seen.external) for name in wanted.external)
    )


def _listed(name: str, external: tuple[str, ...]) -> bool:
    return any(candidate == name or candidate.endswith("." + name) for candidate in external)


def misplaced(case: Case, graph: CallGraph) -> list[str]:
    """Edges and unresolved sites whose caller is not the innermost definition around their position."""
    try:
        owners = {file.path: _Owners(file) for file in case.files if file.language == "python"}
    except SyntaxError:
        return []  # newer syntax than this interpreter's
    symbols = {symbol.id: symbol for symbol in graph.symbols}
    sites: list[tuple[Call | Unresolved, str]] = [(call, symbol_name(symbols[call.callee])) for call in graph.calls]
    sites += [(site, site.expression) for site in graph.unresolved]
    found = set()
    for site, target in sites:
        if site.file not in owners:
            continue
        owner = owners[site.file].at(site.line, site.column)
        caller = symbol_name(symbols[site.caller])
        if caller != owner:
            found.add(f"{site.file}:{site.line}: the call of {target} is in {owner}, not in {caller}")
    return sorted(found)


class _Owners(ast.NodeVisitor):
    """Which definition each position of a Python file belongs to. Decorators, defaults and annotations are outside."""

    def __init__(self, file: SourceFile) -> None:
        self._owner = file.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self._bodies = [((0, 0), (len(file.text), 0), self._owner)]
        self._count: dict[str, int] = defaultdict(int)
        self.visit(ast.parse(file.text))

    def at(self, line: int, column: int) -> str:
        return [name for start, end, name in self._bodies if start <= (line, column) < end][-1]

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                name = f"{self._owner}.{node.name}"
                self._count[name] += 1
                self._enter(node, node.body, name if self._count[name] == 1 else f"{name}~{self._count[name]}")
            case ast.Lambda():
                self._enter(node, [node.body], f"{self._owner}.<lambda:{node.lineno}>")
            case _:
                self.generic_visit(node)

    def _enter(self, node: ast.AST, body: Sequence[ast.stmt | ast.expr], name: str) -> None:
        for child in ast.iter_child_nodes(node):
            if child not in body:
                self.visit(child)
        first = body[0]
        line = min([first.lineno, *(part.lineno for part in getattr(first, "decorator_list", ()))])
        column = first.col_offset if line == first.lineno else 0
        end = (body[-1].end_lineno or 0, body[-1].end_col_offset or 0)
        self._bodies.append(((line, column), end, name))
        for parameter in ast.walk(getattr(node, "args", ast.Pass())):
            if isinstance(parameter, ast.arg):
                place = (parameter.lineno, parameter.col_offset)
                self._bodies.append((place, (place[0], place[1] + len(parameter.arg)), name))
        owner, self._owner = self._owner, name
        for part in body:
            self.visit(part)
        self._owner = owner
