"""The terminal interface in a browser, through textual-serve, which by itself lets anybody in who can reach the port.

Here it listens on the loopback only, and answers only those who came by the address that was printed: it holds a token
that is new at every start, and is then kept as a cookie. Requests must name the very host that was printed and, where a
browser says which page sent them, come from that page; so neither other sites' scripts nor rebound names get through.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import os
import secrets
import shlex
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from textual_serve.server import Server

from navigator.errors import NavigatorError
from navigator.tui.allowed import SERVER, VARIABLE

HOST = "127.0.0.1"
COOKIE = "navigator-session"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(NavigatorError):
    """The port cannot be listened on."""

    exit_code = 3


class GuardedServer(Server):
    """textual-serve behind a token. ``address`` is what the user opens."""

    def __init__(self, command: str, listening: socket.socket, title: str) -> None:
        port = listening.getsockname()[1]
        super().__init__(command, host=HOST, port=port, title=title, public_url=f"http://{HOST}:{port}")
        self.listening = listening
        self.token = secrets.token_urlsafe(24)
        self.address = f"{self.public_url}/?token={self.token}"

    def initialize_logging(self) -> None:
        """textual-serve tells about every session; nobody asked."""
        logging.getLogger("textual-serve").setLevel(logging.ERROR)

    async def on_startup(self, app: web.Application) -> None:
        """Without textual-serve's banner."""

    async def _make_app(self) -> web.Application:
        made = await super()._make_app()
        made.middlewares.append(self.guard)
        return made

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Lets a request through that has the token; see the module."""
        if request.headers.get("Host") != f"{HOST}:{self.port}":
            raise web.HTTPForbidden(text="another host was meant")
        origin = request.headers.get("Origin")
        websocket = request.path == "/ws"
        if (origin is not None or websocket) and origin != self.public_url:
            raise web.HTTPForbidden(text="another page asked")
        given = request.query.get("token", "")
        if request.path == "/" and given:
            if not hmac.compare_digest(given.encode(), self.token.encode()):
                raise web.HTTPForbidden(text="the token is of another start: use the address that was printed last")
            # The token leaves the address bar, and with it the history and what pages that are linked get to see.
            answer: web.StreamResponse = web.HTTPSeeOther("/")
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="Strict", path="/")
            return answer
        if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.token.encode()):
            raise web.HTTPForbidden(text="use the address that `navigator serve` printed: it holds a token")
        answer = await handler(request)
        if not answer.prepared:
            answer.headers["X-Frame-Options"] = "DENY"
            answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    async def run(self, started: Callable[[str], None]) -> None:
        """Serves until SIGINT or SIGTERM. ``started`` is told the address."""
        runner = web.AppRunner(await self._make_app(), handle_signals=False)
        await runner.setup()
        await web.SockSite(runner, self.listening, shutdown_timeout=1).start()
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError):
                loop.add_signal_handler(number, ended.set)
        try:
            started(self.address)
            await ended.wait()
        finally:
            await runner.cleanup()


def listen(port: int) -> socket.socket:
    """A listening socket on the loopback; port 0 takes any that is free. Raises PortTaken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise PortTaken(f"cannot listen on port {port}: {error.strerror}; choose another with --port") from error
    return listening


def command_of(workspace: str | None, symbol: str | None) -> str:
    """What is started for each page that is opened."""
    words = [sys.executable, "-m", "navigator", "tui", *([symbol] if symbol else [])]
    return shlex.join([*words, *(["--workspace", workspace] if workspace else [])])


def serve(
    workspace: str | None, symbol: str | None, *, port: int, allow_actions: bool, started: Callable[[str], None]
) -> None:
    """Serves until it is interrupted. Raises PortTaken."""
    os.environ[VARIABLE] = "1" if allow_actions else "0"
    os.environ[SERVER] = str(os.getpid())
    server: Any = GuardedServer(command_of(workspace, symbol), listen(port), "navigator")
    server.initialize_logging()
    asyncio.run(server.run(started))
