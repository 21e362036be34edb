"""Syntax errors: finds the statements that hold them, so that everything else is read as if they were not there.

The parser's own recovery may give up the rest of the file at an unclosed bracket. Here the lines are grouped into
statements by indentation, brackets and keywords; a group that does not parse by itself is taken apart further (the
body of a class, of a function), and what cannot be taken apart is blanked out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from navigator.facts.building.record import shortened

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

TOKEN = re.compile(
    rb"""(?P<string>\"\"\"(?:[^\\]|\\.)*?\"\"\" | '''(?:[^\\]|\\.)*?''' | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
    | \#[^\n]* | (?P<stray>["']) | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<line>\n)""",
    re.VERBOSE | re.DOTALL,
)
STATEMENT = re.compile(
    rb"@|(?:async[ \t]+)?def[ \t]|class[ \t]"
    rb"|(?:import|from|return|raise|assert|del|global|nonlocal|while|elif|except)\b"
    rb"|(?:try|else|finally)[ \t]*:|case\b[^\n]*:"
    rb"|(?:async[ \t]+)?(?:if|with|for)[ \t][^\n]*:[ \t]*$"
    rb"|(?:pass|break|continue)[ \t]*$"
)
"""The start of a line that starts a statement, even where a bracket is open."""
CLAUSE = re.compile(rb"(?:else|elif|except|finally)\b")
CLAUSE_HOLDER = re.compile(rb"(?:if|for|while|try|async|else|elif|except|finally)\b")
"""What a clause can belong to; a clause behind anything else is a statement of its own, and a mistake."""
CASE = re.compile(rb"case\b")
NAMED_HEADER = re.compile(rb"(?:async[ \t]+)?(def|class)[ \t]+([A-Za-z_]\w*)")
INDENT = re.compile(rb"[ \t\f]*")
NESTING = 60
"""Bodies nested deeper than this are not taken apart."""
LOCAL_SHARE = 4
"""An error inside a statement is left to the parser's recovery where it covers less than a quarter of the statement."""

Problem = tuple[int, str]


def repaired(shown: bytes, text: str, parser: Parser) -> tuple[Node, list[Problem]]:
    """A tree without the broken statements, and line and message for each of them."""
    recovery = _Recovery(shown, text, parser)
    recovery.repair(0, len(recovery.lines), 0, 0)
    root = parser.parse(b"\n".join(recovery.lines)).root_node
    problems = dict.fromkeys((*recovery.problems, *_remaining(root, text)))
    return root, sorted(problems) or [(1, "syntax error")]


def _remaining(root: Node, text: str) -> list[Problem]:
    """The errors that a tree still has."""
    found: list[Problem] = []
    pending = [root] if root.has_error else []
    while pending:
        node = pending.pop()
        if node.is_missing:
            found.append((node.start_point[0] + 1, f"syntax error: expected {node.type!r}"))
        elif node.is_error:
            found.append((node.start_point[0] + 1, near(text[node.start_byte : node.end_byte])))
        elif node.has_error:
            pending.extend(node.children)
    return found


def near(excerpt: str) -> str:
    """The message about an error at a piece of text."""
    excerpt = shortened(excerpt.strip())
    return f"syntax error near {excerpt!r}" if excerpt else "syntax error"


class _Recovery:
    """The lines of one file, blanked out where they cannot be read."""

    def __init__(self, shown: bytes, text: str, parser: Parser) -> None:
        self.parser = parser
        self.lines = shown.split(b"\n")
        self.text_lines = text.split("\n")
        self.problems: list[Problem] = []
        self.depth = [0] * len(self.lines)
        """The brackets open at the start of each line, where a line that starts a statement closes them all."""
        self.inside_string = bytearray(len(self.lines))
        """Whether a line starts inside a string."""
        self.balance = balance = [0] * len(self.lines)
        """For each line, how many more brackets it opens than it closes."""
        self.stray = bytearray(len(self.lines))
        """Whether a line holds a quote that no other one matches."""
        line = 0
        for token in TOKEN.finditer(shown):
            kind = token.lastgroup
            if kind == "line":
                line += 1
            elif kind == "open":
                balance[line] += 1
            elif kind == "close":
                balance[line] -= 1
            elif kind == "stray":
                self.stray[line] = 1
            elif kind == "string":
                for _ in range(token[0].count(b"\n")):
                    line += 1
                    self.inside_string[line] = 1
        self.indents = [found.end() if (found := INDENT.match(line)) else 0 for line in self.lines]
        depth = 0
        for line, change in enumerate(balance):
            if depth and not self.continues(line) and STATEMENT.match(self.content(line)):
                depth = 0
            self.depth[line] = depth
            depth = max(0, depth + change)

    def content(self, line: int) -> bytes:
        """The line without the white space before it."""
        return self.lines[line][self.indents[line] :]

    def is_blank(self, line: int) -> bool:
        """Whether the line holds no text of its own."""
        content = self.content(line)
        return not content or content.startswith(b"#")

    def continues(self, line: int) -> bool:
        """Whether the line is part of the string or the statement that the line before has begun."""
        return bool(self.inside_string[line]) or (line > 0 and self.lines[line - 1].endswith(b"\\"))

    def groups(self, start: int, end: int, indent: int, brackets: bool = True) -> list[tuple[int, int]]:
        """The lines grouped into statements that start at this indentation."""
        starts: list[int] = []
        decorated = False
        for line in range(start, end):
            if self.is_blank(line) or self.continues(line) or (starts and self.indents[line] > indent):
                continue
            content = self.content(line)
            free = not brackets or self.depth[line] == 0
            if not starts or (free and not decorated and content[:1] not in b")]}"):
                if starts and CLAUSE.match(content) and CLAUSE_HOLDER.match(self.content(starts[-1])):
                    continue
                starts.append(line)
            if free:
                decorated = content.startswith(b"@")
        return [(first, (*starts[1:], end)[number]) for number, first in enumerate(starts)]

    def repair(self, start: int, end: int, indent: int, nesting: int) -> None:
        """Blanks out what cannot be read among statements at one indentation."""
        for first, last in self.groups(start, end, indent):
            if self.parses(first, last):
                continue
            header = first
            while header < last and (header == first or self.depth[header]) and self.content(first)[:1] == b"@":
                header += 1
            while header < last and self.content(header)[:1] == b"@":
                header += 1
            if first < header < last and not self.parses(first, header, b"def f(): 0"):
                self.blank(first, header, placeholder=b"")
                if self.parses(header, last):
                    continue
            bodies = self.bodies(header, last) if nesting < NESTING and header < last else []
            if bodies:
                self.repair_compound(header, last, bodies, nesting)
            else:
                self.repair_lines(header if header < last else first, last)

    def repair_lines(self, first: int, last: int) -> None:
        """Lines without a body: an unclosed bracket may have joined several statements."""
        pieces = self.groups(first, last, self.indents[first], brackets=False)
        if len(pieces) < 2:
            self.blank(first, last)
            return
        for start, end in pieces:
            if not self.parses(start, end):
                self.blank(start, end, placeholder=b"" if self.indents[start] < self.indents[first] else b"0")

    def bodies(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """Start, end and indentation of each block in a compound statement."""
        indent = self.indents[first]
        found: list[tuple[int, int, int]] = []
        start = -1
        body_indent = 0
        for line in range(first + 1, last):
            if self.is_blank(line) or self.continues(line):
                continue
            own = self.indents[line]
            if own <= indent:
                if start >= 0 and not self.depth[line]:
                    found.append((start, line, body_indent))
                    start = -1
            elif start < 0 and self._after_header(first, line):
                start, body_indent = line, own
        if start >= 0:
            found.append((start, last, body_indent))
        return found

    def _after_header(self, first: int, line: int) -> bool:
        """Whether the text before the line ends in a colon, or the line itself starts a statement for certain."""
        before = line - 1
        while before > first and self.is_blank(before):
            before -= 1
        content = self.lines[before].split(b"#")[0].rstrip()
        return content.endswith(b":") or STATEMENT.match(self.content(line)) is not None

    def repair_compound(self, first: int, last: int, bodies: list[tuple[int, int, int]], nesting: int) -> None:
        """Repairs the blocks. Where the lines between them are broken, these give way, from the first on."""
        for start, end, indent in bodies:
            self.repair(start, end, indent, nesting + 1)
        if self.headers_parse(first, last, bodies):
            return
        kept = self.lines[first:last]
        known = len(self.problems)
        header = first
        for start, end, _ in bodies:
            while self.is_blank(header):
                header += 1
            if self.replace_header(header, start) and self.headers_parse(first, last, bodies):
                return
            header = end
        self.lines[first:last] = kept
        del self.problems[known:]
        self.blank(first, last)

    def headers_parse(self, first: int, last: int, bodies: list[tuple[int, int, int]]) -> bool:
        """Whether a compound statement can be read when its blocks are empty."""
        kept = self.lines[first:last]
        for start, end, indent in bodies:
            placeholder = b"case _:0" if CASE.match(self.content(start)) else b"0"
            self.lines[start:end] = [b" " * indent + placeholder, *(b"" for _ in range(end - start - 1))]
        sound = self.parses(first, last)
        self.lines[first:last] = kept
        return sound

    def replace_header(self, header: int, body: int) -> bool:
        """Puts the simplest header of the same kind, with a definition's name; false where it is that, or too short."""
        content = self.content(header)
        simple = [b"if 0:"]
        if named := NAMED_HEADER.match(content):
            simple.insert(0, b"class %s:" % named[2] if named[1] == b"class" else b"def %s():" % named[2])
        elif CASE.match(content):
            simple = [b"case _:"]
        elif clause := CLAUSE.match(content):
            simple = [b"elif 0:" if clause[0] == b"elif" else clause[0] + b":"]
        for replacement in simple:
            if len(replacement) <= len(content) and content.rstrip() != replacement:
                self.blank(header, body, placeholder=replacement)
                return True
        return False

    def blank(self, first: int, last: int, placeholder: bytes = b"0") -> None:
        """Leaves lines out, with a statement that does nothing in their place."""
        line, message = self.describe(first, last)
        self.problems.append((line + 1, message))
        if CASE.match(self.content(first)) and placeholder == b"0":
            placeholder = b"case _:0" if len(self.content(first)) >= 8 else b""
        for number in range(first, last):
            width = len(self.lines[number])
            indent = self.indents[number]
            stand_in = placeholder if number == first else b""
            self.lines[number] = (b" " * indent + stand_in).ljust(width) if stand_in else b" " * width
            self.depth[number] = self.balance[number] = self.stray[number] = 0
            self.inside_string[number] = 0

    def describe(self, first: int, last: int) -> Problem:
        """The first line that the parser stumbles over, and what stands there."""
        pending = [self.tree(first, last)]
        rows: list[int] = []
        while pending:
            node = pending.pop()
            if node.is_error or node.is_missing:
                rows.append(node.start_point[0])
            if node.has_error:
                pending.extend(node.children)
        line = min(max([1, *rows]) - 1 + first, last - 1)
        return line, near(self.text_lines[line])

    def tree(self, first: int, last: int, after: bytes = b"") -> Node:
        """The tree of a group of lines in a block that can hold it, with a line after them."""
        first_line = self.content(first)
        header = b"match 0:" if CASE.match(first_line) else b"if 0:" if self.indents[first] else b""
        lines = [header, *self.lines[first:last], b" " * self.indents[first] + after]
        if header and not self.indents[first]:
            lines[1:] = [b" " + line for line in lines[1:]]
        return self.parser.parse(b"\n".join(lines) + b"\n").root_node

    def parses(self, first: int, last: int, after: bytes = b"") -> bool:
        """Whether a group can be read by itself, apart from small errors inside a statement."""
        root = self.tree(first, last, after)
        if not root.has_error:
            return True
        if sum(self.balance[first:last]) or any(self.stray[first:last]) or self.is_outdented(first, last):
            return False
        broken = 0
        pending = [child for child in root.children if child.has_error]
        if self.indents[first] or CASE.match(self.content(first)):
            pending = [part for holder in pending for part in (*holder.children, *_block(holder)) if part.has_error]
            pending = [part for part in pending if part.type != "block"]
        if any(child.is_error or child.is_missing for child in pending):
            return False
        while pending:
            node = pending.pop()
            if node.is_error:
                broken += node.end_byte - node.start_byte
            elif node.has_error:
                if node.type == "block":
                    return False
                pending.extend(node.children)
        return broken * LOCAL_SHARE < root.end_byte - root.start_byte

    def is_outdented(self, first: int, last: int) -> bool:
        """Whether a line of the group stands to the left of its first one."""
        indent = self.indents[first]
        return any(
            self.indents[line] < indent and not self.is_blank(line) and not self.inside_string[line]
            for line in range(first, last)
        )


def _block(node: Node) -> list[Node]:
    """The statements of the block that was put around a group."""
    return [statement for part in node.children if part.type == "block" for statement in part.children]
