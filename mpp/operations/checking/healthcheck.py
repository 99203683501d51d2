"""`python -m mpp.operations.checking.healthcheck`: a container's health check, with the standard library alone.

Exit status 0 when the process is ready. It is asked on its internal port; where none is set, on the gateway's own.
"""

import os
import sys
import urllib.request

_SECONDS = 5


def main() -> int:
    """Ask `/readyz` of the process in this container."""
    port = os.environ.get("MPP_OPS_PORT") or os.environ.get("PORT") or "8000"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=_SECONDS):  # noqa: S310
            return 0
    except OSError as error:  # refused, timed out, or an error status
        detail = error.read(300).decode(errors="replace") if hasattr(error, "read") else ""
        print(error, detail, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
