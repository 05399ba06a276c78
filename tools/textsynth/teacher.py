"""The language model as a teacher that writes texts: its budget and its kept replies."""

import hashlib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...errors import ToolError
from ..language_model import LanguageModel, Written

CHARACTERS_A_TOKEN = 3.5
"""A cautious guess, for estimates before the model has said how it counts."""


class BudgetUsedUp(ToolError):  # noqa: N818 - a limit, not a fault
    """The next question would cost more than what is left of the budget."""


class Budget(BaseModel):
    """What may be spent. Prices are per million tokens; money counts only where they are known."""

    model_config = ConfigDict(extra="forbid")

    max_tokens: int = 200_000
    max_money: float | None = None
    price_in: float = 0.0
    price_out: float = 0.0

    def money(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost."""
        return (prompt_tokens * self.price_in + completion_tokens * self.price_out) / 1e6

    def exceeded(self, prompt_tokens: int, completion_tokens: int) -> str | None:
        """Say in words which limit so many tokens would break, None where they break none."""
        tokens = prompt_tokens + completion_tokens
        if tokens > self.max_tokens:
            return f"{tokens:,} of {self.max_tokens:,} tokens"
        money = self.money(prompt_tokens, completion_tokens)
        if self.max_money is not None and money > self.max_money:
            return f"{money:.2f} of {self.max_money:.2f} in money"
        return None


class Purse:
    """Asks a teacher within a budget, and keeps every reply so that none is paid for twice.

    A reply is kept under the hash of everything that was asked, so that the same work done again
    after a crash asks nothing anew. A question that is put a second time on purpose, because the
    first answer was of no use, counts as another one.

    Args:
        teacher: who is asked.
        budget: what may be spent by this piece of work, replies kept from before included.
        file: SQLite file of the replies.
    """

    def __init__(self, teacher: LanguageModel, budget: Budget, file: Path) -> None:
        self.teacher, self.budget = teacher, budget
        self.prompt_tokens = self.completion_tokens = 0
        self.asked = self.from_cache = 0
        self._times: Counter[str] = Counter()
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT)")

    def write(
        self,
        system: str,
        question: str,
        *,
        schema: dict[str, Any],
        temperature: float,
        max_tokens: int,
    ) -> tuple[Written, str]:
        """Return the teacher's answer and the hash of what was asked.

        Raises:
            BudgetUsedUp: the answer might cost more than is left.
            ToolError: the teacher cannot be reached.
        """
        asked = [self.teacher.name, system, question, schema, round(temperature, 3), max_tokens]
        prompt = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        key = f"{prompt}:{self._times[prompt]}"
        reply = self._kept(key)
        self.from_cache += reply is not None
        if reply is None:
            self._check(len(system) + len(question), max_tokens)
            reply = self.teacher.write(
                system, question, schema=schema, temperature=temperature, max_tokens=max_tokens
            )
            with closing(self._open()) as db, db:
                row = (key, reply.model_dump_json())
                db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", row)
        self._times[prompt] += 1
        self.asked += 1
        self.prompt_tokens += reply.prompt_tokens
        self.completion_tokens += reply.completion_tokens
        return reply, prompt

    @property
    def money(self) -> float:
        """What was spent, at the prices of the budget."""
        return self.budget.money(self.prompt_tokens, self.completion_tokens)

    def _check(self, characters: int, max_tokens: int) -> None:
        more = round(characters / CHARACTERS_A_TOKEN)
        broken = self.budget.exceeded(
            self.prompt_tokens + more, self.completion_tokens + max_tokens
        )
        if broken:
            raise BudgetUsedUp(f"The next answer could use {broken} that may be spent.")

    def _kept(self, key: str) -> Written | None:
        with closing(self._open()) as db:
            row = db.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        return Written.model_validate_json(row[0]) if row else None

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=30)
