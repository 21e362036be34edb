"""Archives for the tests, honest and hostile."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

Content = str | bytes


def encoded(content: Content) -> bytes:
    return content.encode() if isinstance(content, str) else content


def make_wheel(place: Path, files: Mapping[str, Content]) -> Path:
    """A wheel; its metadata is named after the file."""
    name, version = place.name.split("-")[:2]
    metadata = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            wheel.writestr(path, encoded(content))
        wheel.writestr(f"{metadata}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{metadata}/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr(f"{metadata}/RECORD", "")
    return place


def make_sdist(place: Path, files: Mapping[str, Content], mode: str = "w:gz") -> Path:
    """A source distribution: everything in one folder that is named after the file."""
    top = place.name.split(".tar")[0].removesuffix(".tgz")
    return make_tar(place, [tar_file(f"{top}/{path}", content) for path, content in files.items()], mode)


Member = tuple[tarfile.TarInfo, bytes]


def tar_file(name: str, content: Content = "x") -> Member:
    info = tarfile.TarInfo(name)
    info.size = len(encoded(content))
    return info, encoded(content)


def tar_special(name: str, kind: bytes, target: str = "") -> Member:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def make_tar(place: Path, members: list[Member], mode: str = "w") -> Path:
    with tarfile.open(place, mode, format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return place


def zip_file(name: str, content: Content = "x", mode: int = 0) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    info.create_system = 3
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info, encoded(content)


def make_zip(place: Path, members: list[tuple[zipfile.ZipInfo, bytes]]) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for info, content in members:
            archive.writestr(info, content)
    return place
