"""What the operator does after a disaster, word for word as the runbook says it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from tests.chaos.ground import Ground
from tests.chaos.poison import Poisoner
from tests.chaos.processes import Processes
from tests.support.mall import MPP
from tests.support.wait import until

GOES_ON = 8.0  # seconds of work that a restored gateway does not know


class Operator:
    """Runs `mpp` commands against the mall under the storm."""

    def __init__(
        self, processes: Processes, ground: Ground, poisoner: Poisoner, environment: Mapping[str, str]
    ) -> None:
        self._processes = processes
        self._poisoner = poisoner
        self._ground = ground
        self._environment = dict(environment) | {"MPP_URL": processes.url}

    def after_a_new_broker(self, lose: Callable[[], None]) -> None:
        """The broker's data are lost: prepare the new one, and send again what may have waited in the old one."""
        since = datetime.now(UTC) - timedelta(minutes=2)
        lose()
        self._processes.prepare()
        self._run("events", "resend", "--since", since.isoformat(timespec="seconds"))
        self._poisoner.again()

    def restore_the_gateway(self, wait: Callable[[float], None]) -> None:
        """The gateway's database is put back to what it was a while ago: the feed notices, and begins another epoch."""
        gateways = [name for name in self._processes.names if name.startswith("gateway")]
        with self._processes.away(gateways):
            since = datetime.now(UTC) - timedelta(minutes=1)
            self._ground.keep_a_copy("gateway")
        wait(GOES_ON)
        with self._processes.away(gateways):
            self._ground.put_the_copy_back("gateway")
            self._processes.prepare()
        self._run("events", "resend", "--since", since.isoformat(timespec="seconds"))
        self._poisoner.again()

    def _run(self, *command: str) -> None:
        """Repeat until it is done: the mall may be on its knees."""
        until(lambda: self._tried(command), what=f"mpp {' '.join(command)}")

    def _tried(self, command: tuple[str, ...]) -> bool:
        done = subprocess.run([str(MPP), *command], env=self._environment, capture_output=True, cwd="/", check=False)
        return done.returncode == 0
