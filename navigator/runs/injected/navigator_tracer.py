"""Counts which Python function calls which, in the process that it runs in.

``NAVIGATOR_TRACE`` names the folder that gets two files for each process: ``*.calls``, one JSON array a line, written
the moment that a function or a call is first seen, and ``*.counts``, one unsigned 64-bit number for each call, a shared
mapping of a file. Neither waits for the end of the process, so a crash, ``os._exit``, ``exec`` and a kill lose nothing.

Functions count whose files lie under a folder of ``NAVIGATOR_TRACE_FOLDERS``, or belong to a package of
``NAVIGATOR_TRACE_PACKAGES``; a call's caller is the nearest such frame. On Python 3.12+ ``sys.monitoring`` tells of
calls, and of other people's functions once each; before that, ``sys.setprofile`` tells of every call.

Lines of ``*.calls``:

    ["process", pid, parent, started, hook, version, [argument, ...]]
    ["function", number, file, line, qualified name]
    ["call", slot, time, caller, callee, line, column, end line, end column, kind]
    ["lost"]    the profile function was no longer set at the end: the program set its own, or ran into its recursion
                limit inside of ours, which takes it away; later calls are missing

``time`` is in nanoseconds of the monotonic clock, which all processes share, ``started`` of the wall clock. ``caller``
is -1 for a call that no traced function leads to. Columns count bytes of UTF-8, as Python's own do. Kinds: ``direct``;
``through`` other people's Python code; ``resumed`` for the first step of a generator or coroutine, whose caller is who
asked for the step, not necessarily who made it; ``spawned`` for the first traced function of a thread, whose caller is
who started the thread. Slot 0 of the counts is for calls that found no more room.

Standard library only.
"""

from __future__ import annotations

import _thread
import atexit
import mmap
import os
import sys
import time
from collections.abc import Callable
from itertools import islice
from types import CodeType, FrameType
from typing import Any, Final

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:
    from json.encoder import encode_basestring_ascii as quoted

PLACE: Final = "NAVIGATOR_TRACE"
FOLDERS: Final = "NAVIGATOR_TRACE_FOLDERS"
PACKAGES: Final = "NAVIGATOR_TRACE_PACKAGES"
HOOK: Final = "NAVIGATOR_TRACE_HOOK"
"""``profile`` asks for ``sys.setprofile`` where ``sys.monitoring`` would be taken."""

SLOTS: Final = 1 << 17
"""Most distinct calls of one process: call sites times callees."""
CHUNK: Final = 1 << 16
"""Bytes of counts reserved at a time."""
MOST_FILES: Final = 1 << 16
MOST_PENDING: Final = 1 << 12
DEEPEST_WALK: Final = 1000

KINDS: Final = ("direct", "through", "resumed", "spawned")
_THROUGH, _RESUMED, _SPAWNED = 1, 2, 3

_FUNCTION: Final = 0x1  # CO_OPTIMIZED: neither a module's nor a class's body
_SUSPENDS: Final = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
_SELF: Final = os.path.realpath(__file__)

Key = tuple[int, int, int, int]
"""The caller's code, by id, the offset of its instruction, the callee's code, by id, and the number of the kind."""

Hook = Callable[[FrameType, str, Any], None]


class Interest(dict[str, bool]):
    """Whether the functions of a file count, by the file's name as code objects have it."""

    def __init__(self, folders: list[str], packages: list[str]) -> None:
        self.folders = tuple(os.path.join(os.path.realpath(folder), "") for folder in folders)
        self.packages = packages

    def __missing__(self, name: str) -> bool:
        found = self._decide(name)
        if len(self) < MOST_FILES:
            self[name] = found
        return found

    def _decide(self, name: str) -> bool:
        if name.startswith("<"):
            return False
        path = os.path.realpath(name)
        if path == _SELF:
            return False
        if path.startswith(self.folders):
            return True
        for package in self.packages:
            inner = package.replace(".", os.sep)
            for entry in sys.path:
                start = os.path.join(os.path.realpath(entry), inner)
                if path.startswith(start + os.sep) or path == start + ".py":
                    return True
        return False


class Starter:
    """Where a thread was started; has what is asked of a frame."""

    def __init__(self, frame: FrameType) -> None:
        self.f_code = frame.f_code
        self.f_lasti = frame.f_lasti
        self.f_lineno = frame.f_lineno
        self.f_back = None


Place = FrameType | Starter


class Tracer:
    """The calls of this process. ``seen`` maps a call to its slot in ``counts``."""

    def __init__(self, place: str, interest: Interest) -> None:
        self.place = place
        self.interest = interest
        self.hook = ""
        self.seen: dict[Key, int] = {}
        self.starters: dict[int, Starter] = {}
        """Who started a thread, by the thread's number."""
        self.counts: Any = None
        self.fresh()

    def fresh(self) -> None:
        """Begins with nothing, as the child of a fork must."""
        self.seen.clear()
        self.codes: dict[int, int] = {}
        self.kept: list[CodeType] = []
        self.pending: list[str] = []
        self.path = ""
        self.counts = None
        self.reserved = 0
        self.next = 1
        self.full = False
        self.lock = _thread.allocate_lock()

    def see(self, key: Key, code: CodeType, caller: Place | None) -> None:
        """Takes a call into the books that was not in them."""
        # A signal's handler may come here while its own thread is here already; its call goes uncounted.
        if not self.lock.acquire(timeout=1.0):
            return
        try:
            slot = self.seen.get(key)
            if slot is None:
                slot = self._enter(key, code, caller)
            if self.counts is not None:
                self.counts[slot] += 1
        finally:
            self.lock.release()

    def _enter(self, key: Key, code: CodeType, caller: Place | None) -> int:
        if not self.path and not self._open():
            return 0
        if self.full or not self._room(self.next):
            self.full = True
            return 0
        slot = self.next
        self.next += 1
        callee = self._number(code)
        maker, place = -1, (0, 0, 0, 0)
        if caller is not None:
            maker = self._number(caller.f_code)
            place = _position(caller.f_code, caller.f_lasti, caller.f_lineno or 0)
        kind = KINDS[key[3]]
        line = f'["call",{slot},{time.monotonic_ns()},{maker},{callee},{",".join(map(str, place))},"{kind}"]'
        self.pending.append(line)
        self._write()
        self.seen[key] = slot
        return slot

    def _number(self, code: CodeType) -> int:
        """By id, because hashing a code object hashes all that it holds; ``kept`` keeps it, and so its id."""
        number = self.codes.get(id(code))
        if number is None:
            number = self.codes[id(code)] = len(self.kept)
            self.kept.append(code)
            file = quoted(os.path.realpath(code.co_filename))
            self.pending.append(f'["function",{number},{file},{code.co_firstlineno},{quoted(code.co_qualname)}]')
        return number

    def _open(self) -> bool:
        name = os.path.join(self.place, f"{os.getpid()}-{time.monotonic_ns()}")
        try:
            descriptor = os.open(name + ".counts", os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0))
            try:
                os.ftruncate(descriptor, SLOTS * 8)
                os.lseek(descriptor, 0, os.SEEK_SET)
                self._reserve(descriptor)
                self.counts = memoryview(mmap.mmap(descriptor, SLOTS * 8)).cast("Q")
            finally:
                os.close(descriptor)
        except OSError:
            self.full = True
            return False
        self.path = name
        words = ",".join(quoted(word) for word in sys.orig_argv)
        version = ".".join(map(str, sys.version_info[:3]))
        ids = f"{os.getpid()},{os.getppid()},{time.time_ns()}"
        self.pending.append(f'["process",{ids},"{self.hook}","{version}",[{words}]]')
        return True

    def _room(self, slot: int) -> bool:
        """Whether the file has real space for a slot: a store into a mapping that finds none ends the process."""
        if slot >= SLOTS:
            return False
        if slot * 8 < self.reserved:
            return True
        try:
            descriptor = os.open(self.path + ".counts", os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                os.lseek(descriptor, self.reserved, os.SEEK_SET)
                self._reserve(descriptor)
            finally:
                os.close(descriptor)
        except OSError:
            return False
        return True

    def _reserve(self, descriptor: int) -> None:
        zeros = bytes(CHUNK)
        while zeros:
            zeros = zeros[os.write(descriptor, zeros) :]
        self.reserved += CHUNK

    def _write(self) -> None:
        """Opens the file anew each time: a descriptor kept could be closed, and its number used, by the program."""
        data = ("\n".join(self.pending) + "\n").encode()
        try:
            descriptor = os.open(self.path + ".calls", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                while data:
                    data = data[os.write(descriptor, data) :]
            finally:
                os.close(descriptor)
        except OSError:
            self.full = len(self.pending) > MOST_PENDING
            if self.pending[0]:
                # Ends a line that was written in part.
                self.pending.insert(0, "")
        else:
            self.pending.clear()


def _position(code: CodeType, offset: int, line: int) -> tuple[int, int, int, int]:
    """Where the instruction at a byte offset stands: line, column, end line, end column."""
    found = next(islice(code.co_positions(), offset // 2, None), None)
    if found is None or found[0] is None:
        return line, 0, line, 0
    start, end, column, end_column = found
    return start or line, column or 0, end or start or line, end_column or 0


def profile_hook(tracer: Tracer) -> Hook:
    """The function for ``sys.setprofile``."""
    interest, seen, back = tracer.interest, tracer.seen, _back
    starters, get_ident = tracer.starters, _thread.get_ident
    starts: dict[int, tuple[CodeType, int]] = {}

    def hook(frame: FrameType, event: str, argument: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        if not interest[code.co_filename]:
            return
        flags = code.co_flags
        if not flags & _FUNCTION:
            return
        kind = 0
        if flags & _SUSPENDS:
            known = starts.get(id(code))
            if known is None:
                known = starts[id(code)] = code, _first_offset(code)
            if frame.f_lasti > known[1]:
                return
            kind = _RESUMED
        caller: Place | None = frame.f_back
        if caller is not None and not interest[caller.f_code.co_filename]:
            caller = back(caller, interest)
            kind = kind or _THROUGH
        if caller is None:
            caller = starters.get(get_ident())
            kind = _SPAWNED if caller is not None else kind
        if caller is None:
            key = (0, 0, id(code), kind)
        else:
            key = (id(caller.f_code), caller.f_lasti, id(code), kind)
        slot = seen.get(key)
        if slot is None:
            tracer.see(key, code, caller)
        else:
            tracer.counts[slot] += 1

    return hook


def start_callback(tracer: Tracer, disable: object) -> Callable[[CodeType, int], object]:
    """The function for ``PY_START`` of ``sys.monitoring``; gives ``disable`` for functions of no interest."""
    interest, seen, back, frame_at = tracer.interest, tracer.seen, _back, sys._getframe
    starters, get_ident = tracer.starters, _thread.get_ident

    def started(code: CodeType, offset: int) -> object:
        if not interest[code.co_filename] or not code.co_flags & _FUNCTION:
            return disable
        kind = _RESUMED if code.co_flags & _SUSPENDS else 0
        caller: Place | None = frame_at(1).f_back
        if caller is not None and not interest[caller.f_code.co_filename]:
            caller = back(caller, interest)
            kind = kind or _THROUGH
        if caller is None:
            caller = starters.get(get_ident())
            kind = _SPAWNED if caller is not None else kind
        if caller is None:
            key = (0, 0, id(code), kind)
        else:
            key = (id(caller.f_code), caller.f_lasti, id(code), kind)
        slot = seen.get(key)
        if slot is None:
            tracer.see(key, code, caller)
        else:
            tracer.counts[slot] += 1
        return None

    return started


def _back(frame: Place | None, interest: Interest) -> Place | None:
    """The nearest frame of interest outwards."""
    for _ in range(DEEPEST_WALK):
        if frame is None or interest[frame.f_code.co_filename]:
            return frame
        frame = frame.f_back
    return None


def _first_offset(code: CodeType) -> int:
    """Where a generator's or coroutine's frame stands when its first step begins."""
    import dis

    return next((step.offset for step in dis.get_instructions(code) if step.opname == "RESUME"), 0)


def _monitor(tracer: Tracer) -> bool:
    """Takes a free tool of ``sys.monitoring``; says whether there was one."""
    global _tool
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is None or os.environ.get(HOOK) == "profile":
        return False
    for tool in (4, 3, monitoring.PROFILER_ID):
        if monitoring.get_tool(tool) is None:
            break
    else:
        return False
    tracer.hook = "sys.monitoring"
    _tool = tool
    monitoring.use_tool_id(tool, "navigator")
    monitoring.register_callback(tool, monitoring.events.PY_START, start_callback(tracer, monitoring.DISABLE))
    monitoring.set_events(tool, monitoring.events.PY_START)
    return True


def _follow_threads(tracer: Tracer, hook: Hook | None) -> None:
    """Notes who starts a thread; with ``hook`` also sets the profile function in it."""

    def prepared(function: Any) -> Any:
        frame = _back(sys._getframe(2), tracer.interest)
        starter = Starter(frame) if isinstance(frame, FrameType) else frame

        def traced(*arguments: Any, **keywords: Any) -> Any:
            thread = _thread.get_ident()
            if starter is not None:
                tracer.starters[thread] = starter
            if hook is not None:
                sys.setprofile(hook)
            try:
                return function(*arguments, **keywords)
            finally:
                tracer.starters.pop(thread, None)

        return traced

    def wrapped(start: Any) -> Any:
        def starting(function: Any, *arguments: Any, **keywords: Any) -> Any:
            return start(prepared(function), *arguments, **keywords)

        return starting

    threading: Any = sys.modules.get("threading")
    for name in ("start_new_thread", "start_new", "start_joinable_thread"):
        if hasattr(_thread, name):
            starting = wrapped(getattr(_thread, name))
            setattr(_thread, name, starting)
            if threading is not None and hasattr(threading, f"_{name}"):
                setattr(threading, f"_{name}", starting)


_running: Tracer | None = None
_tool: int | None = None


def begin() -> bool:
    """Traces from here on, as the environment says; False where it says nothing, or this process is traced already."""
    global _running
    place = os.environ.get(PLACE)
    if not place or _running is not None or hasattr(sys, "_navigator_traced"):
        return False
    folders = [folder for folder in os.environ.get(FOLDERS, "").split(os.pathsep) if folder]
    packages = [package for package in os.environ.get(PACKAGES, "").split(os.pathsep) if package]
    tracer = _running = Tracer(place, Interest(folders, packages))
    sys._navigator_traced = True  # type: ignore[attr-defined]
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=tracer.fresh)
    if _monitor(tracer):
        _follow_threads(tracer, None)
        return True
    tracer.hook = "sys.setprofile"
    hook = profile_hook(tracer)
    _follow_threads(tracer, hook)
    sys.setprofile(hook)

    def look_back() -> None:
        if _running is tracer and tracer.path and sys.getprofile() is not hook:
            tracer.pending.append('["lost"]')
            tracer._write()

    atexit.register(look_back)
    return True


def end() -> None:
    """Traces this thread no longer, nor, with ``sys.monitoring``, any other."""
    global _running, _tool
    if _running is None:
        return
    if _tool is None:
        sys.setprofile(None)
    else:
        monitoring: Any = getattr(sys, "monitoring", None)
        monitoring.set_events(_tool, 0)
        monitoring.free_tool_id(_tool)
    del sys._navigator_traced  # type: ignore[attr-defined]
    _running = _tool = None
