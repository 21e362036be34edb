from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from navigator.sources import DamagedError, Limits, NotFoundError, RefusedError, SpecError, UnreachableError
from tests.sources import archive_making as making
from tests.sources.package_serving import Index, serving


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    with serving() as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        yield index


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, **files: str) -> Path:
        folder = tmp_path / "made"
        folder.mkdir(exist_ok=True)
        return making.make_wheel(folder / name, {f"demo/{file}.py": text for file, text in files.items()})

    return make


@pytest.fixture
def sdist(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, **files: str) -> Path:
        folder = tmp_path / "made"
        folder.mkdir(exist_ok=True)
        return making.make_sdist(folder / name, {f"{file}.py": text for file, text in files.items()})

    return make


def _cached(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "cache").rglob("*") if file.is_file())


@pytest.mark.parametrize("as_json", [False, True])
def test_a_pinned_version_is_fetched_once(
    index: Index, wheel: Callable, take: Callable, tmp_path: Path, as_json: bool
) -> None:
    index.as_json = as_json
    for version in ("1.0", "1.1", "2.0rc1"):
        index.add(wheel(f"demo-{version}-py3-none-any.whl", core=f"v = '{version}'"), "demo")
    told: list[tuple[str, int, int | None]] = []
    snapshot = take("pypi:Demo==1.0", progress=lambda *report: told.append(report))
    assert (snapshot.name, snapshot.source, snapshot.revision) == ("demo", "pypi:demo==1.0", "1.0")
    assert snapshot.read("demo/core.py") == b"v = '1.0'"
    size = len(index.projects["demo"]["demo-1.0-py3-none-any.whl"].content)
    assert ("fetching demo-1.0-py3-none-any.whl", size, size) in told
    assert index.asked == ["/simple/demo/", "/files/demo/demo-1.0-py3-none-any.whl"]
    again = take("pypi:demo==1.0")
    assert again.entries == snapshot.entries and again.revision == "1.0"
    assert len(index.asked) == 2, "a pinned version needs no network the second time"
    assert take("pypi:demo").revision == "1.1", "a pre-release is not taken unasked"
    assert take("pypi:demo").revision == "1.1"
    assert index.asked.count("/files/demo/demo-1.1-py3-none-any.whl") == 1
    assert take("pypi:demo>=2.0rc1").revision == "2.0rc1"
    assert take("pypi:demo<1.1").revision == "1.0"


def test_a_cached_file_that_was_tampered_with_is_fetched_anew(
    index: Index, wheel: Callable, take: Callable, tmp_path: Path
) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl", core="true"), "demo")
    take("pypi:demo==1.0")
    (kept,) = (tmp_path / "cache").rglob("*.whl")
    kept.write_bytes(wheel("demo-1.0-py3-none-any.whl", core="false").read_bytes())
    assert take("pypi:demo==1.0").read("demo/core.py") == b"true"


def test_any_wheel_will_do_and_all_machines_choose_the_same(
    index: Index, wheel: Callable, sdist: Callable, take: Callable
) -> None:
    for tags in ("cp39-cp39-win_amd64", "cp313-cp313-macosx_14_0_arm64", "cp312-cp312-manylinux_2_28_aarch64"):
        index.add(wheel(f"demo-1.0-{tags}.whl", core=tags), "demo")
    index.add(sdist("demo-1.0.tar.gz", setup="s"), "demo")
    assert take("pypi:demo").read("demo/core.py") == b"cp312-cp312-manylinux_2_28_aarch64"
    index.add(wheel("demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", core="x86"), "demo")
    assert take("pypi:demo").read("demo/core.py") == b"x86"
    index.add(wheel("demo-1.0-py2.py3-none-any.whl", core="any"), "demo")
    assert take("pypi:demo").read("demo/core.py") == b"any"


def test_a_source_distribution_serves_where_there_is_no_wheel_with_sources(
    index: Index, wheel: Callable, sdist: Callable, take: Callable, paths_of: Callable
) -> None:
    index.add(sdist("demo-1.0.tar.gz", setup="s", demo="d"), "demo")
    assert paths_of(take("pypi:demo==1.0")) == ["demo.py", "setup.py"]
    index.add(making.make_wheel(wheel("demo-2.0-cp311-cp311-linux_x86_64.whl"), {"demo.so": b"\0"}), "demo")
    index.add(sdist("demo-2.0.tar.gz", demo="compiled"), "demo")
    assert paths_of(take("pypi:demo==2.0")) == ["demo.py"]
    assert paths_of(take("pypi:demo==2.0")) == ["demo.py"]
    assert not take("pypi:demo==2.0", include=["nothing"]).entries


def test_yanked_versions_count_only_when_pinned(index: Index, wheel: Callable, take: Callable) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl", core="1"), "demo")
    index.add(wheel("demo-2.0-py3-none-any.whl", core="2"), "demo", yanked="broken")
    index.add(wheel("other-1.0-py3-none-any.whl", core="3"), "other", yanked="")
    assert take("pypi:demo").revision == "1.0"
    assert take("pypi:demo==2.0").revision == "2.0"
    with pytest.raises(NotFoundError, match=r"every version of other was yanked; pin one .* 1\.0$"):
        take("pypi:other")


@pytest.mark.parametrize("fragment", ["sha256=" + "0" * 64, "md5=" + "0" * 32, "sha256=" + "é" * 3])
def test_a_wrong_hash_is_refused_and_nothing_is_kept(
    index: Index, wheel: Callable, take: Callable, tmp_path: Path, fragment: str
) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl", core="1"), "demo", fragment=fragment)
    index.as_json = True
    with pytest.raises(DamagedError, match=r"is not what the index promises: its (sha256|md5) is") as caught:
        take("pypi:demo==1.0")
    assert caught.value.exit_code == 3
    assert _cached(tmp_path) == []


def test_files_without_a_hash_are_taken_as_they_are(index: Index, wheel: Callable, take: Callable) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl", core="1"), "demo", fragment="")
    assert take("pypi:demo==1.0").read("demo/core.py") == b"1"


def test_what_is_not_there(index: Index, wheel: Callable, take: Callable) -> None:
    for version in ("1.0", "1.1", "1.2", "2.0", "3.0"):
        index.add(wheel(f"demo-{version}-py3-none-any.whl"), "demo")
    with pytest.raises(NotFoundError, match=r"^demo has no version 1\.3; the nearest are 1\.1, 1\.2, 2\.0, 3\.0$"):
        take("pypi:demo==1.3")
    with pytest.raises(NotFoundError, match=r"^demo has no version >9; the nearest are 2\.0, 3\.0$"):
        take("pypi:demo>9")
    with pytest.raises(NotFoundError, match=rf"^no package demmo in {index.url}$"):
        take("pypi:demmo")


@pytest.mark.parametrize(
    "spec", ["pypi:", "pypi:a b", "pypi:-e", "pypi:demo[extra]", "pypi:demo @ file:///x", "pypi:a;b"]
)
def test_what_is_no_package(spec: str, take: Callable) -> None:
    with pytest.raises(SpecError):
        take(spec)


def test_servers_that_fail(
    index: Index, wheel: Callable, take: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_RETRIES", "0")
    index.broken["/simple/demo/"] = 500
    with pytest.raises(UnreachableError, match=r"^cannot look for demo: http://127.*: 500 "):
        take("pypi:demo")
    index.broken = {"/files/demo/demo-1.0-py3-none-any.whl": 403}
    index.add(wheel("demo-1.0-py3-none-any.whl"), "demo")
    with pytest.raises(UnreachableError, match=r"^cannot fetch http://.*\.whl: 403 "):
        take("pypi:demo")
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:secret@127.0.0.1:9/simple")
    with pytest.raises(UnreachableError, match=r"^cannot look for demo: http://.*127\.0\.0\.1:9") as caught:
        take("pypi:demo")
    assert caught.value.exit_code == 3
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)
    assert _cached(tmp_path) == []
    # Another place that has it is enough.
    index.broken = {}
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", index.url)
    assert take("pypi:demo").revision == "1.0"
    # What it has not may be where nobody answered.
    with pytest.raises(UnreachableError, match=r"^demo 2\.0 is not where it could be looked for: http://.*127"):
        take("pypi:demo==2.0")


@pytest.mark.parametrize("page", [b"{", b"[]", b'{"files": [{"url": 1}]}', b'{"files": 3}'])
def test_pages_that_make_no_sense(index: Index, take: Callable, page: bytes) -> None:
    index.projects["demo"] = {}
    index.page = lambda project: ("application/vnd.pypi.simple.v1+json", page)
    with pytest.raises(UnreachableError, match=r"^what http://.* says of demo cannot be read: ") as caught:
        take("pypi:demo")
    assert "\n" not in str(caught.value)


def test_a_server_that_fails_once_is_asked_again(index: Index, wheel: Callable, take: Callable) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl"), "demo")
    genuine = index.page

    def recovering(project: str) -> tuple[str, bytes]:
        index.broken.clear()
        return genuine(project)

    index.page = recovering
    index.broken["/simple/demo/"] = 503
    from navigator.sources.pypi import client

    original, client.time.sleep = client.time.sleep, lambda seconds: index.broken.clear()
    try:
        assert take("pypi:demo").revision == "1.0"
    finally:
        client.time.sleep = original


def test_redirects_and_passwords(
    index: Index, wheel: Callable, take: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl"), "demo")
    index.password = base64.b64encode(b"me:secret").decode()
    monkeypatch.setenv("PIP_INDEX_URL", index.address.replace("//", "//me:secret@") + "/moved")
    assert take("pypi:demo").revision == "1.0"
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    with pytest.raises(UnreachableError, match="401"):
        take("pypi:demo")


@pytest.mark.parametrize("trusted", [True, False])
def test_proxies_and_trusted_hosts(
    index: Index, wheel: Callable, take: Callable, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl", core="1"), "demo")
    monkeypatch.setenv("PIP_INDEX_URL", "http://packages.invalid/simple")
    monkeypatch.setenv("PIP_PROXY", index.address.removeprefix("http://"))
    if not trusted:
        with pytest.raises(UnreachableError, match="is skipped: it is not https, and no trusted-host"):
            take("pypi:demo")
        assert index.proxied == []
        return
    monkeypatch.setenv("PIP_TRUSTED_HOST", "packages.invalid")
    assert take("pypi:demo").read("demo/core.py") == b"1"
    assert set(index.proxied) == {"packages.invalid"}
    monkeypatch.delenv("PIP_PROXY")
    monkeypatch.setenv("http_proxy", index.address)
    monkeypatch.setenv("https_proxy", index.address)
    index.proxied.clear()
    assert take("pypi:demo").revision == "1.0"
    assert index.proxied


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
def test_certificates(wheel: Callable, take: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = tmp_path / "server.pem"
    name = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(pem))
    made = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", *name)
    certificate = subprocess.run(made, capture_output=True, check=True).stdout
    pem.write_bytes(pem.read_bytes() + certificate)
    monkeypatch.setenv("PIP_RETRIES", "0")
    with serving(pem) as index:
        index.add(wheel("demo-1.0-py3-none-any.whl"), "demo")
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        with pytest.raises(UnreachableError, match=r"(?i)certificate"):
            take("pypi:demo")
        monkeypatch.setenv("PIP_CERT", str(pem))
        assert take("pypi:demo").revision == "1.0"
        monkeypatch.setenv("PIP_CLIENT_CERT", str(pem))
        assert take("pypi:demo").revision == "1.0"
        monkeypatch.setenv("PIP_CERT", str(tmp_path / "gone.pem"))
        with pytest.raises(SpecError, match=r"certificates in .*gone\.pem .* cannot be read"):
            take("pypi:demo")


def test_find_links_and_indexes_on_disk(
    wheel: Callable, sdist: Callable, take: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel("demo-1.0-py3-none-any.whl", core="1")
    sdist("demo-1.1.tar.gz", demo="2")
    (tmp_path / "index/demo").mkdir(parents=True)
    newer = wheel("demo-2.0-py3-none-any.whl", core="3").rename(tmp_path / "index/demo/demo-2.0-py3-none-any.whl")
    (tmp_path / "index/demo/index.html").write_text(f'<a href="{newer.name}">x</a>')
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(SpecError, match="nowhere to look"):
        take("pypi:demo")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path}/made {tmp_path}/gone")
    assert take("pypi:demo").revision == "1.1"
    with pytest.raises(UnreachableError, match="there is no such folder"):
        take("pypi:other")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "index").as_uri())
    assert take("pypi:demo").read("demo/core.py") == b"3"
    newer.unlink()
    assert take("pypi:demo==2.0").read("demo/core.py") == b"3"


def test_a_page_from_the_network_does_not_lead_to_this_disk(index: Index, wheel: Callable, take: Callable) -> None:
    secret = wheel("demo-1.0-py3-none-any.whl", core="secret")
    index.add(secret, "demo", url=secret.as_uri())
    index.add(wheel("demo-0.9-py3-none-any.whl"), "demo", url="git+ext::touch#egg=demo-0.9")
    with pytest.raises(NotFoundError, match="no package demo"):
        take("pypi:demo")


def test_an_interrupted_download_leaves_nothing(index: Index, wheel: Callable, take: Callable, tmp_path: Path) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl", core="x = 1\n" * 9999), "demo")

    def stop(label: str, done: int, total: int | None) -> None:
        if label.startswith("fetching"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take("pypi:demo==1.0", progress=stop)
    assert _cached(tmp_path) == []
    assert list((tmp_path / "cache/packages").iterdir()) == []
    with pytest.raises(RefusedError, match="larger than 100 bytes"):
        take("pypi:demo==1.0", limits=Limits(download=100))
    assert _cached(tmp_path) == []


def test_a_cache_that_cannot_be_written_is_one_clear_line(
    index: Index, wheel: Callable, take: Callable, tmp_path: Path
) -> None:
    index.add(wheel("demo-1.0-py3-none-any.whl"), "demo")
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(UnreachableError, match="cannot write to the cache"):
        take("pypi:demo")


def test_hostile_packages_are_refused(index: Index, take: Callable, tmp_path: Path) -> None:
    index.add(making.make_wheel(tmp_path / "demo-1.0-py3-none-any.whl", {"../evil.py": "x"}), "demo")
    with pytest.raises(RefusedError, match=r"demo-1\.0-py3-none-any\.whl is refused: member \.\./evil\.py"):
        take("pypi:demo==1.0")


def test_nothing_of_a_package_ever_runs(
    index: Index, take: Callable, tmp_path: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither setup.py, nor a build backend, nor anything that importing or installing would start."""
    evil = f"open({str(marker)!r}, 'w')\n"
    backend = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    sdist = making.make_sdist(
        tmp_path / "demo-1.0.tar.gz",
        {
            "setup.py": evil,
            "setup.cfg": "[metadata]\nname = demo\nversion = attr: demo.evil\n",
            "pyproject.toml": backend,
            "backend.py": evil,
            "conftest.py": evil,
            "demo/__init__.py": evil,
        },
    )
    wheel = making.make_wheel(
        tmp_path / "demo-2.0-py3-none-any.whl",
        {
            "demo.pth": f"import os; {evil}",
            "demo/__init__.py": evil,
            "sitecustomize.py": evil,
            "usercustomize.py": evil,
        },
    )
    index.add(sdist, "demo")
    index.add(wheel, "demo")

    def forbidden(*arguments: object, **options: object) -> None:
        raise AssertionError(f"a process was started: {arguments}")

    monkeypatch.setattr(subprocess, "Popen", forbidden)
    monkeypatch.setattr(os, "system", forbidden)
    monkeypatch.chdir(tmp_path)
    for version in ("1.0", "2.0"):
        snapshot = take(f"pypi:demo=={version}")
        contents = dict(snapshot.read_many(entry.path for entry in snapshot.entries))
        assert contents["demo/__init__.py"] == evil.encode()
    assert set(take("pypi:demo==1.0").entries) >= {take("pypi:demo==1.0")["setup.py"]}
    assert not marker.exists()
    with pytest.raises(AssertionError, match="process"):
        subprocess.run(["true"])
