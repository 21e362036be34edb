"""What is going on: the job, how far it is, and wishes to end it; mirrors ``modules.shared_state`` of webui 1.10.1."""

from __future__ import annotations

import time
from typing import Any

from . import devices


class State:
    """Written by the thread that samples; read, and its flags set, by others.

    ``interrupt``, ``skip`` and ``stop_generating`` only set flags. ``CFGDenoiser.forward`` looks at the first two
    before every step, the loop over batches at all.
    """

    def __init__(self) -> None:
        self.server_start = time.time()
        self._clear()
        self.job, self.job_count = "", 0

    def _clear(self) -> None:
        self.skipped = self.interrupted = self.stopping_generation = False
        self.job_no, self.job_count = 0, -1
        self.processing_has_refined_job_count = False
        self.job_timestamp = time.strftime("%Y%m%d%H%M%S")
        self.sampling_step = self.sampling_steps = 0
        self.current_latent: Any = None
        self.current_image: Any = None
        self.current_image_sampling_step = 0
        self.id_live_preview = 0
        self.textinfo: str | None = None
        self.time_start = time.time()

    def begin(self, job: str | None = "(unknown)") -> None:
        """A job starts. How many batches it has (``job_count``) is not known yet: -1."""
        self._clear()
        self.job = job or ""
        devices.torch_gc()

    def end(self) -> None:
        self.job, self.job_count = "", 0
        devices.torch_gc()

    def skip(self) -> None:
        """Ends the current batch; the next one goes on."""
        self.skipped = True

    def interrupt(self) -> None:
        """Ends the job at its next step, with the picture as far as it is."""
        self.interrupted = True

    def stop_generating(self) -> None:
        """Ends the job after the current batch."""
        self.stopping_generation = True

    def nextjob(self) -> None:
        """One batch, or one pass of hires fix, is done."""
        from . import shared

        if shared.opts.live_previews_enable and shared.opts.show_progress_every_n_steps == -1:
            self.do_set_current_image()
        self.job_no += 1
        self.sampling_step = 0
        self.current_image_sampling_step = 0

    def dict(self) -> dict[str, Any]:
        names = ("skipped", "interrupted", "stopping_generation", "job", "job_count", "job_timestamp", "job_no")
        return {name: getattr(self, name) for name in (*names, "sampling_step", "sampling_steps")}

    def set_current_image(self) -> None:
        """Makes ``current_image`` from ``current_latent`` if enough steps went by since the last one."""
        from . import shared

        every = shared.opts.show_progress_every_n_steps
        enough = every != -1 and self.sampling_step - self.current_image_sampling_step >= every
        if shared.opts.live_previews_enable and enough:
            self.do_set_current_image()

    def do_set_current_image(self) -> None:
        latent = self.current_latent
        if latent is None:
            return
        from . import sd_samplers_common, shared

        if shared.opts.show_progress_grid:
            self.assign_current_image(sd_samplers_common.samples_to_image_grid(latent))
        else:
            self.assign_current_image(sd_samplers_common.sample_to_image(latent))
        self.current_image_sampling_step = self.sampling_step

    def assign_current_image(self, image: Any) -> None:
        self.current_image = image
        self.id_live_preview += 1
