"""The registry of actions: everything that a key, the command palette, the help or the footer offers comes from here.

An action is named by its id; its keys may be changed in the user's configuration. ``navigator.tui.deeds`` does it,
and it can be done only where there is what it ``needs``: see ``Desk.lacking``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from navigator.errors import NavigatorError

CONTEXTS = ("everywhere", "calls", "graph", "source")


class BadKeymap(NavigatorError):
    """The user's keys name an action that there is not, or one key for two actions."""


@dataclass(frozen=True)
class Action:
    """``context`` is where the keys work: everywhere, or in one view. ``acts_outside`` marks what a session in a
    browser may not do unless it is allowed to."""

    id: str
    title: str
    keys: tuple[str, ...]
    group: str
    help: str
    context: str = "everywhere"
    needs: str = ""
    footer: bool = False
    acts_outside: bool = False


REGISTRY: tuple[Action, ...] = (
    Action(
        "search",
        "Search",
        ("slash", "ctrl+p"),
        "find",
        "Find a symbol while you type, or text in the source.",
        needs="workspace",
        footer=True,
    ),
    Action(
        "workspaces", "Workspaces", ("W",), "find", "Open another workspace, a miniature or a real system.", footer=True
    ),
    Action(
        "why",
        "Why",
        ("e",),
        "ask",
        "The evidence of the selected call; each step leads to its line.",
        needs="call",
        footer=True,
    ),
    Action(
        "path_start",
        "Path from here",
        ("m",),
        "ask",
        "Mark the selected symbol as the start of a path.",
        needs="symbol",
    ),
    Action(
        "path_to",
        "Path to here",
        ("t",),
        "ask",
        "How calls lead from the marked start to the selection, or why they do not.",
        needs="start",
    ),
    Action(
        "leave",
        "Leave",
        ("escape",),
        "ask",
        "Back from paths, a comparison or a replay to the calls around the symbol.",
        needs="mode",
    ),
    Action(
        "filters",
        "Filters",
        ("f",),
        "view",
        "What is shown: certainty, kinds, roots, tests, external code.",
        needs="workspace",
        footer=True,
    ),
    Action("view_calls", "Calls", ("1",), "view", "Go to the trees of callers and callees."),
    Action("view_graph", "Graph", ("2",), "view", "Go to the drawing."),
    Action("view_source", "Source", ("3",), "view", "Go to the source."),
    Action("zoom", "Zoom", ("z",), "view", "Give the whole screen to the current view, and back."),
    Action("theme", "Theme", ("T",), "view", "The next theme: dark, light, high contrast, colour-blind safe."),
    Action(
        "back",
        "Back",
        ("left_square_bracket", "alt+left", "backspace"),
        "go",
        "Where you were before.",
        needs="past",
        footer=True,
    ),
    Action(
        "forward",
        "Forward",
        ("right_square_bracket", "alt+right"),
        "go",
        "Where you came back from.",
        needs="future",
    ),
    Action(
        "history",
        "History",
        ("H",),
        "go",
        "All places as a tree, with their names; go to any of them.",
        needs="workspace",
    ),
    Action(
        "bookmark",
        "Bookmark",
        ("B",),
        "go",
        "Remember the selected symbol or call, with a note.",
        needs="symbol",
    ),
    Action(
        "bookmarks",
        "Bookmarks",
        ("quotation_mark",),
        "go",
        "What was remembered; go to it, or forget it.",
        needs="workspace",
    ),
    Action("copy_place", "Copy place", ("y",), "do", "Copy file:line of the selection.", needs="file"),
    Action(
        "copy_command",
        "Copy as command",
        ("Y",),
        "do",
        "Copy the command that prints what this view shows.",
        needs="symbol",
    ),
    Action("edit", "Edit", ("o",), "do", "Open the selected line in your editor.", needs="file", acts_outside=True),
    Action(
        "export",
        "Export",
        ("x",),
        "do",
        "Write the drawn view to a file: svg, html, png, dot, mermaid, text, json …",
        needs="symbol",
        footer=True,
        acts_outside=True,
    ),
    Action(
        "run",
        "Run",
        ("r",),
        "do",
        "Run the reproduction that is linked to this workspace, and light up what ran.",
        needs="workspace",
        acts_outside=True,
    ),
    Action(
        "replay_on",
        "Replay on",
        ("full_stop",),
        "do",
        "Step to the next call of a run that is replayed.",
        needs="replay",
    ),
    Action("replay_back", "Replay back", ("comma",), "do", "Step back to the call before it.", needs="replay"),
    Action(
        "reindex",
        "Reindex",
        ("R",),
        "do",
        "Read what has changed, and answer from that.",
        needs="workspace",
        acts_outside=True,
    ),
    Action(
        "diff",
        "Compare",
        ("D",),
        "do",
        "Compare with another workspace or revision: what changed, in graph and trees.",
        needs="workspace",
    ),
    Action(
        "cancel",
        "Cancel",
        ("ctrl+x",),
        "do",
        "Stop the long task that is going on.",
        needs="task",
    ),
    Action("suspend", "Suspend", ("ctrl+z",), "help", "Back to the shell; fg returns here.", acts_outside=True),
    Action("messages", "Messages", ("M",), "help", "What went wrong, and what to do about it."),
    Action("palette", "Commands", ("colon",), "help", "Every action by its name."),
    Action("help", "Help", ("question_mark",), "help", "All keys, filtered by a word or a key.", footer=True),
    Action("quit", "Quit", ("q", "ctrl+q"), "help", "Leave; the place is remembered.", footer=True),
    Action("calls_in", "Inward", ("right", "l"), "view", "Open a row, or go to its first.", "calls"),
    Action("calls_out", "Outward", ("left", "h"), "view", "Close a row, or go to the one it belongs to.", "calls"),
    Action("calls_down", "Down", ("j",), "view", "The next row.", "calls"),
    Action("calls_up", "Up", ("k",), "view", "The row before.", "calls"),
    Action("walk_left", "Callers", ("left",), "view", "Walk to a caller, or left.", "graph"),
    Action("walk_right", "Callees", ("right", "l"), "view", "Walk to a callee, or right.", "graph"),
    Action("walk_up", "Up", ("up", "k"), "view", "Walk up.", "graph"),
    Action("walk_down", "Down", ("down", "j"), "view", "Walk down.", "graph"),
    Action("refocus", "Open", ("enter",), "view", "Make the selected node the middle; open up a group.", "graph"),
    Action("pin", "Pin", ("space",), "view", "Keep the selected node whatever the filters.", "graph", "symbol"),
    Action("wider", "Wider", ("plus", "equals_sign"), "view", "One call further on both sides.", "graph", "symbol"),
    Action("narrower", "Narrower", ("minus",), "view", "One call less.", "graph", "symbol"),
    Action("hide", "Hide", ("h",), "view", "Leave the selected node out.", "graph", "symbol"),
    Action("unhide", "Show hidden", ("u",), "view", "Show what was hidden.", "graph", "symbol"),
    Action("group", "Group", ("g",), "view", "Group by class, module, package, root, or not.", "graph", "symbol"),
    Action("box", "Box", ("b",), "view", "Draw the group of the selected node as one box, or not.", "graph", "group"),
    Action("next_site", "Next call", ("n",), "view", "The next call site.", "source", "symbol"),
    Action("previous_site", "Earlier call", ("p",), "view", "The call site before.", "source", "symbol"),
    Action("follow", "Follow", ("enter",), "view", "Read on in what the call calls.", "source", "symbol"),
    Action("source_down", "Down", ("j",), "view", "Scroll down.", "source"),
    Action("source_up", "Up", ("k",), "view", "Scroll up.", "source"),
)


def with_keys(actions: tuple[Action, ...], keymap: Mapping[str, list[str]]) -> tuple[Action, ...]:
    """The actions with the user's keys. Raises BadKeymap for an unknown action and for a key that two share."""
    known = {action.id: action for action in actions}
    for name in keymap:
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)
            raise BadKeymap(f"keys: no action {name!r}; did you mean {' or '.join(near)}?")
    changed = tuple(replace(each, keys=tuple(keymap[each.id])) if each.id in keymap else each for each in actions)
    taken: dict[tuple[str, str], str] = {}
    for action in changed:
        for key in action.keys:
            for context in (action.context, *(CONTEXTS if action.context == "everywhere" else ("everywhere",))):
                other = taken.get((context, key))
                # A view's own key wins over one that works everywhere; only what the user chose can clash.
                if other is not None and context == action.context and (action.id in keymap or other in keymap):
                    raise BadKeymap(f"keys: {key!r} is both {other!r} and {action.id!r}")
            taken[action.context, key] = action.id
    return changed


def key_name(key: str) -> str:
    """A key as people write it."""
    names = {
        "slash": "/", "left_square_bracket": "[", "right_square_bracket": "]", "question_mark": "?", "colon": ":",
        "quotation_mark": '"',
        "full_stop": ".", "comma": ",", "plus": "+", "equals_sign": "=", "minus": "-",
        "left": "←", "right": "→", "up": "↑",
        "down": "↓",
    }  # fmt: skip
    modifiers, _, last = key.rpartition("+")
    name = names.get(last, last)
    return f"{modifiers}+{name}" if modifiers else name


def keys_of(action: Action) -> str:
    return " ".join(key_name(key) for key in action.keys)
