"""The application: three linked views of one workspace, one selection, and the actions of the registry."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from navigator.errors import NavigatorError
from navigator.tui.actions import REGISTRY
from navigator.tui.bindings import bindings_of, keymap
from navigator.tui.configuration import configured
from navigator.tui.deeds import DEEDS
from navigator.tui.deeds.opening import folder_to_index, open_entry
from navigator.tui.desk import Desk
from navigator.tui.themes import DARK, NAMES, THEMES
from navigator.tui.views.calls import CallsView
from navigator.tui.views.graph import GraphView
from navigator.tui.views.keys import Keys
from navigator.tui.views.source import SourceView
from navigator.workspaces import UnknownWorkspace, overviews

FIRST_WORKSPACE = "demo-torchvision"
"""What is opened where nothing has been indexed yet: a miniature that comes with the product."""

assert set(DEEDS) == {action.id for action in REGISTRY}, "every action is done somewhere"


class NavigatorApp(Desk):
    """``workspace`` is a workspace's name, by default the current one; ``symbol`` what to look at first.

    Raises BadFile and BadKeymap for the user's configuration.
    """

    TITLE = "navigator"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "app.tcss"
    BINDINGS = bindings_of("everywhere")

    def __init__(
        self,
        workspace: str | None = None,
        symbol: str | None = None,
        *,
        ascii_only: bool = False,
        theme_name: str = "",
    ) -> None:
        settings, registry = configured()
        theme_name = theme_name or settings.tui.theme
        super().__init__(settings, registry, DEEDS, ascii_only=ascii_only, theme_name=theme_name)
        self._wanted = workspace, symbol
        self._theme_name = NAMES.get(theme_name, DARK.name)

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        with Horizontal(id="views"):
            yield CallsView(ascii_only=self.ascii_only, id="calls")
            with Vertical(id="right"):
                yield GraphView(ascii_only=self.ascii_only, id="graph")
                yield SourceView(id="source")
        yield Static(id="status", markup=False)
        yield Keys(show_command_palette=False)

    async def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.use_theme(self._theme_name)
        self.set_keymap(keymap(self.registry))
        self.set_class(self.ascii_only, "ascii")
        self.calls.focus()
        self.arrange()
        self.begin()

    @work(exit_on_error=False)
    async def begin(self) -> None:
        """Opens what was asked for; where nothing is indexed yet, a miniature."""
        name, symbol = self._wanted
        try:
            await self.open_workspace(name, symbol)
        except UnknownWorkspace as error:
            if name is not None or overviews():
                self.report(error)
            else:
                await open_entry(self, FIRST_WORKSPACE)
                if (folder := folder_to_index(())) is not None:
                    self.notify(f"this is a miniature to look around in: W indexes {folder.name}", markup=False)
        except NavigatorError as error:
            self.report(error)
