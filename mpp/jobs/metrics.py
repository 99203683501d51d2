"""What an operator watches of the loops: when each last did its work, how long that took, and what cut it short."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Summary

_LOOP = ["service", "loop"]

loop_last_run = Gauge("mpp_loop_last_run_timestamp_seconds", "When the loop last did its work without a failure", _LOOP)
loop_seconds = Summary("mpp_loop_seconds", "How long the passes of the loop took", _LOOP)
loop_failures = Counter("mpp_loop_failures_total", "Passes of the loop that were cut short", [*_LOOP, "reason"])
