"""Makes every case of every ``*.md`` file a test: ``tests/calls/decorators.md::stacked with arguments``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.calls.harness.cases import Case, read_cases
from tests.calls.harness.runs import falsehoods, runnable, runs_of


class Untrue(Exception):
    """The case asserts what running it contradicts."""


class Differs(Exception):
    """Linking gives other edges than the case asserts."""


class CaseFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        for case in read_cases(self.path):
            item: CaseItem = CaseItem.from_parent(self, name=case.name, case=case)
            if case.settings.xfail:
                item.add_marker(pytest.mark.xfail(reason=case.settings.xfail, raises=Differs, strict=True))
            yield item


class CaseItem(pytest.Item):
    def __init__(self, *, case: Case, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.case = case

    def runtest(self) -> None:
        from tests.calls.harness.linked import differences, linked, misplaced

        real = None
        if runnable(self.case):
            run = runs_of(self.path)[self.case.name]
            real = run.calls
            found = falsehoods(self.case, run)
            if found:
                raise Untrue("\n".join(found))
        graph = linked(self.case)
        problems = [*misplaced(self.case, graph), differences(self.case, graph, real)]
        if any(problems):
            raise Differs("\n".join(filter(None, problems)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Untrue | Differs):
            return f"{self.case.about}\n\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, f"{self.path.stem}: {self.case.name}"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    if file_path.suffix == ".md" and file_path.name != "README.md":
        collector: CaseFile = CaseFile.from_parent(parent, path=file_path)
        return collector
    return None
