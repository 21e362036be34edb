"""What the text of each definition says, so that it is recognised under another name, in another place or revision."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from navigator import facts
from navigator.callgraph import Symbol, SymbolKind
from navigator.callgraph.diff import Defined, last_name
from navigator.facts.vocabulary import Definition, FileFacts, ParameterKind
from navigator.index import Store, StoredFile
from navigator.workspaces.contents import kept_facts
from navigator.workspaces.extraction import Source, extract_batch, unpack

TELLING = 40
"""How many characters, besides its name, a definition needs to be recognised by its content alone."""
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_REMARKS = ("#", "//")
_UNWRITTEN = (ParameterKind.RECEIVER, ParameterKind.ARGUMENTS)


def definitions(
    store: Store, files: Sequence[StoredFile], symbols: Iterable[Symbol], unchanged: frozenset[tuple[str, str, str]]
) -> Iterator[Defined]:
    """The symbols of a graph with what their texts say.

    ``unchanged`` holds root, path and digest of the files that are the same on both sides: nothing in them needs to be
    read.
    """
    by_file: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
    for symbol in symbols:
        if symbol.kind is not SymbolKind.EXTERNAL:
            by_file[symbol.root, symbol.file].append(symbol)
    kept = [file for file in files if (file.root, file.path, file.digest) not in unchanged]
    known = kept_facts(store, {(file.digest, file.language) for file in kept})
    for file in files:
        there = by_file.pop((file.root, file.path), [])
        if (file.root, file.path, file.digest) in unchanged:
            yield from (Defined(symbol, file.module, "", "") for symbol in there)
            continue
        content = store.source(file.digest) or b""
        found = known.get((file.digest, file.language))
        if found is None and there:
            # The graph was made by another version of the front end, so that only the text is of use.
            found = _read_again(Source(file.digest, file.language, content))
        yield from _described(file, there, content, _parameters(found) if found is not None else {})


def _read_again(source: Source) -> FileFacts | None:
    (read,) = extract_batch([source])
    return facts.decode(unpack(read.data)) if not read.failure else None


def _parameters(found: FileFacts) -> dict[tuple[int, str], tuple[str, ...]]:
    """The names of parameters by line and last name of their definition."""
    return {
        (definition.span.line, definition.name): parameter_names(definition)
        for definition in found.definitions
        if definition.name and definition.parameters
    }


def parameter_names(definition: Definition) -> tuple[str, ...]:
    """The names of a function's parameters as written."""
    return tuple(parameter.name for parameter in definition.parameters if parameter.kind not in _UNWRITTEN)


def _described(
    file: StoredFile, symbols: Sequence[Symbol], content: bytes, parameters: dict[tuple[int, str], tuple[str, ...]]
) -> Iterator[Defined]:
    lines = stripped_lines(content)
    for symbol in symbols:
        whole = symbol.kind is SymbolKind.MODULE
        first = 1 if whole else first_line(lines, symbol.line)
        last = len(lines) if whole else symbol.end_line
        inside = {
            line
            for other in symbols
            if other is not symbol and other.kind is not SymbolKind.MODULE and other.kind is not SymbolKind.LAMBDA
            if (whole or symbol.line < other.line) and other.end_line <= last
            for line in range(first_line(lines, other.line), other.end_line + 1)
        }
        everything = code_lines(lines, range(first, last + 1))
        own = [
            line for number in range(first, last + 1) if number not in inside for line in code_lines(lines, (number,))
        ]
        name = _NAME.findall(symbol.name)
        yield Defined(
            symbol,
            file.module,
            _whole("\n".join(everything), "" if whole or not name else name[-1]),
            _hash("\n".join(own)),
            parameters.get((symbol.line, last_name(symbol.id)), ()),
        )


def stripped_lines(content: bytes) -> list[str]:
    """The lines of a file without their indentation."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace")
    return [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def first_line(lines: Sequence[str], line: int) -> int:
    """Where a definition begins with its decorators; ``lines`` are stripped."""
    while line > 1 and line - 2 < len(lines) and lines[line - 2].startswith("@"):
        line -= 1
    return line


def code_lines(lines: Sequence[str], numbers: Iterable[int]) -> list[str]:
    """Those of the stripped lines that are neither empty nor a comment."""
    return [
        line
        for number in numbers
        if number <= len(lines)
        if (line := lines[number - 1]) and not line.startswith(_REMARKS)
    ]


def _whole(text: str, name: str) -> str:
    nameless = re.sub(rf"(?<![\w$]){re.escape(name)}(?![\w$])", "", text) if name else text
    return _hash(nameless) if len(nameless) >= TELLING else ""


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
