"""Manifests: what is read, and what a mistake in one is told as."""

from __future__ import annotations

from pathlib import Path

import pytest

from navigator.runs import BadManifest, BadParameter, Manifest, find_reproduction, read_manifest, values
from navigator.runs.manifest import Exemption, Link
from tests.runs.folders import COUNT, lay_count

EXCEPTION = '\n[[exceptions]]\nfrom = "a.b"\nto = "a.c"\nreason = "why not"\n'
LINKED = 'workspace = "up"\n' + COUNT + '\n[[links]]\nours = "a.b"\nupstream = "c.d"\n'


def read(folder: Path, text: str) -> Manifest:
    (folder / "reproduction.toml").write_text(text)
    return read_manifest(folder)


def test_all_of_it_is_read(tmp_path: Path) -> None:
    manifest = read(tmp_path, LINKED + EXCEPTION)
    assert manifest.command == ("python", "-m", "reproductions.count")
    assert manifest.links == (Link("a.b", "c.d"),)
    assert manifest.exceptions == (Exemption("a.b", "a.c", "why not"),)
    assert manifest.parameters["number"].minimum == 1
    assert manifest.outputs[0].kind == "table"
    assert values(manifest) == {"number": 3, "manner": "well", "weights": [0.5]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id = ", "is not valid TOML"),
        (COUNT.replace("title", "titel"), "titel: there is no such key; did you mean title"),
        (COUNT.replace("cores", "core"), r"requires\.core: there is no such key; did you mean cores"),
        (COUNT.replace("maximum", "maximal"), r"parameters\.weights\.maximal: .* did you mean maximum"),
        (LINKED.replace("ours", "our"), r"links\[1\]\.our: .* did you mean ours"),
        (COUNT.replace('"count"\ntitle', '"Count it"\ntitle'), "id: 'Count it' is not made of"),
        (COUNT.replace('title = "Counts"', 'title = " "'), "title: is empty"),
        (COUNT.replace('"Counts"', "3"), "title: Expected `str`, got `int`"),
        (COUNT.replace("default = 3", "default = 0"), r"parameters\.number\.default: 0 is below 1"),
        (COUNT.replace("default = 3", 'default = "3"'), r"parameters\.number\.default: '3' is no integer"),
        (COUNT.replace("default = [0.5]", "default = [0.5, 2]"), r"parameters\.weights\.default: 2\.0 is above 1"),
        (COUNT.replace('"integer"', '"int"'), r"parameters\[\.\.\.\]\.type: Invalid enum value 'int'"),
        (COUNT.replace('path = "tables', 'path = "../tables'), r"outputs\[1\]\.path: .* does not lie in"),
        (COUNT.replace("cores = 1", "cores = 0"), r"requires\.cores: is to be 1 or more"),
        (LINKED.replace('workspace = "up"\n', ""), "workspace: links need to say"),
        (LINKED + '[[links]]\nours = "a.b"\nupstream = "c.d"\n', r"links\[2\]: a\.b and c\.d are linked twice"),
        (LINKED + '[[claims]]\nid = "ends"\ntext = ""\n', r"claims\[2\]\.id: 'ends' is empty or used twice"),
        (LINKED + EXCEPTION.replace("why not", " "), r"exceptions\[1\]: from, to and reason all need a text"),
        (LINKED + EXCEPTION.replace('"a.c"', '""'), r"exceptions\[1\]: from, to and reason all need a text"),
        (LINKED + EXCEPTION * 2, r"exceptions\[2\]: the call of a\.c by a\.b is excepted twice"),
        (LINKED + EXCEPTION.replace("from", "form"), r"exceptions\[1\]\.form: .* did you mean from"),
        (LINKED + EXCEPTION.replace("reason", "reasons"), r"exceptions\[1\]\.reasons: .* did you mean reason"),
    ],
)
def test_a_mistake_names_file_and_key(text: str, told: str, tmp_path: Path) -> None:
    assert text not in (COUNT, LINKED)
    with pytest.raises(BadManifest, match=told) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "reproduction.toml"))
    assert "\n" not in str(caught.value).partition("TOML")[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["number=5"], {"number": 5}),
        (["weights=0.25,1"], {"weights": [0.25, 1.0]}),
        (["weights="], {"weights": []}),
        (["number=5", "number=6"], {"number": 6}),
        (["manner=exit"], {"manner": "exit"}),
    ],
)
def test_words_change_values(words: list[str], expected: dict[str, object], tmp_path: Path) -> None:
    manifest = read(tmp_path, COUNT)
    assert values(manifest, words) == {**values(manifest), **expected}


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("number", "give NAME=VALUE"),
        ("numbre=3", "no parameter 'numbre'; there is: number"),
        ("number=0", "number: 0 is below 1"),
        ("number=3.5", "number: '3.5' is no integer"),
        ("weights=0.5,2", "weights: 2.0 is above 1"),
        ("weights=nan", "weights: nan is not finite"),
        ("manner=rude", "manner: 'rude' is none of well, wrong"),
    ],
)
def test_a_bad_word_is_told(word: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match=told):
        values(read(tmp_path, COUNT), [word])


def test_values_by_hand_are_those_of_the_manifest(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from navigator import reproduction

    main = lay_count(own_home) / "__main__.py"
    monkeypatch.setattr("sys.argv", ["count", "number=9"])
    manifest = find_reproduction("count").manifest
    assert reproduction.parameters(str(main)) == values(manifest, ["number=9"])
    monkeypatch.setattr("sys.argv", ["count", "nmber=9"])
    with pytest.raises(SystemExit, match="NAME=VALUE with one of the names number, manner, weights"):
        reproduction.parameters(str(main))
    monkeypatch.setattr("sys.argv", ["count", "number=-9"])
    with pytest.raises(SystemExit, match="number: -9 is below 1"):
        reproduction.parameters(str(main))
