"""Everything in this process is green: the product's processes are monkey-patched, so the tests are too."""

from __future__ import annotations

import gc
import os
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # eventlet announces its own deprecation (ADR 0001)
    import eventlet

eventlet.monkey_patch()

# `mpp` is started some hundred times: what Python has compiled of it is kept, whatever the shell of the tester says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# As in the product's processes (mpp/operations/cli.py): to look for garbage was a tenth of a test's processor time.
gc.set_threshold(20_000, 20, 20)

import threading  # noqa: E402

# pytest-timeout interrupts a hanging test by signal only when it sees the main thread, which eventlet has doubled.
_main_thread = threading.current_thread()
threading.main_thread = lambda: _main_thread  # type: ignore[assignment]

from collections.abc import Callable, Iterator, Mapping  # noqa: E402
from contextlib import ExitStack  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from tests.support import broker as brokers  # noqa: E402
from tests.support import postgres as databases  # noqa: E402
from tests.support.broker import TestBroker, Vhost  # noqa: E402
from tests.support.header import header  # noqa: E402
from tests.support.lazily import Lazily  # noqa: E402
from tests.support.postgres import TestPostgres  # noqa: E402
from tests.support.seed import SEED  # noqa: E402
from tests.support.sharing import share  # noqa: E402

# A busy machine makes an example slow, never wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

if TYPE_CHECKING:
    from tests.support.desks import Desks

_rung = pytest.StashKey[str]()


def pytest_report_header() -> list[str]:
    return header()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(SEED)
    if (shared := share()) is not None:
        config.pluginmanager.register(shared, "mpp_share")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if _rung in config.stash:
        terminalreporter.write_line(f"RabbitMQ used: {config.stash[_rung]}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[TestPostgres]:
    """The PostgreSQL server of this session."""
    with ExitStack() as stack:
        yield databases.start_postgres(stack)


@pytest.fixture
def make_database(postgres_server: TestPostgres) -> Iterator[Callable[..., str]]:
    """Databases for a test: `make_database(key, fill)` is as `fill(url)` left a template that it filled once.

    Without arguments the database is empty. Returns the administrator's URL.
    """
    made: list[str] = []
    lent: list[str] = []

    def make(key: str | None = None, fill: Callable[[str], None] | None = None) -> str:
        if key is not None and fill is not None:
            lent.append(postgres_server.pool.lend(key, fill))
            return postgres_server.url(lent[-1])
        made.append(postgres_server.create())
        return postgres_server.url(made[-1])

    yield make
    for name in made:
        postgres_server.drop(name)
    for name in lent:
        postgres_server.pool.give_back(name)


@pytest.fixture
def service_urls(make_database: Callable[..., str]) -> Mapping[str, str]:
    """The databases of the case services by name, migrated and with demo residents, each made when it is asked for."""
    from mpp.hosting.definition import case_services
    from tests.support.desks import fill

    names = [definition.name for definition in case_services().values()]
    return Lazily(names, lambda name: make_database(f"service_{name}", fill(name)))


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """The desks of all case services, each on a database of its own."""
    from tests.support.desks import Desks

    opened = Desks(service_urls)
    yield opened
    opened.close()


@pytest.fixture
def gateway_url(make_database: Callable[..., str]) -> str:
    """The URL of a gateway's database without accounts."""
    from tests.support.counter import fill_gateway

    return make_database("gateway", fill_gateway)


@pytest.fixture
def core_database(make_database: Callable[..., str]) -> str:
    """The URL of a fresh database that holds the shared tables (outbox, inbox, audit ...) and nothing else."""
    return make_database("core", databases.fill_core)


@pytest.fixture(scope="session")
def rabbitmq(request: pytest.FixtureRequest) -> Iterator[TestBroker]:
    """The RabbitMQ of this session; without one its tests are skipped, or fail under MPP_REQUIRE_BROKER=1."""
    with ExitStack() as stack:
        try:
            found = brokers.start_broker(stack)
        except brokers.NoBroker as error:
            request.config.stash[_rung] = str(error)
            if brokers.required_here():
                pytest.fail(f"{error} (MPP_REQUIRE_BROKER=1)", pytrace=False)
            pytest.skip(str(error))
        request.config.stash[_rung] = found.rung
        yield found


@pytest.fixture
def vhost(rabbitmq: TestBroker) -> Iterator[Vhost]:
    """A vhost of this test's own; `vhost.uri` is its AMQP URI."""
    opened = brokers.open_vhost(rabbitmq)
    yield opened
    brokers.close_vhost(opened)


@pytest.fixture
def amqp_uri(vhost: Vhost) -> str:
    """The AMQP URI of a fresh vhost on a real RabbitMQ."""
    return vhost.uri
