"""What differs between runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from navigator.runs.record import RunRecord


class Difference(msgspec.Struct, frozen=True):
    """One thing that is not the same in all the runs; ``values`` are in their order, None where a run has none."""

    what: str
    values: tuple[Any, ...]


class Comparison(msgspec.Struct, frozen=True):
    """``causes`` differ before the runs begin (parameters, code, environment), ``effects`` are what came of them."""

    runs: tuple[str, ...]
    causes: tuple[Difference, ...]
    effects: tuple[Difference, ...]


def compare(records: Sequence[RunRecord]) -> Comparison:
    """Compares two or more runs, of one reproduction or of several."""
    return Comparison(
        tuple(record.id for record in records),
        _differences([_causes(record) for record in records]),
        _differences([_effects(record) for record in records]),
    )


def _causes(record: RunRecord) -> dict[str, Any]:
    environment = msgspec.structs.asdict(record.environment)
    packages = environment.pop("packages")
    return {
        "reproduction": record.reproduction,
        **{f"parameter {name}": value for name, value in record.parameters.items()},
        **environment,
        **{f"package {name}": version for name, version in packages.items()},
    }


def _effects(record: RunRecord) -> dict[str, Any]:
    found: dict[str, Any] = {"status": str(record.status), "exit": record.exit}
    for claim in record.claims:
        found[f"claim {claim.id}"] = f"{'held' if claim.held else 'not held'}: {claim.detail}"
    found |= {f"output {each.path}": each.bytes for each in record.outputs}
    return {**found, "seconds": record.seconds, "memory": record.memory, "processor": record.processor}


def _differences(sides: Sequence[dict[str, Any]]) -> tuple[Difference, ...]:
    names = dict.fromkeys(name for side in sides for name in side)
    rows = (Difference(name, tuple(side.get(name) for side in sides)) for name in names)
    return tuple(row for row in rows if any(value != row.values[0] for value in row.values))
