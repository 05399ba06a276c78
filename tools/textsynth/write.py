"""Writing rows of text: ask, check, keep, and ask again until there are as many as wanted."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import ToolError
from ..answers import read_json
from .checks import SYSTEM, Check
from .language import is_other_language
from .likeness import Likeness
from .questions import FROM_SOURCE, ONE_A_SOURCE, Known, Question, Way, question
from .tasks import Row, TextTask, fault, label_of, main_text
from .teacher import CHARACTERS_A_TOKEN, BudgetUsedUp, Purse

ROWS_A_QUESTION = 5
FIRST_QUESTIONS, FIRST_ROWS = 3, 2
"""The first questions ask for few rows, so that a preview shows more than one label."""
EXAMPLES = 5
COOLEST, HOTTEST = 0.7, 1.1
"""The temperature rises while rows are written: the later ones have more to differ from."""
MOST_A_LABEL = 2.0
"""Where the teacher chooses labels, none gets more than so many times its even share."""
FRUITLESS = 8
"""It ends after so many questions in a row that brought nothing."""
PATIENCE = 4
"""It ends after so many times as many questions as there would be if every row were kept."""


@dataclass(frozen=True)
class Job:
    """What is to be written and from what.

    Attributes:
        task: what a row is.
        way: how it is written.
        real: real rows: examples, and what nothing written may repeat.
        sources: what rows are made from, in the ways that need it.
        avoid: texts, of a test set for example, that nothing written may repeat.
        check: a second look at rows that passed all else.
        seed: seed of the choice of examples and sources.
    """

    task: TextTask
    way: Way
    real: Sequence[Known] = ()
    sources: Sequence[Known] = ()
    avoid: Sequence[str] = ()
    check: Check | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.way in FROM_SOURCE and not self.sources:
            raise ToolError(f"The way {self.way!r} needs rows to work from.")
        if self.way == "few_shot" and not self.real:
            raise ToolError("The way 'few_shot' needs real rows as examples.")
        if self.task.kind == "retrieval" and self.way != "document":
            raise ToolError("Queries are written for given documents: use the way 'document'.")
        if self.way in ("expand", "refine", "respond") and self.task.kind != "instruction":
            raise ToolError(f"The way {self.way!r} is for instructions only.")


@dataclass(frozen=True)
class WrittenRow:
    """A row with its provenance: the hash of the prompt, the model, the rows it was made from."""

    row: Row
    prompt: str
    model: str
    parents: tuple[str, ...] = ()

    def provenance(self) -> dict[str, Any]:
        """Return the provenance as plain JSON."""
        return {"model": self.model, "prompt": self.prompt[:16], "parents": list(self.parents)}


@dataclass
class Texts:
    """Rows that were written and kept, how many were not and why, and what ended the work."""

    wanted: int
    rows: list[WrittenRow] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)
    ended: str = ""
    limit: float = 0.0
    """How alike two texts may be."""

    @property
    def missing(self) -> int:
        """How many rows could not be made."""
        return self.wanted - len(self.rows)


def write_rows(
    job: Job,
    count: int,
    purse: Purse,
    *,
    stop_at: int | None = None,
    report: Callable[..., None] = lambda message, share=None: None,
) -> Texts:
    """Write `count` rows. What is asked depends only on the job, the count and the replies.

    Args:
        job: what to write.
        count: how many rows, exactly, unless the budget ends or nothing new comes any more.
        purse: the teacher with its budget.
        stop_at: end when so many are kept; going on later asks nothing again.
        report: is told how far it is.

    Raises:
        ToolError: the teacher cannot be reached.
    """
    writer = _Writer(job, count, purse)
    while len(writer.texts.rows) < min(count, stop_at or count):
        kept = len(writer.texts.rows)
        report(f"Writing texts: {kept:,} of {count:,}", kept / count)
        ended = writer.worn_out()
        if not ended:
            try:
                writer.turn()
            except BudgetUsedUp as error:
                ended = str(error)
        if ended:
            writer.texts.ended = ended
            break
    return writer.texts


class _Writer:
    def __init__(self, job: Job, count: int, purse: Purse) -> None:
        self.job, self.count, self.purse = job, count, purse
        self.turns = self.fruitless = 0
        self.kept: Counter[str | None] = Counter()
        self.order = np.random.default_rng(job.seed).permutation(len(job.sources))
        real = [main_text(job.task, known.row) for known in job.real]
        # What is rewritten stays like what it was: there only a test must not be repeated.
        rewrites = job.way in ("refine", "respond")
        self.likeness = Likeness(real, job.avoid, compare=not rewrites)
        self.texts = Texts(count, limit=self.likeness.limit)

    def worn_out(self) -> str:
        """Say why nothing more should be asked, "" where something should."""
        a_question = 1 if self.job.way in ONE_A_SOURCE else ROWS_A_QUESTION
        if self.turns >= PATIENCE * (self.count // a_question + FIRST_QUESTIONS):
            return f"{self.turns:,} questions were asked and most answers could not be kept."
        if self.fruitless >= FRUITLESS:
            return f"The last {FRUITLESS} answers brought nothing that could be kept."
        return ""

    def turn(self) -> None:
        """Ask one question and keep what is right of the answer."""
        asked = self._question()
        progress = len(self.texts.rows) / self.count
        reply, prompt = self.purse.write(
            SYSTEM,
            asked.text,
            schema=self.job.task.answer_schema(asked.count, tuple(asked.filled)),
            temperature=COOLEST + (HOTTEST - COOLEST) * progress,
            max_tokens=100 + asked.count * self._room(asked),
        )
        self.turns += 1
        before = len(self.texts.rows)
        rows = [row for row in self._read(reply.text, asked) if self._passes(row, asked)]
        for row in self._rechecked(rows):
            self._keep(WrittenRow(row, prompt, self.purse.teacher.name, asked.parents))
        self.fruitless = self.fruitless + 1 if len(self.texts.rows) == before else 0

    def _question(self) -> Question:
        job, wanted = self.job, None
        left = self.count - len(self.texts.rows)
        amount = min(left, FIRST_ROWS if self.turns < FIRST_QUESTIONS else ROWS_A_QUESTION)
        source = None
        if job.way in FROM_SOURCE:
            source = job.sources[self.order[self.turns % len(self.order)]]
            a_source = -(-self.count // len(job.sources))
            amount = 1 if job.way in ONE_A_SOURCE else min(amount, a_source)
        elif job.task.balanced:
            wanted, short = self._neediest()
            amount = min(amount, short)
        return question(
            job.task,
            job.way,
            amount,
            wanted=wanted,
            examples=self._examples(wanted),
            source=source,
            avoid=self._avoid(wanted),
        )

    def _neediest(self) -> tuple[str, int]:
        """Return the label that lacks most of its even share, and how many it lacks."""
        names = self.job.task.balanced
        share, extra = divmod(self.count, len(names))
        lacks = {n: share + (p < extra) - self.kept[n] for p, n in enumerate(names)}
        neediest = max(names, key=lambda name: lacks[name])
        return neediest, lacks[neediest]

    def _examples(self, wanted: str | None) -> list[Known]:
        """Return real rows to show, others at every turn, of the wanted label where there are."""
        if self.job.way not in ("few_shot", "document", "transform"):
            return []
        fitting = [k for k in self.job.real if wanted is None or self._label(k.row) == wanted]
        fitting = fitting or list(self.job.real)
        rng = np.random.default_rng([self.job.seed, self.turns])
        return [fitting[place] for place in rng.permutation(len(fitting))[:EXAMPLES]]

    def _avoid(self, wanted: str | None) -> list[str]:
        """Return texts that were kept before, of the same label."""
        return [
            main_text(self.job.task, written.row)
            for written in self.texts.rows
            if wanted is None or self._label(written.row) == wanted
        ]

    def _room(self, asked: Question) -> int:
        """Return how many tokens a row may take: twice what a real one takes, within bounds."""
        known = [k.row for k in (*self.job.real[:50], *self.job.sources[:50])]
        long = [sum(len(str(v)) for n, v in row.items() if n not in asked.filled) for row in known]
        usual = float(np.mean(long)) / CHARACTERS_A_TOKEN if long else 60.0
        return int(min(max(2 * usual, 80), 1_000))

    def _read(self, text: str, asked: Question) -> list[Row]:
        data = read_json(text)
        rows = data.get("rows") if isinstance(data, dict) else data
        if not isinstance(rows, list):
            self.texts.rejected["the answer could not be read"] += asked.count
            return []
        fields = self.job.task.form.fields
        objects = [{n: row.get(n) for n in fields} for row in rows if isinstance(row, dict)]
        return [{**row, **asked.filled} for row in objects][: asked.count]

    def _passes(self, row: Row, asked: Question) -> bool:
        reason = fault(self.job.task, row, asked.wanted) or self._crowded(row)
        reason = reason or self._wrong_text(row)
        if reason:
            self.texts.rejected[reason] += 1
        else:
            self.likeness.add(main_text(self.job.task, row))
        return reason is None

    def _crowded(self, row: Row) -> str | None:
        """Say whether a label that the teacher chose has enough rows already."""
        names = self.job.task.balanced
        if not names or self.job.way not in FROM_SOURCE:
            return None
        most = max(1.0, MOST_A_LABEL * self.count / len(names))
        return "its label has enough rows" if self.kept[self._label(row)] >= most else None

    def _wrong_text(self, row: Row) -> str | None:
        text = main_text(self.job.task, row)
        if self.job.task.language and is_other_language(text, self.job.task.language):
            return "it is in another language"
        if self.likeness.to_known(text) > self.likeness.limit:
            return "it is too much like a real text or one to avoid"
        if self.likeness.to_new(text) > self.likeness.limit:
            return "it is too much like one written before"
        return None

    def _rechecked(self, rows: list[Row]) -> list[Row]:
        if self.job.check is None or not rows:
            return rows
        faults = self.job.check.faults(rows)
        self.texts.rejected.update(reason for reason in faults if reason)
        return [row for row, reason in zip(rows, faults, strict=True) if reason is None]

    def _keep(self, written: WrittenRow) -> None:
        self.texts.rows.append(written)
        self.kept[self._label(written.row)] += 1

    def _label(self, row: Row) -> str | None:
        return label_of(self.job.task, row)
