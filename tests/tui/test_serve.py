"""The interface in a browser: only for whoever has the address that was printed."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if importlib.util.find_spec("textual_serve") is None:
    pytest.skip("textual-serve is not installed (extra: serve)", allow_module_level=True)

import aiohttp

Served = tuple[str, str]
"""Base address and token."""


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "navigator", "serve", "resnet.conv1x1", "-w", "demo-torchvision"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        match = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/\?token=([\w-]{20,})\n", line)
        if match is None:
            process.kill()
            raise AssertionError(f"{line!r} {process.stderr.read()}")
        yield match[1], match[2]
        process.send_signal(signal.SIGINT)
        try:
            _, told = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0
    assert "Traceback" not in told


async def status(session: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with session.get(url, headers=headers, allow_redirects=False) as answer:
        return answer.status


def test_nobody_gets_in_without_the_token(served: Served) -> None:
    base, token = served

    async def play() -> None:
        async with aiohttp.ClientSession() as session:
            assert await status(session, f"{base}/") == 403
            assert await status(session, f"{base}/?token=wrong") == 403
            assert await status(session, f"{base}/static/js/textual.js") == 403
            assert await status(session, f"{base}/ws", Origin=base) == 403
            assert await status(session, f"{base}/?token={token}", Host="evil.example") == 403
            assert await status(session, f"{base}/?token={token}", Origin="http://evil.example") == 403
            port = base.rpartition(":")[2]
            assert await status(session, f"{base}/?token={token}", Host=f"localhost:{port}") == 403

    asyncio.run(play())


def test_only_the_loopback_is_listened_on(served: Served) -> None:
    port = int(served[0].rpartition(":")[2])
    others = {each[4][0] for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        if address.startswith("127."):
            continue
        with socket.socket() as trial:
            trial.settimeout(1)
            assert trial.connect_ex((address, port)) != 0


def test_the_page_and_what_it_shows(served: Served) -> None:
    base, token = served

    async def play() -> str:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            async with session.get(f"{base}/?token={token}") as page:
                assert page.status == 200 and token not in str(page.url)
                assert page.headers["X-Frame-Options"] == "DENY"
                assert "/ws" in await page.text()
            assert await status(session, f"{base}/ws", Origin="http://evil.example") == 403
            seen = b""
            async with session.ws_connect(f"{base}/ws?width=120&height=40", origin=base) as socket:
                await socket.send_json(["resize", {"width": 120, "height": 40}])
                for _ in range(400):
                    message = await asyncio.wait_for(socket.receive(), 30)
                    if message.type == aiohttp.WSMsgType.BINARY:
                        seen += message.data
                    elif message.type == aiohttp.WSMsgType.TEXT:
                        assert isinstance(json.loads(message.data), list)
                    else:
                        break
                    if b"callers" in seen and b"conv1x1" in seen:
                        await socket.send_json(["stdin", "x"])
                        if b"--allow-actions" in seen:
                            break
            return seen.decode("utf-8", "replace")

    seen = asyncio.run(play())
    assert "conv1x1" in seen and "callers" in seen
    assert "--allow-actions" in seen


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the session's process under /proc")
def test_a_session_ends_with_its_server_however_that_ended(home: Path) -> None:
    command = [sys.executable, "-m", "navigator", "serve", "resnet.conv1x1", "-w", "demo-torchvision"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as process:
        assert process.stdout is not None
        base, _, token = process.stdout.readline().strip().partition("/?token=")

        def sessions() -> list[Path]:
            mark = f"NAVIGATOR_SESSION_SERVER={process.pid}".encode()
            found = []
            for each in Path("/proc").glob("[0-9]*/environ"):
                with contextlib.suppress(OSError):
                    if mark in each.read_bytes().split(b"\0"):
                        found.append(each.parent)
            return found

        async def play() -> None:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
                await status(session, f"{base}/?token={token}")
                async with session.get(f"{base}/?token={token}"):
                    pass
                async with session.ws_connect(f"{base}/ws?width=80&height=24", origin=base) as socket:
                    await socket.send_json(["resize", {"width": 80, "height": 24}])
                    await asyncio.wait_for(socket.receive(), 30)
                    assert sessions()
                    process.kill()
                    process.wait()

        asyncio.run(play())
    deadline = time.monotonic() + 30
    while sessions() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert sessions() == []


def test_a_port_that_is_taken_is_told(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "navigator", "serve", "--port", port]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 3
    assert f"port {port}" in done.stderr and "--port" in done.stderr


def test_a_mistake_is_told_before_anything_is_served(home: Path) -> None:
    command = [sys.executable, "-m", "navigator", "serve", "-w", "demo-torchvison"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 2 and "demo-torchvision" in done.stderr and done.stdout == ""
