"""The call graph of a folder, linked for one question and not kept as a workspace."""

from __future__ import annotations

from pathlib import Path

from navigator.callgraph import CallGraph
from navigator.index import Home, Store
from navigator.workspaces.assembly import Assembly
from navigator.workspaces.opening import open_roots
from navigator.workspaces.progress import silent
from navigator.workspaces.settings import RootSettings, Settings


def graph_of_folder(folder: Path, *, knowledge: tuple[str, ...] = (), home: Home | None = None) -> CallGraph:
    """Reads and links a folder of code as ``navigator index`` would, in this process; raises what indexing raises.

    ``knowledge`` are files of library knowledge besides the navigator's own.
    """
    home = home or Home.default()
    settings = Settings((RootSettings(str(folder.absolute())),), knowledge=knowledge)
    with Store.open(home) as store, open_roots(settings, home.downloads, silent) as roots:
        assembly = Assembly(store, jobs=1, executor=None, progress=silent)
        return assembly.run(roots, (), None, tuple(Path(each) for each in knowledge)).graph
