"""``python -m reproductions.konva``: plays the scripted scene, and checks it, hits and speed against the real Konva.

With ``play=true`` and a terminal, the stage is there to be clicked instead.
"""

from __future__ import annotations

import sys

from navigator import reproduction

from . import backend, claims
from .oracle import NoOracle, Oracle
from .scenario import Player
from .scripted import scripted


def main() -> int:
    values = reproduction.parameters(__file__)
    try:
        backend.use(values["backend"])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if values["play"]:
        from .play import play

        return play(values["colours"])
    script()
    check(values["scenarios"], values["shapes"])
    return 0


def script() -> None:
    """Plays the scripted scene, prints its log, and keeps a picture of how it ends."""
    from .picture import save

    print("The scripted scene, handler by handler:\n")
    player = Player(scripted(), tell=print)
    for step in player.scenario["steps"]:
        player.step(step)
    player.nodes["front"].visible(True)
    player.window.flushFrames()
    save(player.stage, reproduction.output("stage.png"))
    log = player.finish()
    reproduction.output("log.txt").write_text("\n".join(log) + "\n", "utf-8")
    print(f"\n{len(log)} lines. Painted by {backend.chosen()}.\n")


def check(scenarios: int, shapes: int) -> None:
    """Each claim, beside the real Konva where node can run it."""

    def tell(done: int) -> None:
        reproduction.progress(done, scenarios + 2, "random scenarios")

    try:
        with Oracle() as oracle:
            _claim("same-log", claims.same_log(oracle, scenarios, tell))
            reproduction.progress(scenarios, scenarios + 2, "pixels")
            _claim("same-hits", claims.same_hits(oracle))
            reproduction.progress(scenarios + 1, scenarios + 2, "many shapes")
            _claim("quick-move", claims.quick_move(oracle, shapes))
    except NoOracle as missing:
        print(f"The real Konva is not compared with: {missing}.")
        _claim("quick-move", claims.quick_move(None, shapes))


def _claim(id: str, verdict: claims.Verdict) -> None:
    reproduction.claim(id, verdict.held, verdict.detail)


if __name__ == "__main__":
    sys.exit(main())
