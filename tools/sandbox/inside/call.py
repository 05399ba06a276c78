"""One call of a function that a model wrote, in a process of its own that ends with it."""

import contextlib
import gc
import io
import json
import os
import traceback
from typing import Any

from . import limits, seccomp
from .plain import from_plain, to_plain
from .wire import pack, send

FILE = "<code>"
MOST_PRINTED = 4000
MOST_ERROR = 500


class Printed(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        super().write(text[: max(0, MOST_PRINTED - self.tell())])
        return len(text)


def answer(request: dict[str, Any], body: bytes, reply_to: int) -> None:
    """Run the function of a request on its frame and send what it returns."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    frame = pa.ipc.open_stream(body).read_all().to_pandas(use_threads=False)
    state = from_plain(request["state"])
    np.random.seed(0)
    _shut(reply_to)
    gc.freeze()
    limits.restrict(request["limits"])
    if request["filter"]:
        seccomp.restrict()
    printed = Printed()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            made = _call(request, {"__name__": "code", "pd": pd, "np": np}, frame, state)
        header, content = _made(made, request["returns"])
    except MemoryError:
        header, content = {"stop": "memory"}, b""
    except BaseException as error:  # noqa: BLE001 - whatever the code raises is its answer
        header, content = _problem(error), b""
    send(reply_to, pack({**header, "printed": printed.getvalue()}, content))


def _call(request: dict[str, Any], names: dict[str, Any], frame: Any, state: Any) -> Any:
    exec(compile(request["code"], FILE, "exec"), names)
    function = names.get(request["function"])
    if not callable(function):
        raise NameError(f"the code defines no function {request['function']}")
    return function(frame, state) if request["with_state"] else function(frame)


def _made(made: Any, returns: str) -> tuple[dict[str, Any], bytes]:
    if returns == "state":
        value = to_plain(made)
        json.dumps(value)
        return {"value": value}, b""
    return {}, _arrow(made)


def _arrow(made: Any) -> bytes:
    """Return a frame, series, array or dict of columns as Arrow bytes."""
    import pandas as pd
    import pyarrow as pa

    if isinstance(made, pd.Series):
        made = made.to_frame("value")
    elif pd.api.types.is_scalar(made) or made is None:
        raise TypeError("return a Series, an array or a frame with one value for each row")
    elif not isinstance(made, pd.DataFrame):
        made = pd.DataFrame(made if isinstance(made, dict) else {"value": made})
    made = made.rename(columns=str)
    sink = io.BytesIO()
    table = pa.Table.from_pandas(made, preserve_index=False, nthreads=1)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _problem(error: BaseException) -> dict[str, Any]:
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == FILE]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    text = f"{type(error).__name__}: {error}"
    return {"error": text[:MOST_ERROR], "line": line}


def _shut(reply_to: int) -> None:
    """Close every descriptor but the one for the reply; nothing is left to read or write."""
    null = os.open(os.devnull, os.O_RDONLY)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.closerange(3, reply_to)
    os.closerange(reply_to + 1, 256)
