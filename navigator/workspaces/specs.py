"""The texts that name sources: with a revision, without one, absolute, and what to call what they name."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

_ARCHIVE = re.compile(r"\.(?:git|whl|zip|tar|tar\.gz|tgz|tar\.bz2|tar\.xz)$")
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|git\+")
PYPI, GIT = "pypi:", "git+"


def is_path(spec: str) -> bool:
    """Whether a source lies on this disk, rather than behind the prefix of a kind."""
    return not _KIND.match(spec)


def pinned_spec(source: str, revision: str) -> str:
    """The source at a revision, as a command line would write it."""
    if not revision:
        return source
    if source.startswith(PYPI):
        return f"{source}=={revision}"
    plain, mark, fragment = source.partition("#") if source.startswith(GIT) else (source, "", "")
    return f"{plain}@{revision}{mark}{fragment}"


def unpinned_spec(source: str) -> str:
    """The source without the version or revision that its own text names."""
    plain = source.partition("#")[0]
    if source.startswith(PYPI):
        return re.split(r"[=<>~!\[;@ ]", plain)[0]
    if is_path(source):
        return split_revision(source)[0]
    head, mark, revision = plain.rpartition("@")
    return head if mark and head.partition(":")[2].strip("/") and "/" not in revision else plain


def names_revision(source: str) -> bool:
    """Whether the source's own text says which version or revision is meant."""
    if is_path(source):
        return bool(split_revision(source)[1])
    return unpinned_spec(source) != source.partition("#")[0]


def absolute(spec: str, base: Path | None = None) -> str:
    """A spec that means the same from any folder: paths become absolute (from ``base`` or the current folder),
    everything else stays."""
    if not spec or not is_path(spec):
        return spec
    path, revision = split_revision(spec, base)
    place = _placed(path, base)
    return f"{place}{revision}" if place.exists() or base is not None else spec


def _placed(path: str, base: Path | None) -> Path:
    place = Path(path).expanduser()
    return place.absolute() if base is None else base.absolute() / place


def split_revision(spec: str, base: Path | None = None) -> tuple[str, str]:
    """The longest existing path that the spec begins with, and ``@REVISION`` after it."""
    end = len(spec)
    while end > 0:
        if _placed(spec[:end], base).exists():
            return spec[:end], spec[end:]
        end = spec.rfind("@", 0, end)
    return spec, ""


def default_name(spec: str) -> str:
    """The last part of what a spec names, without version, revision and archive suffix."""
    plain = spec.partition("#")[0].rstrip("/\\")
    if Path(spec).is_absolute():
        return _ARCHIVE.sub("", Path(plain).name) or "root"
    plain = re.split(r"[=<>~!\[]", plain)[0]
    head, mark, revision = plain.rpartition("@")
    if mark and "/" not in revision and head:
        plain = head
    return _ARCHIVE.sub("", posixpath.basename(plain).rpartition(":")[2]) or "root"
