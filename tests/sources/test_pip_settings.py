from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from navigator.sources import SpecError
from navigator.sources.pypi import IndexSettings, read_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose configuration counts, beside a global one, and no other."""
    monkeypatch.delenv("PIP_CONFIG_FILE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home/.config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "xdg"))
    return tmp_path / "home"


def _write(place: Path, text: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return place


def test_without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings({"PIP_CONFIG_FILE": os.devnull}) == IndexSettings()


def test_every_setting_is_understood(tmp_path: Path) -> None:
    file = _write(
        tmp_path / "pip.conf",
        "[global]\nindex_url = https://a/simple\nextra-index-url =\n    https://b\n    https://c\n"
        "find-links = /wheels\n  ~/more\ntrusted-host = a b:8080\nproxy = proxy:3128\n"
        "[install]\nno-index = yes\nfind-links = /installs\n"
        "[list]\nindex-url = https://ignored\n"
        "[download]\ndefault-timeout = 60\nretries = 9\n",
    )
    assert read_settings({"PIP_CONFIG_FILE": str(file), "PIP_CERT": "~/ca.pem", "PIP_CLIENT_CERT": "/c.pem"}) == (
        IndexSettings(
            index_url="https://a/simple",
            extra_index_urls=("https://b", "https://c"),
            find_links=("/installs",),
            trusted_hosts=("a", "b:8080"),
            no_index=True,
            cert=os.path.expanduser("~/ca.pem"),
            client_cert="/c.pem",
            proxy="proxy:3128",
            timeout=60.0,
            retries=2,
        )
    )


def test_certificates_of_other_tools_serve_too() -> None:
    assert read_settings({"PIP_CONFIG_FILE": os.devnull, "REQUESTS_CA_BUNDLE": "/r.pem"}).cert == "/r.pem"


def test_uv_fills_what_pip_leaves_open() -> None:
    uv = {
        "PIP_CONFIG_FILE": os.devnull,
        "UV_DEFAULT_INDEX": "corp=https://uv/simple",
        "UV_INDEX": "x=https://one/a=b https://two",
        "UV_FIND_LINKS": "/a, /b",
    }
    settings = read_settings(uv)
    assert settings.index_url == "https://uv/simple"
    assert settings.extra_index_urls == ("https://one/a=b", "https://two")
    assert settings.find_links == ("/a", "/b")
    assert read_settings({**uv, "PIP_INDEX_URL": "https://pip"}).index_url == "https://pip"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("index-url = x\n", "cannot be read"),
        ("[global]\ntimeout = soon\n", "timeout in .*pip.conf is not a number: soon"),
        ("[global]\ntimeout = -1\n", "is not a number"),
        ("[global]\nno-index = perhaps\n", "neither true nor false: perhaps"),
    ],
)
def test_what_pip_would_not_understand_either(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        read_settings({"PIP_CONFIG_FILE": str(_write(tmp_path / "pip.conf", text))})
    assert "\n" not in str(caught.value)


_CASES: list[tuple[dict[str, str], dict[str, str]]] = [
    (
        {
            "xdg/pip/pip.conf": "[global]\nindex-url = https://xdg\nproxy = xdg:1\n",
            "home/.pip/pip.conf": "[global]\nindex-url = https://legacy\nextra-index-url = https://legacy/extra\n",
            "home/.config/pip/pip.conf": "[global]\nindex-url = https://user\n",
        },
        {},
    ),
    (
        {"home/.config/pip/pip.conf": "[global]\nindex-url = https://user\ntrusted_host = user\n"},
        {"PIP_INDEX_URL": "https://variable", "PIP_TRUSTED_HOST": "a b"},
    ),
    (
        {
            "home/.config/pip/pip.conf": "[global]\nindex-url = https://user\nproxy = user:1\n",
            "chosen.conf": "[global]\nindex-url = https://chosen\n",
        },
        {"PIP_CONFIG_FILE": "chosen.conf"},
    ),
    (
        {"home/.config/pip/pip.conf": "[global]\nindex-url = https://user\n"},
        {"PIP_CONFIG_FILE": "missing.conf", "PIP_PROXY": "p:1"},
    ),
]


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this environment has no pip")
@pytest.mark.parametrize("case", range(len(_CASES)))
def test_files_and_variables_override_each_other_as_in_pip(
    case: int, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, variables = _CASES[case]
    for name, text in files.items():
        _write(tmp_path / name, text)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value) if name == "PIP_CONFIG_FILE" else value)
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout
    theirs: dict[str, str] = {}
    for line in sorted(listed.splitlines(), key=lambda line: line.startswith(":env:")):
        key, _, value = line.partition("=")
        theirs[key.removeprefix(":env:.").removeprefix("global.")] = value.strip("'")
    ours = read_settings()
    assert ours.index_url == theirs.get("index-url", "")
    assert ours.extra_index_urls == tuple(theirs.get("extra-index-url", "").split())
    assert ours.find_links == tuple(theirs.get("find-links", "").split())
    assert ours.trusted_hosts == tuple(theirs.get("trusted-host", "").split())
    assert ours.proxy == theirs.get("proxy", "")
