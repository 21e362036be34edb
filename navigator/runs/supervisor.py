"""Runs one command and leaves nothing of it behind: a program of its own, so that it outlives whoever started it.

    python -I -S supervisor.py LIFELINE STATUS GRACE -- COMMAND...

``LIFELINE`` and ``STATUS`` are pipe descriptors, ``GRACE`` is in seconds. The command gets a session of its own. It is
asked to stop (SIGTERM) when ``s`` arrives on the lifeline or its other end is gone, killed after ``GRACE``, and killed
at once on ``k``. When the command has ended, whatever it left running goes the same way: its process group, and on
Linux also descendants with groups of their own, which are handed to this process when their parents end. Then one JSON
object goes to ``STATUS``: ``exit`` (the status, negative for a signal) or ``error``, ``left`` (how many processes had
to be ended), ``memory`` (the largest one's peak, in bytes) and ``processor`` (seconds).

Standard library only; nothing of this project is imported.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LINUX = sys.platform == "linux"
SETTLE_SECONDS = 0.5
"""For helpers such as multiprocessing's resource tracker, which end by themselves when their parent has."""


def prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


class Command:
    """The command, its descendants, and what is known of their end."""

    def __init__(self, words: list[str], inherited: list[int]) -> None:
        parent = os.getpid()

        def die_with_supervisor() -> None:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        self.process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            pass_fds=inherited,
            start_new_session=True,
            preexec_fn=die_with_supervisor if LINUX else None,
        )
        self.status: int | None = None

    def reap(self) -> None:
        """Takes note of every child that has ended, adopted ones included."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.process.pid:
                self.status = os.waitstatus_to_exitcode(status)
                self.process.returncode = self.status

    def living(self) -> list[int]:
        """Everything of the command that still runs."""
        self.reap()
        if LINUX:
            return _descendants(os.getpid())
        try:
            os.killpg(self.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return []
        return [self.process.pid]

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)
        if LINUX:
            for pid in _descendants(os.getpid()):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)


def _descendants(ancestor: int) -> list[int]:
    """Processes whose chain of parents leads to ``ancestor``, zombies left out."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    fields = stat.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if fields[0] not in (b"Z", b"X"):
                children.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    pending = [ancestor]
    while pending:
        below = children.get(pending.pop(), [])
        found += below
        pending += below
    return found


def wait(command: Command, wake: int, lifeline: int, grace: float) -> None:
    """Until the command itself has ended, stopping it when the lifeline says so."""
    asked: float | None = None
    while True:
        command.reap()
        if command.status is not None:
            return
        left = None if asked is None else max(0.0, asked + grace - time.monotonic())
        if left == 0.0:
            command.signal(signal.SIGKILL)
            left = None
        ready, _, _ = select.select([wake] + ([lifeline] if lifeline >= 0 else []), [], [], left)
        if wake in ready:
            os.read(wake, 4096)
        if lifeline in ready:
            word = os.read(lifeline, 1)
            if word == b"k":
                asked = time.monotonic() - grace
            elif asked is None:
                asked = time.monotonic()
                command.signal(signal.SIGTERM)
            if not word:
                lifeline = -1


def clear(command: Command, grace: float) -> int:
    """Ends what the command left running; gives how many processes that were."""
    if not _gone(command, SETTLE_SECONDS):
        left = len(command.living())
        command.signal(signal.SIGTERM)
        if not _gone(command, grace):
            while command.living():
                command.signal(signal.SIGKILL)
                _gone(command, 0.2)
        return left
    return 0


def _gone(command: Command, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while command.living():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def main(arguments: list[str]) -> int:
    lifeline, status, grace = int(arguments[0]), int(arguments[1]), float(arguments[2])
    inherited = [int(word) for word in arguments[3 : arguments.index("--")]]
    words = arguments[arguments.index("--") + 1 :]
    # Deaf to them by a function, because a signal that is set to be ignored would be ignored by the command as well.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, lambda *_: None)
    if LINUX:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    report: dict[str, object]
    try:
        command = Command(words, inherited)
    except OSError as error:
        report = {"error": f"{error.filename or words[0]}: {error.strerror}"}
    else:
        wait(command, wake, lifeline, grace)
        left = clear(command, grace)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        memory = used.ru_maxrss if sys.platform == "darwin" else used.ru_maxrss * 1024
        processor = round(used.ru_utime + used.ru_stime, 3)
        report = {"exit": command.status, "left": left, "memory": memory, "processor": processor}
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(report).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
