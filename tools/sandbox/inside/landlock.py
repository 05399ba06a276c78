"""Landlock through ctypes: a process gives up every file but those it names.

See https://docs.kernel.org/userspace-api/landlock.html; the numbers are those of the kernel's
`linux/landlock.h`, the same on every architecture.
"""

import ctypes
import os
import stat
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
PATH_BENEATH = 1
SET_NO_NEW_PRIVS = 38

EXECUTE, READ_FILE, READ_DIR = 1 << 0, 1 << 2, 1 << 3
ACCESS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Number of access rights to files that each version of the interface knows."""
NET_RIGHTS, SCOPES = 0b11, 0b11
"""Bind and connect of TCP (version 4); abstract sockets and signals (version 6)."""


class _Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """Return the version of Landlock that the kernel offers, 0 for none."""
    try:
        return max(0, int(_libc().syscall(CREATE_RULESET, None, 0, VERSION_FLAG)))
    except (AttributeError, OSError):
        return 0


def restrict(readable: Iterable[str]) -> None:
    """Let this process and its children read these files and folders, and do nothing else to files.

    Paths that do not exist are passed over.

    Raises:
        OSError: the kernel refuses; the process must not go on.
    """
    libc, abi = _libc(), version()
    if abi == 0:
        raise OSError("this kernel has no Landlock")
    handled = (1 << ACCESS_RIGHTS.get(abi, 16)) - 1
    rules = _Ruleset(handled, NET_RIGHTS if abi >= 4 else 0, SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _checked(libc.syscall(CREATE_RULESET, ctypes.byref(rules), size, 0))
    for path in readable:
        if os.path.exists(path):  # noqa: PTH110 - pathlib is not worth its import here
            _allow(libc, ruleset, path)
    _checked(libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    rights = READ_FILE | EXECUTE | (READ_DIR if folder else 0)
    rule = _PathBeneath(rights, descriptor)
    _checked(libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0))
    os.close(descriptor)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
