"""Which names a piece of Python reads from its module: at import, or only when a function in it runs.

Scopes are those of the language reference, "Naming and binding": a name that an enclosing function binds is not the
module's; class scopes are seen only from the class body itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
Statements = Iterable[ast.stmt]
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Imported(NamedTuple):
    """One name that an import statement brings: ``from module import name``, or ``import module`` with no ``name``.

    ``whole`` tells that the module itself is bound and not the first part of its name (``import a.b as c``).
    """

    module: str
    level: int
    name: str
    bound: str
    whole: bool


class Read(NamedTuple):
    """A module's name that is read, and the attributes read from it. ``called``: it is the function of a call, or a
    decorator; ``base``: it is a base or the metaclass of a class. ``imported`` is the import statement inside a
    function that binds the name, where that is so."""

    name: str
    chain: tuple[str, ...]
    called: bool = False
    base: bool = False
    imported: Imported | None = None


class Reads:
    """What some statements read, at once (``now``) and in the functions that they define (``later``)."""

    def __init__(self) -> None:
        self.now: dict[Read, None] = {}
        self.later: dict[Read, None] = {}
        self.soon: dict[Read, None] = {}
        """Of ``later`` what is read by functions themselves, and by functions inside them that they call."""
        self.attributes_now: set[str] = set()
        self.attributes: set[str] = set()
        self.imports_now: dict[Imported, None] = {}
        self.imports_later: dict[Imported, None] = {}
        self.guarded: set[str] = set()
        """Names of modules whose import may fail without harm."""


def reads_of(statements: Statements, *, lazy_annotations: bool, inside_class: bool = False) -> Reads:
    """What module-level statements read; with ``inside_class``, statements of a class body."""
    reader = _Reader(lazy_annotations)
    nodes = list(statements)
    if inside_class:
        reader.scopes.append(_Scope(True, frozenset(), frozenset(), {}))
    for node in nodes:
        reader.visit(node)
    return reader.reads


def imported_by(node: ast.Import | ast.ImportFrom) -> Iterator[Imported]:
    """Each name that an import statement brings; a star import has the name ``*``."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield Imported(node.module or "", node.level, alias.name, alias.asname or alias.name, True)
        else:
            bound = alias.asname or alias.name.partition(".")[0]
            yield Imported(alias.name, 0, "", bound, alias.asname is not None)


def bound_by(statements: Iterable[ast.AST]) -> Iterator[str]:
    """The names that statements bind in their own scope."""
    for node in own_nodes(statements):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            yield node.id
        elif isinstance(node, Function | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (each.bound for each in imported_by(node) if each.name != "*")
        elif isinstance(node, ast.ExceptHandler | ast.MatchStar | ast.MatchAs) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def own_nodes(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that run in the scope of the statements themselves; of inner functions and classes only the header."""
    work = list(statements)[::-1]
    while work:
        node = work.pop()
        yield node
        work.extend(reversed(list(_own_children(node))))


def _own_children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, Function | ast.Lambda):
        yield from node.args.defaults
        yield from (default for default in node.args.kw_defaults if default is not None)
        if isinstance(node, Function):
            yield from node.decorator_list
    elif isinstance(node, ast.ClassDef):
        yield from (*node.decorator_list, *node.bases, *node.keywords)
    elif isinstance(node, COMPREHENSIONS):
        # The targets are the comprehension's own; an assignment expression binds around it.
        yield from (inner for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr))
    else:
        yield from ast.iter_child_nodes(node)


class _Scope(NamedTuple):
    is_class: bool
    bound: frozenset[str]
    outer: frozenset[str]
    """Declared ``global``."""
    imported: dict[str, list[Imported]]


class _Reader(ast.NodeVisitor):
    def __init__(self, lazy_annotations: bool) -> None:
        self.reads = Reads()
        self.scopes: list[_Scope] = []
        self.depth = 0
        """How many functions are around."""
        self.uncounted = 0
        """How many of them are called by the function around them."""
        self.called_inside: list[set[str]] = []
        self.lazy_annotations = lazy_annotations
        self.guards: list[bool] = []

    # Names

    def _read(self, name: str, chain: tuple[str, ...], called: bool, base: bool = False) -> None:
        if not self.depth:
            self._note(self.reads.now, name, chain, called, base)
            return
        self._note(self.reads.later, name, chain, called, base)
        if self.depth - self.uncounted <= 1:
            self._note(self.reads.soon, name, chain, called, base)

    def _note(self, target: dict[Read, None], name: str, chain: tuple[str, ...], called: bool, base: bool) -> None:
        for place in range(len(self.scopes) - 1, -1, -1):
            scope = self.scopes[place]
            if name in scope.outer:
                break
            if scope.is_class or name not in scope.bound:
                # What a class body binds may have been the module's before, so that both count.
                continue
            for imported in scope.imported.get(name, ()):
                target[Read(name, chain, called, base, imported)] = None
            return
        target[Read(name, chain, called, base)] = None

    def _expression(self, node: ast.expr, *, called: bool = False, base: bool = False) -> None:
        """A name with the attributes read from it, or anything else."""
        chain: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            chain.append(inner.attr)
            inner = inner.value
        self._attributes(chain)
        if isinstance(inner, ast.Name):
            self._read(inner.id, tuple(reversed(chain)), called, base)
        else:
            self.visit(inner)

    def _attributes(self, names: Iterable[str]) -> None:
        self.reads.attributes.update(names)
        if not self.depth:
            self.reads.attributes_now.update(names)

    def visit_Name(self, node: ast.Name) -> None:
        self._read(node.id, (), False)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._expression(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._expression(node.func, called=True)
        if isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr", "setattr"):
            named = node.args[1] if len(node.args) > 1 else None
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                self._attributes((named.value,))
        for each in (*node.args, *node.keywords):
            self.visit(each)

    # Scopes

    def _function(self, node: Function) -> None:
        for decorator in node.decorator_list:
            self._expression(decorator, called=True)
        self._signature(node.args)
        self._annotation(node.returns)
        inner = bool(self.called_inside) and node.name in self.called_inside[-1]
        self.uncounted += inner
        self._inside(node.args, node.body, _parameters_of_type(node))
        self.uncounted -= inner

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._signature(node.args)
        self._inside(node.args, [node.body], ())

    def _signature(self, arguments: ast.arguments) -> None:
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.visit(default)
        for each in _all_arguments(arguments):
            self._annotation(each.annotation)

    def _inside(self, arguments: ast.arguments, body: Iterable[ast.AST], further: Iterable[str]) -> None:
        body = list(body)
        bound = {each.arg for each in _all_arguments(arguments)} | set(bound_by(body)) | set(further)
        outer: set[str] = set()
        imported: dict[str, list[Imported]] = {}
        for node in own_nodes(body):
            if isinstance(node, ast.Global):
                outer.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                bound.difference_update(node.names)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                for each in imported_by(node):
                    imported.setdefault(each.bound, []).append(each)
        self.scopes.append(_Scope(False, frozenset(bound - outer), frozenset(outer), imported))
        self.called_inside.append(
            {
                each.func.id
                for node in body
                for each in ast.walk(node)
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
            }
        )
        self.depth += 1
        for node in body:
            self.visit(node)
        self.depth -= 1
        self.called_inside.pop()
        self.scopes.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._expression(decorator, called=True)
        for base in node.bases:
            if isinstance(base, ast.Name | ast.Attribute):
                self._expression(base, base=True)
            else:
                for inner in ast.walk(base):
                    if isinstance(inner, ast.Name | ast.Attribute):
                        self._expression(inner, base=True, called=isinstance(base, ast.Call) and inner is base.func)
        for keyword in node.keywords:
            self._expression(keyword.value, base=True)
        self.scopes.append(_Scope(True, frozenset(_parameters_of_type(node)), frozenset(), {}))
        for statement in node.body:
            self.visit(statement)
        self.scopes.pop()

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        bound = {
            name.id
            for generator in node.generators
            for name in ast.walk(generator.target)
            if isinstance(name, ast.Name)
        }
        self.visit(node.generators[0].iter)
        self.scopes.append(_Scope(False, frozenset(bound), frozenset(), {}))
        for number, generator in enumerate(node.generators):
            if number:
                self.visit(generator.iter)
            for each in (generator.target, *generator.ifs):
                self.visit(each)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)
        self.scopes.pop()

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node)

    # Annotations

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        self._annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def _annotation(self, node: ast.expr | None) -> None:
        """What is not evaluated counts as read later, so that types are still there for whoever reads them."""
        if node is None:
            return
        late = self.lazy_annotations and not self.depth
        self.depth += late
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                self._quoted(part.value)
        self.visit(node)
        self.depth -= late

    def _quoted(self, text: str) -> None:
        try:
            inner = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return
        self.depth += 1
        self.visit(inner)
        self.depth -= 1

    # Imports

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        target = self.reads.imports_later if self.depth else self.reads.imports_now
        for each in imported_by(node):
            target[each] = None
            if any(self.guards):
                self.reads.guarded.add(each.module)

    visit_ImportFrom = visit_Import

    def visit_Try(self, node: ast.Try) -> None:
        self.guards.append(any(_catches_missing(handler.type) for handler in node.handlers))
        for statement in node.body:
            self.visit(statement)
        self.guards.pop()
        for each in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(each)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self.guards.append(names_type_checking(node.test))
        for statement in node.body:
            self.visit(statement)
        self.guards.pop()
        for statement in node.orelse:
            self.visit(statement)


def _parameters_of_type(node: ast.AST) -> list[str]:
    """The names of PEP 695 type parameters."""
    return [each.name for each in getattr(node, "type_params", ())]


def _all_arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def _catches_missing(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = {node.id for node in ast.walk(caught) if isinstance(node, ast.Name)}
    return bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def names_type_checking(test: ast.expr) -> bool:
    """Whether a condition is ``TYPE_CHECKING``, which holds only for type checkers."""
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )
