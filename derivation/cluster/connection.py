"""From an address to a dask client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from derivation.errors import DerivationError, UnsupportedError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

__all__ = ["connect", "lost_cluster"]

_PATIENCE = "10s"  # for a scheduler to answer, and for its first worker
_LONELY = "60s"  # without any worker on this machine, before work is given up
_LONGEST_START = 10.0  # seconds, of a worker that is being started again when all is over


@contextmanager
def connect(address: str) -> Iterator[Client]:
    """A client of the scheduler at ``address``, which has at least one worker.

    ``local:N`` starts N worker processes on this machine, with a scheduler of their own, and ends
    them after the block; ``local`` starts two. Raises UnsupportedError where dask.distributed is
    missing, DerivationError when nobody answers at the address or no worker is there.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UnsupportedError(
            "--cluster needs dask.distributed: pip install 'derive[cluster]'"
        ) from None
    local = re.fullmatch(r"local(?::([1-9]\d{0,2}))?", address)
    if local:
        with _local_cluster(int(local[1] or 2)) as cluster, Client(cluster) as client:
            yield client
        return
    if not re.fullmatch(r"(?:\w+://)?(?!local:)[^\s/]+:\d+", address):
        raise DerivationError(
            f"--cluster {address}: give the scheduler's address, as in tcp://10.0.0.1:8786, "
            "or local:4 for four processes on this machine"
        )
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise DerivationError(
            f"no dask scheduler answers at {address} ({type(error).__name__}); "
            "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise DerivationError(
                f"the scheduler at {address} has no worker; start one: dask worker {address}"
            ) from None
        yield client


@contextmanager
def lost_cluster() -> Iterator[None]:
    """Raise DerivationError where the scheduler, or worker after worker, was lost in the block."""
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError
    from distributed.scheduler import NoWorkerError

    try:
        yield
    except KilledWorker as error:
        raise DerivationError(
            f"the cluster lost {error.allowed_failures + 1} workers at the same piece of work; "
            "do they have enough memory? Their logs say why they ended"
        ) from None
    except NoWorkerError:
        raise DerivationError(
            f"no worker is left, and none could be started for {_LONELY}; does this machine have "
            "enough memory for so many?"
        ) from None
    except (CommClosedError, FutureCancelledError) as error:
        raise DerivationError(f"the scheduler of the cluster is gone ({error})") from None


@contextmanager
def _local_cluster(workers: int) -> Iterator[object]:
    import logging

    from dask import config
    from distributed import LocalCluster

    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # of tasks that an interrupt ends
    held = _hold_interrupts()
    try:
        with config.set({"distributed.scheduler.no-workers-timeout": _LONELY}):
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # any port that is free; there is no dashboard
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
            )
    except BaseException:
        _release_interrupts(held)
        raise
    with cluster:
        _release_interrupts(held)
        try:
            yield cluster
        finally:
            _end_restarts(cluster)


def _end_restarts(cluster: LocalCluster) -> None:
    """Let no lost worker be started again, and wait for those that are just being started.

    What watches over a worker cannot end it then: dask's own way of closing fails.
    """
    import time

    from distributed import Status

    watchers = list(cluster.workers.values())
    for watcher in watchers:
        watcher.close_gracefully()
    end = time.monotonic() + _LONGEST_START
    while time.monotonic() < end and any(
        watcher.process is not None and watcher.process.status == Status.starting
        for watcher in watchers
    ):
        time.sleep(0.02)


def _hold_interrupts() -> Iterable[int] | None:
    """Let Ctrl-C wait, for this process, and have no effect on those that it starts meanwhile.

    A terminal sends it to all of them, and this one ends the others when it gets it. Processes
    inherit what their parent's thread holds back. What starts the tracker of multiprocessing
    would let it through again, so that is done first. (In a process that has threads already,
    one of them takes the signal, and the interrupt comes at once.)
    """
    import signal
    from multiprocessing import resource_tracker

    if not hasattr(signal, "pthread_sigmask"):
        return None
    resource_tracker.ensure_running()
    return signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _release_interrupts(held: Iterable[int] | None) -> None:
    """Put things back as they were; raises KeyboardInterrupt if there was one meanwhile."""
    import signal

    if held is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
