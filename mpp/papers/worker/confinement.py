"""A worker that compiles what an agency wrote keeps to itself: no network, no other program, not all of the memory.

The kernel refuses the calls (a seccomp filter); where it takes no filter, the proxy that is set leads nowhere.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct

MEMORY = 2 * 1024 * 1024 * 1024  # bytes of address space
_NOWHERE = "http://127.0.0.1:9"
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # of the kernel's filter machine
_NUMBER, _ARCH = 0, 4  # where the call's number and the architecture stand
# by machine: its name for the kernel, and the numbers of socket, execve and execveat
_CALLS = {"x86_64": (0xC000003E, (41, 59, 322)), "aarch64": (0xC00000B7, (198, 221, 281))}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine() -> bool:
    """Confine this process from here on, for good. Whether the kernel keeps it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ[name] = _NOWHERE
    known = _CALLS.get(platform.machine())
    if known is None:
        return False
    code = _filter(*known)
    program = _Program(len(code) // 8, code)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    none = ctypes.c_ulong(0)
    if prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), none, none, none) != 0:
        return False
    return bool(prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(program), none, none) == 0)


def _filter(arch: int, calls: tuple[int, ...]) -> bytes:
    """Instructions (code, jump if true, jump if false, operand): another architecture's calls and these are refused."""
    left = len(calls)
    lines = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 0, left + 2, arch), (_LOAD, 0, 0, _NUMBER)]
    for call in calls:
        lines.append((_EQUAL, left, 0, call))
        left -= 1
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
