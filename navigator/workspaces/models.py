"""The sources of library models: read, kept and reused like any other content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from navigator.facts.vocabulary import FileFacts
from navigator.linking.knowledge import Knowledge, KnowledgeError, Model, Written, understand
from navigator.sources import blob_id
from navigator.workspaces.contents import Content, Wanted

MODELS = ""
"""The root that models belong to; no real root has an empty name."""


class Models:
    """The models of some knowledge files."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._digests: dict[int, str] = {}
        self.sources: dict[str, bytes] = {}
        """Their sources, by digest."""
        self._languages: dict[str, str] = {}
        for _, file in written:
            for model in file.model:
                source = model.source.encode()
                digest = self._digests[id(model)] = blob_id(source)
                self.sources[digest] = source
                self._languages[digest] = file.language
        self.contents: frozenset[Content] = frozenset(self._languages.items())

    def wanted(self) -> Iterator[Wanted]:
        for digest, source in self.sources.items():
            yield Wanted(digest, self._languages[digest], len(source), MODELS, "")

    def understood(self, facts: Mapping[Content, FileFacts], failures: Mapping[Content, str]) -> Knowledge:
        """The knowledge, given the facts of the contents that were wanted. Raises KnowledgeError."""

        def facts_of(model: Model, language: str) -> FileFacts:
            content = self._digests[id(model)], language
            if content not in facts:
                raise KnowledgeError(f"model {model.module} could not be read: {failures.get(content, '')}")
            return facts[content]

        return understand(self._written, facts_of)
