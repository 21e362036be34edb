"""A package index on the loopback: PEP 503 pages, PEP 691 JSON, and the ways in which an index can be wrong."""

from __future__ import annotations

import hashlib
import html
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec


class Offer(msgspec.Struct):
    content: bytes
    fragment: str
    yanked: str | None = None
    url: str = ""


class Index:
    """``projects`` maps names to file names to offers; ``broken`` maps paths to statuses.

    ``asked`` records the paths that were asked for, ``proxied`` the hosts that were asked for through it.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.url = f"{address}/simple"
        self.projects: dict[str, dict[str, Offer]] = {}
        self.asked: list[str] = []
        self.proxied: list[str] = []
        self.broken: dict[str, int] = {}
        self.as_json = False
        self.password = ""

    def add(
        self, file: Path, project: str, *, yanked: str | None = None, fragment: str | None = None, url: str = ""
    ) -> None:
        content = file.read_bytes()
        if fragment is None:
            fragment = "sha256=" + hashlib.sha256(content).hexdigest()
        self.projects.setdefault(project, {})[file.name] = Offer(content, fragment, yanked, url)

    def page(self, project: str) -> tuple[str, bytes]:
        offers = self.projects[project]
        if self.as_json:
            files = [
                {
                    "filename": name,
                    "url": offer.url or f"/files/{project}/{name}",
                    "hashes": dict([offer.fragment.split("=")] if offer.fragment else []),
                    "yanked": offer.yanked if offer.yanked is not None else False,
                }
                for name, offer in offers.items()
            ]
            page = {"meta": {"api-version": "1.0"}, "name": project, "files": files}
            return "application/vnd.pypi.simple.v1+json", json.dumps(page).encode()
        anchors = []
        for name, offer in offers.items():
            href = (offer.url or f"/files/{project}/{name}") + ("#" + offer.fragment if offer.fragment else "")
            yanked = f' data-yanked="{html.escape(offer.yanked)}"' if offer.yanked is not None else ""
            anchors.append(f'<a href="{href}"{yanked} data-requires-python="&lt;3">{name}</a>')
        return "text/html", f"<!DOCTYPE html><html><body>{''.join(anchors)}</body></html>".encode()


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Index]:
    """An index over HTTP, or over HTTPS with the certificate and key in a PEM file."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith("http://"):
                # Asked as a proxy.
                index.proxied.append(self.path.split("/")[2])
                self.path = "/" + self.path.split("/", 3)[3]
            index.asked.append(self.path)
            status, kind, body = self._answer()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="x"')
            if status == 302:
                self.send_header("Location", self.path.replace("/moved/", "/simple/"))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET

        def _answer(self) -> tuple[int, str, bytes]:
            if index.password and index.password not in self.headers.get("Authorization", ""):
                return 401, "text/plain", b""
            if self.path in index.broken:
                return index.broken[self.path], "text/plain", b""
            parts = self.path.strip("/").split("/")
            if parts[0] == "moved":
                return 302, "text/plain", b""
            if parts[0] == "simple" and len(parts) == 2 and parts[1] in index.projects:
                return (200, *index.page(parts[1]))
            if parts[0] == "files" and len(parts) == 3 and parts[2] in index.projects.get(parts[1], {}):
                return 200, "application/octet-stream", index.projects[parts[1]][parts[2]].content
            return 404, "text/plain", b"nothing here"

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if certificate is None else "https"
    index = Index(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
