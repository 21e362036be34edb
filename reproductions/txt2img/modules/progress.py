"""Which requests wait, which one runs, how far it is; mirrors ``modules.progress`` of webui 1.10.1.

A page asks ``progressapi`` twice a second about the task id that it made up when Generate was pressed.
"""

from __future__ import annotations

import base64
import io
import random
import string
import time
from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Any

from . import shared

current_task: str | None = None
pending_tasks: OrderedDict[str, float] = OrderedDict()
"""Ids of tasks that wait, with the time of their arrival."""

finished_tasks: list[str | None] = []
finished_tasks_limit = 16
recorded_results: list[tuple[str | None, Any]] = []
recorded_results_limit = 2


def create_task_id(task_type: str) -> str:
    """``task(txt2img-A1B2C3D)``."""
    return f"task({task_type}-{''.join(random.choices(string.ascii_uppercase + string.digits, k=7))})"


def add_task_to_queue(id_job: str) -> None:
    pending_tasks[id_job] = time.time()


def start_task(id_task: str | None) -> None:
    global current_task
    current_task = id_task
    if id_task is not None:
        pending_tasks.pop(id_task, None)


def finish_task(id_task: str | None) -> None:
    global current_task
    if current_task == id_task:
        current_task = None
    finished_tasks.append(id_task)
    del finished_tasks[:-finished_tasks_limit]


def record_results(id_task: str | None, res: Any) -> None:
    recorded_results.append((id_task, res))
    del recorded_results[:-recorded_results_limit]


@dataclass
class ProgressRequest:
    """What a page asks: about which task, and which preview it has already."""

    id_task: str | None = None
    id_live_preview: int = -1
    live_preview: bool = True


@dataclass
class ProgressResponse:
    """``progress`` from 0 to 1, ``eta`` in seconds, ``live_preview`` a data URI; None where not known."""

    active: bool
    queued: bool
    completed: bool
    progress: float | None = None
    eta: float | None = None
    live_preview: str | None = None
    id_live_preview: int | None = None
    textinfo: str | None = None


def get_pending_tasks() -> dict[str, Any]:
    waiting = list(pending_tasks)
    return {"size": len(waiting), "tasks": waiting}


def progressapi(req: ProgressRequest) -> ProgressResponse:
    """How far the task is: done batches, plus the share of the current one's steps."""
    active = req.id_task is not None and req.id_task == current_task
    queued = req.id_task in pending_tasks
    completed = req.id_task in finished_tasks
    if not active:
        textinfo = "Waiting..."
        if queued:
            in_order = sorted(pending_tasks.copy().items(), key=lambda item: item[1])
            ids = [id for id, _ in in_order]
            if req.id_task in ids:
                textinfo = f"In queue: {ids.index(req.id_task) + 1}/{len(ids)}"
        return ProgressResponse(active, queued, completed, id_live_preview=-1, textinfo=textinfo)

    state = shared.state
    progress = 0.0
    if state.job_count > 0:
        progress = state.job_no / state.job_count
        if state.sampling_steps > 0:
            progress += state.sampling_step / state.sampling_steps / state.job_count
    progress = min(progress, 1.0)
    elapsed = time.time() - state.time_start
    eta = elapsed / progress - elapsed if progress > 0 else None
    live_preview, id_live_preview = _preview(req)
    return ProgressResponse(
        active, queued, completed, progress, eta, live_preview, id_live_preview, textinfo=state.textinfo
    )


def _preview(req: ProgressRequest) -> tuple[str | None, int]:
    """A picture that the page has not seen yet, and the id of the one that it has then."""
    state, opts = shared.state, shared.opts
    if not (opts.live_previews_enable and req.live_preview):
        return None, req.id_live_preview
    state.set_current_image()
    image = state.current_image
    if image is None or state.id_live_preview == req.id_live_preview:
        return None, req.id_live_preview
    buffered = io.BytesIO()
    image.save(buffered, format=opts.live_previews_image_format)
    text = base64.b64encode(buffered.getvalue()).decode("ascii")
    return f"data:image/{opts.live_previews_image_format};base64,{text}", state.id_live_preview


def restore_progress(id_task: str) -> Any:
    """Waits until the task has ended; its result, or what to show where it is gone."""
    while id_task == current_task or id_task in pending_tasks:
        time.sleep(0.1)
    for id, result in recorded_results:
        if id == id_task:
            return result
    return [], "", "", f"Couldn't restore progress for {id_task}: results were discarded, or never obtained"


def setup_progress_api(app: Any) -> None:
    """Adds ``/internal/progress`` and ``/internal/pending-tasks`` to a FastAPI application."""

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        known = {key: value for key, value in request.items() if key in ProgressRequest.__dataclass_fields__}
        return asdict(progressapi(ProgressRequest(**known)))

    app.add_api_route("/internal/pending-tasks", get_pending_tasks, methods=["GET"])
    app.add_api_route("/internal/progress", answer, methods=["POST"])
