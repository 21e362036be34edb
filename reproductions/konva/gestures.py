"""Random scripts of DOM events, in the order in which browsers send them, and sometimes not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .generated import Generator

Step = dict[str, Any]


class Gestures:
    """A mouse, a pen and up to three fingers that wander over the stage; ``left`` and ``top`` place it on the page."""

    def __init__(self, generator: Generator, left: float, top: float) -> None:
        self._generator = generator
        self._random = generator.random
        self._left, self._top = left, top
        self._x, self._y = self._random.randint(0, 159), self._random.randint(0, 119)
        self._fingers: dict[int, tuple[float, float]] = {}
        self._both = self._random.random() < 0.7  # whether pointer events come before the mouse's and the touch's
        self._steps: list[Step] = []

    def steps(self) -> list[Step]:
        pick = self._random
        kinds = [self._move, self._press, self._click, self._drag, self._touch, self._finger, self._other, self._pause]
        weights = [5, 2, 4, 3, 2, 3, 3, 4]
        for _ in range(pick.randint(4, 22)):
            pick.choices(kinds, weights)[0]()
        return self._steps

    def _send(self, type: str, on: str | None = None, **fields: Any) -> None:
        step: Step = {"dispatch": type, "fields": fields}
        if on:
            step["on"] = on
        self._steps.append(step)

    def _mouse(self, role: str, button: int = 0, outside: bool = False) -> None:
        place = {"clientX": self._x + self._left, "clientY": self._y + self._top, "button": button}
        on = "window" if outside else None
        if self._both and role in ("down", "move", "up", "leave"):
            self._send("pointer" + role, on, **place, pointerId=1, pointerType="mouse")
        self._send("mouse" + role, on, **place)

    def _go(self, reach: int = 160) -> None:
        pick = self._random
        if reach == 160:
            self._x, self._y = pick.randint(0, 159), pick.randint(0, 119)
        else:
            self._x, self._y = self._x + pick.randint(-reach, reach), self._y + pick.randint(-reach, reach)
        if pick.random() < 0.2:
            self._x += 0.25 * pick.randint(-3, 3)

    def _move(self) -> None:
        for _ in range(self._random.randint(1, 3)):
            self._go(self._random.choice([160, 12]))
            self._mouse("move")

    def _press(self) -> None:
        self._mouse(self._random.choice(["down", "up"]), self._random.choice([0, 0, 0, 1, 2]))

    def _click(self) -> None:
        pick = self._random
        if pick.random() < 0.5:
            self._go()
            self._mouse("move")
        for _ in range(pick.choice([1, 1, 2, 2, 3])):
            button = pick.choice([0, 0, 0, 0, 2])
            self._mouse("down", button)
            if pick.random() < 0.1:
                self._go(2)
            self._mouse("up", button)
            if pick.random() < 0.5:
                self._steps.append({"time": pick.choice([10, 200, 399, 400, 500])})

    def _drag(self) -> None:
        pick = self._random
        self._go()
        self._mouse("down")
        for _ in range(pick.randint(1, 4)):
            self._go(pick.choice([2, 30]))
            self._mouse("move", outside=pick.random() < 0.15)
            if pick.random() < 0.2:
                self._other()
        if pick.random() < 0.9:
            self._mouse("up", outside=pick.random() < 0.2)

    def _touches(self, type: str, changed: list[int]) -> None:
        def listed(ids: list[int]) -> list[Step]:
            return [
                {
                    "identifier": id,
                    "clientX": self._fingers[id][0] + self._left,
                    "clientY": self._fingers[id][1] + self._top,
                }
                for id in ids
            ]

        role = {"touchstart": "down", "touchmove": "move", "touchend": "up", "touchcancel": "cancel"}[type]
        if self._both:
            for id in changed:
                x, y = self._fingers[id]
                fields = {"clientX": x + self._left, "clientY": y + self._top, "pointerId": id + 10}
                self._send("pointer" + role, None, **fields, pointerType="touch")
        gone = type in ("touchend", "touchcancel")
        there = [id for id in self._fingers if not (gone and id in changed)]
        on = "window" if type != "touchstart" and self._random.random() < 0.05 else None
        self._send(type, on, touches=listed(there), changedTouches=listed(changed))
        if gone:
            for id in changed:
                del self._fingers[id]

    def _finger(self) -> None:
        """A finger comes down, moves or goes."""
        pick = self._random
        if len(self._fingers) < 3 and (not self._fingers or pick.random() < 0.4):
            id = next(id for id in range(4) if id not in self._fingers)
            self._fingers[id] = (pick.randint(0, 159), pick.randint(0, 119))
            self._touches("touchstart", [id])
            return
        chosen = pick.sample(sorted(self._fingers), pick.randint(1, len(self._fingers)))
        if pick.random() < 0.6:
            for id in chosen:
                x, y = self._fingers[id]
                self._fingers[id] = (x + pick.randint(-25, 25), y + pick.randint(-25, 25))
            self._touches("touchmove", chosen)
        else:
            self._touches(pick.choice(["touchend", "touchend", "touchend", "touchcancel"]), chosen)

    def _touch(self) -> None:
        """Taps at one place."""
        pick = self._random
        if 0 in self._fingers:
            self._touches("touchend", [0])
        place = (pick.randint(0, 159), pick.randint(0, 119))
        for _ in range(pick.choice([1, 2, 3])):
            self._fingers[0] = place
            self._touches("touchstart", [0])
            self._touches("touchend", [0])
            if pick.random() < 0.4:
                self._steps.append({"time": pick.choice([50, 399, 450])})

    def _other(self) -> None:
        pick = self._random
        place = {"clientX": self._x + self._left, "clientY": self._y + self._top}
        kind = pick.choice(
            ["wheel", "contextmenu", "leave", "enter", "over", "pointercancel", "lost", "do", "do", "do", "hit", "hit"]
        )
        if kind in ("wheel", "contextmenu"):
            self._send(kind, None, **place, deltaY=pick.choice([-1, 1]))
        elif kind in ("leave", "enter", "over"):
            self._mouse(kind)
        elif kind == "pointercancel":
            self._send(kind, None, **place, pointerId=1, pointerType="mouse")
        elif kind == "lost":
            self._send("lostpointercapture", None, **place, pointerId=pick.choice([1, 7, 10]))
        elif kind == "do":
            self._steps.append({"do": self._generator.change()})
        else:
            self._steps.append({"hit": [pick.randint(0, 159), pick.randint(0, 119)]})

    def _pause(self) -> None:
        self._steps.append(self._random.choice([{"frame": True}, {"frame": True}, {"time": 300}]))
