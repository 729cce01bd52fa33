"""A run's way to a cluster: connected or started, checked, used, and left as it was found."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import signal
import tempfile
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from multiprocessing import resource_tracker
from types import TracebackType
from typing import Any, Self

import grader
from grader.cluster import facts
from grader.cluster.facts import Facts
from grader.cluster.flow import Flow, Lost, Work
from grader.cluster.kit import pack, pack_submission
from grader.errors import GraderError
from grader.gradebook.results import submission_from_json
from grader.model import Status, Submission, SubmissionResult
from grader.plan import Plan
from grader.submission import Place

__all__ = ["LOCAL", "Cluster", "open_cluster"]

LOCAL = "local"
"""The address of a cluster that is started for the run, on this machine."""

DESERTED = 120.0
"""Seconds that such a cluster may be without workers, which it starts again, before the run is given up."""

ANSWER = 6.0
"""Seconds that a scheduler may take to answer, and then its workers to be there."""

LOUD = ("distributed", "tornado", "asyncio", "bokeh")
"""Loggers that Dask and what it stands on write to."""


def open_cluster(address: str, plan: Plan, *, sandbox: str, python: str, workers: int) -> Cluster:
    """Connect to a cluster, or start one, and make sure that all its workers grade alike.

    Args:
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``; or `LOCAL`.
        plan: of the run.
        sandbox: the level of isolation that workers are to use.
        python: path of the interpreter for submissions, on each worker; "" for its own.
        workers: how many to start where the cluster is local.

    Raises:
        GraderError: Dask is not installed, nobody answers, no worker is there, or one differs from the
            others or from here: names it.
    """
    if find_spec("distributed") is None:
        raise GraderError(
            'Dask is not installed, which --cluster needs.\nInstall it: pip install "cnn-grader[cluster]"'
        )
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet())
        client = stack.enter_context(_started(workers) if address == LOCAL else _connected(address))
        run = f"cnn-grader-{secrets.token_hex(8)}"
        agreed = _ask(client, address, sandbox, python)
        stack.enter_context(_benches(client, run, plan, agreed, sandbox=sandbox, python=python))
        revive = partial(client.cluster.scale, workers) if address == LOCAL else None
        return Cluster(client, run, agreed, stack.pop_all(), revive)


class Cluster:
    """Workers that are ready for one run. A context manager.

    Attributes:
        level: isolation that the workers use.
        python: version of the interpreter that submissions run on.
        numpy: version of the NumPy that they see.
    """

    def __init__(
        self,
        client: Any,
        run: str,
        agreed: Facts,
        ending: contextlib.ExitStack,
        revive: Callable[[], None] | None = None,
    ) -> None:
        """Take what was opened; see `open_cluster`. A cluster of our own has a way to start workers again."""
        self._client, self._run, self._ending, self._revive = client, run, ending, revive
        self.level, self.python, self.numpy = (
            agreed[name] for name in (facts.SANDBOX, facts.PYTHON, facts.NUMPY)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing of the run on the workers; end a cluster that was started for it."""
        self._ending.close()

    def grade_all(
        self,
        places: Iterable[Place],
        find: Callable[[Place], Submission | SubmissionResult],
        keep: Callable[[Submission, SubmissionResult], None],
        say: Callable[[str], None],
        *,
        work: Work | None = None,
    ) -> Generator[SubmissionResult, None, None]:
        """Grade each submission on some worker; results come as they are ready.

        Close the iterator if it is left early: nothing more is then begun.

        Args:
            places: read here, a few ahead of the workers.
            find: reads one, or gives its result where that is known already.
            keep: is told each result before it comes.
            say: tells people why nothing goes on.
            work: done on the workers instead of grading; for tests and benchmarks.

        Raises:
            GraderError: a worker cannot grade, or the connection was lost.
        """
        with contextlib.closing(self._flow(work, say)) as flow:
            left = iter(places)
            while True:
                for place in left if flow.low else ():
                    found = find(place)
                    if isinstance(found, SubmissionResult):
                        yield found
                        continue
                    flow.submit(replace(found, sources=()), pack_submission(found))
                    if flow.full:
                        break
                if flow.empty:
                    return
                for student, outcome in flow.take():
                    result = _result(student, outcome)
                    keep(student, result)
                    yield result

    def _flow(self, work: Work | None, say: Callable[[str], None]) -> Flow[Submission]:
        from grader.cluster.work import grade_on_worker

        flow = partial(Flow[Submission], self._client, self._run, work or grade_on_worker, say)
        if self._revive is None:
            return flow()
        return flow(revive=self._revive, patience=DESERTED)


def _result(student: Submission, outcome: bytes | Lost) -> SubmissionResult:
    if not isinstance(outcome, Lost):
        return replace(submission_from_json(json.loads(outcome)), id=student.id, path=student.path)
    return SubmissionResult(
        id=student.id,
        path=student.path,
        digest=student.digest,
        status=Status.NOT_GRADED,
        message=(
            f"{student.id} was set aside: each worker that graded it ended, the last {outcome.workers} while "
            "they graded nothing else. It may need more memory than a worker may have."
        ),
        notes=student.notes,
    )


# --- connecting --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log off the user's terminal: what matters of it is said in errors."""
    import distributed  # noqa: F401 - which gives its loggers levels of their own

    known = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in LOUD]
    loggers = [logging.getLogger(name) for name in {*LOUD, *known}]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        for module in LOUD:
            warnings.filterwarnings("ignore", module=rf"{module}\b")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    from distributed import Client

    _reach(address)
    with Client(address, timeout=ANSWER, set_as_default=False) as client:
        try:
            client.wait_for_workers(1, timeout=ANSWER)
        except TimeoutError:
            raise GraderError(f"The cluster at {address} has no workers: start some, then grade.") from None
        yield client


def _reach(address: str) -> None:
    """Knock at a scheduler's door. A client that finds it shut would hold us up, and then complain."""
    from distributed import Security
    from distributed.core import connect

    async def knock() -> None:
        ours = Security().get_connection_args("client")
        comm = await connect(address, timeout=ANSWER, **ours)
        await comm.close()

    try:
        asyncio.run(knock())
    except (OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
        raise GraderError(f"No Dask scheduler answers at {address!r}: {_first_line(error)}.") from None


@contextlib.contextmanager
def _started(workers: int) -> Iterator[Any]:
    """Start a cluster that nobody else can reach: who reaches a scheduler can run anything as its user."""
    import dask
    from distributed import Client, LocalCluster

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cnn-grader-"))
        stack.enter_context(dask.config.set({**SETTINGS, "temporary-directory": folder}))
        with _interrupts_held_back():
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=True,
                dashboard_address=None,
                memory_limit=None,
                local_directory=folder,
                silence_logs=logging.CRITICAL + 1,
            )
            stack.enter_context(cluster)
        yield stack.enter_context(Client(cluster, set_as_default=False))


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let no Ctrl-C reach the threads and processes that are started now: this one sees to their ending."""
    resource_tracker.ensure_running()  # or the first process that is started would let them through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,  # whose worker ends is then known
    "distributed.scheduler.allowed-failures": 2,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "5 s",
}
"""For a cluster of our own."""


def _ask(client: Any, address: str, sandbox: str, python: str) -> Facts:
    """Ask every worker what decides marks there, and make sure that they agree."""
    from grader.cluster.work import ask_worker

    answers = client.run(ask_worker, sandbox, python, on_error="return")
    if not answers:
        raise GraderError(f"The cluster at {address} has no workers: start some, then grade.")
    for worker, answer in answers.items():
        if isinstance(answer, GraderError):
            raise GraderError(f"Worker {worker}: {answer}")
        if isinstance(answer, Exception) and "grader" in str(answer):  # Dask does not keep its type
            raise GraderError(
                f"Worker {worker} has no grader like this one ({_first_line(answer)}).\n"
                f'Install it there: pip install "cnn-grader[cluster]=={grader.__version__}"'
            )
        if isinstance(answer, Exception):
            raise GraderError(f"Worker {worker} does not answer: {_first_line(answer)}")
    return facts.agreed(answers)


@contextlib.contextmanager
def _benches(
    client: Any, run: str, plan: Plan, agreed: Facts, *, sandbox: str, python: str
) -> Iterator[None]:
    """Open a bench on every worker, also on those that join later, and close them in the end."""
    from grader.cluster.work import BenchPlugin

    client.register_plugin(BenchPlugin(run, pack(plan, sandbox=sandbox, python=python), agreed), name=run)
    try:
        yield
    finally:
        with contextlib.suppress(Exception):  # a worker is gone, and its bench with it
            client.unregister_worker_plugin(run)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
