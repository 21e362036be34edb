"""``pytest --call-trace FILE``: traces the calls that the tests make, xdist's workers included.

Loaded by every pytest beside which the navigator is installed, and so imports nothing until it is asked to trace.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("navigator", "call traces")
    group.addoption("--call-trace", metavar="FILE", help="write which function called which, for `navigator overlay`")
    group.addoption(
        "--call-trace-only",
        metavar="DIR",
        action="append",
        default=[],
        help="count functions of files below DIR (default: the root directory)",
    )
    group.addoption(
        "--call-trace-package",
        metavar="NAME",
        action="append",
        default=[],
        help="count functions of an installed package",
    )


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begins before conftest files and tests are imported; what is started later inherits the environment."""
    options = early_config.known_args_namespace
    if not options.call_trace or hasattr(early_config, "workerinput"):
        return
    from navigator.runs.injected import navigator_tracer
    from navigator.runs.kept_traces import may_write

    if os.environ.get(navigator_tracer.PLACE):
        return
    file = Path(options.call_trace).absolute()
    may_write(file)
    folders = [Path(folder).absolute() for folder in options.call_trace_only]
    if not folders and not options.call_trace_package:
        folders = [early_config.rootpath]
    tracing = _Tracing(file, folders, options.call_trace_package)
    early_config.pluginmanager.register(tracing, "navigator-tracing")


class _Tracing:
    """One traced session."""

    def __init__(self, file: Path, folders: list[Path], packages: list[str]) -> None:
        from navigator.runs.injected import navigator_tracer
        from navigator.runs.tracing import traced

        self.file, self.folders, self.packages = file, folders, packages
        self.parts = tempfile.TemporaryDirectory(prefix="navigator-trace-")
        variables = traced(Path(self.parts.name), folders=folders, packages=packages)
        self.before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        navigator_tracer.begin()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.write_line(f"call trace: {self.file}")

    def pytest_unconfigure(self) -> None:
        from navigator.errors import NavigatorError
        from navigator.runs.injected import navigator_tracer
        from navigator.runs.kept_traces import keep_trace
        from navigator.runs.tracing import collect

        navigator_tracer.end()
        for name, value in self.before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        parts = Path(self.parts.name)
        try:
            keep_trace(collect(parts, sys.orig_argv, folders=self.folders, packages=self.packages), self.file)
        except NavigatorError as error:
            sys.stderr.write(f"call trace: {error}\n")
        finally:
            self.parts.cleanup()
