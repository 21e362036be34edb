"""What definitions said at each commit of a history: every version of a file is read once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from navigator import facts
from navigator.facts.vocabulary import FileFacts
from navigator.index import Store
from navigator.workspaces.contents import kept_facts
from navigator.workspaces.definitions import code_lines, first_line, parameter_names, stripped_lines
from navigator.workspaces.executors import processors
from navigator.workspaces.extraction import Source, unpack
from navigator.workspaces.fan_out import AHEAD, batches, executor_for, extract_all, jobs_for
from navigator.workspaces.progress import Progress

if TYPE_CHECKING:
    from navigator.sources.git import History


class Wanted(msgspec.Struct, frozen=True):
    """A definition of a file by its dotted name within it; empty for the module itself."""

    path: str
    qualified: str


class Text(msgspec.Struct, frozen=True):
    """What a definition says, comments and indentation aside, and the names of its parameters."""

    digest: str
    parameters: tuple[str, ...] = ()


class PastTexts:
    """``read`` counts the versions of files that had to be read."""

    def __init__(
        self, history: History, store: Store, commits: Sequence[str], jobs: int | None, progress: Progress
    ) -> None:
        self.read = 0
        self._history, self._store, self._commits = history, store, commits
        self._jobs, self._progress = jobs, progress

    def of(self, wanted: Sequence[Wanted]) -> dict[str, Text | None]:
        """By commit what the definitions say together; ``None`` where none of them is there."""
        paths = sorted({each.path for each in wanted})
        blobs = self._history.blobs(self._commits, paths)
        versions: dict[str, set[str]] = defaultdict(set)
        for row in blobs:
            for path, oid in zip(paths, row, strict=True):
                if oid:
                    versions[path].add(oid)
        texts = {path: self._texts(path, versions[path], wanted) for path in paths}
        known: dict[tuple[str, ...], Text | None] = {}
        for row in blobs:
            if row not in known:
                known[row] = _together([texts[path].get(oid) for path, oid in zip(paths, row, strict=True)])
        return {commit: known[row] for commit, row in zip(self._commits, blobs, strict=True)}

    def _texts(self, path: str, oids: Iterable[str], wanted: Sequence[Wanted]) -> dict[str, Text]:
        language = facts.language_of(path)
        if language is None:
            return {}
        names = {each.qualified for each in wanted if each.path == path}
        contents = self._history.contents(sorted(oids))
        # A definition is in no file that does not hold its name.
        marks = [name.rpartition(".")[2].encode() for name in names]
        anonymous = any(b"<" in mark for mark in marks)
        sources = [
            Source(oid, language, content)
            for oid, content in contents.items()
            if anonymous or any(mark in content for mark in marks)
        ]
        self.read += len(sources)
        known = kept_facts(self._store, ((source.digest, language) for source in sources))
        found: dict[str, Text] = {}
        for source in sources:
            if (source.digest, language) in known:
                _note(found, source, known[source.digest, language], names)
        self._extract([source for source in sources if (source.digest, language) not in known], names, found)
        return found

    def _extract(self, sources: Sequence[Source], names: set[str], found: dict[str, Text]) -> None:
        size = sum(len(source.content) for source in sources)
        workers = jobs_for(size, self._jobs)
        done = 0
        with executor_for(size, self._jobs) as executor:
            work = batches(sources, size, workers)
            for results in extract_all(executor, work, ahead=max(workers, processors()) * AHEAD, jobs=workers):
                for source, read in results:
                    if not read.failure:
                        _note(found, source, facts.decode(unpack(read.data)), names)
                done += len(results)
                self._progress("reading past versions", done, len(sources))


def _note(found: dict[str, Text], source: Source, read: FileFacts, names: set[str]) -> None:
    stripped = stripped_lines(source.content)
    parts: list[str] = []
    parameters: dict[str, None] = {}
    for definition in read.definitions:
        if definition.qualified in names:
            whole = not definition.qualified
            first = 1 if whole else first_line(stripped, definition.span.line)
            last = len(stripped) if whole else definition.span.end_line
            parts.append("\n".join(code_lines(stripped, range(first, last + 1))))
            parameters.update(dict.fromkeys(parameter_names(definition)))
    if parts:
        digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        found[source.digest] = Text(digest, tuple(parameters))


def _together(texts: Sequence[Text | None]) -> Text | None:
    there = [text for text in texts if text is not None]
    if len(there) <= 1:
        return there[0] if there else None
    return Text(" ".join(text.digest for text in there), tuple(name for text in there for name in text.parameters))
