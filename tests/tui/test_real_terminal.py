"""The interface in a real terminal: started by the command, driven by keys, its screen read as text."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if shutil.which("tmux") is None:
    pytest.skip("tmux is not installed", allow_module_level=True)


class Terminal:
    """One tmux server with one window."""

    def __init__(self, socket: Path, columns: int, rows: int, command: list[str]) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        line = f"{shlex.join(command)}; echo left with $?; cat"
        size = ["-x", str(columns), "-y", str(rows)]
        subprocess.run([*self._tmux, "new-session", "-d", *size, "sh", "-c", line], check=True)

    def keys(self, *keys: str) -> None:
        for key in keys:
            subprocess.run([*self._tmux, "send-keys", key], check=True)
            time.sleep(0.05)

    def screen(self) -> str:
        done = subprocess.run([*self._tmux, "capture-pane", "-p"], capture_output=True, encoding="utf-8", check=True)
        return done.stdout

    def wait(self, *texts: str) -> str:
        """The screen as soon as it holds all texts."""
        deadline = time.monotonic() + 30
        while not all(text in (seen := self.screen()) for text in texts):
            assert time.monotonic() < deadline, f"{texts} did not come:\n{seen}"
            time.sleep(0.1)
        return seen

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)


@pytest.fixture(params=[(80, 24), (160, 48)], ids=["80x24", "160x48"])
def terminal(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "navigator", "tui", "-w", "demo-webui"]
    # A socket's path may not be long.
    socket = Path("/tmp") / f"navigator-{request.node.name[-8:].strip('[]')}-{tmp_path.parent.name}"
    opened = Terminal(socket, *request.param, command)
    yield opened
    opened.close()
    socket.unlink(missing_ok=True)


def test_find_read_ask_and_leave(terminal: Terminal) -> None:
    terminal.wait("callers", "callees", "? Help")
    terminal.keys("/")
    terminal.wait("search")
    terminal.keys("p", "i", "m", "g")
    terminal.wait("modules.processing.process_images ")
    terminal.keys("Enter")
    terminal.wait("def modules.processing.", "txt2img.py")
    terminal.keys("Down", "Down")
    time.sleep(0.5)
    terminal.keys("e")
    terminal.wait("why txt2img calls process_images")
    terminal.keys("Escape")
    time.sleep(0.3)
    terminal.keys("3")
    terminal.wait("source", "def ")
    terminal.keys("q")
    terminal.wait("left with 0")


def test_without_a_terminal_it_says_what_to_do(home: Path) -> None:
    command = [sys.executable, "-m", "navigator", "tui"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 2 and "terminal" in done.stderr and done.stdout == ""
