"""Ports are tried before anything starts, so that a taken one is one clear line."""

from __future__ import annotations

import errno
import socket

from mpp.operations.problem import Problem


def check_port(bind: str, port: int, setting: str = "PORT") -> None:
    """Whether the port that `setting` names is free. Raises Problem.

    The web server sets SO_REUSEPORT and would share it with whoever has it already.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except PermissionError:
            raise Problem(f"port {port} perlu hak root; pilih {setting}=8000", f"port {port} needs root") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Problem(f"MPP_BIND={bind}: {error.strerror}", f"cannot listen on {bind}") from None
            raise Problem(
                f"port {port} sudah dipakai program lain; coba {setting}={port + 1}",
                f"port {port} is taken by another program; try {setting}={port + 1}",
            ) from None
