from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from navigator.sources import DamagedError, Limits, NotFoundError, RefusedError, SpecError, UnreachableError
from tests.sources import archive_making as making

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on the PATH (Debian: npm)")


class Registry:
    """``packages`` maps names to versions to their entries in the package's document; ``files`` paths to tarballs."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.packages: dict[str, dict[str, dict]] = {}
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.password = ""
        self._folder = folder

    def add(self, name: str, version: str, files: dict[str, str], **dist: str | None) -> None:
        """``dist`` replaces what the registry says of the tarball; ``None`` takes it away."""
        manifest = {"name": name, "version": version, "scripts": {"prepare": "exit 1", "install": "exit 1"}}
        members = [making.tar_file("package/package.json", json.dumps(manifest))]
        members += [making.tar_file(path, text) for path, text in files.items()]
        self.add_archive(name, version, members, **dist)

    def add_archive(self, name: str, version: str, members: list[making.Member], **dist: str | None) -> None:
        content = making.make_tar(self._folder / "made.tgz", members, "w:gz").read_bytes()
        path = f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        self.files[path] = content
        said: dict[str, str | None] = {
            "tarball": self.url + path,
            "integrity": "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode(),
            "shasum": hashlib.sha1(content).hexdigest(),
            **dist,
        }
        entry = {"name": name, "version": version, "dist": {key: value for key, value in said.items() if value}}
        self.packages.setdefault(name, {})[version] = entry

    def document(self, name: str) -> bytes:
        versions = self.packages[name]
        latest = [version for version in versions if "-" not in version][-1]
        return json.dumps({"name": name, "dist-tags": {"latest": latest}, "versions": versions}).encode()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path)
            made.asked.append(path)
            status, body = 404, b'{"error": "not found"}'
            if made.password and made.password not in self.headers.get("Authorization", ""):
                status, body = 401, b"{}"
            elif path in made.files:
                status, body = 200, made.files[path]
            elif path[1:] in made.packages:
                status, body = 200, made.document(path[1:])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    for name in list(os.environ):
        if name.lower().startswith("npm_config_"):
            monkeypatch.delenv(name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Registry(f"http://127.0.0.1:{server.server_address[1]}", tmp_path)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_globalconfig", str(tmp_path / "no-npmrc"))
    monkeypatch.setenv("npm_config_registry", made.url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def take_script(take: Callable) -> Callable:
    return lambda spec, **options: take(spec, suffixes=(".js", ".ts"), **options)


def _kept(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "cache").rglob("*") if file.is_file())


def test_a_pinned_version_is_fetched_once(
    registry: Registry, take_script: Callable, paths_of: Callable, tmp_path: Path
) -> None:
    for version in ("1.0.0", "1.1.0", "2.0.0-rc.1"):
        registry.add("demo", version, {"package/index.js": f"v = '{version}'", "package/lib/a.js": "f()"})
    snapshot = take_script("npm:demo@1.0.0")
    assert (snapshot.name, snapshot.source, snapshot.revision) == ("demo", "npm:demo@1.0.0", "1.0.0")
    assert paths_of(snapshot) == ["index.js", "lib/a.js"]
    assert snapshot.read("index.js") == b"v = '1.0.0'"
    assert _kept(tmp_path) == ["demo-1.0.0.json", "demo-1.0.0.tgz"]
    registry.asked.clear()
    assert take_script("npm:demo@1.0.0").entries == snapshot.entries
    assert registry.asked == []
    assert take_script("npm:demo").revision == "1.1.0", "the tag latest"
    assert take_script("npm:demo@^1.0.0").revision == "1.1.0"


def test_the_settings_of_npm_hold(registry: Registry, take_script: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry for one scope, with its credentials, from the user's own file."""
    registry.add("@team/kit", "3.0.0", {"kit/index.js": "ours"})
    registry.password = "secret"
    host = registry.url.removeprefix("http:")
    Path.home().joinpath(".npmrc").write_text(f"@team:registry={registry.url}\n{host}/:_authToken=secret\n")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1/")
    snapshot = take_script("npm:@team/kit")
    assert (snapshot.name, snapshot.source, snapshot.revision) == ("kit", "npm:@team/kit", "3.0.0")
    assert snapshot.read("index.js") == b"ours", "the first folder is packaging, whatever it is called"
    Path.home().joinpath(".npmrc").unlink()
    with pytest.raises(UnreachableError, match=r"cannot fetch npm:@team/kit: .*ECONNREFUSED"):
        take_script("npm:@team/kit")


def test_a_project_s_settings_do_not(
    registry: Registry, take_script: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.add("demo", "1.0.0", {"package/index.js": "ours"})
    for folder in (tmp_path / "project", tmp_path / "cache"):
        folder.mkdir()
        (folder / "package.json").write_text("{}")
        (folder / ".npmrc").write_text("before=2001-01-01\nregistry=http://127.0.0.1:1/\n")
    monkeypatch.delenv("npm_config_registry")
    Path.home().joinpath(".npmrc").write_text(f"registry={registry.url}\n")
    monkeypatch.chdir(tmp_path / "project")
    assert take_script("npm:demo").read("index.js") == b"ours"


def test_what_does_not_exist_is_said_with_what_does(registry: Registry, take_script: Callable) -> None:
    for version in ("1.0.0", "1.1.0"):
        registry.add("demo", version, {"package/index.js": "1"})
    with pytest.raises(NotFoundError, match=r"demo has no version 3\.0\.0; the newest are 1\.0\.0, 1\.1\.0"):
        take_script("npm:demo@3.0.0")
    with pytest.raises(NotFoundError, match="npm finds no package demmo: "):
        take_script("npm:demmo")


@pytest.mark.parametrize(
    "spec",
    [
        "npm:",
        "npm:./demo",
        "npm:team/demo",
        "npm:demo.tgz",
        "npm:demo@1.tgz",
        "npm:demo@file:x",
        "npm:demo@npm:other",
        "npm:demo@https://h/x",
        "npm:--help",
        "npm:@team",
        "npm:a b",
        "npm:demo@>=1 <2",
    ],
)
def test_only_packages_of_the_registry(spec: str, take_script: Callable) -> None:
    with pytest.raises(SpecError, match="is not a package; write npm:NAME or npm:NAME@VERSION"):
        take_script(spec)


def test_what_is_not_what_was_promised_is_not_read(registry: Registry, take_script: Callable, tmp_path: Path) -> None:
    other = "sha512-" + base64.b64encode(hashlib.sha512(b"other").digest()).decode()
    registry.add("demo", "1.0.0", {"package/index.js": "1"}, integrity=other)
    with pytest.raises(DamagedError, match=r"demo@1\.0\.0 is not what the registry promises"):
        take_script("npm:demo@1.0.0")
    registry.add("old", "1.0.0", {"package/index.js": "1"}, integrity=None)
    assert take_script("npm:old").revision == "1.0.0", "SHA-1 where there is nothing better"
    registry.add("bare", "1.0.0", {"package/index.js": "1"}, integrity=None, shasum=None)
    with pytest.raises(DamagedError, match="the registry promises no hash of it"):
        take_script("npm:bare")
    assert _kept(tmp_path) == ["old-1.0.0.json", "old-1.0.0.tgz"]


def test_the_hash_is_checked_here_too(tmp_path: Path) -> None:
    from navigator.sources.npm.package import _check

    file = tmp_path / "demo-1.0.0.tgz"
    file.write_bytes(b"content")
    right = "sha512-" + base64.b64encode(hashlib.sha512(b"content").digest()).decode()
    weak = hashlib.sha1(b"content").hexdigest()
    _check(file, {"dist.integrity": f"sha1-x {right}?option", "dist.shasum": weak})
    _check(file, right)
    _check(file, weak)
    for promised in (
        {"dist.integrity": right.replace("sha512-", "sha512-A"), "dist.shasum": weak},
        "0" * 40,
        {"dist.integrity": "md5-abc"},
        None,
    ):
        with pytest.raises(DamagedError):
            _check(file, promised)


def test_hostile_packages_are_refused(registry: Registry, take_script: Callable, tmp_path: Path) -> None:
    registry.add("demo", "1.0.0", {"package/../../evil.js": "x"})
    with pytest.raises(RefusedError, match=r"demo-1\.0\.0\.tgz is refused: member package/\.\./\.\./evil\.js"):
        take_script("npm:demo")
    manifest = making.tar_file("package/package.json", '{"name": "link", "version": "1.0.0"}')
    registry.add_archive(
        "link", "1.0.0", [manifest, making.tar_special("package/a.js", tarfile.SYMTYPE, "/etc/passwd")]
    )
    with pytest.raises(RefusedError, match="it is a link that leads out of the archive"):
        take_script("npm:link")
    registry.add("large", "1.0.0", {"package/a.js": "x"})
    with pytest.raises(RefusedError, match="larger than 10 bytes"):
        take_script("npm:large", limits=Limits(download=10))


def test_without_npm(take_script: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreachableError, match=r"npm was not found on the PATH; install Node\.js"):
        take_script("npm:demo")
    assert UnreachableError.exit_code == 3


def test_cancelling_ends_npm(registry: Registry, take_script: Callable, tmp_path: Path) -> None:
    registry.add("demo", "1.0.0", {"package/index.js": "1"})

    def stop(label: str, done: int, total: int | None) -> None:
        assert label == "asking npm for demo"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_script("npm:demo", progress=stop)
    assert _kept(tmp_path) == []
    assert list((tmp_path / "cache/packages").iterdir()) == []
