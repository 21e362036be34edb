"""What the program means: names, types and values resolved across files to call edges with evidence."""

from navigator.linking.linker import link
from navigator.linking.program import Program, ProgramFile, ScriptPackage
from navigator.linking.version import version

__all__ = ["Program", "ProgramFile", "ScriptPackage", "link", "version"]


def __getattr__(name: str) -> str:
    if name == "VERSION":
        return version()
    raise AttributeError(name)
