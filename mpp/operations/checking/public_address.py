"""What papers name as the address of the mall: a QR code cannot be mended once it is printed."""

from __future__ import annotations

from mpp.operations.settings import Settings

_HERE = ("127.0.0.1", "::1", "localhost")
_HERE_ONLY = ("http://localhost", "https://localhost", "http://127.0.0.1", "https://127.0.0.1")


def told_of(settings: Settings) -> str | None:
    """A warning, Indonesian | English, where others reach the mall and papers name this machine; None: it is well."""
    address, others = settings.for_services.mall_url, settings.for_services.proxies > 0 or settings.bind not in _HERE
    if not others or not address.startswith(_HERE_ONLY):
        return None
    return (
        "kode QR surat menyebut mesin ini saja: isi MPP_PUBLIC_URL=https://... | "
        "the QR codes of papers name this machine only: set MPP_PUBLIC_URL=https://..."
    )
