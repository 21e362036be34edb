"""The keys at the foot of the screen."""

from __future__ import annotations

from textual.widgets import Footer


class Keys(Footer):
    """A footer that forgets the keys that it showed before.

    Textual's binds each key that it makes to its own ``compact``, and drops the bindings of those that are gone only
    when ``compact`` is set: it would keep every key that it ever showed.
    """

    async def recompose(self) -> None:
        await super().recompose()
        if self.is_attached:
            self.mutate_reactive(Footer.compact)
