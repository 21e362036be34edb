"""Runs a reproduction: starts its process, reads what it tells, and keeps all of it in the run's folder."""

from __future__ import annotations

import codecs
import contextlib
import errno
import hashlib
import json
import os
import platform
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import msgspec

from navigator import reproduction as child
from navigator.runs import record as kept
from navigator.runs import supervisor
from navigator.runs.errors import CannotKeepRun, CannotStart, MissingRequirement
from navigator.runs.finding import Reproduction
from navigator.runs.protocol import Claimed, Event, Lines, Printed
from navigator.runs.record import Environment, Result, RunRecord, Status
from navigator.runs.requirements import DISTRIBUTION, ensure, installed
from navigator.runs.trace import write_trace
from navigator.runs.tracing import collect
from navigator.runs.tracing import traced as traced_variables
from navigator.workspaces.user_settings import Trust

GRACE_SECONDS = 3.0
LEAST_LIMIT = 600.0
LIMIT_FACTOR = 10.0
LARGEST_LOG = 64 << 20
RESERVE = 64 << 10
"""Bytes set aside at the start, so that the end can be written down on a full disk."""
MOST_OUTPUTS = 1000
TEXTS = frozenset({".md", ".rst"})
"""Endings of files that are there to be read."""

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class Running:
    """One run in progress: iterate over its events until it has ended, then look at ``record``.

    Used as a ``with`` block, which stops the run if it is left early. ``cancel`` may be called from any thread and from
    a signal handler; what it asks for is seen by the one who iterates.
    """

    def __init__(self, record: RunRecord, environment: Mapping[str, str], declared: Reproduction) -> None:
        self.record = record
        self._declared = declared
        self._resources = ExitStack()
        self._selector = selectors.DefaultSelector()
        self._lines = Lines()
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._claims: dict[str, Claimed] = {}
        self._logged = 0
        self._cancelled = False
        self._timed_out = False
        self._failure = ""
        self._report = b""
        self._began = time.monotonic()
        try:
            self._start(environment)
        except BaseException:
            self._resources.close()
            raise

    def _start(self, environment: Mapping[str, str]) -> None:
        place, stack = self.record.place, self._resources
        lock = stack.enter_context(kept.locked(place))
        try:
            # Closed with the stack.
            self._log: IO[bytes] = stack.enter_context(open(place / kept.LOG, "wb", buffering=0))  # noqa: SIM115
            self._told: IO[bytes] = stack.enter_context(open(place / kept.EVENTS, "wb", buffering=0))  # noqa: SIM115
            (place / "reserve").write_bytes(b"\0" * RESERVE)
        except OSError as error:
            raise kept.cannot_keep(place, error) from error
        kept.write_record(self.record)
        ends = {name: os.pipe() for name in ("printed", "events", "status", "lifeline")}
        self._descriptors = {end for pair in ends.values() for end in pair}
        stack.callback(self._close, *self._descriptors)
        self._lifeline = ends["lifeline"][1]
        os.set_blocking(self._lifeline, False)
        events = ends["events"][1]
        words = [sys.executable, "-I", "-S", supervisor.__file__, str(ends["lifeline"][0]), str(ends["status"][1])]
        words += [str(GRACE_SECONDS), str(events), "--", *self.record.command]
        try:
            self._supervisor = subprocess.Popen(
                words,
                cwd=place / kept.OUTPUTS,
                env={**environment, child.EVENTS: str(events)},
                stdin=subprocess.DEVNULL,
                stdout=ends["printed"][1],
                stderr=subprocess.STDOUT,
                pass_fds=(ends["lifeline"][0], ends["status"][1], events, lock),
                start_new_session=True,
            )
        except OSError as error:
            raise CannotStart(f"cannot start {sys.executable}: {error.strerror}") from error
        for name in ("printed", "events", "status"):
            reading, writing = ends[name]
            self._close(writing)
            os.set_blocking(reading, False)
            self._selector.register(reading, selectors.EVENT_READ, name)
        self._close(ends["lifeline"][0])

    def _close(self, *descriptors: int) -> None:
        for descriptor in self._descriptors.intersection(descriptors):
            self._descriptors.discard(descriptor)
            os.close(descriptor)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()
        with contextlib.suppress(KeyboardInterrupt):
            for _event in self:
                pass
        if self._supervisor.poll() is None:
            self.cancel(at_once=True)
            self._supervisor.wait()
        self._resources.close()

    def __iter__(self) -> Iterator[Event]:
        while not self.ended:
            yield from self.poll(1.0)

    @property
    def ended(self) -> bool:
        return self.record.status is not Status.RUNNING

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def cancel(self, *, at_once: bool = False) -> None:
        """Asks the run to stop, or kills it; does nothing once it has ended."""
        if not self.ended:
            self._cancelled = True
            self._send(b"k" if at_once else b"s")

    def _send(self, word: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._lifeline, word)

    def poll(self, seconds: float) -> list[Event]:
        """What has happened, after waiting ``seconds`` at most. The last call sets ``record`` to the final one."""
        if self.ended:
            return []
        left = self.record.limit - self.seconds
        if left <= 0 and not self._timed_out and not self._cancelled:
            self._timed_out = True
            self._send(b"s")
        wait = min(seconds, left) if left > 0 else seconds
        events: list[Event] = []
        over = False
        for key, _ in self._selector.select(wait):
            data = _read(key.fd)
            if data is None:
                continue
            if not data:
                over |= key.data == "status"
                self._selector.unregister(key.fd)
                continue
            events += self._take(key.data, data)
        if over:
            events += self._drain()
            self._finish()
        return events

    def _take(self, name: str, data: bytes) -> list[Event]:
        if name == "status":
            self._report += data
            return []
        if name == "printed":
            if self._logged < LARGEST_LOG:
                self._keep(self._log, data)
            self._logged += len(data)
            text = self._text.decode(data)
            return [Printed(text)] if text else []
        self._keep(self._told, data)
        events = self._lines.feed(data)
        for event in events:
            if isinstance(event, Claimed):
                self._claims[event.id] = event
        return events

    def _keep(self, stream: IO[bytes], data: bytes) -> None:
        if self._failure:
            return
        try:
            rest = data
            while rest:
                rest = rest[stream.write(rest) :]
        except OSError as error:
            self._failure = f"cannot write {stream.name}: {error.strerror}"
            self._send(b"s")

    def _drain(self) -> list[Event]:
        """What is still in the pipes when everything that wrote to them is gone."""
        events: list[Event] = []
        for key in list(self._selector.get_map().values()):
            while data := _read(key.fd):
                events += self._take(key.data, data)
            self._selector.unregister(key.fd)
        return events

    def _finish(self) -> None:
        self._supervisor.wait()
        try:
            report: dict[str, Any] = json.loads(self._report)
        except ValueError:
            report = {"error": "its supervisor was killed"}
        status, message = self._verdict(report)
        final = msgspec.structs.replace(
            self.record,
            status=status,
            message=message,
            seconds=round(self.seconds, 3),
            exit=report.get("exit"),
            claims=tuple(self._claims.values()),
            outputs=_results(self.record, self._declared),
            left=report.get("left", 0),
            memory=report.get("memory", 0),
            processor=report.get("processor", 0),
        )
        (self.record.place / "reserve").unlink(missing_ok=True)
        if final.traced:
            final = self._traced(final)
        self.record = final
        self._resources.close()
        kept.write_record(final)

    def _traced(self, final: RunRecord) -> RunRecord:
        """Puts the parts of the trace together; where that cannot be kept the record says so."""
        place = self.record.place
        folders = (Path(final.folder),)
        trace = collect(place / kept.TRACE_PARTS, final.command, folders=folders, exit=final.exit)
        try:
            write_trace(trace, place / kept.TRACE)
        except CannotKeepRun as error:
            message = "; ".join(part for part in (final.message, f"its trace is lost: {error}") if part)
            return msgspec.structs.replace(final, traced=False, message=message)
        finally:
            shutil.rmtree(place / kept.TRACE_PARTS, ignore_errors=True)
        return final

    def _verdict(self, report: Mapping[str, Any]) -> tuple[Status, str]:
        code = report.get("exit")
        if self._failure:
            return Status.FAILED, f"{self._failure}; free space, or set NAVIGATOR_HOME to another folder"
        if self._cancelled:
            return Status.CANCELLED, "stopped on request"
        if self._timed_out:
            return Status.TIMED_OUT, f"stopped after {self.record.limit:g} s; --limit gives it longer"
        if "error" in report:
            return Status.FAILED, f"cannot run: {report['error']}"
        if code:
            why = f"status {code}" if code > 0 else f"signal {-code}"
            full = _disk_is_full(self.record.place)
            return Status.FAILED, f"ended with {why}{'; the disk is full' if full else ''}"
        return Status.DONE, ""


def start(
    reproduction: Reproduction,
    values: Mapping[str, Any],
    *,
    seed: int = 0,
    threads: int | None = None,
    limit: float | None = None,
    further: Mapping[str, str] | None = None,
    traced: bool = False,
) -> Running:
    """Starts a run in a folder of its own. ``values`` are all parameters; ``further`` adds environment variables.
    With ``traced`` the calls between the functions of the reproduction's folder are counted, in all its processes, and
    kept as the run's trace.

    Raises UntrustedFolder, MissingRequirement, CannotKeepRun and CannotStart, with nothing left running.
    """
    manifest = reproduction.manifest
    may_run(reproduction)
    ensure(manifest.id, manifest.requires)
    now = datetime.now(UTC)
    folder = kept.new_folder(f"{manifest.id}-{now:%Y%m%d-%H%M%S}")
    threads = threads or min(manifest.requires.cores, os.cpu_count() or 1)
    record = RunRecord(
        id=folder.name,
        reproduction=manifest.id,
        title=manifest.title,
        folder=str(reproduction.folder),
        command=tuple(_words(reproduction)),
        parameters=dict(values),
        started=now.isoformat(timespec="milliseconds"),
        status=Status.RUNNING,
        environment=_environment(reproduction, threads, seed),
        limit=limit or max(LEAST_LIMIT, LIMIT_FACTOR * manifest.requires.seconds),
        traced=traced,
    )
    try:
        (folder / kept.PARAMETERS).write_text(json.dumps(dict(values), indent=1) + "\n", "utf-8")
        variables = _variables(reproduction, folder, threads, seed)
        if traced:
            (folder / kept.TRACE_PARTS).mkdir()
            parts = folder / kept.TRACE_PARTS
            variables |= traced_variables(parts, folders=[reproduction.folder], environment=variables)
        return Running(record, variables | dict(further or {}), reproduction)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise kept.cannot_keep(folder / kept.PARAMETERS, error) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def may_run(reproduction: Reproduction) -> None:
    """Raises UntrustedFolder for a reproduction that a workspace file brought along, until its folder is trusted."""
    if reproduction.origin == "workspace":
        Trust().require(reproduction.folder)


def _words(reproduction: Reproduction) -> Iterator[str]:
    """The command: ``python`` is this interpreter, ``{folder}`` in a word the reproduction's folder."""
    for number, word in enumerate(reproduction.manifest.command):
        if number == 0 and word in ("python", "python3"):
            yield sys.executable
        else:
            yield word.replace("{folder}", str(reproduction.folder))


def _variables(reproduction: Reproduction, folder: Path, threads: int, seed: int) -> dict[str, str]:
    """The process's environment: the caller's, with the import path, seed and thread counts pinned."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("NAVIGATOR_")}
    paths = [str(reproduction.folder.parents[1]), variables.get("PYTHONPATH", "")]
    variables |= {name: str(threads) for name in THREAD_VARIABLES}
    variables |= {
        child.PARAMETERS: str(folder / kept.PARAMETERS),
        child.OUTPUT: str(folder / kept.OUTPUTS),
        child.SEED: str(seed),
        child.THREADS: str(threads),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONHASHSEED": str(seed % 2**32),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "agg",
    }
    return variables


def _environment(reproduction: Reproduction, threads: int, seed: int) -> Environment:
    from importlib.metadata import PackageNotFoundError, version

    try:
        own = version(DISTRIBUTION)
    except PackageNotFoundError:
        own = "not installed"
    packages: dict[str, str] = {}
    with contextlib.suppress(MissingRequirement):
        packages = installed(reproduction.manifest.requires)
    return Environment(
        navigator=own,
        python=platform.python_version(),
        platform=platform.platform(),
        cores=os.cpu_count() or 1,
        threads=threads,
        seed=seed,
        code=digest(reproduction.folder),
        packages=packages,
    )


def digest(folder: Path) -> str:
    """A short digest of the names and bytes of a reproduction's files but its manifest, for a run's record has its
    command and parameters itself, and its texts, which do not run."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if (
            file.is_file()
            and parts != (child.MANIFEST,)
            and file.suffix not in TEXTS
            and not any(part.startswith((".", "__pycache__")) for part in parts)
        ):
            with contextlib.suppress(OSError):
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                total.update(f"{'/'.join(parts)}\0{content}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()[:16]


def _results(record: RunRecord, declared: Reproduction) -> tuple[Result, ...]:
    """The files in the output folder: those that the manifest names first, in its order."""
    folder = record.place / kept.OUTPUTS
    named = {output.path: output for output in declared.manifest.outputs}
    there = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            there[file.relative_to(folder).as_posix()] = file.stat().st_size
    order = [path for path in named if path in there] + [path for path in there if path not in named]
    return tuple(
        Result(path, there[path], named[path].kind, named[path].title) if path in named else Result(path, there[path])
        for path in order[:MOST_OUTPUTS]
    )


def _disk_is_full(folder: Path) -> bool:
    """Whether not even one more block can be written; tried, because quotas do not show in what the system tells."""
    probe = folder / ".probe"
    try:
        probe.write_bytes(b"\0" * 65536)
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return False


def _read(descriptor: int) -> bytes | None:
    """What has arrived; nothing at all (None) is not the same as the end (no bytes)."""
    try:
        return os.read(descriptor, 1 << 16)
    except BlockingIOError:
        return None
