"""Facts for a set of contents: those the index has, and the others freshly extracted."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import suppress

import msgspec

from navigator import facts
from navigator.facts.vocabulary import FileFacts
from navigator.index import Store, StoredFacts
from navigator.workspaces.executors import processors
from navigator.workspaces.extraction import Extracted, Source, unpack
from navigator.workspaces.fan_out import AHEAD, batches, executor_for, extract_all, jobs_for
from navigator.workspaces.imports import Summary, decode_summary
from navigator.workspaces.progress import Progress
from navigator.workspaces.snapshot_key import facts_version

Content = tuple[str, str]
"""A digest and a language."""

KEEP_FROM_BYTES = 1_000_000


class Wanted(msgspec.Struct, frozen=True):
    """A content that is needed, and one file that holds it."""

    digest: str
    language: str
    size: int
    root: str
    path: str


class Contents:
    """What is known of contents so far: those ``parsed`` and ``reused``; ``failures`` say why one has no facts."""

    def __init__(self, store: Store, read: Callable[[Iterable[Wanted]], Iterator[tuple[Wanted, bytes]]]) -> None:
        self.parsed: set[Content] = set()
        self.reused: set[Content] = set()
        self.failures: dict[Content, str] = {}
        self.facts: dict[Content, FileFacts] = {}
        self.summaries: dict[Content, Summary] = {}
        self._store = store
        self._read = read
        self._version = facts_version(facts.VERSION)

    def obtain(
        self, wanted: Iterable[Wanted], *, jobs: int | None, executor: Executor | None, progress: Progress
    ) -> None:
        """Loads or extracts every wanted content that is not known yet, and keeps what is new in the index."""
        needed: dict[Content, Wanted] = {}
        for each in wanted:
            content = (each.digest, each.language)
            if content not in self.facts and content not in self.failures:
                needed.setdefault(content, each)
        for row in self._store.facts(list(needed), self._version):
            # What cannot be decoded is as good as not there.
            with suppress(msgspec.MsgspecError, zlib.error):
                self._add(row)
                del needed[row.digest, row.language]
                self.reused.add((row.digest, row.language))
        if needed:
            self._extract(needed, jobs, executor, progress)

    def _add(self, row: StoredFacts | Extracted) -> None:
        content = (row.digest, row.language)
        summary = decode_summary(row.summary)
        self.facts[content] = facts.decode(unpack(row.data))
        self.summaries[content] = summary

    def _extract(
        self, needed: Mapping[Content, Wanted], jobs: int | None, executor: Executor | None, progress: Progress
    ) -> None:
        size = sum(each.size for each in needed.values())
        workers = jobs_for(size, jobs) if executor is None else processors()
        sources = (
            Source(each.digest, each.language, content)
            for each, content in self._read(sorted(needed.values(), key=lambda each: (-each.size, each.digest)))
        )
        done = 0
        fresh: list[tuple[Source, Extracted]] = []
        progress("reading code", 0, len(needed))
        with executor_for(size, jobs, executor) as chosen:
            work = batches(sources, size, workers)
            for results in extract_all(chosen, work, ahead=workers * AHEAD, jobs=workers):
                fresh.extend(results)
                done += len(results)
                if sum(len(source.content) for source, _ in fresh) >= KEEP_FROM_BYTES:
                    self._keep(fresh)
                    fresh = []
                progress("reading code", done, len(needed))
        self._keep(fresh)

    def _keep(self, results: Iterable[tuple[Source, Extracted]]) -> None:
        sound: list[Extracted] = []
        sources: list[tuple[str, bytes]] = []
        for source, found in results:
            self.parsed.add((found.digest, found.language))
            sources.append((source.digest, source.content))
            if found.failure:
                self.failures[found.digest, found.language] = found.failure
            else:
                sound.append(found)
                self._add(found)
        rows = (StoredFacts(found.digest, found.language, found.summary, found.data) for found in sound)
        self._store.put(rows, sources, self._version)


def kept_facts(store: Store, contents: Iterable[Content]) -> dict[Content, FileFacts]:
    """The facts of contents that the index has already, without reading any of the others."""
    known: dict[Content, FileFacts] = {}
    for row in store.facts(list(contents), facts_version(facts.VERSION)):
        with suppress(msgspec.MsgspecError, zlib.error):
            known[row.digest, row.language] = facts.decode(unpack(row.data))
    return known
