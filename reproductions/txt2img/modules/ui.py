"""The web page: fields, and what their buttons call; mirrors ``modules.ui`` of webui 1.10.1.

Generate calls ``wrap_gradio_gpu_call(txt2img)``; its script makes up a task id, puts it in the place of the hidden
first input, and asks for the task's progress until it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr
from PIL import Image

from . import images, img2img, sd_samplers, sd_schedulers, shared, txt2img, ui_paste
from .call_queue import wrap_gradio_call_no_job, wrap_gradio_gpu_call, wrap_queued_call
from .errors import BadRequest
from .geometry import opt_f
from .shared import opts


class Toprow:
    """Prompts, and the buttons beside them."""

    def __init__(self, tab: str) -> None:
        with gr.Row():
            with gr.Column(scale=5):
                self.prompt = gr.Textbox(
                    label="Prompt", lines=2, elem_id=f"{tab}_prompt", value="a photo of the digit three"
                )
                self.negative_prompt = gr.Textbox(label="Negative prompt", lines=1, elem_id=f"{tab}_neg_prompt")
            with gr.Column(scale=1):
                self.submit = gr.Button("Generate", variant="primary", elem_id=f"{tab}_generate")
                with gr.Row():
                    self.interrupt = gr.Button("Interrupt", elem_id=f"{tab}_interrupt", min_width=60)
                    self.skip = gr.Button("Skip", elem_id=f"{tab}_skip", min_width=60)
                self.paste = gr.Button("Read parameters from the prompt", elem_id=f"{tab}_paste")
                self.token_counter = gr.HTML(elem_id=f"{tab}_token_counter")
        self.skip.click(fn=shared.state.skip, queue=False, show_progress="hidden")
        self.interrupt.click(fn=shared.state.interrupt, queue=False, show_progress="hidden")
        self.prompt.blur(
            fn=wrap_queued_call(count_tokens),
            inputs=[self.prompt],
            outputs=[self.token_counter],
            show_progress="hidden",
        )


def count_tokens(prompt: str) -> str:
    """How many tokens the prompt has, of how many that its chunks hold."""
    encoder = shared.sd_model.cond_stage_model
    try:
        chunks, count = encoder.tokenize_line(prompt)
    except BadRequest as error:
        return str(error)
    return f"{count}/{len(chunks) * encoder.chunk_length} tokens"


class Fields:
    """The fields that both tabs have."""

    def __init__(self, tab: str) -> None:
        names = [each.name for each in sd_samplers.all_samplers]
        labels = [each.label for each in sd_schedulers.schedulers]
        with gr.Row():
            self.sampler_name = gr.Dropdown(names, value="Euler a", label="Sampling method", elem_id=f"{tab}_sampling")
            self.scheduler = gr.Dropdown(labels, value=labels[0], label="Schedule type", elem_id=f"{tab}_scheduler")
            self.steps = gr.Slider(1, 150, 20, step=1, label="Sampling steps", elem_id=f"{tab}_steps")
        with gr.Row():
            self.width = gr.Slider(opt_f, opts.max_side, 16, step=opt_f, label="Width", elem_id=f"{tab}_width")
            self.height = gr.Slider(opt_f, opts.max_side, 16, step=opt_f, label="Height", elem_id=f"{tab}_height")
            self.n_iter = gr.Slider(1, 32, 1, step=1, label="Batch count", elem_id=f"{tab}_batch_count")
            self.batch_size = gr.Slider(1, 32, 1, step=1, label="Batch size", elem_id=f"{tab}_batch_size")
        with gr.Row():
            self.cfg_scale = gr.Slider(0.0, 30.0, 3.0, step=0.5, label="CFG Scale", elem_id=f"{tab}_cfg_scale")
            self.seed = gr.Number(-1, precision=0, label="Seed", elem_id=f"{tab}_seed")
            self.seed_extras = gr.Checkbox(False, label="Extra", elem_id=f"{tab}_subseed_show")
        with gr.Row(visible=False) as extras:
            self.subseed = gr.Number(-1, precision=0, label="Variation seed")
            self.subseed_strength = gr.Slider(0.0, 1.0, 0.0, step=0.01, label="Variation strength")
            self.seed_resize_from_w = gr.Slider(0, opts.max_side, 0, step=opt_f, label="Resize seed from width")
            self.seed_resize_from_h = gr.Slider(0, opts.max_side, 0, step=opt_f, label="Resize seed from height")
        self.seed_extras.change(lambda shown: gr.update(visible=shown), [self.seed_extras], [extras])
        self.override_settings = gr.JSON(value={}, visible=False)

    def script_inputs(self) -> list[Any]:
        """In the order of the scripts: none chosen, sampler, seed."""
        none_chosen = gr.Number(0, precision=0, visible=False)
        sampler = [self.steps, self.sampler_name, self.scheduler]
        seed = [self.seed, self.seed_extras, self.subseed, self.subseed_strength]
        return [none_chosen, *sampler, *seed, self.seed_resize_from_w, self.seed_resize_from_h]


class OutputPanel:
    """Where results go; all three texts are HTML but ``generation_info``, which is JSON and not shown."""

    def __init__(self, tab: str) -> None:
        gr.HTML(
            f"<div id='{tab}_progress' class='progressDiv' hidden><div class='progress'></div></div>"
            f"<img id='{tab}_livePreview' alt='' hidden>"
        )
        self.gallery = gr.Gallery(
            label="Output", format="png", columns=6, object_fit="contain", elem_id=f"{tab}_gallery"
        )
        self.generation_info = gr.Textbox(visible=False)
        self.infotext = gr.HTML(elem_id=f"{tab}_html_info")
        self.html_log = gr.HTML(elem_id=f"{tab}_html_log")
        self.outputs = [self.gallery, self.generation_info, self.infotext, self.html_log]


def _connect(tab: str, function: Callable[..., Any], toprow: Toprow, inputs: list[Any], panel: OutputPanel) -> None:
    arguments: dict[str, Any] = {
        "fn": wrap_gradio_gpu_call(function, extra_outputs=[None, "", ""]),
        "js": f"(...values) => submit('{tab}', ...values)",
        "inputs": inputs,
        "outputs": panel.outputs,
        "show_progress": "hidden",
        # Requests wait in the program's own queue, which tells each its place.
        "concurrency_limit": None,
    }
    toprow.submit.click(**arguments)
    toprow.prompt.submit(**arguments)


def _txt2img_tab() -> tuple[Toprow, Fields, list[Any]]:
    id_task = gr.Textbox(visible=False)
    toprow = Toprow("txt2img")
    with gr.Row():
        with gr.Column():
            fields = Fields("txt2img")
            with gr.Accordion("Hires. fix", open=False):
                enable_hr = gr.Checkbox(False, label="Enable", elem_id="txt2img_hr")
                modes = [*shared.latent_upscale_modes, *shared.sd_upscalers]
                with gr.Row():
                    hr_upscaler = gr.Dropdown(modes, value=shared.latent_upscale_default_mode, label="Upscaler")
                    hr_scale = gr.Slider(1.0, 4.0, 2.0, step=0.25, label="Upscale by")
                    hr_second_pass_steps = gr.Slider(0, 150, 0, step=1, label="Hires steps")
                    denoising_strength = gr.Slider(0.0, 1.0, 0.7, step=0.01, label="Denoising strength")
        with gr.Column():
            panel = OutputPanel("txt2img")
    hires = [enable_hr, denoising_strength, hr_scale, hr_upscaler, hr_second_pass_steps]
    inputs = [id_task, toprow.prompt, toprow.negative_prompt, fields.n_iter, fields.batch_size, fields.cfg_scale]
    inputs += [fields.height, fields.width, *hires, fields.override_settings, *fields.script_inputs()]
    _connect("txt2img", txt2img.txt2img, toprow, inputs, panel)
    return toprow, fields, hires


def _img2img_tab() -> None:
    id_task = gr.Textbox(visible=False)
    toprow = Toprow("img2img")
    with gr.Row():
        with gr.Column():
            with gr.Row():
                init_img = gr.Image(type="pil", label="Picture to start from", elem_id="img2img_image")
                mask = gr.Image(type="pil", image_mode="L", label="Mask: white is repainted", elem_id="img2img_mask")
            fields = Fields("img2img")
            with gr.Row():
                denoising_strength = gr.Slider(0.0, 1.0, 0.75, step=0.01, label="Denoising strength")
                mask_blur = gr.Slider(0, 16, 0, step=1, label="Mask blur")
                kinds = ["fill", "original", "latent noise", "latent nothing"]
                fill = gr.Radio(kinds, value="original", type="index", label="Masked content")
            with gr.Row():
                resize = gr.Radio(
                    ["Just resize", "Crop and resize", "Resize and fill"], value="Just resize", type="index"
                )
                full_res = gr.Checkbox(False, label="Only the masked area")
                padding = gr.Slider(0, 32, 4, step=4, label="Only masked padding, pixels")
                invert = gr.Checkbox(False, label="Inpaint what is not masked")
        with gr.Column():
            panel = OutputPanel("img2img")
    inputs = [id_task, toprow.prompt, toprow.negative_prompt, init_img, mask, mask_blur, fill, fields.n_iter]
    inputs += [fields.batch_size, fields.cfg_scale, denoising_strength, fields.height, fields.width, resize]
    inputs += [full_res, padding, invert, fields.override_settings, *fields.script_inputs()]
    _connect("img2img", img2img.img2img, toprow, inputs, panel)


def read_pnginfo(path: str | None) -> tuple[str, str]:
    """The infotext of an uploaded picture."""
    if path is None:
        return "", ""
    with Image.open(path) as image:
        text = images.read_info_from_image(image)
    if text is None:
        raise BadRequest("this picture has no parameters in it")
    return text, ""


def _pnginfo_tab(toprow: Toprow, fields: Fields, hires: list[Any]) -> None:
    with gr.Row():
        upload = gr.Image(type="filepath", label="A picture made here", elem_id="pnginfo_image")
        with gr.Column():
            text = gr.Textbox(label="Parameters", lines=6, elem_id="pnginfo_text")
            log = gr.HTML(elem_id="pnginfo_log")
            send = gr.Button("Send to txt2img", elem_id="pnginfo_send")
    upload.change(fn=wrap_gradio_call_no_job(read_pnginfo, extra_outputs=[""]), inputs=[upload], outputs=[text, log])
    ui_paste.connect_paste(send, toprow, fields, hires, text)


def create_ui() -> gr.Blocks:
    """The page, not yet served."""
    with gr.Blocks(analytics_enabled=False, title="txt2img") as demo:
        with gr.Tab("txt2img"):
            toprow, fields, hires = _txt2img_tab()
        with gr.Tab("img2img"):
            _img2img_tab()
        with gr.Tab("PNG Info"):
            _pnginfo_tab(toprow, fields, hires)
        ui_paste.connect_paste(toprow.paste, toprow, fields, hires, toprow.prompt)
    return demo
