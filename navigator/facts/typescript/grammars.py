"""The grammars, and tables that lead from a grammar's node kinds to what reads them.

The three grammars share the names of their node kinds but not the numbers, so readers register by name and a table is
made for each grammar on first use.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from tree_sitter import Node

KIND_LIMIT = 1 << 16
"""Kind numbers are 16 bits wide; the parser's own ERROR kind is the last."""
JAVASCRIPT, TYPESCRIPT, TSX = "javascript", "typescript", "tsx"

_H = TypeVar("_H")


class Grammar:
    """One grammar: its language, and numbers of node kinds that are compared often."""

    def __init__(self, name: str, language: Language) -> None:
        self.name = name
        self.language = language
        self.call = self.kind("call_expression")
        self.member = self.kind("member_expression")
        self.subscript = self.kind("subscript_expression")
        self.non_null = self.kind("non_null_expression")
        self.identifier = self.kind("identifier")
        self.binary = self.kind("binary_expression")
        self.string = self.kind("string")
        self.function_declarations = frozenset(
            self.kind(name) for name in ("function_declaration", "generator_function_declaration")
        )
        self.silent = self._silent()
        """Kinds of nodes without meaning: punctuation, keywords, comments."""

    def kind(self, name: str) -> int:
        """The number of a named node kind; -1 where the grammar has none."""
        number = self.language.id_for_node_kind(name, True)
        return -1 if number is None else number

    def _silent(self) -> bytearray:
        silent = bytearray(KIND_LIMIT)
        language = self.language
        for number in range(language.node_kind_count):
            name = language.node_kind_for_id(number)
            if not language.node_kind_is_named(number) or name in ("comment", "html_comment", "hash_bang_line"):
                silent[number] = 1
        return silent

    def parse(self, shown: bytes) -> Node:
        """The root of the tree of a text of one byte per character."""
        return Parser(self.language).parse(shown).root_node


@functools.cache
def grammar(name: str) -> Grammar:
    """The grammar for ``javascript``, ``typescript`` or ``tsx``."""
    if name == JAVASCRIPT:
        import tree_sitter_javascript

        return Grammar(name, Language(tree_sitter_javascript.language()))
    import tree_sitter_typescript

    if name == TSX:
        return Grammar(name, Language(tree_sitter_typescript.language_tsx()))
    return Grammar(name, Language(tree_sitter_typescript.language_typescript()))


class Table(Generic[_H]):
    """Handlers by the names of node kinds; ``of`` gives the list by number for one grammar."""

    def __init__(self, otherwise: _H) -> None:
        self._otherwise = otherwise
        self._handlers: dict[str, _H] = {}
        self._lists: dict[str, list[_H]] = {}

    def add(self, handler: _H, *names: str) -> None:
        for name in names:
            self._handlers[name] = handler

    @property
    def handlers(self) -> Mapping[str, _H]:
        return self._handlers

    def of(self, grammar: Grammar) -> list[_H]:
        """One handler for each kind number."""
        made = self._lists.get(grammar.name)
        if made is None:
            made = self._lists[grammar.name] = [self._otherwise] * KIND_LIMIT
            language = grammar.language
            for number in range(language.node_kind_count):
                name = language.node_kind_for_id(number)
                if name in self._handlers and language.node_kind_is_named(number):
                    made[number] = self._handlers[name]
        return made


def meaningful(node: Node) -> list[Node]:
    """The node's named children without comments."""
    return [child for child in node.named_children if child.type != "comment" and child.type != "html_comment"]
