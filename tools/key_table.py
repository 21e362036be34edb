"""Writes the table of keys into docs/guides/read-in-the-terminal.md: ``python tools/key_table.py [--check]``."""

from __future__ import annotations

import sys
from pathlib import Path

from navigator.tui.actions import CONTEXTS, REGISTRY, keys_of

PAGE = Path(__file__).parent.parent / "docs" / "guides" / "read-in-the-terminal.md"
BEGIN, END = "<!-- keys: made by tools/key_table.py -->\n", "<!-- end of keys -->"


def table() -> str:
    """One table for each place where keys work."""
    parts = []
    for context in CONTEXTS:
        parts.append(f"\n**{'Everywhere' if context == 'everywhere' else 'In the ' + context}**\n")
        parts.append("| key | action | id | what it does |\n|---|---|---|---|")
        for action in REGISTRY:
            if action.context == context:
                keys = " ".join(f"`{key}`" for key in keys_of(action).split(" "))
                parts.append(f"| {keys} | {action.title} | `{action.id}` | {action.help} |")
    return "\n".join(parts) + "\n\n"


def main(arguments: list[str]) -> int:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    written = f"{before}{BEGIN}{table()}{END}{after}"
    if arguments == ["--check"]:
        return int(written != text)
    PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
