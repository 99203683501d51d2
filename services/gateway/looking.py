"""How the gateway is, and what there is once in a mall: the scanner, messages, papers, what the settings leave open."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mpp.files.scanner import Clamd
from mpp.hosting.runtime import Runtime
from mpp.hosting.state.parts import Part
from mpp.hosting.state.process import of_process
from mpp.hosting.state.settings import of_audit, of_signing
from mpp.messages.book import MessageBook
from mpp.messages.state import of_messages
from services.gateway import metrics

_SECONDS = 2.0  # for who is asked
_NAME = "gateway"

InThread = Callable[[Callable[[], bool]], bool]


def of_gateway(runtime: Runtime, in_thread: InThread) -> list[Part]:
    """All of it. `in_thread` runs what waits for somebody outside where it holds up nobody."""
    return [*of_process(runtime, _NAME), *_once(runtime, in_thread)]


def _once(runtime: Runtime, in_thread: InThread) -> Iterator[Part]:
    settings = runtime.settings
    if settings.scanner is None:
        yield Part("scanner", "scanner_off")
    else:
        scanner = Clamd(settings.scanner)
        there = in_thread(lambda: scanner.answers(_SECONDS))
        yield Part("scanner", "scanner_well" if there else "scanner_away")
    yield of_messages((runtime.messages or MessageBook()).channels, settings)
    yield from _papers(runtime)
    yield of_audit(settings.audit, _NAME)
    yield from runtime.backups()


def _papers(runtime: Runtime) -> Iterator[Part]:
    lacking = list(of_signing(runtime.offices, runtime.settings))
    yield from lacking
    failing = metrics.papers_failing()
    if failing:
        told = ", ".join(f"{count} {reason}" for reason, count in sorted(failing.items()))
        yield Part("papers", "papers_failing", told)
    elif not lacking:
        yield Part("papers", "papers_well")
