"""How many requests, how they ended, how long they took."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

NO_FAILURE = "none"  # of a paper at whose making nothing failed yet

_requests = Counter("mpp_http_requests_total", "Requests by method, route and status", ["method", "route", "status"])
_seconds = Histogram("mpp_http_request_seconds", "Time to answer", ["route"])

_refused = Counter("mpp_http_connections_refused_total", "Connections that were refused, by the limit", ["reason"])
papers_awaiting = Gauge(
    "mpp_papers_awaiting", "Papers that wait to be signed, by why the last try failed", ["collection", "failure"]
)
connections_open = Gauge("mpp_http_connections", "Open connections")


def refused_connection(reason: str) -> None:
    """Count one connection that was closed unserved."""
    _refused.labels(reason).inc()


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is a declared one, so that the number of series is bounded."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def observe_awaiting(papers: Mapping[tuple[str, str], int]) -> None:
    """Say how many papers wait, by (collection, code of the last failure): nothing but these."""
    papers_awaiting.clear()
    for labels, count in papers.items():
        papers_awaiting.labels(*labels).set(count)


def papers_failing() -> dict[str, int]:
    """How many papers wait although somebody tried, by why that failed, as it was counted last."""
    found: dict[str, int] = {}
    for sample in (each for metric in papers_awaiting.collect() for each in metric.samples):
        if sample.labels["failure"] != NO_FAILURE:
            found[sample.labels["failure"]] = found.get(sample.labels["failure"], 0) + int(sample.value)
    return found
