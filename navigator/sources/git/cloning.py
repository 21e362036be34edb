"""Repositories behind a URL, kept as bare clones that are fetched into."""

from __future__ import annotations

import hashlib
import os
import re
import time
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import msgspec
from git.util import RemoteProgress

from navigator.sources.errors import NotFoundError, SpecError, UnreachableError
from navigator.sources.git.commands import Commands, Failure, complaint
from navigator.sources.git.objects import end
from navigator.sources.git.repository import Repository, check_revision
from navigator.sources.git.revisions import snapshot_of
from navigator.sources.names import one_line, printable
from navigator.sources.request import Request
from navigator.sources.snapshot import Snapshot
from navigator.sources.storing import partial_folder, settle

_SCHEMES = ("https", "ssh", "file")
_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_DEFAULT = "+HEAD:refs/navigator/head"
_FULL_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ABBREVIATED_ID = re.compile(r"[0-9a-f]{7,64}")


class Remote(msgspec.Struct, frozen=True):
    """What ``git+URL[@REVISION][#subdirectory=DIR]`` says. ``shown`` is the URL without secrets."""

    url: str
    shown: str
    scheme: str
    name: str
    revision: str
    subdirectory: str


def parse_remote(spec: str) -> Remote:
    """Raises ``SpecError``; only https, ssh and file are fetched from."""
    text = spec.removeprefix("git+")
    if not text.isprintable() or " " in text:
        raise SpecError(f"{one_line(spec, 80)}: a URL holds no spaces or control characters")
    if "::" in text.split("/")[0]:
        raise SpecError(f"{one_line(spec, 80)}: remote helpers such as ext:: are not allowed; use https, ssh or file")
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError as error:
        raise SpecError(f"{one_line(spec, 80)} is not a URL: {error}") from None
    shown = one_line(_redacted(parts), 200)
    if parts.scheme not in _SCHEMES:
        hint = "; write ssh://USER@HOST/PATH" if not parts.scheme and ":" in text else ""
        raise SpecError(f"git+{shown}: only {', '.join(_SCHEMES)} URLs are fetched from{hint}")
    path, at, revision = parts.path.rpartition("@")
    if not at or not path.strip("/") or revision.endswith(".git"):
        path, revision = parts.path, ""
    else:
        check_revision(revision)
    if host.startswith("-") or (parts.username or "").startswith("-") or path.startswith("/-"):
        raise SpecError(f"git+{shown}: no part of a URL may begin with '-'")
    if parts.scheme == "file" and host not in ("", "localhost"):
        raise SpecError(f"git+{shown}: a file URL has no host; write file:///PATH")
    if parts.scheme != "file" and not host:
        raise SpecError(f"git+{shown}: the URL names no host")
    fragment = parse_qs(parts.fragment, keep_blank_values=True)
    subdirectory = fragment.pop("subdirectory", [""])[0].strip("/")
    if fragment or ".." in subdirectory.split("/"):
        raise SpecError(f"git+{shown}: after '#' only subdirectory=DIR is understood")
    name = unquote(path).rstrip("/").rpartition("/")[2].removesuffix(".git")
    bare = parts._replace(path=path, fragment="")
    if not name:
        raise SpecError(f"git+{shown}: the URL names no repository")
    return Remote(bare.geturl(), _redacted(bare), parts.scheme, printable(name), revision, subdirectory)


def open_url(spec: str, request: Request) -> Snapshot:
    """Clones or fetches what is missing, then reads the revision (the remote's default branch, if none is named)."""
    remote = parse_remote(spec)
    try:
        repository = _Clone(remote, request).at(remote.revision or "HEAD")
    except Failure as failure:
        raise UnreachableError(f"the clone of {remote.shown} cannot be used: {failure}") from None
    inside = "/".join(filter(None, (remote.subdirectory, request.folder)))
    repository.prefix = inside + "/" if inside else ""
    source = f"git+{remote.shown}" + (f"@{remote.revision}" if remote.revision else "")
    source += f"#subdirectory={inside}" if inside else ""
    name = printable(inside.rpartition("/")[2]) or remote.name
    return snapshot_of(repository, remote.revision or "HEAD", request, name, source)


def local_clone(spec: str, cache_dir: Path) -> Path | None:
    """Where what was fetched from ``git+URL`` lies; ``None`` where nothing was."""
    place = _place_of(parse_remote(spec), cache_dir / "git")
    return place if place.is_dir() else None


def _place_of(remote: Remote, shelf: Path) -> Path:
    key = hashlib.sha256(remote.shown.encode()).hexdigest()[:16]
    stem = re.sub(r"[^A-Za-z0-9._-]", "_", remote.name)[:60]
    return shelf / f"{stem}-{key}.git"


class _Clone:
    def __init__(self, remote: Remote, request: Request) -> None:
        self._remote, self._request = remote, request
        self._shelf = request.cache_dir / "git"
        self._place = _place_of(remote, self._shelf)

    def at(self, revision: str) -> Repository:
        """The clone, holding ``revision`` as the remote has it now; an id that is there is not asked for again."""
        if not self._place.exists():
            with partial_folder(self._shelf) as folder:
                fresh = folder / "clone.git"
                _make_bare(fresh)
                self._fetch_all(fresh, revision)
                settle(fresh, self._place)
        elif self._is_fixed(revision):
            return Repository(self._place)
        else:
            self._fetch_all(self._place, revision)
        repository = Repository(self._place)
        if revision == "HEAD":
            repository.commands.run("update-ref", "--no-deref", "HEAD", "refs/navigator/head")
        if revision.startswith("refs/") and not revision.startswith(("refs/heads/", "refs/tags/")):
            self._fetch(self._place, f"+{revision}:{revision}")
        elif _FULL_ID.fullmatch(revision) and not self._is_fixed(revision):
            self._fetch(self._place, f"+{revision}:refs/navigator/asked/{revision}")
        return repository

    def _is_fixed(self, revision: str) -> bool:
        if not _ABBREVIATED_ID.fullmatch(revision):
            return False
        try:
            return Repository(self._place).commit(revision).startswith(revision)
        except NotFoundError:
            return False

    def _fetch_all(self, folder: Path, revision: str) -> None:
        """Branches, tags and the default branch, which a repository need not have as long as nobody asks for it."""
        if revision != "HEAD":
            self._fetch(folder, *_EVERYTHING)
            return
        try:
            self._fetch(folder, *_EVERYTHING, _DEFAULT)
        except UnreachableError as error:
            if "remote ref HEAD" not in str(error):
                raise
            shown = self._remote.shown
            raise NotFoundError(f"{shown} has no default branch: name a revision, as in git+{shown}@BRANCH") from None

    def _fetch(self, folder: Path, *refs: str) -> None:
        for attempt in (1, 2):
            try:
                self._fetch_once(folder, refs)
                return
            except Failure as failure:
                if attempt == 1 and "lock" in str(failure):
                    # Another process fetches into the same clone.
                    time.sleep(1)
                    continue
                raise UnreachableError(f"git cannot fetch {self._remote.shown}: {failure}") from None

    def _fetch_once(self, folder: Path, refs: tuple[str, ...]) -> None:
        commands = Commands(folder, folder, protocols=self._remote.scheme)
        arguments = ["fetch", "--progress", "--no-tags", "--prune", "--no-auto-gc", "--update-shallow"]
        environment = _quiet_ssh(commands) if self._remote.scheme == "ssh" else {}
        process = commands.start(*arguments, "--", self._remote.url, *refs, environment=environment)
        meter = _Meter(self._request, f"fetching {self._remote.name}")
        try:
            assert process.stderr is not None and process.proc is not None
            written = bytearray()
            while part := os.read(process.stderr.fileno(), 1 << 14):
                written += part
                *lines, rest = re.split(rb"[\r\n]", bytes(written))
                written = bytearray(rest)
                for line in lines:
                    meter.line(line.decode("utf-8", "replace"))
            meter.line(written.decode("utf-8", "replace"))
            status = process.proc.wait()
        finally:
            end(process)
        if status:
            raise Failure(complaint("\n".join(meter.said)).replace(self._remote.url, self._remote.shown))


def _make_bare(folder: Path) -> None:
    """What ``git init --bare`` makes, which would look at the environment of an outer git first."""
    for inner in ("objects", "refs"):
        (folder / inner).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")


class _Meter(RemoteProgress):
    """Turns git's progress lines into reports, and keeps the others."""

    def __init__(self, request: Request, label: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._request, self._label = request, label
        self._parse = self.new_message_handler()

    def line(self, text: str) -> None:
        before = len(self.other_lines) + len(self.error_lines)
        self._parse(text)
        if len(self.other_lines) + len(self.error_lines) > before:
            self.said.append(text)

    def update(
        self, op_code: int, cur_count: str | float, max_count: str | float | None = None, message: str = ""
    ) -> None:
        if op_code & self.OP_MASK == self.RECEIVING:
            self._request.report(self._label, int(float(cur_count)), int(float(max_count)) if max_count else None)


def _quiet_ssh(commands: Commands) -> dict[str, str]:
    """Ssh that asks nothing, unless the user chose how ssh is run."""
    if "GIT_SSH_COMMAND" in os.environ or "GIT_SSH" in os.environ:
        return {}
    try:
        commands.run("config", "--get", "core.sshCommand")
    except Failure:
        return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
    return {}


def _redacted(parts: SplitResult) -> str:
    """The URL without a password, and for https without any user: tokens stand in either place."""
    user, at, host = parts.netloc.rpartition("@")
    user = "" if parts.scheme != "ssh" else user.partition(":")[0]
    return parts._replace(netloc=(user + at if user else "") + host).geturl()
