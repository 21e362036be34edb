"""What pip is configured with, read the way pip reads it, without importing pip.

Files from weakest to strongest: global, the user's, the environment's, ``PIP_CONFIG_FILE``; then ``PIP_*`` variables.
In each file the sections ``[download]`` and ``[install]`` override ``[global]``. Where pip names no index, uv's
variables do. Constraints mean nothing here: nothing is installed.
"""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import platformdirs

from navigator.sources.errors import SpecError
from navigator.sources.names import one_line, printable

_SECTIONS = ("global", "install", "download")
_SYNONYMS = {"default-timeout": "timeout", "pypi-url": "index-url"}
_TRUE = {"1", "true", "yes", "y", "on", "t"}
_TIMEOUT = 15.0
_RETRIES = 2
_FALSE = {"0", "false", "no", "n", "off", "f"}


class IndexSettings(msgspec.Struct, frozen=True):
    """``index_url`` is empty where none is configured; ``timeout`` is in seconds."""

    index_url: str = ""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    no_index: bool = False
    cert: str = ""
    client_cert: str = ""
    proxy: str = ""
    timeout: float = _TIMEOUT
    retries: int = _RETRIES


def read_settings(environment: Mapping[str, str] = os.environ) -> IndexSettings:
    """Raises ``SpecError``, which names the file or variable, for what pip would not understand either."""
    values: dict[str, tuple[str, str]] = {}
    for file in _files(environment):
        for key, value in _entries(file):
            values[_SYNONYMS.get(key, key)] = (value, printable(str(file)))
    for variable, value in sorted(environment.items()):
        if variable.startswith("PIP_") and value:
            key = variable.removeprefix("PIP_").lower().replace("_", "-")
            values[_SYNONYMS.get(key, key)] = (value, variable)

    def text(key: str, otherwise: str = "") -> str:
        return values[key][0].strip() if key in values else otherwise

    def listed(key: str) -> tuple[str, ...]:
        return tuple(text(key).split())

    def number(key: str, otherwise: float) -> float:
        if key not in values:
            return otherwise
        value, place = values[key]
        try:
            parsed = float(value)
        except ValueError:
            parsed = -1.0
        if not 0 <= parsed < 1e6:
            raise SpecError(f"pip's setting {key} in {place} is not a number: {one_line(value, 60)}")
        return parsed

    settings = IndexSettings(
        index_url=text("index-url"),
        extra_index_urls=listed("extra-index-url"),
        find_links=listed("find-links"),
        trusted_hosts=listed("trusted-host"),
        no_index=_boolean("no-index", values),
        cert=_path(text("cert") or environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE") or ""),
        client_cert=_path(text("client-cert")),
        proxy=text("proxy"),
        timeout=number("timeout", _TIMEOUT) or _TIMEOUT,
        retries=min(int(number("retries", _RETRIES)), _RETRIES),
    )
    return _with_uv(settings, environment)


def _with_uv(settings: IndexSettings, environment: Mapping[str, str]) -> IndexSettings:
    changes: dict[str, str | tuple[str, ...]] = {}
    index = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL") or ""
    extra = environment.get("UV_INDEX") or environment.get("UV_EXTRA_INDEX_URL") or ""
    links = environment.get("UV_FIND_LINKS") or ""
    if index and not settings.index_url:
        changes["index_url"] = _unnamed(index.strip())
    if extra and not settings.extra_index_urls:
        changes["extra_index_urls"] = tuple(_unnamed(url) for url in extra.split())
    if links and not settings.find_links:
        changes["find_links"] = tuple(filter(None, (link.strip() for link in links.split(","))))
    return msgspec.structs.replace(settings, **changes) if changes else settings


def _unnamed(index: str) -> str:
    """``name=URL``, as uv allows, without the name."""
    name, equals, url = index.partition("=")
    return url if equals and "/" not in name else index


def _boolean(key: str, values: Mapping[str, tuple[str, str]]) -> bool:
    if key not in values:
        return False
    value, place = values[key]
    if value.strip().lower() not in _TRUE | _FALSE:
        raise SpecError(f"pip's setting {key} in {place} is neither true nor false: {one_line(value, 60)}")
    return value.strip().lower() in _TRUE


def _path(value: str) -> str:
    return os.path.expanduser(value)


def _files(environment: Mapping[str, str]) -> Iterator[Path]:
    """Configuration files that pip would read, weakest first; they need not exist."""
    base = "pip.ini" if sys.platform == "win32" else "pip.conf"
    chosen = environment.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return
    site = platformdirs.site_config_dir("pip", appauthor=False, multipath=True)
    if sys.platform == "darwin":
        site = platformdirs.site_data_dir("pip", appauthor=False, multipath=True)
    for folder in site.split(os.pathsep):
        yield Path(folder) / base
    if sys.platform not in ("darwin", "win32"):
        yield Path("/etc") / base
    if not (chosen and os.path.exists(chosen)):
        yield Path.home() / ("pip" if sys.platform == "win32" else ".pip") / base
        user = Path(platformdirs.user_config_dir("pip", appauthor=False, roaming=True))
        if sys.platform == "darwin" and not user.is_dir():
            user = Path.home() / ".config" / "pip"
        yield user / base
    yield Path(sys.prefix) / base
    if chosen:
        yield Path(chosen)


def _entries(file: Path) -> Iterator[tuple[str, str]]:
    """Keys and values of one file, those of weaker sections first."""
    parser = configparser.RawConfigParser()
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
            parser.read_file(lines, str(file))
    except OSError:
        return
    except configparser.Error as error:
        raise SpecError(f"pip's configuration {printable(str(file))} cannot be read: {one_line(str(error))}") from None
    for section in _SECTIONS:
        if parser.has_section(section):
            for key, value in parser.items(section):
                if value:
                    yield key.lower().replace("_", "-").removeprefix("--"), value
