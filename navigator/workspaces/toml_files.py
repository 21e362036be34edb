"""Reads TOML files that people write; every mistake is told with the file, the key, and the nearest valid key."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from navigator.workspaces.errors import BadFile

Record = TypeVar("Record", bound=msgspec.Struct)

LARGEST = 1 << 20
_PLACE = re.compile(r"(?P<message>.*?)(?: - at `\$\.?(?P<place>.*)`)?", re.DOTALL)


def read_toml(file: Path, record: type[Record]) -> Record:
    """The file as a ``record``, whose fields are the keys that are allowed. Raises BadFile."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise BadFile(f"cannot read {file}: {error.strerror}") from error
    if len(data) > LARGEST:
        raise BadFile(f"{file} is larger than {LARGEST:,} bytes, which no such file needs")
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadFile(f"{file} is not UTF-8 text (byte {error.start})") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadFile(f"{file} is not valid TOML: {error}") from error
    for place, key, known in _unknown(values, record):
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"there is: {', '.join(known)}"
        raise BadFile(f"{file}: unknown key {place}{key}; {hint}")
    try:
        return msgspec.convert(values, record)
    except msgspec.ValidationError as error:
        match = _PLACE.fullmatch(str(error))
        assert match is not None
        message = match["message"].replace("`", "")
        raise BadFile(f"{file}: {match['place'] or 'the file'}: {message[:1].lower()}{message[1:]}") from error


def _unknown(value: Any, kind: Any, place: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """Keys that no field stands for: where, which, and those that there are."""
    record = next((each for each in _alternatives(kind) if _is_record(each)), None)
    if record is not None and isinstance(value, dict):
        fields = msgspec.structs.fields(record)
        hints = get_type_hints(record)
        kinds = {field.encode_name: hints[field.name] for field in fields}
        for key, inner in value.items():
            if key not in kinds:
                yield place, key, list(kinds)
            else:
                yield from _unknown(inner, kinds[key], f"{place}{key}.")
    elif isinstance(value, list):
        inner_kinds = [each for each in _alternatives(kind) if get_origin(each) in (list, tuple)]
        for number, inner in enumerate(value):
            for each in inner_kinds:
                yield from _unknown(inner, get_args(each)[0], f"{place.rstrip('.')}[{number}].")


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
