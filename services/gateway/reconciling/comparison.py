"""The comparison itself: hours that differ by number or digest are looked at by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from mpp.casework.refusals import Refused
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.messaging.reconciling.comparing import Difference, differences, lacking
from mpp.messaging.reconciling.digests import Digest
from mpp.messaging.reconciling.ids import Wanted
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.database import DatabaseAway, TooSlow
from services.gateway.reconciling.peers import Peer
from services.gateway.reconciling.result import Lacking, Reconciliation

log = structlog.get_logger(__name__)

PART = timedelta(days=1)  # asked for at once
Answer = TypeVar("Answer")
_SILENT = (ServiceUnavailable, Refused, DatabaseAway, TooSlow)


class _NoAnswer(Exception):
    """Who was asked does not answer."""


class Comparison:
    """Of everything that was told within a span of time. Who does not answer is asked no more, and named."""

    def __init__(self, peers: Mapping[str, Peer], span: Span) -> None:
        self._peers = dict(peers)
        self._span = span
        self._found: dict[tuple[str, str, str], Lacking] = {}
        self._unsettled: dict[str, Mapping[str, int]] = {}
        self._silent: set[str] = set()

    def run(self) -> Reconciliation:
        """The whole of it."""
        for part in self._span.parts(PART):
            digests = self._digests(part)
            self._note_pairs(digests)
            for difference in differences(digests, part):
                self._look_closer(difference)
        found = [self._found[pair] for pair in sorted(self._found)]
        return Reconciliation(self._span, found, self._unsettled, sorted(self._silent))

    def _digests(self, part: Span) -> dict[str, Digest]:
        digests = {}
        for name, peer in self._peers.items():
            if name not in self._silent:
                try:
                    digests[name] = self._ask(name, partial(peer.digest, part))
                except _NoAnswer:
                    continue
        self._unsettled |= {name: digest.unsettled for name, digest in digests.items()}
        return digests

    def _note_pairs(self, digests: Mapping[str, Digest]) -> None:
        """Also those that lack nothing are part of the result."""
        for consumer, digest in digests.items():
            for listener in digest.listeners:
                for producer, told in digests.items():
                    if any(listener.listens_since(each.type) is not None for each in told.told):
                        self._lacking(producer, consumer, listener.subscription)

    def _look_closer(self, difference: Difference) -> None:
        wanted = Wanted(difference.span, difference.type)
        try:  # first what was told: what comes in between is heard and not told, and settled by a second look
            told, waiting = self._all(difference.producer, wanted)
            heard, _ = self._all(difference.consumer, replace(wanted, subscription=difference.subscription))
            missing, untold = lacking(told, waiting, heard)
            if untold:
                told, _ = self._all(difference.producer, wanted)
                untold = lacking(told, (), untold)[1]
        except _NoAnswer:
            return
        found = self._lacking(difference.producer, difference.consumer, difference.subscription)
        found.add(missing, untold)

    def _all(self, name: str, wanted: Wanted) -> tuple[list[str], list[str]]:
        """All ids, page by page; and those that wait."""
        ids: list[str] = []
        waiting: list[str] = []
        while True:
            page = self._ask(name, partial(self._peers[name].ids, wanted))
            ids += page.ids
            waiting += page.waiting
            if not page.more:
                return ids, waiting
            wanted = replace(wanted, after=page.ids[-1])

    def _lacking(self, producer: str, consumer: str, subscription: str) -> Lacking:
        pair = producer, consumer, subscription
        return self._found.setdefault(pair, Lacking(*pair))

    def _ask(self, name: str, call: Callable[[], Answer]) -> Answer:
        """Its answer. Who has none is asked no more, which raises _NoAnswer from then on."""
        if name in self._silent:
            raise _NoAnswer
        try:
            return call()
        except _SILENT as error:
            log.warning("reconciling.silent", service=name, reason=type(error).__name__)
            self._silent.add(name)
            raise _NoAnswer from error
