"""Code for the sandbox: attacks, each with what must have stopped it, and honest features.

An attack that gets through returns a column, so its outcome says "got through"; one that is held
ends in an error whose text matches `held_by`. What it was after is looked at as well: a canary
file, the environment, a listener on this machine, another process.
"""

from dataclasses import dataclass
from string import Template

GONE = "FileNotFoundError|PermissionError"
NOT_PERMITTED = "PermissionError|Operation not permitted|Permission denied"


@dataclass(frozen=True)
class Attack:
    """Code that tries to do harm; `$canary`, `$target`, `$port`, `$victim` are filled in."""

    name: str
    body: str
    held_by: str
    seconds: float = 5.0

    def code(self, **places: str) -> str:
        """Return the code with the places it attacks."""
        lines = Template(self.body.strip("\n")).substitute(places).splitlines()
        return "def transform(frame):\n" + "\n".join(f"    {line}" for line in lines)


RETURN = "\nreturn frame.iloc[:, 0] * 0 + 1"


def _attack(name: str, body: str, held_by: str, seconds: float = 5.0) -> Attack:
    return Attack(name, body + RETURN, held_by, seconds)


ATTACKS: tuple[Attack, ...] = (
    _attack("read a file", "raise ValueError(open('$canary').read())", GONE),
    _attack("read the passwords", "raise ValueError(open('/etc/shadow').read())", GONE),
    _attack(
        "read by descriptor",
        "import os\nraise ValueError(os.read(os.open('$canary', os.O_RDONLY), 99))",
        GONE,
    ),
    _attack("write a file", "open('$target', 'w').write('x')", f"{GONE}|Read-only|OSError"),
    _attack(
        "write to the folder for temporary files",
        "open('/tmp/dataquarry-escaped', 'w').write('x')",
        f"{GONE}|Read-only",
    ),
    _attack(
        "write into the libraries",
        "open(pd.__file__, 'a').write('raise SystemExit')",
        f"{GONE}|Read-only",
    ),
    _attack("overwrite the canary", "open('$canary', 'r+').truncate(0)", GONE),
    _attack("delete a file", "import os\nos.remove('$canary')", f"{GONE}|not permitted|Read-only"),
    _attack("change a mode", "import os\nos.chmod('$canary', 0o777)", f"{GONE}|not permitted"),
    _attack(
        "symbolic link",
        "import os\nos.symlink('$canary', '/tmp/dataquarry-link')\n"
        "raise ValueError(open('/tmp/dataquarry-link').read())",
        f"{GONE}|not permitted|Read-only",
    ),
    _attack(
        "hard link",
        "import os\nos.link('$canary', '/tmp/dataquarry-link')",
        f"{GONE}|not permitted|Read-only",
    ),
    _attack(
        "climb out with dots",
        "raise ValueError(open(pd.__file__.rsplit('/', 1)[0] + '/../../../../../../../../..'"
        " + '$canary').read())",
        GONE,
    ),
    _attack(
        "environment of the parent",
        "import os\nraise ValueError(open(f'/proc/{os.getppid()}/environ').read())",
        GONE,
    ),
    _attack(
        "own environment",
        "import os\nassert any('SECRET' in k for k in os.environ), 'no secret there'",
        "no secret there",
    ),
    _attack(
        "memory of the parent",
        "import os\nopen(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
        GONE,
    ),
    _attack("root by /proc", "raise ValueError(open('/proc/self/root$canary').read())", GONE),
    _attack(
        "list a folder",
        "import os\nraise ValueError(os.listdir('$canary'.rsplit('/', 1)[0]))",
        GONE,
    ),
    _attack(
        "connect to this machine",
        "import socket\nsocket.create_connection(('127.0.0.1', $port), 1).send(b'x')",
        NOT_PERMITTED,
    ),
    _attack(
        "fetch a page",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:$port/', timeout=1)",
        "URLError|PermissionError|Operation not permitted",
    ),
    _attack(
        "ask for a name",
        "import socket\nsocket.getaddrinfo('example.org', 80)",
        "gaierror|PermissionError|OSError",
    ),
    _attack(
        "send a datagram",
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
        ".sendto(b'x', ('127.0.0.1', $port))",
        NOT_PERMITTED,
    ),
    _attack("fork bomb", "import os\nwhile True:\n    os.fork()", NOT_PERMITTED),
    _attack("start a shell", "import os\nassert os.system('true') == 0, 'no shell'", "no shell"),
    _attack(
        "start a program",
        "import subprocess\nsubprocess.run(['/bin/cat', '$canary'], check=True)",
        f"{GONE}|BlockingIOError",
    ),
    _attack(
        "replace itself by a program",
        "import os, sys\nos.execv('/proc/self/exe', ['python', '-c', 'print(1)'])",
        GONE,
    ),
    _attack(
        "bomb of threads",
        "import threading, time\n"
        "for _ in range(20_000):\n    threading.Thread(target=time.sleep, args=(60,)).start()",
        "start new thread|memory|time",
    ),
    _attack("eat memory", "kept = bytearray(16 << 30)", "memory"),
    _attack(
        "eat memory with an array", "import numpy as np\nnp.ones(4 << 30)", "memory|MemoryError"
    ),
    _attack(
        "eat memory slowly",
        "kept = []\nwhile True:\n    kept.append(b'x' * (8 << 20))",
        "memory|time",
    ),
    _attack("loop for ever", "while True:\n    pass", "time", 0.4),
    _attack("sleep for ever", "import time\ntime.sleep(3600)", "time", 0.4),
    _attack(
        "hold signals off",
        "import signal\nfor n in range(1, 32):\n    try:\n"
        "        signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\nwhile True:\n    pass",
        "time",
        0.4,
    ),
    _attack("flood what is printed", "while True:\n    print('x' * 100_000)", "time|memory", 0.4),
    _attack(
        "return too many columns",
        "return pd.DataFrame({str(n): frame.iloc[:, 0] for n in range(201)})\n",
        "columns",
    ),
    _attack(
        "flood the reply",
        "import os\nfor fd in range(3, 64):\n    try:\n        while True:\n"
        "            os.write(fd, b'x' * 65536)\n    except OSError:\n        pass",
        "output|crash|refused|time",
        2.0,
    ),
    _attack(
        "forge a reply",
        "import os, struct\nfor fd in range(3, 64):\n    try:\n"
        "        os.write(fd, struct.pack('!QQ', 2, 0) + b'[' * 2)\n    except OSError:\n"
        "        pass\nos._exit(0)",
        "refused|crash",
    ),
    _attack(
        "a reply nested without end",
        "import os, struct\nfor fd in range(3, 64):\n    try:\n"
        "        os.write(fd, struct.pack('!QQ', 50_000, 0) + b'[' * 50_000)\n"
        "    except OSError:\n        pass\nos._exit(0)",
        "refused|crash",
    ),
    _attack(
        "return objects to be unpickled",
        "class Harm:\n    def __reduce__(self):\n        import os\n"
        "        return os.system, ('touch $target',)\n"
        "return pd.Series([Harm()] * len(frame), dtype=object)\n",
        "Arrow|refused|error",
    ),
    _attack(
        "pickle", "import pickle\npickle.dump(frame, open('$target', 'wb'))", f"{GONE}|Read-only"
    ),
    _attack(
        "unpickle",
        "import pickle\npickle.loads(b\"cposix\\nsystem\\n(S'touch $target'\\ntR.\")\n"
        "raise ValueError('nothing happened')",
        "nothing happened",
    ),
    _attack("read with numpy", "import numpy as np\nnp.fromfile('$canary', dtype='u1')", GONE),
    _attack(
        "write with numpy",
        "import numpy as np\nnp.save('$target', frame.to_numpy())",
        f"{GONE}|Read-only",
    ),
    _attack("map a file with numpy", "import numpy as np\nnp.memmap('$canary', mode='r')", GONE),
    _attack("read with pandas", "raise ValueError(pd.read_csv('$canary').to_csv())", GONE),
    _attack("write with pandas", "frame.to_csv('$target')", f"{GONE}|Read-only|OSError"),
    _attack(
        "fetch with pandas",
        "pd.read_csv('http://127.0.0.1:$port/x.csv')",
        "URLError|PermissionError|Operation not permitted",
    ),
    _attack(
        "read with Arrow",
        "import pyarrow as pa\nraise ValueError(pa.memory_map('$canary').read())",
        GONE,
    ),
    _attack(
        "tricks with builtins",
        "classes = ().__class__.__base__.__subclasses__()\n"
        "found = [c for c in classes if c.__name__ == '_wrap_close']\n"
        "raise ValueError(found[0].__init__.__globals__['popen']('cat $canary').read())",
        f"{GONE}|BlockingIOError|Operation not permitted",
    ),
    _attack(
        "open by way of builtins",
        "names = __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)\n"
        "raise ValueError(names['open']('$canary').read())",
        GONE,
    ),
    _attack(
        "native code",
        "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
        "fd = c.open(b'$canary', 0)\n"
        "assert fd >= 0, 'no descriptor'",
        "no descriptor",
    ),
    _attack(
        "raw system calls",
        "import ctypes\nc = ctypes.CDLL(None)\n"
        "assert min(c.syscall(41, 2, 1, 0), c.syscall(57), c.syscall(425, 8, 0)) >= 0, 'no call'",
        "no call",
    ),
    _attack(
        "break the process by native code",
        "import ctypes\nctypes.string_at(0)",
        "crash",
    ),
    _attack("kill the parent", "import os\nos.kill(os.getppid(), 9)", NOT_PERMITTED),
    _attack(
        "kill another process",
        "import os\nos.kill($victim, 9)",
        f"{NOT_PERMITTED}|ProcessLookupError",
    ),
    _attack("kill everything", "import os\nos.kill(-1, 9)", NOT_PERMITTED),
    _attack(
        "trace the parent",
        "import ctypes, os\nc = ctypes.CDLL(None)\n"
        "assert c.ptrace(16, os.getppid(), 0, 0) == 0, 'no trace'",
        "no trace",
    ),
    _attack(
        "raise its limits",
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "ValueError|PermissionError",
    ),
    _attack("leave its group", "import os\nos.setsid()", NOT_PERMITTED),
    _attack(
        "own namespaces",
        "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0, 'no namespace'",
        "no namespace",
    ),
    _attack("end at once", "import os\nos._exit(0)", "crash"),
    _attack("end the interpreter", "raise SystemExit('bye')", "SystemExit"),
)


@dataclass(frozen=True)
class Honest:
    """Code as a model writes it for a good feature, and the first value it must return."""

    name: str
    code: str
    first: float


def _honest(name: str, body: str, first: float, before: str = "") -> Honest:
    return Honest(name, f"{before}\ndef transform(frame):\n    {body}\n", first)


def _fitted(name: str, learn: str, use: str, first: float) -> Honest:
    code = f"def fit(frame):\n    {learn}\n\ndef transform(frame, state):\n    {use}\n"
    return Honest(name, code, first)


HONEST: tuple[Honest, ...] = (
    _honest("month of a date", "return frame['day'].dt.month", 1),
    _honest("weekend", "return (frame['day'].dt.dayofweek >= 5).astype(int)", 0),
    _honest("days between", "return (frame['end'] - frame['day']).dt.days", 30),
    _honest("ratio", "return frame['price'] / frame['area']", 2.0),
    _honest("logarithm", "return np.log1p(frame['price'])", 5.303304908059076),
    _honest(
        "helper function",
        "return frame['name'].map(words)",
        2,
        before="def words(text):\n    return len(str(text).split())\n",
    ),
    _honest("text contains", "return frame['name'].str.contains('red', case=False)", 1),
    _honest(
        "pattern",
        "return frame['name'].str.extract(r'(\\d+)')[0].astype(float).fillna(0)",
        7,
        before="import re",
    ),
    _honest("bins", "return pd.cut(frame['price'], [0, 150, 1000], labels=False)", 1),
    _honest("share of missing", "return frame.isna().mean(axis=1)", 0),
    _honest("cycle", "return np.sin(np.pi * frame['day'].dt.month / 2)", 1),
    _honest("several columns", "return frame[['price', 'area']].assign(both=frame['price'])", 200),
    _honest(
        "similar words",
        "return frame['name'].map(lambda t: SequenceMatcher(None, t, 'red').ratio())",
        0.75,
        before="from difflib import SequenceMatcher",
    ),
    _fitted(
        "mean by group",
        "return {'means': frame.groupby('kind')['price'].mean().to_dict(),"
        " 'all': frame['price'].mean()}",
        "return frame['price'] - frame['kind'].map(state['means']).fillna(state['all'])",
        50.0,
    ),
    _fitted(
        "rank of a number",
        "return sorted(frame['price'])",
        "return np.searchsorted(state, frame['price'])",
        1,
    ),
    _fitted(
        "count by a number",
        "return frame['area'].value_counts().to_dict()",
        "return frame['area'].map(state).fillna(0)",
        2,
    ),
    _fitted(
        "mean by two groups",
        "return frame.groupby(['kind', 'area'])['price'].mean().to_dict()",
        "return [state[pair] for pair in zip(frame['kind'], frame['area'])]",
        200,
    ),
)
