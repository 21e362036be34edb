"""What the program means: names, types and values resolved across files to call edges with evidence."""

from navigator import native

native.prefer(__name__, __path__)

from navigator.linking.linker import link  # noqa: E402 (compiled modules are found from here on)
from navigator.linking.program import Program, ProgramFile, ScriptPackage, ScriptProject  # noqa: E402
from navigator.linking.version import version  # noqa: E402

__all__ = ["Program", "ProgramFile", "ScriptPackage", "ScriptProject", "link", "version"]


def __getattr__(name: str) -> str:
    if name == "VERSION":
        return version()
    raise AttributeError(name)
