from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from navigator.callgraph import Role
from navigator.sources import DamagedError, Limits, RefusedError, SourceError, SpecError, open_source
from tests.sources import archive_making as making

tar_file, tar_special, zip_file = making.tar_file, making.tar_special, making.zip_file


def test_a_wheel_gives_what_can_be_imported(tmp_path: Path, take: Callable) -> None:
    wheel = making.make_wheel(
        tmp_path / "My_Pkg-1.2-cp311-cp311-win_amd64.whl",
        {
            "my_pkg/__init__.py": "a",
            "my_pkg/_vendor/six.py": "b",
            "my_pkg/bundled/six.py": "c",
            "my_pkg/bundled/six-1.0.dist-info/METADATA": "",
            "my_pkg/native.so": b"\0",
            "My_Pkg-1.2.data/purelib/extra.py": "d",
            "My_Pkg-1.2.data/platlib/my_pkg/more.py": "e",
            "My_Pkg-1.2.data/scripts/tool.py": "f",
            "My_Pkg-1.2.data/data/share/x.py": "g",
            "My_Pkg-1.2.dist-info/hidden.py": "h",
        },
    )
    snapshot = take(wheel)
    assert {entry.path: entry.role for entry in snapshot.entries} == {
        "extra.py": Role.SOURCE,
        "my_pkg/__init__.py": Role.SOURCE,
        "my_pkg/_vendor/six.py": Role.VENDORED,
        "my_pkg/bundled/six.py": Role.VENDORED,
        "my_pkg/more.py": Role.SOURCE,
    }
    assert (snapshot.name, snapshot.revision, snapshot.source) == ("My_Pkg", "1.2", str(wheel))
    assert dict(snapshot.read_many(["extra.py", "my_pkg/more.py"])) == {"extra.py": b"d", "my_pkg/more.py": b"e"}


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz", "zip"])
def test_the_one_folder_of_a_source_archive_is_taken_off(tmp_path: Path, ending: str, take: Callable) -> None:
    files = {"setup.py": "s", "pkg/a.py": "a", "tests/test_a.py": "t", "README": "r"}
    place = tmp_path / f"pkg-1.0rc1.{ending}"
    if ending == "zip":
        making.make_zip(place, [zip_file(f"pkg-1.0rc1/{path}", content) for path, content in files.items()])
    else:
        making.make_sdist(place, files, "w:" + {"tar": "", "tgz": "gz"}.get(ending, ending[4:]))
    snapshot = take(place)
    assert [entry.path for entry in snapshot.entries] == ["pkg/a.py", "setup.py", "tests/test_a.py"]
    assert (snapshot.name, snapshot.revision) == ("pkg", "1.0rc1")
    assert snapshot.read("pkg/a.py") == b"a"
    assert [entry.path for entry in take(place, exclude=["/tests", "setup.py"]).entries] == ["pkg/a.py"]


def test_a_package_folder_is_not_taken_off(tmp_path: Path, take: Callable, paths_of: Callable) -> None:
    one = making.make_zip(tmp_path / "one.zip", [zip_file("pkg/__init__.py"), zip_file("pkg/a.py")])
    two = making.make_zip(tmp_path / "two.zip", [zip_file("a/x.py"), zip_file("b/y.py")])
    assert paths_of(take(one)) == ["pkg/__init__.py", "pkg/a.py"]
    assert paths_of(take(two)) == ["a/x.py", "b/y.py"]


def test_an_archive_has_the_digests_of_its_folder(tmp_path: Path, take: Callable) -> None:
    files = {"pkg/a.py": "a\n" * 5000, "b.py": ""}
    for path, content in files.items():
        (tmp_path / "t" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "t" / path).write_text(content)
    expected = take(tmp_path / "t").entries
    assert take(making.make_sdist(tmp_path / "t-1.tar.gz", files)).entries == expected
    spilt = take(making.make_sdist(tmp_path / "t-1.tar.gz", files), limits=Limits(kept_in_memory=1))
    assert spilt.read("pkg/a.py") == files["pkg/a.py"].encode()


def test_links_inside_stand_for_their_targets(tmp_path: Path, take: Callable, paths_of: Callable) -> None:
    members = [
        tar_file("p-1/src/a.py", "a"),
        tar_special("p-1/hard.py", tarfile.LNKTYPE, "p-1/src/a.py"),
        tar_special("p-1/soft.py", tarfile.SYMTYPE, "src/a.py"),
        tar_special("p-1/lib", tarfile.SYMTYPE, "./src"),
        tar_special("p-1/src", tarfile.DIRTYPE),
        tar_special("p-1/src/", tarfile.DIRTYPE),
    ]
    snapshot = take(making.make_tar(tmp_path / "p-1.tar", members))
    assert paths_of(snapshot) == ["hard.py", "lib/a.py", "soft.py", "src/a.py"]
    assert snapshot.read("lib/a.py") == snapshot.read("hard.py") == b"a"
    zipped = making.make_zip(
        tmp_path / "p.zip", [zip_file("p/a.py", "a"), zip_file("p/b.py", "a.py", stat.S_IFLNK | 0o777)]
    )
    assert take(zipped).read("b.py") == b"a"


def test_names_that_are_not_utf8(tmp_path: Path, take: Callable, paths_of: Callable) -> None:
    name = b"p-1/caf\xe9.py".decode("utf-8", "surrogateescape")
    info, content = tar_file(name)
    with tarfile.open(tmp_path / "p-1.tar", "w", format=tarfile.GNU_FORMAT, errors="surrogateescape") as archive:
        archive.addfile(info, io.BytesIO(content))
    assert paths_of(take(tmp_path / "p-1.tar")) == [r"caf\xe9.py"]
    place = making.make_zip(tmp_path / "p.zip", [zip_file("p/cafX.py")])
    place.write_bytes(place.read_bytes().replace(b"cafX", b"caf\xe9"))
    assert paths_of(take(place)) == [r"caf\xe9.py"]


_NAMES = [
    "/etc/evil.py",
    "//evil.py",
    "../evil.py",
    "p/../../evil.py",
    "p/..",
    "\\evil.py",
    "..\\evil.py",
    "p\\..\\..\\evil.py",
    "C:evil.py",
    "c:/evil.py",
    "C:\\evil.py",
    "p/D:/evil.py",
    "\\\\host\\share\\evil.py",
]


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("form", ["tar", "zip"])
def test_names_that_escape_are_refused(tmp_path: Path, name: str, form: str, take: Callable) -> None:
    place = tmp_path / f"p-1.{form}"
    if form == "tar":
        making.make_tar(place, [tar_file("p/ok.py"), tar_file(name)])
    else:
        making.make_zip(place, [zip_file("p/ok.py"), zip_file(name)])
    with pytest.raises(RefusedError, match=r"^p-1\.(tar|zip) is refused: member .*: its (path|name)") as caught:
        take(place)
    assert str(caught.value).isprintable()


_HOSTILE = {
    "link out": [tar_file("p/a.py"), tar_special("p/x.py", tarfile.SYMTYPE, "../../etc/x.py")],
    "absolute link": [tar_special("p/x.py", tarfile.SYMTYPE, "/etc/passwd")],
    "link through a link": [tar_special("p/up", tarfile.SYMTYPE, ".."), tar_special("p/x", tarfile.SYMTYPE, "up/../y")],
    "any file at all": [tar_special("p/data.bin", tarfile.SYMTYPE, "/etc/passwd")],
    "hard link out": [tar_special("p/x.py", tarfile.LNKTYPE, "../etc/passwd")],
    "absolute hard link": [tar_special("p/x.py", tarfile.LNKTYPE, "/etc/passwd")],
    "hard link to nothing": [tar_special("p/x.py", tarfile.LNKTYPE, "p/y.py")],
    "hard links in a circle": [
        tar_special("p/x.py", tarfile.LNKTYPE, "p/y.py"),
        tar_special("p/y.py", tarfile.LNKTYPE, "p/x.py"),
    ],
    "a character device": [tar_special("p/x.py", tarfile.CHRTYPE)],
    "a block device": [tar_special("p/x.py", tarfile.BLKTYPE)],
    "a pipe": [tar_special("p/x.py", tarfile.FIFOTYPE)],
    "an unknown type": [tar_special("p/x.py", b"Z")],
    "twice": [tar_file("p/x.py"), tar_file("p/x.py", "y")],
    "twice, written differently": [tar_file("p/x.py"), tar_file("p/./x.py", "y")],
    "a file and a link": [tar_file("p/x.py"), tar_special("p/x.py", tarfile.SYMTYPE, "y")],
    "a file and a folder": [tar_file("p/x.py"), tar_file("p/x.py/y.py")],
    "a folder above": [tar_special("../p", tarfile.DIRTYPE)],
    "no name": [tar_file("./.")],
}


@pytest.mark.parametrize("kind", _HOSTILE)
def test_hostile_tars_are_refused(tmp_path: Path, kind: str, take: Callable) -> None:
    with pytest.raises(RefusedError, match=r"^p-1\.tar is refused: member ") as caught:
        take(making.make_tar(tmp_path / "p-1.tar", _HOSTILE[kind]))
    assert "\n" not in str(caught.value)


_HOSTILE_ZIPS = {
    "link out": [zip_file("p/x.py", "../../etc/passwd", stat.S_IFLNK)],
    "absolute link": [zip_file("p/x.py", "/etc/passwd", stat.S_IFLNK)],
    "endless link": [zip_file("p/x.py", "a" * 5000, stat.S_IFLNK)],
    "a device": [zip_file("p/x.py", "", stat.S_IFCHR)],
    "a pipe": [zip_file("p/x.py", "", stat.S_IFIFO)],
    "twice": [zip_file("p/x.py"), zip_file("p/x.py", "y")],
    "a NUL": [zip_file("p/x.py"), zip_file("p/y.py\0.txt")],
    "a file and a folder": [zip_file("p"), zip_file("p/y.py")],
}


@pytest.mark.parametrize("kind", _HOSTILE_ZIPS)
def test_hostile_zips_are_refused(tmp_path: Path, kind: str, take: Callable) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        place = making.make_zip(tmp_path / "p-1.zip", _HOSTILE_ZIPS[kind])
    with pytest.raises(RefusedError, match=r"^p-1\.zip is refused: member "):
        take(place)


def test_two_members_of_a_wheel_for_one_place_are_refused(tmp_path: Path, take: Callable) -> None:
    files = {"a.py": "1", "p-1.data/purelib/a.py": "2"}
    with pytest.raises(RefusedError, match=r"takes the place of a\.py"):
        take(making.make_wheel(tmp_path / "p-1-py3-none-any.whl", files))


def test_an_encrypted_member_is_refused(tmp_path: Path, take: Callable) -> None:
    place = making.make_zip(tmp_path / "p.zip", [zip_file("p/x.py", "hello")])
    content = bytearray(place.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    place.write_bytes(content)
    with pytest.raises(RefusedError, match="encrypted"):
        take(place)


_SMALL = Limits(unpacked=100_000, ratio=20, ratio_from=20_000, files=50, file_size=5_000)


def test_bombs_are_refused_before_they_go_off(tmp_path: Path, take: Callable) -> None:
    zeros = b"\0" * 30_000
    many = [tar_file(f"p/{number}.py") for number in range(51)]
    archives = {
        "ratio": making.make_tar(tmp_path / "ratio.tar.xz", [tar_file("p/zeros.bin", zeros)], "w:xz"),
        "ratio of a zip": making.make_zip(tmp_path / "ratio.zip", [zip_file("p/zeros.bin", zeros)]),
        "total": making.make_tar(tmp_path / "total.tar", [tar_file(f"p/{n}.bin", zeros) for n in range(5)]),
        "total of a zip": making.make_zip(
            tmp_path / "total.zip", [zip_file(f"p/{n}.bin", bytes(range(250)) * 100) for n in range(5)]
        ),
        "count": making.make_tar(tmp_path / "count.tar", many),
        "count of a zip": making.make_zip(tmp_path / "count.zip", [zip_file(f"p/{n}.py") for n in range(51)]),
        "count of folders": making.make_tar(
            tmp_path / "folders.tar", [tar_special(f"p/{n}", tarfile.DIRTYPE) for n in range(51)]
        ),
    }
    for place in archives.values():
        with pytest.raises(RefusedError, match=r"member .*(more than (100,000 bytes|20 times|50 members))"):
            take(place, limits=_SMALL)


def test_what_lies_behind_the_end_or_inside_a_member_counts(tmp_path: Path, take: Callable) -> None:
    place = making.make_tar(tmp_path / "p.tar", [tar_file("p/a.py")])
    place.write_bytes(gzip.compress(place.read_bytes()[:1024] + b"\0" * 60_000))
    with pytest.raises(RefusedError, match=r"member p/a\.py: .*more than 20 times"):
        take(place, limits=_SMALL)
    header = tarfile.TarInfo("p/big.bin")
    header.size = 1 << 40
    place.write_bytes(gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + b"\0" * 60_000))
    with pytest.raises(RefusedError, match=r"big\.bin"):
        take(place, limits=_SMALL)


def test_an_endless_header_is_refused(tmp_path: Path, take: Callable) -> None:
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 1 << 33
    (tmp_path / "p.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096)
    with pytest.raises(RefusedError, match="a header of"):
        take(tmp_path / "p.tar")


def test_large_members_are_problems(tmp_path: Path, take: Callable, problems_of: Callable) -> None:
    files = {"big.py": "x" * 6000, "a.py": "a", "big.bin": "x" * 7000}
    for place in (
        making.make_sdist(tmp_path / "p-1.tar.gz", files),
        making.make_zip(tmp_path / "p.zip", [zip_file(f"p/{name}", content) for name, content in files.items()]),
    ):
        snapshot = take(place, limits=Limits(file_size=5000))
        assert [entry.path for entry in snapshot.entries] == ["a.py"]
        assert problems_of(snapshot) == {"big.py": "6,000 bytes are more than the limit of 5,000; left out"}


def test_broken_archives_are_one_clear_line(tmp_path: Path, take: Callable) -> None:
    tar = making.make_sdist(tmp_path / "p-1.tar", {"a.py": "a" * 600, "b.py": "b" * 600}, "w").read_bytes()
    zipped = making.make_zip(tmp_path / "p.zip", [zip_file("p/a.py", "hello" * 100)]).read_bytes()
    at = tar.index(b"p-1/b.py")
    broken = {
        "cut.tar": tar[:700],
        "cut.tar.gz": gzip.compress(tar)[:-40],
        "cut.tar.bz2": bz2.compress(tar)[:-20],
        "cut.tar.xz": lzma.compress(tar)[:-20],
        "checksum.tar.gz": gzip.compress(tar)[:-8] + b"\0" * 8,
        "header.tar": tar[: at + 100] + b"\xff" * 60 + tar[at + 160 :],
        "cut.zip": zipped[:-30],
        "checksum.zip": zipped.replace(b"\xcb\x48\xcd", b"\xcb\x48\xce"),
    }
    assert broken["checksum.zip"] != zipped
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DamagedError, match=f"^{name} ") as caught:
            take(tmp_path / name)
        assert str(caught.value).isprintable()
        assert caught.value.exit_code == 3


def test_what_is_no_archive(tmp_path: Path, take: Callable) -> None:
    for name, content in {"a.txt": b"hello", "empty": b"", "z.gz": gzip.compress(b"hello")}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises((SpecError, DamagedError), match=f"^{name}"):
            take(tmp_path / name)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the standard library reads zstd")
def test_a_compression_that_this_python_does_not_know(tmp_path: Path, take: Callable) -> None:
    (tmp_path / "p.tar.zst").write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * 600)
    with pytest.raises(SpecError, match="compression"):
        take(tmp_path / "p.tar.zst")


_PARTS = st.sampled_from(
    ["..", ".", "", "a", "b.py", "C:", "\\", "..\\", "x\\y.py", "~", "\x1b[2J", "é", "\u202e", "CON"]
)
_MEMBER_NAMES = st.one_of(
    st.lists(_PARTS, min_size=1, max_size=5).map("/".join),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(_MEMBER_NAMES, min_size=1, max_size=4),
    targets=st.lists(_MEMBER_NAMES, max_size=3),
    tar=st.booleans(),
)
@example(names=["a/~/.."], targets=[], tar=False)
def test_no_name_gets_out(tmp_path: Path, names: list[str], targets: list[str], tar: bool) -> None:
    place = tmp_path / "fuzz"
    names = [name + ".py" for name in names]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if tar:
            links = [
                tar_special(f"link{number}.py", (tarfile.SYMTYPE, tarfile.LNKTYPE)[number % 2], target)
                for number, target in enumerate(targets)
            ]
            making.make_tar(place, [tar_file(name) for name in names] + links)
        else:
            links = [zip_file(f"link{n}.py", target, stat.S_IFLNK) for n, target in enumerate(targets)]
            making.make_zip(place, [zip_file(name) for name in names] + links)
    try:
        snapshot = open_source(str(place), suffixes=[".py"], cache_dir=tmp_path)
    except SourceError as error:
        assert str(error).isprintable()
        return
    with snapshot:
        for entry in snapshot.entries:
            assert entry.path.isprintable() and not entry.path.startswith(("/", "\\\\"))
            assert not {"..", ".", ""} & set(entry.path.split("/"))
            assert snapshot.read(entry.path) == b"x"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(["tar", "zip", "tar.gz", "tar.xz"]))
def test_damage_anywhere_is_an_error_of_ours_or_harmless(tmp_path: Path, data: st.DataObject, form: str) -> None:
    place = tmp_path / f"p-1.{form}"
    if form == "zip":
        making.make_zip(place, [zip_file("p-1/a.py", "a" * 700), zip_file("p-1/b.py", "b")])
    else:
        making.make_sdist(place, {"a.py": "a" * 700, "b.py": "b"}, "w:" + form[4:])
    content = bytearray(place.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    place.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        with open_source(str(place), suffixes=[".py"], cache_dir=tmp_path) as snapshot:
            list(snapshot.read_many(entry.path for entry in snapshot.entries))
    except SourceError as error:
        assert str(error).isprintable()


def test_zip_files_of_other_makers(tmp_path: Path, take: Callable, paths_of: Callable) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.mkdir("p") if hasattr(archive, "mkdir") else None
        info = zipfile.ZipInfo("p/a.py")
        info.create_system = 0
        info.external_attr = 0x20
        archive.writestr(info, "x")
    assert paths_of(take(tmp_path / "p.zip")) == ["a.py"]
