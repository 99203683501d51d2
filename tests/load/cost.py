"""What it costs: resident memory and CPU seconds of each process, from psutil."""

from __future__ import annotations

from collections.abc import Mapping

import psutil

from tests.load.place import Place

MEGABYTE = 1024 * 1024


def groups(place: Place) -> dict[str, list[psutil.Process]]:
    """The processes by name: each service, the database server with its backends, the broker."""
    found: dict[str, list[psutil.Process]] = {}
    if place.services is not None:
        found = {name: [psutil.Process(place.services._running[name].pid)] for name in place.services.names}
        for worker in found["gateway"][0].children(recursive=True):
            found.setdefault(_work_of(worker), []).append(worker)
    if place.postgres_pid is not None:
        server = psutil.Process(place.postgres_pid)
        found["postgresql"] = [server, *server.children(recursive=True)]
    nodes = [p for p in psutil.Process().children(recursive=True) if p.name() == "beam.smp"]
    if not nodes:  # in a container: the Erlang machine that was started first after we began
        everybody = psutil.process_iter(["name"])
        nodes = [p for p in everybody if p.info["name"] == "beam.smp" and p.create_time() > place.began]
    if nodes:
        node = min(nodes, key=lambda p: p.create_time())
        found["rabbitmq"] = [node, *node.children(recursive=True)]
    return found


def _work_of(worker: psutil.Process) -> str:
    """Whether a process of the gateway prints or signs: the compiler is loaded by the one that prints alone."""
    try:
        return "printer" if any("typst" in each.path for each in worker.memory_maps()) else "signing"
    except psutil.NoSuchProcess:
        return "signing"


def resident(found: Mapping[str, list[psutil.Process]]) -> dict[str, float]:
    """Megabytes by name. A page that several processes share counts once (PSS): that is what the machine gives."""
    sizes = {}
    for name, processes in found.items():
        total = 0
        for process in processes:
            try:
                total += process.memory_full_info().pss
            except psutil.NoSuchProcess:
                continue
        sizes[name] = total / MEGABYTE
    return sizes


class Cpu:
    """CPU seconds of every group since this was made. Backends that ended meanwhile count with their server."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._before = self._now()

    def spent(self) -> dict[str, float]:
        """Seconds by name."""
        return {name: seconds - self._before.get(name, 0.0) for name, seconds in self._now().items()}

    def _now(self) -> dict[str, float]:
        totals = {}
        for name, processes in groups(self._place).items():
            total = 0.0
            for process in processes:
                try:
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                total += times.user + times.system
                if process is processes[0]:
                    total += times.children_user + times.children_system
            totals[name] = total
        return totals
