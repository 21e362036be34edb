"""What definitions said at each commit of a history: every version of a file is read once."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from navigator import facts
from navigator.facts.vocabulary import Definition, FileFacts
from navigator.index import Store
from navigator.workspaces.contents import kept_facts
from navigator.workspaces.definitions import code_lines, first_line, parameter_names, stripped_lines
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
    mentions: bool = False
    """Whether the word that was looked for is in it."""


class PastTexts:
    """``read`` counts the versions of files that had to be read."""

    def __init__(
        self,
        history: History,
        store: Store,
        commits: Sequence[str],
        jobs: int | None,
        progress: Progress,
        word: str = "",
    ) -> None:
        self.read = 0
        self._word = re.compile(rf"(?<![\w$]){re.escape(word)}(?![\w$])" if word else r"(?!)")
        self._history, self._store, self._commits = history, store, commits
        self._jobs, self._progress = jobs, progress

    def of(self, *groups: Sequence[Wanted]) -> list[dict[str, Text | None]]:
        """For every group by commit what its definitions say together; ``None`` where none of them is there."""
        paths = sorted({each.path for group in groups for each in group})
        blobs = self._history.blobs(self._commits, paths)
        versions: dict[str, set[str]] = defaultdict(set)
        for row in blobs:
            for path, oid in zip(paths, row, strict=True):
                if oid:
                    versions[path].add(oid)
        names = {path: [{e.qualified for e in group if e.path == path} for group in groups] for path in paths}
        texts = {path: self._texts(path, versions[path], names[path]) for path in paths}
        answers: list[dict[str, Text | None]] = []
        for number in range(len(groups)):
            known: dict[tuple[str, ...], Text | None] = {}
            for row in set(blobs):
                known[row] = _together([texts[path][number].get(oid) for path, oid in zip(paths, row, strict=True)])
            answers.append({commit: known[row] for commit, row in zip(self._commits, blobs, strict=True)})
        return answers

    def _texts(self, path: str, oids: Iterable[str], groups: Sequence[set[str]]) -> list[dict[str, Text]]:
        found: list[dict[str, Text]] = [{} for _ in groups]
        language = facts.language_of(path)
        if language is None:
            return found
        contents = self._history.contents(sorted(oids))
        # A definition is in no file that does not hold its name.
        marks = [name.rpartition(".")[2].encode() for names in groups for name in names]
        anonymous = any(b"<" in mark for mark in marks)
        sources = [
            Source(oid, language, content)
            for oid, content in contents.items()
            if anonymous or any(mark in content for mark in marks)
        ]
        self.read += len(sources)
        known = kept_facts(self._store, ((source.digest, language) for source in sources))
        fresh = []
        for source in sources:
            if (source.digest, language) in known:
                self._note(found, source, known[source.digest, language], groups)
            else:
                fresh.append(source)
        for source, read in self._extracted(fresh):
            self._note(found, source, read, groups)
        return found

    def _extracted(self, sources: Sequence[Source]) -> Iterator[tuple[Source, FileFacts]]:
        size = sum(len(source.content) for source in sources)
        workers = jobs_for(size, self._jobs)
        done = 0
        with executor_for(size, self._jobs) as executor:
            work = batches(sources, size, workers)
            for results in extract_all(executor, work, ahead=workers * AHEAD, jobs=workers):
                yield from ((source, facts.decode(unpack(read.data))) for source, read in results if not read.failure)
                done += len(results)
                self._progress("reading past versions", done, len(sources))

    def _note(
        self, found: Sequence[dict[str, Text]], source: Source, read: FileFacts, groups: Sequence[set[str]]
    ) -> None:
        lines = stripped_lines(source.content)
        for names, texts in zip(groups, found, strict=True):
            definitions = [each for each in read.definitions if each.qualified in names]
            if definitions:
                text = "\0".join(_text(lines, each) for each in definitions)
                digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
                parameters = dict.fromkeys(name for each in definitions for name in parameter_names(each))
                mentions = self._word.search(text) is not None
                texts[source.digest] = Text(digest, tuple(parameters), mentions)


def _text(lines: Sequence[str], definition: Definition) -> str:
    whole = not definition.qualified
    first = 1 if whole else first_line(lines, definition.span.line)
    last = len(lines) if whole else definition.span.end_line
    return "\n".join(code_lines(lines, range(first, last + 1)))


def _together(texts: Sequence[Text | None]) -> Text | None:
    there = [text for text in texts if text is not None]
    if len(there) <= 1:
        return there[0] if there else None
    return Text(
        " ".join(text.digest for text in there),
        tuple(name for text in there for name in text.parameters),
        any(text.mentions for text in there),
    )
