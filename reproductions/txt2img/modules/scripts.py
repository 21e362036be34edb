"""Hooks into the making of pictures; mirrors ``modules.scripts`` of webui 1.10.1.

What is no part of sampling itself is a script: the sampler and seed fields of the page, and the safety check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PIL import Image


@dataclass
class PostSampleArgs:
    """``samples``: latents, or decoded pictures after hires fix."""

    samples: Any


@dataclass
class PostprocessBatchListArgs:
    """``images``: decoded pictures (3 x height x width, [0, 1]) of a batch."""

    images: list[Any]


@dataclass
class PostprocessImageArgs:
    image: Image.Image


class Script:
    """Hooks do nothing by default. ``args`` are the script's own values, from the page or a caller."""

    alwayson = True
    """Whether it takes part in every run; if not, it is chosen, and its ``run`` makes the pictures."""

    count_args = 0
    """How many values it has."""

    def title(self) -> str:
        raise NotImplementedError

    def setup(self, p: Any, *args: Any) -> None:
        """Puts its values into the request."""

    def run(self, p: Any, *args: Any) -> Any:
        """Makes the pictures itself; only of a script that is chosen."""

    def before_process(self, p: Any, *args: Any) -> None: ...

    def process(self, p: Any, *args: Any) -> None: ...

    def process_batch(self, p: Any, *args: Any, **kwargs: Any) -> None: ...

    def post_sample(self, p: Any, ps: PostSampleArgs, *args: Any) -> None: ...

    def postprocess_batch(self, p: Any, images: Any, *args: Any, **kwargs: Any) -> None:
        """Sees, and may change, the decoded pictures (batch x 3 x height x width, [0, 1]) before any is saved."""

    def postprocess_image(self, p: Any, pp: PostprocessImageArgs, *args: Any) -> None: ...

    def postprocess(self, p: Any, processed: Any, *args: Any) -> None: ...


class ScriptRunner:
    """The scripts of one tab, each with its slice of the values."""

    def __init__(self, scripts: list[Script]) -> None:
        self.scripts = scripts

    def slices(self, args: Any) -> list[tuple[Script, tuple[Any, ...]]]:
        """Each script and its values; the first value of all is the index of a chosen script, 0 for none."""
        result, start = [], 1
        for script in self.scripts:
            result.append((script, tuple(args[start : start + script.count_args])))
            start += script.count_args
        return result

    def _alwayson(self, p: Any) -> list[tuple[Script, tuple[Any, ...]]]:
        return [(script, args) for script, args in self.slices(p.script_args) if script.alwayson]

    def setup_scrips(self, p: Any) -> None:
        for script, args in self._alwayson(p):
            script.setup(p, *args)

    def run(self, p: Any, *args: Any) -> Any:
        """What the chosen script makes; None if none is chosen."""
        chosen = [script for script in self.scripts if not script.alwayson]
        index = args[0] if args else 0
        if not isinstance(index, int) or not 0 < index <= len(chosen):
            return None
        script = chosen[index - 1]
        return script.run(p, *next(values for each, values in self.slices(args) if each is script))

    def before_process(self, p: Any) -> None:
        for script, args in self._alwayson(p):
            script.before_process(p, *args)

    def process(self, p: Any) -> None:
        for script, args in self._alwayson(p):
            script.process(p, *args)

    def process_batch(self, p: Any, **kwargs: Any) -> None:
        for script, args in self._alwayson(p):
            script.process_batch(p, *args, **kwargs)

    def post_sample(self, p: Any, ps: PostSampleArgs) -> None:
        for script, args in self._alwayson(p):
            script.post_sample(p, ps, *args)

    def postprocess_batch(self, p: Any, images: Any, **kwargs: Any) -> None:
        for script, args in self._alwayson(p):
            script.postprocess_batch(p, images, *args, **kwargs)

    def postprocess_image(self, p: Any, pp: PostprocessImageArgs) -> None:
        for script, args in self._alwayson(p):
            script.postprocess_image(p, pp, *args)

    def postprocess(self, p: Any, processed: Any) -> None:
        for script, args in self._alwayson(p):
            script.postprocess(p, processed, *args)


def _builtin() -> list[Script]:
    from .processing_scripts.sampler import ScriptSampler
    from .processing_scripts.seed import ScriptSeed
    from .safety import ScriptSafety

    return [ScriptSampler(), ScriptSeed(), ScriptSafety()]


class _Lazy:
    """The two runners, made when they are first used: scripts import much of the program."""

    def __init__(self) -> None:
        self._made: dict[str, ScriptRunner] = {}

    def get(self, tab: str) -> ScriptRunner:
        if tab not in self._made:
            self._made[tab] = ScriptRunner(_builtin())
        return self._made[tab]


_runners = _Lazy()


def __getattr__(name: str) -> ScriptRunner:
    if name in ("scripts_txt2img", "scripts_img2img"):
        return _runners.get(name)
    raise AttributeError(name)
