"""A list of the system calls that computing needs; every other fails with "not permitted".

A seccomp filter in the bytecode of the kernel, see
https://docs.kernel.org/userspace-api/seccomp_filter.html. There is no socket in the list, no new
process, no other program, no signal, no change of a file's name, mode or time.
"""

import ctypes
import errno
import os
import struct

# Name of a call and its number on x86_64 and on aarch64, None where the machine has none.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "readv": (19, 65),
    "pread64": (17, 67),
    "write": (1, 64),
    "writev": (20, 66),
    "close": (3, 57),
    "lseek": (8, 62),
    "open": (2, None),
    "openat": (257, 56),
    "stat": (4, None),
    "lstat": (6, None),
    "fstat": (5, 80),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    "dup": (32, 23),
    "pipe2": (293, 59),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "mincore": (27, 232),
    "brk": (12, 214),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "rseq": (334, 293),
    "membarrier": (324, 283),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getrusage": (98, 165),
    "getrandom": (318, 278),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    "arch_prctl": (158, None),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getppid": (110, 173),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
CLONE, FCNTL, IOCTL, PRLIMIT, CLONE3 = (56, 220), (72, 25), (16, 29), (302, 261), (435, 435)

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the numbers above, and what the kernel calls the machine."""
CLONE_THREAD = 0x10000
FCNTL_COMMANDS = (0, 1, 2, 3, 1030)
"""Duplicate, read and set flags; not those that have the kernel send signals."""
IOCTL_COMMANDS = (0x5401, 0x541B, 0x5450, 0x5451)
"""Is it a terminal, how much can be read, close on exec."""

LOAD, JUMP_EQUAL, JUMP_BITS, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, FAIL, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, MACHINE, FIRST, SECOND = 0, 4, 16, 24
"""Offsets in what a filter sees: the call, the machine, its first and second argument."""
SET_SECCOMP, FILTER_MODE, SET_NO_NEW_PRIVS = 22, 2, 38


def known_machine() -> bool:
    """Say whether the numbers of this machine's calls are known."""
    return os.uname().machine in MACHINES


def restrict() -> None:
    """Give up all calls but those allowed, for this thread and what it starts.

    Raises:
        OSError: the machine is not known, or the kernel refuses; the process must not go on.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program()
    code = ctypes.create_string_buffer(program)
    head = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    )
    for arguments in ((SET_NO_NEW_PRIVS, 1, 0, 0, 0), (SET_SECCOMP, FILTER_MODE, head, 0, 0)):
        if libc.prctl(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def _program() -> bytes:
    if not known_machine():
        raise OSError(f"no list of system calls for {os.uname().machine}")
    column, machine = MACHINES[os.uname().machine]
    lines = [_line(LOAD, MACHINE), _line(JUMP_EQUAL, machine, 1, 0), _line(RETURN, KILL)]
    lines.append(_line(LOAD, NUMBER))
    for numbers in ALLOWED.values():
        if numbers[column] is not None:
            lines += [_line(JUMP_EQUAL, numbers[column], 0, 1), _line(RETURN, ALLOW)]
    for call, offset, values in ((FCNTL, SECOND, FCNTL_COMMANDS), (IOCTL, SECOND, IOCTL_COMMANDS)):
        lines += _only_with(call[column], offset, values)
    lines += _only_with(PRLIMIT[column], FIRST, (0,))
    threads = [_line(LOAD, FIRST), _line(JUMP_BITS, CLONE_THREAD, 0, 1), _line(RETURN, ALLOW)]
    lines += [_line(JUMP_EQUAL, CLONE[column], 0, 4), *threads, _line(RETURN, FAIL | errno.EPERM)]
    # Told that there is no such call, the C library starts threads with `clone`, which can be read.
    absent = _line(RETURN, FAIL | errno.ENOSYS)
    lines += [_line(JUMP_EQUAL, CLONE3[column], 0, 1), absent, _line(RETURN, FAIL | errno.EPERM)]
    return b"".join(lines)


def _only_with(call: int, offset: int, values: tuple[int, ...]) -> list[bytes]:
    """Return the lines that allow a call where an argument has one of these values."""
    lines = [_line(LOAD, offset)]
    for value in values:
        lines += [_line(JUMP_EQUAL, value, 0, 1), _line(RETURN, ALLOW)]
    lines.append(_line(RETURN, FAIL | errno.EPERM))
    return [_line(JUMP_EQUAL, call, 0, len(lines)), *lines]


def _line(code: int, value: int | None, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
