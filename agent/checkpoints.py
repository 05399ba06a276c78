"""Checkpoints in an SQLite file that many look at while others write."""

import sqlite3
import threading
from collections.abc import Callable

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.sqlite import SqliteSaver


class SharedSqliteSaver(SqliteSaver):
    """Reads the checkpoint of a run through a connection of each thread's own.

    The saver it is made of has one connection and one lock, so that whoever looks at a run waits
    until every other run's checkpoint is on the disk.

    Args:
        connect: opens the file.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect())
        self._connect = connect
        self._own = threading.local()
        self.setup()

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return a checkpoint, the latest where the configuration names none."""
        if not hasattr(self._own, "saver"):
            self._own.saver = SqliteSaver(self._connect(), serde=self.serde)
            self._own.saver.is_setup = True
        found: CheckpointTuple | None = self._own.saver.get_tuple(config)
        return found
