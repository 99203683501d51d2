"""The stand-in for BSrE's client service, a process of its own: `python -m tests.load.stand_in PORT-FILE`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from tests.support import bsre

NIK, PASSPHRASE = "3515144107909990", "kopi hujan & sepeda"


def main(port_file: str) -> None:
    """Sign for whoever has the passphrase, until the process is ended; the address stands in the file."""
    with bsre.running({NIK: PASSPHRASE}) as service:
        Path(port_file).write_text(service.url)
        print("ready", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
