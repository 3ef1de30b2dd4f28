"""Where tasks run: in this process, in clean ones beside it, or on a dask scheduler."""

from __future__ import annotations

import logging
import os
import re
import signal
import threading
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, TypeVar

from tinydwn.errors import ConfigError, ProgramError
from tinydwn.tools.handing_out import START_WORKERS, end_of, handed_out, require_fit
from tinydwn.tools.parallel import AT_A_TIME

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
ALLOWED_FAILURES = 2
"""A task may end so many worker processes and is done again; with the next one it fails."""
_ADDRESS = re.compile(r"(tcp|tls)://.+:\d+")
_SILENT = logging.CRITICAL + 1
_TALKERS = ("distributed", "tornado", "asyncio")
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT", AT_A_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Workers for tasks: `processes` new ones here, by default as many as there are cores, or those of a `scheduler`.

    With 0 processes tasks run one by one in this process. New processes share the cores evenly. A scheduler is named by
    its address, such as "tcp://localhost:8786"; its workers have one thread each, the same versions of Python, tinydwn
    and what accuracies depend on, and find data sets and files where this process does.
    `timeout_s` bounds the wait for a scheduler to answer and for a worker to be there, not the tasks.

    >>> squares = Cluster(processes=0).run(abs, iter([-2, 3]))
    >>> [(task, future.result()) for task, future in squares]
    [(-2, 2), (3, 3)]
    """

    processes: int | None = None
    scheduler: str | None = None
    timeout_s: float = 60.0

    def __post_init__(self) -> None:
        if self.processes is not None and self.processes < 0:
            raise ConfigError(f"{self.processes} processes cannot run anything", hint="choose 0 or more")
        if self.scheduler is None:
            return
        if self.processes is not None:
            raise ConfigError(
                "both processes and a scheduler are given", hint="a scheduler brings its own workers; give one of both"
            )
        if not _ADDRESS.fullmatch(self.scheduler):
            raise ConfigError(
                f"{self.scheduler!r} is no address of a scheduler", hint="give one such as tcp://localhost:8786"
            )

    def run(self, work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> Generator[tuple[Task, Future[Outcome]]]:
        """Yield every task as it ends, with a finished future that has its outcome or the error that `work` raised.

        `tasks` is asked for the next one only when a worker is free for it; where it gives no more, those that run
        are waited for. `work` is a function of a module. Where a worker process dies, its task is done again in
        another one, up to `ALLOWED_FAILURES` times here, as often as it is set up to there. Raises `ProgramError`
        where workers cannot be had or are lost for good, and where they have other versions.

        Workers here share no memory with this process and listen on the loopback interface alone; close what is
        returned and they end. They also end where this process is killed. Ctrl-C reaches this process alone. On a
        scheduler, a task that was begun is worked on to its end, whatever happens here.
        """
        if self.processes == 0:
            yield from _run_here(work, tasks)
        elif self.scheduler is None:
            with _local_client(self.processes, self.timeout_s) as client:
                yield from handed_out(client, work, tasks, place="the local scheduler", timeout_s=self.timeout_s)
        else:
            with _client_of(self.scheduler, self.timeout_s) as client:
                require_fit(client)
                yield from handed_out(
                    client, work, tasks, place=f"the scheduler at {self.scheduler}", timeout_s=self.timeout_s
                )


ALL_CORES = Cluster()
"""As many new processes here as there are cores."""


def _run_here(work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> Iterator[tuple[Task, Future[Outcome]]]:
    for task in tasks:
        try:
            future = end_of(work(task))
        except Exception as error:  # whatever it is, it is the task's own error
            future = end_of(error=error)
        yield task, future


@contextmanager
def _local_client(processes: int | None, timeout_s: float) -> Iterator[Client]:
    """Start a scheduler in a thread and worker processes of one thread, and end them."""
    import dask
    from dask.system import CPU_COUNT
    from distributed import Client

    count = CPU_COUNT if processes is None else processes
    settings = {
        "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
        # Compiled code may keep a worker from answering for minutes; that it died is told by its process.
        "distributed.scheduler.worker-ttl": None,
        "distributed.worker.profile.enabled": False,
        # A task may start processes of its own; workers end with this process even so.
        "distributed.worker.daemon": False,
        # Those that a user has set in the environment count more.
        "distributed.nanny.pre-spawn-environ": dict.fromkeys(_THREADS, max(1, CPU_COUNT // count)),
    }
    with dask.config.set(settings), _silence(), _environment_kept(), ExitStack() as stack:
        with _interrupts_held():
            cluster = stack.enter_context(_local_cluster(count))
        yield stack.enter_context(Client(cluster, timeout=timeout_s, set_as_default=False))


@contextmanager
def _local_cluster(count: int) -> Iterator[LocalCluster]:
    from distributed import LocalCluster

    try:
        cluster = LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            memory_limit=0,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            worker_dashboard_address=None,
            silence_logs=_SILENT,
        )
    except (OSError, RuntimeError) as error:
        raise ProgramError(
            f"{count} worker processes cannot be started: {error}", hint="try fewer with --processes, or 0 for none"
        ) from error
    with cluster:
        try:
            yield cluster
        except BaseException:
            _kill_workers(cluster)
            raise


def _kill_workers(cluster: LocalCluster) -> None:
    """Kill the worker processes and all programs that they started; a worker that computes would not listen."""
    import psutil

    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        if nanny.pid is None:
            continue
        with suppress(psutil.NoSuchProcess):
            worker = psutil.Process(nanny.pid)
            for process in (*worker.children(recursive=True), worker):
                with suppress(psutil.NoSuchProcess):
                    process.kill()


@contextmanager
def _client_of(address: str, timeout_s: float) -> Iterator[Client]:
    """Connect to a scheduler that has a worker."""
    with _silence():
        try:
            client = _connected(address, timeout_s).result()
        except (OSError, ValueError, RuntimeError) as error:
            raise ProgramError(
                f"no scheduler answers at {address} within {timeout_s:g} s",
                hint=f"start one with 'dask scheduler' and workers with '{START_WORKERS} {address}', or leave it out",
            ) from error
        with client:
            try:
                client.wait_for_workers(1, timeout=timeout_s)
            except TimeoutError as error:
                raise ProgramError(
                    f"the scheduler at {address} has had no worker for {timeout_s:g} s",
                    hint=f"start some with '{START_WORKERS} {address}'",
                ) from error
            yield client


def _connected(address: str, timeout_s: float) -> Future[Client]:
    """Return what a thread beside this one makes: an interrupt here waits neither for it nor for a half-made client."""
    from distributed import Client

    future: Future[Client] = Future()

    def connect() -> None:
        try:
            future.set_result(Client(address, timeout=timeout_s, set_as_default=False))
        except Exception as error:  # whatever it is, it is told to who asked
            future.set_exception(error)

    threading.Thread(target=connect, name="connect to a scheduler", daemon=True).start()
    return future


@contextmanager
def _silence() -> Iterator[None]:
    """Keep dask from writing to standard error; what goes wrong is told by errors."""
    names = {*_TALKERS, *(name for name in logging.root.manager.loggerDict if name.partition(".")[0] in _TALKERS)}
    loggers = [logging.getLogger(name) for name in sorted(names)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(_SILENT)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Take back what dask writes into this process's environment for its workers to inherit."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)


_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C, TERM and HUP back until the block ends; threads and processes that it starts never get Ctrl-C."""
    held: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    # Starting the tracker, once, lets interrupts through again in the thread that does.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    # A thread from before may get it, and Python then interrupts the main thread.
    before = {one: signal.getsignal(one) for one in _STOPS if in_main and callable(signal.getsignal(one))}
    for one in before:
        signal.signal(one, lambda number, _: held.append(number))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for one, handler in before.items():
            signal.signal(one, handler)
    if held:
        raise KeyboardInterrupt
