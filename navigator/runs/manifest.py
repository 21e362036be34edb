"""A reproduction as data: its ``reproduction.toml``, read and checked (docs/reference/reproductions.md)."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import msgspec

from navigator.reproduction import MANIFEST, BadValue, check
from navigator.runs.errors import BadManifest

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A symbol of the reproduction and the upstream symbol that it mirrors; both sides may be linked several times."""

    ours: str
    upstream: str


class Exemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"caller": "from", "callee": "to"}):
    """A call between two linked symbols of the reproduction that the upstream does not make, and why it may stay."""

    caller: str
    callee: str
    reason: str


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the run is to show."""

    id: str
    text: str


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Bounds and choices hold for each element of a list. ``terminal`` tells of a switch that, while it is on, a run
    draws on the terminal and reads its keys and mouse."""

    type: Literal["integer", "number", "boolean", "string", "integers", "numbers", "strings"]
    default: Any
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()
    terminal: bool = False

    @property
    def rule(self) -> dict[str, Any]:
        return msgspec.structs.asdict(self)


class Requires(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``extra`` is one of this product's extras, ``packages`` are further requirements as pip reads them,
    ``programs`` commands that must be on the PATH. ``seconds`` is how long a default run takes on ``cores`` cores,
    ``memory`` how many MiB it takes."""

    extra: str = ""
    packages: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    cores: int = 1
    seconds: float = 60
    memory: int = 0
    gpu: Literal["none", "optional"] = "none"


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that a run writes, relative to its output folder."""

    path: str
    kind: Literal["image", "table", "html", "file"]
    title: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``workspace`` is the catalog's name of the upstream that is mirrored, at ``revision``. ``chains`` are the ids of
    the upstream call chains that the links are to cover, each a list of dotted names."""

    id: str
    title: str
    command: tuple[str, ...]
    workspace: str = ""
    revision: str = ""
    claims: tuple[Claim, ...] = ()
    links: tuple[Link, ...] = ()
    exceptions: tuple[Exemption, ...] = ()
    chains: dict[str, tuple[tuple[str, str], ...]] = {}
    parameters: dict[str, Parameter] = {}
    requires: Requires = Requires()
    outputs: tuple[Output, ...] = ()


_TABLES: dict[str, type[msgspec.Struct]] = {
    "links": Link,
    "exceptions": Exemption,
    "claims": Claim,
    "requires": Requires,
    "outputs": Output,
    "parameters": Parameter,
}


def read_manifest(folder: Path) -> Manifest:
    """The manifest in ``folder``; raises BadManifest with file, key and, for a misspelt key, the nearest valid one."""
    file = folder / MANIFEST
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise BadManifest(f"{file}: there is no such file") from None
    except OSError as error:
        raise BadManifest(f"{file}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadManifest(f"{file}: is not valid TOML: {error}") from error
    for problem in _misspelt(raw):
        raise BadManifest(f"{file}: {problem}")
    try:
        manifest = msgspec.convert(raw, Manifest)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        where = place.rstrip("`").lstrip(".")
        raise BadManifest(f"{file}: {where + ': ' if where else ''}{message}") from error
    for problem in _faults(manifest):
        raise BadManifest(f"{file}: {problem}")
    return manifest


def _misspelt(raw: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown_keys(raw, Manifest, "")
    for key, kind in _TABLES.items():
        found = raw.get(key)
        if key == "parameters" and isinstance(found, dict):
            places = [(f"{key}.{name}", table) for name, table in found.items()]
        elif isinstance(found, list):
            places = [(f"{key}[{number}]", table) for number, table in enumerate(found, 1)]
        else:
            places = [(key, found)]
        for place, table in places:
            if isinstance(table, dict):
                yield from _unknown_keys(table, kind, place)


def _unknown_keys(table: Mapping[str, Any], kind: type[msgspec.Struct], place: str) -> Iterator[str]:
    valid = kind.__struct_encode_fields__
    for key in table:
        if key not in valid:
            near = difflib.get_close_matches(key, valid, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there is: {', '.join(valid)}"
            yield f"{place + '.' if place else ''}{key}: there is no such key; {hint}"


def _faults(manifest: Manifest) -> Iterator[str]:
    if not ID.fullmatch(manifest.id):
        yield f"id: {manifest.id!r} is not made of small letters, digits, - and _"
    if not manifest.title.strip():
        yield "title: is empty"
    if not manifest.command:
        yield "command: is empty; name the program and its arguments"
    if manifest.links and not manifest.workspace:
        yield "workspace: links need to say which workspace they lead to"
    for number, link in enumerate(manifest.links, 1):
        if not link.ours.strip() or not link.upstream.strip():
            yield f"links[{number}]: ours and upstream both need a symbol"
        if link in manifest.links[: number - 1]:
            yield f"links[{number}]: {link.ours} and {link.upstream} are linked twice"
    pairs = [(each.caller, each.callee) for each in manifest.exceptions]
    for number, each in enumerate(manifest.exceptions, 1):
        if not all(word.strip() for word in (each.caller, each.callee, each.reason)):
            yield f"exceptions[{number}]: from, to and reason all need a text"
        if pairs[number - 1] in pairs[: number - 1]:
            yield f"exceptions[{number}]: the call of {each.callee} by {each.caller} is excepted twice"
    ids = [claim.id for claim in manifest.claims]
    for number, id in enumerate(ids, 1):
        if not id or id in ids[: number - 1]:
            yield f"claims[{number}].id: {id!r} is empty or used twice"
    for name, parameter in manifest.parameters.items():
        if not name.isidentifier():
            yield f"parameters.{name}: a name is made of letters, digits and _"
        try:
            check(parameter.rule, parameter.default)
        except (BadValue, TypeError) as error:
            yield f"parameters.{name}.default: {error}"
    for number, output in enumerate(manifest.outputs, 1):
        path = PurePosixPath(output.path)
        if not output.path or path.is_absolute() or ".." in path.parts:
            yield f"outputs[{number}].path: {output.path!r} does not lie in the output folder"
    needs = manifest.requires
    if needs.cores < 1:
        yield "requires.cores: is to be 1 or more"
    if needs.seconds <= 0:
        yield "requires.seconds: is to be more than 0"
    if needs.memory < 0:
        yield "requires.memory: is to be 0 or more (MiB)"
