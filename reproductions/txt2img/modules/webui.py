"""Serves the page, to this machine only; mirrors ``webui`` of stable-diffusion-webui 1.10.1."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from typing import Any

# Nothing is sent to gradio's makers; it reads this when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from starlette.middleware.trustedhost import TrustedHostMiddleware

from . import progress, sd_models, ui

LOOPBACK = "127.0.0.1"
SCRIPT = Path(__file__).with_name("progressbar.js")
CSS = """
.progressDiv { height: 1.4em; background: #8884; position: relative; }
.progressDiv .progress { height: 100%; background: #2a7; color: white; white-space: nowrap; overflow: visible; }
[id$=_livePreview] { width: 128px; image-rendering: pixelated; }
[id$=_gallery] img { image-rendering: pixelated; }
.error { color: #c33; }
"""


def create_api() -> FastAPI:
    """The application: progress, then the page. It answers to the names of this machine only, and the page loads
    nothing from elsewhere."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])

    @app.middleware("http")
    async def own_sources_only(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        own = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'"
        response.headers["Content-Security-Policy"] = own
        return response

    progress.setup_progress_api(app)
    theme = gr.themes.Base(font=["sans-serif"], font_mono=["monospace"])
    head = f"<script>{SCRIPT.read_text('utf-8')}</script>"
    mounted: FastAPI = gr.mount_gradio_app(app, ui.create_ui(), path="/", theme=theme, css=CSS, head=head)
    return mounted


class Server:
    """The page at ``url`` until ``stop``; port 0 is a free one. OSError if the port is taken."""

    def __init__(self, port: int = 0) -> None:
        sd_models.reload_model_weights()
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((LOOPBACK, port))
        self.url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}/"
        settings = uvicorn.Config(create_api(), log_level="warning", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Until the process is interrupted."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
