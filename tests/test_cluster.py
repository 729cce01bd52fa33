"""Grading on a Dask cluster: the same marks, whoever dies on the way, and nothing left behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import assignment, cli
from grader.cluster import connection, facts, flow, open_cluster
from grader.cluster.bench import Bench, BenchClosedError, find_bench
from grader.cluster.facts import agreed, ask
from grader.cluster.kit import Kit, pack, pack_submission, unpack, unpack_submission
from grader.errors import GraderError
from grader.gradebook.results import submission_from_json
from grader.model import Status, Submission, SubmissionResult
from grader.plan import Plan
from grader.steps import Source
from grader.submission import find_one, find_submissions, load

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "assignments" / "cs231n_a2"
SUBMISSIONS = FOLDER / "submissions"
ONE = "max_pool_forward_naive"
SOME = (
    "as_strided_tensordot",
    "crash_in_c",
    "exits_the_process",
    "pool_starts_at_zero",
    "python2_era",
    "seven_loops",
    "zipped_folder.zip",
)
"""Right, wrong, hostile and old."""
QUICK = (ONE, "spatial_batchnorm_forward")
"""Eight at a time on two processors are slow: of longer ones the smallest case might not be looked for."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(assignment.select(assignment.read(FOLDER), [ONE]), seed=1)


@pytest.fixture(scope="module")
def dask() -> None:
    """Skip where Dask is not installed."""
    pytest.importorskip("distributed", reason='Dask is not installed: pip install "cnn-grader[cluster]"')
    pytest.importorskip("cryptography", reason="a local cluster needs it for its certificates")


# --- what travels ------------------------------------------------------------------------------


def test_a_submission_comes_back_as_it_was() -> None:
    student = Submission(
        id="Ada",
        path="bad\udcff/é",
        sources=(Source("a.py", ("x = '\ud800'\n",)), Source("b.ipynb", ("1", "2"))),
        digest="sha256:0",
        notes=("odd", "very"),
    )
    assert unpack_submission(pack_submission(student)) == student


def test_a_kit_makes_the_same_plan_without_the_folder(plan: Plan, tmp_path: Path) -> None:
    kit = pack(plan, sandbox="auto", python="")
    assert "assignment.toml" in kit.files
    assert any(path.startswith("solution/") for path in kit.files)
    assert not any("submissions" in path for path in kit.files)
    there = unpack(kit, tmp_path)
    assert there.assignment == replace(plan.assignment, folder=tmp_path / "cs231n_a2")
    assert there.seed == plan.seed


def test_a_lecturers_own_convention_travels(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "course.py").write_text("from grader.conventions.cs231n import CONVENTION\n")
    text = (FOLDER / "assignment.toml").read_text().replace('"cs231n"', '"course.py"')
    (folder / "assignment.toml").write_text(text)
    kit = pack(Plan(assignment.read(folder), seed=1), sandbox="auto", python="")
    assert set(kit.files) == {"assignment.toml", "course.py"}
    assert unpack(kit, tmp_path / "there").assignment.digest == kit.digest


def test_another_assignment_than_was_sent_is_refused(plan: Plan, tmp_path: Path) -> None:
    kit = replace(pack(plan, sandbox="auto", python=""), digest="sha256:0")
    with pytest.raises(GraderError, match="but sha256:0 was sent"):
        unpack(kit, tmp_path)


# --- what workers must agree on ------------------------------------------------------------------


@pytest.fixture(scope="module")
def here() -> facts.Facts:
    return ask("auto", "")


def test_workers_that_agree_are_believed(here: facts.Facts) -> None:
    assert agreed({"tcp://a": here, "tcp://b": dict(here)}) == here


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cnn-grader", "cnn-grader is odd there, but 0.1.0 here"),
        ("the grader's source code", "the grader's source code is odd there, but "),
        ("submissions' NumPy", "submissions' NumPy is odd there, but "),
        ("submissions' Python", "submissions' Python is odd there, but "),
        ("the sandbox", "the sandbox is odd there, but "),
    ],
)
def test_a_worker_that_differs_is_named_with_what_differs(here: facts.Facts, name: str, said: str) -> None:
    found = {"tcp://a": here, "tcp://b": {**here, name: "odd"}, "tcp://c": here}
    with pytest.raises(GraderError) as error:
        agreed(found)
    assert str(error.value).startswith(f"Worker tcp://b does not fit: {said}")
    assert "tcp://a" not in str(error.value)


def test_an_older_worker_that_knows_less_is_refused(here: facts.Facts) -> None:
    older = {name: value for name, value in here.items() if name != "the sandbox"}
    with pytest.raises(GraderError, match="the sandbox is unknown there"):
        agreed({"tcp://a": here, "tcp://b": older, "tcp://c": here})


# --- a worker's bench --------------------------------------------------------------------------


@pytest.fixture
def kit(plan: Plan) -> Kit:
    return pack(plan, sandbox="auto", python="")


def packed(id: str, plan: Plan) -> bytes:
    return pack_submission(load(find_one(SUBMISSIONS / id), plan.assignment))


def test_a_bench_grades_and_leaves_no_file(plan: Plan, kit: Kit, here: facts.Facts, tmp_path: Path) -> None:
    bench = Bench("run", kit, here, worker="tcp://a", folder=tmp_path)
    assert not list(tmp_path.iterdir()), "nothing is prepared before the first task"
    for _ in range(2):
        result = submission_from_json(json.loads(find_bench("run").grade(packed("seven_loops", plan))))
        assert result.status is Status.GRADED
        assert result.score.earned == 10
    bench.close()
    assert not list(tmp_path.iterdir())
    with pytest.raises(BenchClosedError):
        find_bench("run")
    with pytest.raises(BenchClosedError):
        bench.grade(packed("seven_loops", plan))


def test_a_worker_that_joins_late_and_differs_names_itself(
    plan: Plan, kit: Kit, here: facts.Facts, tmp_path: Path
) -> None:
    expected = {**here, "submissions' NumPy": "1.26.4"}
    bench = Bench("run", kit, expected, worker="tcp://late", folder=tmp_path)
    with pytest.raises(GraderError, match=r"Worker tcp://late does not fit: .* 1\.26\.4 when the run"):
        bench.grade(packed("seven_loops", plan))
    bench.close()


def test_a_worker_without_a_sandbox_names_itself(
    plan: Plan, kit: Kit, here: facts.Facts, tmp_path: Path
) -> None:
    bench = Bench("run", replace(kit, sandbox="moat"), here, worker="tcp://a", folder=tmp_path)
    with pytest.raises(GraderError, match="Worker tcp://a: unknown sandbox level 'moat'"):
        bench.grade(packed("seven_loops", plan))
    bench.close()


# --- what cannot be done -------------------------------------------------------------------------


def grade(*arguments: str | Path) -> int:
    return cli.invoke([str(argument) for argument in arguments])


def refused(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a run says that is refused with one clear error."""
    assert grade(SUBMISSIONS / "seven_loops", "-a", "cs231n_a2", *arguments) == 2
    said = capfd.readouterr().err
    assert said.startswith("Error: ")
    assert "Traceback" not in said
    return said


def test_without_dask_it_is_said_how_to_get_it(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "find_spec", lambda name: None)
    assert 'pip install "cnn-grader[cluster]"' in refused(capfd, "--cluster", "local")


def test_unsafe_is_refused_on_other_machines(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    assert "--unsafe is refused with --cluster" in refused(capfd, "--cluster", "local", "--unsafe")


@pytest.mark.usefixtures("dask")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "gopher://127.0.0.1:9", ""])
def test_where_nobody_answers_it_is_said_in_time(capfd: pytest.CaptureFixture[str], address: str) -> None:
    began = time.monotonic()
    assert f"No Dask scheduler answers at {address!r}: " in refused(capfd, "--cluster", address)
    assert time.monotonic() - began < 15


# --- clusters for real -----------------------------------------------------------------------------


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", *map(str, arguments)]


def environment(scratch: Path) -> dict[str, str]:
    """One in which all that is left behind can be seen."""
    scratch.mkdir(exist_ok=True)
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}


def start(scratch: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(scratch),
        cwd=scratch.parent,
        start_new_session=True,
    )


def kept(out: Path) -> int:
    """How many results are on disk."""
    try:
        with contextlib.closing(sqlite3.connect(out / "grades.db")) as database:
            count: int = database.execute("SELECT count(*) FROM result").fetchone()[0]
    except sqlite3.Error:
        return 0
    return count


def wait_until(condition: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def session_of(pid: int) -> dict[int, str]:
    """Command lines of all processes that a process started, by their ids, whoever their parents are now."""
    parents: dict[int, int] = {}
    lines: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            lines[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {each: lines[each] for each in found - {pid} if each in lines}


def workers_of(pid: int) -> list[int]:
    return [child for child, line in session_of(pid).items() if "spawn_main" in line]


def alive(pids: dict[int, str]) -> list[str]:
    """Those that still run the same program."""
    left = []
    for pid, line in pids.items():
        with contextlib.suppress(OSError):
            if line and (Path("/proc") / str(pid) / "cmdline").read_text().replace("\0", " ") == line:
                left.append(line)
    return left


def but_for_times(out: Path) -> Any:
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    for each in results["submissions"]:
        each["seconds"] = 0
    return results


def nothing_but_progress(said: str) -> bool:
    """Whether Dask kept silent."""
    return all(" graded in " in line for line in said.splitlines())


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    for id in SOME:
        source = SUBMISSIONS / id
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / id)
    return folder


@pytest.mark.usefixtures("dask")
def test_marks_are_the_same_with_a_worker_killed_in_the_middle(class_folder: Path, tmp_path: Path) -> None:
    """As with one job and with eight; and of the cluster nothing is left."""
    only = [word for name in QUICK for word in ("--only", name)]
    options: list[str | Path] = [class_folder, "-a", "cs231n_a2", *only]
    for jobs in ("1", "8"):
        assert grade(*options, "-j", jobs, "-o", tmp_path / jobs) == 0
    shared = sorted(Path("/dev/shm").glob("*"))
    scratch, out = tmp_path / "scratch", tmp_path / "cluster"
    process = start(scratch, "grader", *options, "-j", "2", "-o", out, "--cluster", "local")
    wait_until(lambda: kept(out) >= 2)
    processes = session_of(process.pid)
    assert len(workers_of(process.pid)) == 2
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    assert kept(out) < len(SOME), "it was killed too late"
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert nothing_but_progress(said)
    assert but_for_times(out) == but_for_times(tmp_path / "8") == but_for_times(tmp_path / "1")
    wait_until(lambda: not alive(processes), 10)
    assert list(scratch.iterdir()) == []
    assert sorted(Path("/dev/shm").glob("*")) == shared


def echo(_: str, data: bytes) -> bytes:
    return data


@pytest.mark.usefixtures("dask")
def test_a_cluster_without_workers_is_waited_for_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import Client, LocalCluster

    monkeypatch.setattr(flow, "LOOK", 0.05)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        said: list[str] = []

        def say(text: str) -> None:
            said.append(text)
            if text == flow.NOBODY:
                cluster.scale(1)

        tasks: flow.Flow[int] = flow.Flow(client, "run", echo, say)
        for number in range(3):
            tasks.submit(number, b"%d" % number)
        found: dict[int, bytes | flow.Lost] = {}
        while not tasks.empty:
            found |= dict(tasks.take())
        assert found == {0: b"0", 1: b"1", 2: b"2"}
        assert said[0] == flow.NOBODY


@pytest.mark.usefixtures("dask")
@pytest.mark.parametrize("group", [False, True], ids=["the grader alone", "also its workers"])
def test_an_interrupted_run_leaves_nothing_and_goes_on_later(tmp_path: Path, group: bool) -> None:
    """One submission is done, the other loops. Ctrl-C on a terminal reaches the workers, too."""
    folder, out, scratch = tmp_path / "class", tmp_path / "out", tmp_path / "scratch"
    for id in ("a_first", "b_second"):
        shutil.copytree(SUBMISSIONS / "seven_loops", folder / id)
    looping = f"def {ONE}(x, pool_param):\n    while True:\n        pass\n"
    (folder / "b_second" / "layers.py").write_text(looping)
    options = (folder, "-a", "cs231n_a2", "--only", ONE, "-j", "2", "-o", out, "--cluster", "local")
    process = start(scratch, "grader", *options)
    wait_until(lambda: kept(out) == 1)
    processes = session_of(process.pid)
    assert any("bwrap" in line or "guest" in line for line in processes.values())
    (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in said
    wait_until(lambda: not alive(processes), 10)
    assert list(scratch.iterdir()) == []
    (folder / "b_second" / "layers.py").write_text(f"def {ONE}(x, pool_param):\n    pass\n")
    assert grade(*options[:-2]) == 0
    assert kept(out) == 2


class Deserted:
    """A client whose workers are gone, and with them the results that it was told of."""

    loop = object()

    def __init__(self) -> None:
        self.asked = 0

    def nthreads(self) -> dict[str, int]:
        return {}

    def gather(self, futures: list[Any], *, asynchronous: bool) -> list[bytes]:
        raise AssertionError("asked for at once")

    def sync(self, ask: Any, *, callback_timeout: float) -> list[bytes]:
        self.asked += 1
        raise TimeoutError


class Told:
    status = "finished"


def test_results_that_are_lost_with_the_last_worker_are_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(flow, "LOOK", 0.01)
    revived: list[None] = []
    client = Deserted()
    tasks: flow.Flow[int] = flow.Flow(
        client, "run", echo, lambda text: None, revive=lambda: revived.append(None), patience=0.05
    )
    with pytest.raises(GraderError, match="No worker is left in the cluster, and none came back"):
        tasks._outcomes([Told()])
    assert client.asked
    assert revived


# --- a submission that takes its worker with it ------------------------------------------------------


def deadly(run: str, data: bytes) -> bytes:
    """Grade, unless it is the submission that no worker survives."""
    student = unpack_submission(data)
    if student.id == "crash_in_c":
        os.kill(os.getpid(), signal.SIGKILL)
    return find_bench(run).grade(data)


@pytest.mark.usefixtures("dask")
def test_a_submission_that_keeps_killing_its_worker_is_named_and_set_aside(
    class_folder: Path, plan: Plan
) -> None:
    places = find_submissions([class_folder], plan.assignment)
    seen: list[str] = []

    def keep(student: Submission, result: SubmissionResult) -> None:
        seen.append(student.id)

    with open_cluster("local", plan, sandbox="auto", python="", workers=2) as cluster:
        results = {
            result.id: result
            for result in cluster.grade_all(
                places, lambda place: load(place, plan.assignment), keep, print, work=deadly
            )
        }
    assert sorted(seen) == sorted(results) == sorted(place.id for place in places)
    undone = [id for id, result in results.items() if result.status is Status.NOT_GRADED]
    assert undone == ["crash_in_c"]
    assert results["crash_in_c"].message.startswith(
        "crash_in_c was set aside: each worker that graded it ended"
    )


# --- a cluster of somebody else's --------------------------------------------------------------------


@pytest.fixture
def scheduler(dask: None, tmp_path: Path) -> Iterator[str]:
    """Address of a scheduler with one worker of two threads, which stay when the run is over."""
    from distributed import Client

    file, scratch = tmp_path / "scheduler.json", tmp_path / "theirs"
    quiet = ("--scheduler-file", file, "--no-dashboard", "--host", "127.0.0.1")
    with contextlib.ExitStack() as stack:
        for line in (
            ("distributed.cli.dask_scheduler", *quiet, "--port", "0"),
            ("distributed.cli.dask_worker", *quiet, "--nthreads", "2", "--no-nanny"),
        ):
            process = subprocess.Popen(
                command(*line),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(scratch),
                cwd=tmp_path,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            wait_until(file.exists)
        address: str = json.loads(file.read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        yield address


def sandboxes_below(pid: int) -> list[str]:
    return [line for line in session_of(pid).values() if "bwrap" in line or "guest.worker" in line]


@pytest.mark.usefixtures("dask")
def test_workers_of_a_running_cluster_are_left_as_they_were(
    class_folder: Path, tmp_path: Path, scheduler: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = sandboxes_below(os.getpid())
    for out, more in (("away", ("--cluster", scheduler)), ("here", ("-j", "2"))):
        assert grade(class_folder, "-a", "cs231n_a2", "--only", ONE, "-o", tmp_path / out, *more) == 0
        assert nothing_but_progress(capfd.readouterr().err)
    assert but_for_times(tmp_path / "away") == but_for_times(tmp_path / "here")
    assert sandboxes_below(os.getpid()) == before
    assert not list((tmp_path / "theirs").rglob("cnn-grader-*"))


def test_a_lost_scheduler_is_one_error_and_what_was_graded_is_kept(
    class_folder: Path, tmp_path: Path, scheduler: str
) -> None:
    out = tmp_path / "out"
    process = start(
        tmp_path / "ours", "grader", class_folder, "-a", "cs231n_a2", "-o", out, "--cluster", scheduler
    )
    wait_until(lambda: kept(out) >= 1)
    mine = session_of(os.getpid()).items()
    os.kill(next(pid for pid, line in mine if "dask_scheduler" in line), signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    errors = [line for line in said.splitlines() if not nothing_but_progress(line)]
    assert errors[0].startswith("Error: The connection to the cluster was lost")
    assert errors[1:] == ["What was graded is kept: the same command goes on from there."]
    assert process.returncode == 2
