"""How many requests, how they ended, how long they took."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

_requests = Counter("mpp_http_requests_total", "Requests by method, route and status", ["method", "route", "status"])
_seconds = Histogram("mpp_http_request_seconds", "Time to answer", ["route"])


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is a declared one, so that the number of series is bounded."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)
