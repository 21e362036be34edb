"""The real Konva 10.9.1 under node, to compare with.

npm installs it, and @napi-rs/canvas, into the user's cache folder the first time.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

PACKAGES = ("konva@10.9.1", "@napi-rs/canvas@1.1.1")
_HERE = Path(__file__).parent


class NoOracle(Exception):
    """The real Konva cannot be run here; the message says why."""


def installed() -> Path:
    """The folder that holds Konva, installed now if need be; raises ``NoOracle``."""
    import platformdirs

    for program in ("node", "npm"):
        if not shutil.which(program):
            raise NoOracle(f"{program} is not installed")
    folder = platformdirs.user_cache_path("navigator") / "oracles" / "konva-10.9.1"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder)
            (folder / "complete").touch()
    return folder


def _install(folder: Path) -> None:
    (folder / "package.json").write_text('{"private": true}\n')
    command = ["npm", "install", "--save-exact", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        raise NoOracle("npm install took longer than 5 minutes") from None
    if ran.returncode:
        reason = next((line for line in ran.stderr.splitlines() if "error" in line.lower()), f"exit {ran.returncode}")
        raise NoOracle(f"npm install {' '.join(PACKAGES)} failed: {reason}")


class Oracle:
    """A node process that plays scenarios in the real Konva, one after the other."""

    def __init__(self) -> None:
        command = ["node", str(_HERE / "replay.mjs"), str(installed())]
        # Closed by close().
        self._errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _ask(self, command: str, argument: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps([command, argument]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise NoOracle(f"node ended with exit code {self._process.wait()}{self._reason()}")
        return json.loads(line)

    def _reason(self) -> str:
        """What node wrote last about an error."""
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors if "Error" in line]
        return f": {lines[-1]}" if lines else ""

    def replay(self, scenario: dict[str, Any]) -> list[str]:
        """The log of a scenario, as the real Konva plays it."""
        return list(self._ask("replay", scenario))

    def pixels(self, scenario: dict[str, Any]) -> list[str]:
        """What the real Konva's pointer finds at every pixel, row by row."""
        runs = self._ask("pixels", scenario)
        return [name for name, length in zip(runs[::2], runs[1::2], strict=True) for _ in range(length)]

    def time(self, scenario: dict[str, Any], moves: list[tuple[float, float]]) -> list[float]:
        """Milliseconds that the real Konva takes for each mousemove, once everything is drawn."""
        return list(self._ask("time", {"scenario": scenario, "moves": moves}))
