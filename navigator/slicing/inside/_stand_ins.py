"""Stand-ins for third-party packages, so that code which needs them can be imported and read without them.

While modules of this package are imported a stand-in lets everything pass: it can be a base class, a decorator, an
annotation, an operand. Once they are imported, calling it raises ``Missing``.
"""

from __future__ import annotations

import importlib.machinery
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_OWN = __name__.rpartition(".")[0] or __name__


class Missing(ImportError):
    """The code that runs has come to a package that only a stand-in is there for."""


class _Base:
    """What classes derive from whose base is missing: it takes any arguments."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __init_subclass__(cls, **_: Any) -> None:
        pass

    def __class_getitem__(cls, _: Any) -> Any:
        return cls


class StandIn:
    """Anything of a package that is not there; ``_name`` is its dotted name."""

    __bases__ = ()
    """So that it may be asked whose subclass it is."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._base: type | None = None

    def __repr__(self) -> str:
        return f"<stand-in for {self._name}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        found = StandIn(f"{self._name}.{name}")
        self.__dict__[name] = found
        return found

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        if not _importing():
            package = self._name.partition(".")[0]
            raise Missing(f"{self._name}: {package} is not here, a stand-in is; install {package}, or slice without it")
        if len(arguments) == 1 and isinstance(arguments[0], _DECORATED):
            return arguments[0]
        if len(arguments) == 3 and isinstance(arguments[1], tuple) and isinstance(arguments[2], dict):
            return type(*arguments)
        return StandIn(f"{self._name}()")

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[type, ...]:
        if self._base is None:
            self._base = type(self._name.rpartition(".")[2] or "StandIn", (_Base,), {"__module__": self._name})
        return (self._base,)

    def __instancecheck__(self, _: object) -> bool:
        return False

    def __subclasscheck__(self, _: object) -> bool:
        return False

    def __getitem__(self, _: Any) -> Any:
        return self

    def __setitem__(self, *_: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, _: object) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __int__(self) -> int:
        return 0

    def __float__(self) -> float:
        return 0.0

    def __index__(self) -> int:
        return 0

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __lt__(self, _: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def _same(self, *_: Any) -> Any:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _same
    __or__ = __ror__ = __and__ = __rand__ = __neg__ = __invert__ = __mod__ = __floordiv__ = __matmul__ = _same


_DECORATED = (types.FunctionType, type, staticmethod, classmethod, property)


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name == "__version__":
            return "0.0.0"
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        found = StandIn(f"{self.__name__}.{name}")
        self.__dict__[name] = found
        return found


class _Finder:
    """Comes last on ``sys.meta_path``, and answers for some packages and everything in them."""

    def __init__(self, packages: Iterable[str]) -> None:
        self.packages = frozenset(packages)

    def find_spec(
        self, name: str, _: Sequence[str] | None = None, __: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def install(packages: Iterable[str], *, instead: bool = False) -> None:
    """Answers imports of ``packages`` with stand-ins where nothing else does, or ``instead`` of what is installed."""
    finder: Any = _Finder(packages)
    if instead:
        sys.meta_path.insert(0, finder)
    else:
        sys.meta_path.append(finder)


def _importing() -> bool:
    """Whether a module of this package is being imported just now."""
    frame: types.FrameType | None = sys._getframe(2)
    while frame is not None:
        spec = frame.f_globals.get("__spec__")
        own = frame.f_globals.get("__name__", "").partition(".")[0] == _OWN.partition(".")[0]
        if own and getattr(spec, "_initializing", False) and frame.f_code.co_name == "<module>":
            return True
        frame = frame.f_back
    return False
