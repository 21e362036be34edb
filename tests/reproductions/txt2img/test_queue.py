"""Requests that wait for each other: order, progress, interruption, errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("torch", reason="the reproduction needs torch (extra: reproductions)")

from reproductions.txt2img.modules import call_queue, errors, fifo_lock, progress, shared


@pytest.fixture(autouse=True)
def _empty_queue() -> Iterator[None]:
    yield
    assert call_queue.queue_lock.acquire(blocking=False), "a test left the queue locked"
    call_queue.queue_lock.release()
    progress.pending_tasks.clear()
    progress.finished_tasks.clear()
    progress.recorded_results.clear()


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def test_the_lock_is_handed_on_in_order_of_asking() -> None:
    lock = fifo_lock.FIFOLock()
    served: list[int] = []

    def ask(number: int) -> None:
        with lock:
            served.append(number)

    lock.acquire()
    threads = []
    for number in range(20):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        _until(lambda number=number: len(lock._pending_threads) == number + 1)
    assert not lock.acquire(blocking=False)
    lock.release()
    for thread in threads:
        thread.join(10)
    assert served == list(range(20))


def test_nobody_overtakes_the_one_whose_turn_it_is() -> None:
    """Between a release and the waking of the next one the lock is not free."""
    lock = fifo_lock.FIFOLock()
    lock.acquire()
    thread = threading.Thread(target=lock.acquire)
    thread.start()
    _until(lambda: lock._pending_threads)
    lock.release()
    assert not lock.acquire(blocking=False)
    thread.join(10)
    lock.release()
    assert lock.acquire(blocking=False)
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()


class Job:
    """A function behind the queue that runs until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.order: list[str] = []
        self.call = call_queue.wrap_gradio_gpu_call(self.txt2img, extra_outputs=[None, "", ""])

    def txt2img(self, id_task: str, prompt: str) -> tuple[list[str], str, str, str]:
        self.order.append(id_task)
        assert self.go.wait(10)
        if prompt == "bad":
            raise errors.BadRequest("a <bad> prompt")
        if prompt == "worse":
            raise ZeroDivisionError("division by <zero>")
        return [prompt], "{}", "", ""


def test_the_outermost_closure_is_called_like_the_function() -> None:
    assert Job().call.__name__ == "txt2img"


def test_several_requests_are_served_in_order_and_know_their_place() -> None:
    job = Job()
    results: dict[str, tuple[object, ...]] = {}
    ids = [progress.create_task_id("txt2img") for _ in range(5)]
    threads = []
    for id in ids:
        threads.append(threading.Thread(target=lambda id=id: results.update({id: job.call(id, f"p {id}")})))
        threads[-1].start()
        _until(lambda id=id: id in progress.pending_tasks or id == progress.current_task)
        _until(lambda: progress.current_task == ids[0])
    _until(lambda: len(call_queue.queue_lock._pending_threads) == 4)

    places = [progress.progressapi(progress.ProgressRequest(id)) for id in ids]
    assert [place.textinfo for place in places] == [None, *(f"In queue: {n}/4" for n in (1, 2, 3, 4))]
    assert [(place.active, place.queued, place.completed) for place in places[:2]] == [
        (True, False, False),
        (False, True, False),
    ]
    assert progress.get_pending_tasks() == {"size": 4, "tasks": ids[1:]}
    job.go.set()
    for thread in threads:
        thread.join(10)
    assert job.order == ids
    assert [results[id][0] for id in ids] == [[f"p {id}"] for id in ids]
    assert all("Time taken" in str(results[id][-1]) for id in ids)
    assert progress.progressapi(progress.ProgressRequest(ids[0])).completed
    assert progress.restore_progress(ids[-1])[0] == [f"p {ids[-1]}"]
    assert "Couldn't restore" in progress.restore_progress(ids[0])[3]


@pytest.mark.parametrize(
    ("prompt", "said"), [("bad", ">a &lt;bad&gt; prompt<"), ("worse", "ZeroDivisionError: division by &lt;zero&gt;")]
)
def test_an_exception_is_one_line_of_html_and_the_queue_lives(
    prompt: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Job()
    job.go.set()
    first = job.call("task(a)", prompt)
    assert len(first) == 4
    assert first[:3] == (None, "", "")
    assert said in first[3]
    # A mistake of the user is no defect of the program: no trace.
    assert ("Traceback" in capsys.readouterr().err) == (prompt == "worse")
    assert progress.progressapi(progress.ProgressRequest("task(a)")).completed
    assert job.call("task(b)", "good")[0] == ["good"]


def test_progress_and_eta(monkeypatch: pytest.MonkeyPatch) -> None:
    state = shared.state
    state.begin(job="task(x)")
    monkeypatch.setattr(progress, "current_task", "task(x)")
    assert progress.progressapi(progress.ProgressRequest("task(x)")).eta is None
    state.job_count, state.job_no = 4, 1
    state.sampling_steps, state.sampling_step = 20, 10
    state.time_start = time.time() - 3.0
    answer = progress.progressapi(progress.ProgressRequest("task(x)"))
    assert answer.progress == pytest.approx(0.25 + 0.125)
    # 3 s for three eighths: five eighths are left.
    assert answer.eta == pytest.approx(5.0, rel=0.05)
    state.nextjob()
    assert (state.job_no, state.sampling_step) == (2, 0)
    state.end()


def test_no_flag_outlives_its_job_and_none_hits_the_next_one() -> None:
    state = shared.state

    def interrupted(id_task: str) -> tuple[list[bool], str]:
        before = state.interrupted
        state.interrupt()
        return [before], ""

    call = call_queue.wrap_gradio_gpu_call(interrupted)
    assert call("task(1)")[0] == [False]
    assert not state.interrupted
    assert call("task(2)")[0] == [False]


def test_other_calls_take_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job()
    thread = threading.Thread(target=job.call, args=("task(long)", "x"))
    thread.start()
    _until(lambda: progress.current_task == "task(long)")
    seen: list[str] = []
    counter = threading.Thread(target=call_queue.wrap_queued_call(lambda text: seen.append(text)), args=("tokens",))
    counter.start()
    _until(lambda: call_queue.queue_lock._pending_threads)
    assert seen == []
    # What ends while a job runs leaves that job's state alone.
    shared.state.job_count = 7
    assert call_queue.wrap_gradio_call(lambda: ([1], ""))() == ([1], "")
    assert shared.state.job_count == 7
    job.go.set()
    thread.join(10)
    counter.join(10)
    assert seen == ["tokens"]
