"""What the gateway would have its operator know."""

from __future__ import annotations

from mpp.clock import SystemClock
from mpp.persistence.database import Database
from services.gateway.accounts import demo
from services.gateway.limits.clients import proxy_not_declared


def warnings(database: Database) -> list[str]:
    """A line each, Indonesian | English."""
    told = demo.warnings(database)
    if proxy_not_declared(database, SystemClock().now()):
        told.append(
            "permintaan datang lewat proxy (X-Forwarded-For), tetapi MPP_PROXIES=0: semua pengunjung dihitung sebagai "
            "satu alamat; isi MPP_PROXIES bila proxy itu milik mal | requests come through a proxy (X-Forwarded-For), "
            "but MPP_PROXIES=0: all visitors count as one address; set MPP_PROXIES where the proxy is the mall's"
        )
    return told
