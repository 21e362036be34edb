"""The terminal interface: read a code base by following its calls.

    from navigator.tui import run

    run("deepspeed")

Importing this package loads no Textual; ``run`` does.
"""

from __future__ import annotations

__all__ = ["run"]


def run(workspace: str | None = None, symbol: str | None = None, *, ascii_only: bool = False, theme: str = "") -> int:
    """Opens the interface on a workspace (the current one by default) and gives the exit status when it is left.

    ``symbol`` is what to look at first; without it the place where the workspace was left last.
    """
    from navigator.tui.allowed import leave_with_server
    from navigator.tui.app import NavigatorApp

    app = NavigatorApp(workspace, symbol, ascii_only=ascii_only, theme_name=theme)
    leave_with_server(lambda: app.call_from_thread(app.exit))
    app.run()
    return app.return_code or 0
