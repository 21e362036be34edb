"""The web page in a real browser: what its buttons reach, and what it asks for."""

from __future__ import annotations

import io
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
    # gradio and what it brings warn about each other.
    pytest.mark.filterwarnings("default"),
]
torch = pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")
pytest.importorskip("gradio", reason="the page needs gradio (extra: web)", exc_type=ImportError)

from reproductions.txt2img.modules import sd_models, shared  # noqa: E402
from tests.reproductions.txt2img import small_model  # noqa: E402

WAIT = 20_000


class Slow(small_model.UNet):
    """Takes as long a step as the test says."""

    seconds = 0.0

    def forward(self, x: Any, timesteps: Any, context: Any) -> Any:
        time.sleep(Slow.seconds)
        return super().forward(x, timesteps, context)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from reproductions.txt2img.modules import webui

        before = shared.sd_model
        model = small_model.Model()
        model.model.diffusion_model = Slow()
        sd_models.use_model(model)
        shared.opts.safety_check = False
        server = webui.Server()
        server.start()
        yield server.url
        server.stop()
        shared.opts.data.clear()
        shared.sd_model = before


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    quiet = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=[*quiet])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.wait_for_selector("#txt2img_generate", timeout=WAIT)
    Slow.seconds = 0.0
    yield page
    page.close()
    elsewhere = [each for each in asked if not each.startswith((url, "data:", "blob:"))]
    assert elsewhere == []


def _generate(page: Page, prompt: str) -> None:
    page.fill("#txt2img_prompt textarea", prompt)
    page.click("#txt2img_generate")


def _done(page: Page, text: str) -> str:
    page.wait_for_function(
        "text => (document.querySelector('#txt2img_html_info')?.innerText || '').includes(text)"
        " || (document.querySelector('#txt2img_html_log')?.innerText || '').includes(text)",
        arg=text,
        timeout=WAIT,
    )
    return page.inner_text("#txt2img_html_info")


def test_generate_reaches_the_pixels(page: Page, url: str, tmp_path: Path) -> None:
    _generate(page, "three, said <b>plainly</b>")
    info = _done(page, "said <b>plainly</b>")
    assert "Sampler: Euler a" in info
    assert "Time taken" in page.inner_text("#txt2img_html_log")
    page.wait_for_selector("#txt2img_gallery img", timeout=WAIT)
    source = page.get_attribute("#txt2img_gallery img", "src")
    assert source is not None
    with urllib.request.urlopen(source) as answer:
        image = Image.open(io.BytesIO(answer.read()))
    assert image.size == (16, 16)
    # What the page offers to save has its text in it.
    assert "Sampler: Euler a" in image.info["parameters"]

    file = tmp_path / "made.png"
    image.save(file, pnginfo=_info(image))
    page.get_by_role("tab", name="PNG Info").click()
    page.set_input_files("#pnginfo_image input[type=file]", file)
    page.wait_for_function("document.querySelector('#pnginfo_text textarea').value.includes('Seed')", timeout=WAIT)
    page.click("#pnginfo_send")
    page.get_by_role("tab", name="txt2img").click()
    seed = image.info["parameters"].split("Seed: ")[1].split(",")[0]
    page.wait_for_function(f"document.querySelector('#txt2img_seed input').value === '{seed}'", timeout=WAIT)


def _info(image: Image.Image) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("parameters", image.info["parameters"])
    return info


def test_a_bad_prompt_is_one_line_and_the_next_one_is_served(page: Page) -> None:
    _generate(page, "(three:1.2.3)")
    _done(page, "a weight that is no number")
    assert page.locator("#txt2img_html_log .error").count() == 1
    _generate(page, "nine again")
    _done(page, "nine again")
    assert page.locator("#txt2img_html_log .error").count() == 0


def test_a_text_that_is_pasted_fills_the_fields(page: Page) -> None:
    page.fill(
        "#txt2img_prompt textarea",
        "seven\nNegative prompt: two\nSteps: 7, Sampler: DDIM, CFG scale: 4.5, Seed: 77, Size: 32x24",
    )
    page.click("#txt2img_paste")
    page.wait_for_function("document.querySelector('#txt2img_seed input').value === '77'", timeout=WAIT)
    assert page.input_value("#txt2img_prompt textarea") == "seven"
    assert page.input_value("#txt2img_neg_prompt textarea") == "two"
    page.click("#txt2img_generate")
    info = _done(page, "Seed: 77")
    assert all(part in info for part in ("Steps: 7", "Sampler: DDIM", "CFG scale: 4.5", "Size: 32x24"))


def test_interrupt_ends_a_job_and_the_bar_follows_it(page: Page) -> None:
    Slow.seconds = 0.2
    _generate(page, "five for long")
    page.wait_for_function(
        "(document.querySelector('#txt2img_progress .progress')?.innerText || '').includes('ETA')", timeout=WAIT
    )
    page.wait_for_selector("#txt2img_livePreview:not([hidden])", timeout=WAIT)
    start = time.monotonic()
    page.click("#txt2img_interrupt")
    _done(page, "five for long")
    # Twenty steps of a fifth of a second were asked for.
    assert time.monotonic() - start < 2.5
    page.wait_for_selector("#txt2img_progress", state="hidden", timeout=WAIT)


def test_skip_ends_a_batch_and_the_next_one_goes_on(page: Page) -> None:
    page.fill("#txt2img_batch_count input[type=number]", "2")
    Slow.seconds = 0.2
    _generate(page, "six of two batches")
    page.wait_for_function(
        "(document.querySelector('#txt2img_progress .progress')?.innerText || '').includes('ETA')", timeout=WAIT
    )
    page.click("#txt2img_skip")
    # The bar is past one half: the first batch is over, the second runs.
    page.wait_for_function(
        "parseFloat(document.querySelector('#txt2img_progress .progress')?.style.width || '0') >= 50", timeout=WAIT
    )
    Slow.seconds = 0.0
    _done(page, "six of two batches")
    # Both pictures, and the grid of them.
    page.wait_for_function("document.querySelectorAll('#txt2img_gallery .grid-wrap img').length === 3", timeout=WAIT)


def test_a_picture_is_made_from_a_picture(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="img2img").click()
    page.fill("#img2img_prompt textarea", "nine from grey")
    page.click("#img2img_generate")
    page.wait_for_selector("#img2img_html_log .error", timeout=WAIT)
    assert "needs a picture to start from" in page.inner_text("#img2img_html_log")
    Image.new("RGB", (16, 16), (128, 128, 128)).save(tmp_path / "grey.png")
    page.set_input_files("#img2img_image input[type=file]", tmp_path / "grey.png")
    page.wait_for_selector("#img2img_image img", timeout=WAIT)
    page.click("#img2img_generate")
    page.wait_for_function(
        "(document.querySelector('#img2img_html_info')?.innerText || '').includes('Denoising strength: 0.75')",
        timeout=WAIT,
    )


def test_two_pages_wait_in_one_queue(page: Page, browser: Browser, url: str) -> None:
    other = browser.new_page()
    other.goto(url)
    other.wait_for_selector("#txt2img_generate", timeout=WAIT)
    Slow.seconds = 0.15
    _generate(page, "one comes first")
    page.wait_for_function("!document.querySelector('#txt2img_progress').hidden", timeout=WAIT)
    page.wait_for_function(
        "(document.querySelector('#txt2img_progress .progress')?.innerText || '').includes('%')", timeout=WAIT
    )
    _generate(other, "two comes next")
    other.wait_for_function(
        "(document.querySelector('#txt2img_progress .progress')?.innerText || '') === 'In queue: 1/1'", timeout=WAIT
    )
    Slow.seconds = 0.0
    _done(page, "one comes first")
    _done(other, "two comes next")
    other.close()


def test_only_this_machine_is_served(url: str) -> None:
    request = urllib.request.Request(url, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request)
    assert url.startswith("http://127.0.0.1:")
    body = json.dumps({"id_task": "task(none)", "unknown": 1}).encode()
    asking = urllib.request.Request(url + "internal/progress", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asking) as answer:
        assert json.load(answer)["textinfo"] == "Waiting..."
    with urllib.request.urlopen(url + "internal/pending-tasks") as answer:
        assert json.load(answer) == {"size": 0, "tasks": []}
