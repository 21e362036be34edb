"""Makes pictures from a prompt, shows how, and checks the claims: ``python -m reproductions.txt2img prompt=...``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from PIL import Image, UnidentifiedImageError

from navigator import reproduction

from . import demonstration, equality, obedience, orders, pictures, upstream, weights
from .modules import call_queue, devices, infotext_utils, progress, script_callbacks, sd_models, shared
from .modules.errors import BadRequest
from .modules.img2img import img2img
from .modules.txt2img import txt2img


def main() -> int:
    values = reproduction.parameters(__file__)
    # Tensors of a few thousand numbers: a second thread costs more than it does, many times over on a busy machine.
    torch.set_num_threads(1)
    try:
        prepare(values)
        if values["page"]:
            return serve(values["port"])
        return run(values)
    except BadRequest as error:
        print(error, file=sys.stderr)
        return 2


def prepare(values: dict[str, Any]) -> None:
    """Device, settings and model."""
    where = values["device"]
    if where == "cuda" and not torch.cuda.is_available():
        raise BadRequest("device: torch finds no GPU here; leave device=auto")
    devices.use(devices.get_optimal_device() if where == "auto" else where, half=values["half"])
    shared.opts.safety_check = values["safety"]
    digits = tuple(values["flagged"])
    if any(not 0 <= digit <= 9 for digit in digits):
        raise BadRequest("flagged: digits from 0 to 9")
    shared.opts.safety_flagged_digits = digits
    if values["train"]:
        from . import training

        # Into the run's own folder: the repository keeps the model that its tests are about.
        file = reproduction.output("digits.safetensors")
        training.train(file=file, tell=reproduction.progress)
        reproduction.written("digits.safetensors")
        sd_models.load_model(file)
        return
    sd_models.load_model()


def run(values: dict[str, Any]) -> int:
    """The pictures that were asked for, then what there is to show and to check."""
    seed = values["seed"] if values["seed"] >= 0 else reproduction.seed()
    images, infotexts = generate(values, seed)
    save(images[0], "grid.png", [pictures.Row("", [pictures.enlarged(image, 8) for image in images])])
    text = "\n\n".join(infotexts)
    reproduction.output("infotext.txt").write_text(text + "\n", "utf-8")
    reproduction.written("infotext.txt")
    print(f"{pictures.in_text(images, 100)}\n\n{infotexts[0]}\n", flush=True)
    if values["init_image"]:
        return 0
    held = [check("infotext", lambda: demonstration.reproduces(images[0]))]

    say("the way from noise to picture")
    film = demonstration.film_strip(request(values, seed))
    write(film, "film.png")
    say("the same seeds at growing guidance")
    sweep, lines = demonstration.guidance_sweep(3, seed)
    write(sweep, "guidance.png")
    print(f"{lines}\n", flush=True)
    say("samplers beside those of k-diffusion")
    try:
        held.append(check("samplers", equal_to_upstream))
    except upstream.NotInstalled as error:
        print(f"Not compared with k-diffusion and ldm: {error}", flush=True)
    say("the order of each sampler")
    errors = orders.errors()
    print(f"{orders.table(errors)}\n", flush=True)
    orders.write_png(errors, reproduction.output("orders.png"))
    reproduction.written("orders.png")
    held.append(check("orders", lambda: orders.check(errors)))
    held.append(check("safety", lambda: demonstration.shields(seed)))
    held.append(check("prompts", lambda: obedience.check(values["samples"], seed, say)))
    return 0 if all(held) else 1


def request(values: dict[str, Any], seed: int) -> dict[str, Any]:
    """The fields of one picture's request."""
    if values["infotext"]:
        return infotext_utils.request_from_infotext(values["infotext"])
    names = ("prompt", "negative_prompt", "steps", "cfg_scale", "width", "height")
    settings = {name: values[name] for name in names}
    return {**settings, "seed": seed, "sampler_name": values["sampler"], "scheduler": values["scheduler"]}


def generate(values: dict[str, Any], seed: int) -> tuple[list[Image.Image], list[str]]:
    """What Generate does: through the queue, with progress, to pictures and their texts."""
    import json

    asked = request(values, seed)
    count = 1 if values["infotext"] else values["batch_count"]
    size = 1 if values["infotext"] else values["batch_size"]
    script_args = [
        0,
        *(asked.get(name, default) for name, default in (("steps", 20), ("sampler_name", None), ("scheduler", None))),
        *(asked["seed"], "subseed" in asked or "seed_resize_from_w" in asked),
        *(asked.get("subseed", -1), asked.get("subseed_strength", 0.0)),
        *(asked.get("seed_resize_from_w", 0), asked.get("seed_resize_from_h", 0)),
    ]
    settings = asked.get("override_settings", {})
    common = (asked["prompt"], asked["negative_prompt"])
    arguments: tuple[Any, ...]
    if values["init_image"]:
        start, mask = opened(values["init_image"]), opened(values["mask"]) if values["mask"] else None
        function: Callable[..., Any] = img2img
        arguments = (*common, start, mask, 0, 1, count, size, asked["cfg_scale"], values["denoising_strength"])
        arguments += (asked["height"], asked["width"], 0, False, 0, False, settings)
    else:
        function = txt2img
        hires = (asked.get("enable_hr", values["hires"]), asked.get("denoising_strength", values["denoising_strength"]))
        hires += (asked.get("hr_scale", 2.0), asked.get("hr_upscaler"), asked.get("hr_second_pass_steps", 0))
        arguments = (*common, count, size, asked["cfg_scale"], asked["height"], asked["width"], *hires, settings)

    id_task = progress.create_task_id("txt2img")
    failure: list[BaseException] = []

    def told(*inner: Any) -> Any:
        try:
            return function(*inner)
        except BaseException as error:
            failure.append(error)
            raise

    call = call_queue.wrap_gradio_gpu_call(told, extra_outputs=[None, "", ""])
    with script_callbacks.watching(after=lambda params: tell_progress(id_task)):
        images, info, _, _ = call(id_task, *arguments, *script_args)
    if failure:
        raise failure[0]
    known = json.loads(info)
    first = known["index_of_first_image"]
    return images[first:], known["infotexts"][first:]


def tell_progress(id_task: str) -> None:
    answer = progress.progressapi(progress.ProgressRequest(id_task, live_preview=False))
    eta = f", {answer.eta:.0f} s left" if answer.eta else ""
    reproduction.progress(answer.progress or 0.0, 1.0, f"sampling{eta}")


def opened(path: str) -> Image.Image:
    try:
        with Image.open(Path(path)) as image:
            return image.convert("RGB")
    except (OSError, UnidentifiedImageError) as error:
        raise BadRequest(f"{path} is no picture that can be read: {error}") from None


def say(label: str) -> None:
    reproduction.progress(0, None, label)


def check(claim: str, what: Callable[[], tuple[bool, str]]) -> bool:
    held, detail = what()
    reproduction.claim(claim, held, detail)
    return held


def equal_to_upstream() -> tuple[bool, str]:
    """On the CPU, where arithmetic is the same on both sides."""
    model = weights.load_model()
    found = [*equality.samplers(model), equality.decoder(model)]
    return all(each.held for each in found), equality.detail(found)


def save(first: Image.Image, path: str, rows: list[pictures.Row]) -> None:
    """The pictures, enlarged, and the first as it is, with its text: ``picture.png``."""
    from .modules.images import save_image_with_geninfo

    save_image_with_geninfo(first, first.info.get("parameters"), reproduction.output("picture.png"))
    reproduction.written("picture.png")
    write(pictures.table(rows), path)


def write(image: Image.Image, path: str) -> None:
    image.save(reproduction.output(path), format="PNG")
    reproduction.written(path)


def serve(port: int) -> int:
    """The web page, until Ctrl-C."""
    try:
        from .modules import webui
    except ModuleNotFoundError as error:
        raise BadRequest(f"page: {error.name} is not installed: pip install 'navigator-callgraph[web]'") from None
    try:
        server = webui.Server(port)
    except OSError as error:
        raise BadRequest(f"port: {port} cannot be used: {error.strerror}") from None
    server.start()
    print(f"The page is at {server.url} until Ctrl-C.", flush=True)
    try:
        server.wait()
    except KeyboardInterrupt:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
