"""Training the bi-encoder on demands, with the trainer of sentence-transformers.

Two objectives:

- `contrastive`: a demand should be nearer to the record that serves it than to the records of the
  other demands of its batch and to those that BM25 finds for it (van den Oord et al. 2018,
  arXiv 1807.03748; hard negatives as in Karpukhin et al. 2020, arXiv 2004.04906). The same model
  encodes demands and records, so the index has to be built anew with it.
- `distill`: a sentence should rank the records as its keyphrases do. Only the encoding of demands
  learns, so the index stays as it is.

The first learns a LoRA adapter or all weights, the second an adapter. A Matryoshka loss (Kusupati
et al. 2022, arXiv 2205.13147) makes the first dimensions of a vector useful alone.
"""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from ..errors import MissingExtra, ToolError
from ..settings import Settings
from .adapter import write_adapter
from .encoder import Encoder, Vectors, find_encoder
from .index import embed, embedded_text
from .subject import Habits, learn_words, write_words
from .teaching import teach
from .training_data import Forms, TrainingData, hard_negatives
from .understand import understand

Report = Callable[..., None]

_TOKENS = 64
_DIMENSIONS = (256, 128, 64)
_LAYERS = ["query", "key", "value", "intermediate.dense", "output.dense"]
_HELD_OUT = 0.05
_MOST_HELD_OUT = 300


class TrainingPlan(BaseModel):
    """How to train."""

    objective: Literal["contrastive", "distill"] = "contrastive"
    method: Literal["lora", "full"] = "lora"
    steps: int = Field(default=200, ge=1, description="Batches to learn from.")
    batch: int = Field(default=32, ge=2, description="Demands in a batch.")
    rate: float = Field(default=3e-4, gt=0, description="Learning rate.")
    rank: int = Field(default=8, ge=1, description="Rank of the LoRA matrices.")
    negatives: int = Field(default=2, ge=0, description="Hard negatives for each demand.")
    matryoshka: bool = Field(default=False, description="Make the first dimensions useful alone.")

    @classmethod
    def checked(cls, **fields: Any) -> "TrainingPlan":
        """Return the plan of these fields.

        Raises:
            ToolError: a field is not allowed; the message says which.
        """
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            fault = error.errors()[0]
            raise ToolError(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}.") from error


class TrainingResult(BaseModel):
    """What was learned, and how well it does on demands that were held out, before and after.

    For `contrastive` the figures are of the record that serves, by cosine alone; for `distill` of
    the record that the whole ranking puts first for the keyphrases.
    """

    folder: str
    kind: Literal["adapter", "encoder"]
    learned_from: int
    held_out: int
    before: dict[str, float]
    after: dict[str, float]
    use: str


def train(
    settings: Settings, data: TrainingData, plan: TrainingPlan, out: Path, report: Report
) -> TrainingResult:
    """Train and write what was learned to a folder.

    Raises:
        MissingExtra: a library for training is not installed.
        ToolError: the data does not suit the objective, or the folder is not empty.
    """
    _need_libraries()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ToolError(f"{out} is not an empty folder; name another one.")
    learn = _distill if plan.objective == "distill" else _contrast
    return learn(settings, data, plan, out, report)


# -- distillation -----------------------------------------------------------------------------


def _distill(
    settings: Settings, data: TrainingData, plan: TrainingPlan, out: Path, report: Report
) -> TrainingResult:
    """Teach the query side to rank for a sentence as the whole ranking does for its keyphrases."""
    from .losses import RankingDistillation

    if not data.forms:
        raise ToolError("To distill, lines with summary and keyphrases are needed.")
    if plan.method == "full" or plan.matryoshka:
        raise ToolError("Distillation learns an adapter of the query side: leave out full and "
                        "matryoshka.")  # fmt: skip
    plain = settings.model_copy(update={"adapter": "none", "truncate_dim": None})
    learned, held = _split(data.forms, settings.seed)
    needed = learned[: plan.steps * plan.batch]
    habits = Habits(learn_words((each.sentence, each.keyphrases) for each in learned))
    vectors = embed(data.records, Encoder(plain), report)
    teaching, tests = teach(plain, data.records, (needed, held), report)
    model = _model(plain, plan)
    loss = RankingDistillation(model, vectors, teaching)
    texts, right = [habits.subject(each.sentence) for each in held], tests.places[:, 0]
    before = _placed(_encode(model, texts), vectors, right, teaching.prior)
    rows: dict[str, list[Any]] = {
        "demand": [_asked(each, habits, number) for number, each in enumerate(needed)],
        "label": list(range(len(needed))),
    }
    _fit(model, rows, loss, plan, settings, out, report)
    after = _placed(_encode(model, texts), vectors, right, teaching.prior)
    write_adapter(model[0].model, out)
    write_words(out, habits.shares)
    return _result(out, "adapter", len(needed), len(held), before, after)


def _asked(forms: Forms, habits: Habits, number: int) -> str:
    """Return one way to ask, in turn: the subject twice, the sentence, and the keyphrases.

    The search asks with sentence and subject; keyphrases are there so that they are not unlearned.
    """
    sentence = understand(forms.sentence).topic or forms.sentence
    subject = habits.subject(sentence)
    return (subject, sentence, subject, forms.keyphrases)[number % 4]


# -- contrast ---------------------------------------------------------------------------------


def _contrast(
    settings: Settings, data: TrainingData, plan: TrainingPlan, out: Path, report: Report
) -> TrainingResult:
    """Teach both sides that a demand is near the record that serves it."""
    if not data.pairs:
        raise ToolError("To learn by contrast, lines with a demand and its dataset are needed.")
    report("Looking for hard negatives", 0.0)
    rows = _rows(data, plan.negatives)
    learned, held = _split(range(len(data.pairs)), settings.seed)
    model = _model(settings, plan)
    before = _found(model, data, held)
    chosen = {name: [values[i] for i in learned] for name, values in rows.items()}
    _fit(model, chosen, _contrastive_loss(model, plan), plan, settings, out, report)
    after = _found(model, data, held)
    if plan.method == "lora":
        write_adapter(model[0].model, out / "adapter")
        model[0].model = model[0].model.merge_and_unload()
    model.save_pretrained(str(out), create_model_card=False)
    return _result(out, "encoder", len(learned), len(held), before, after)


def _contrastive_loss(model: Any, plan: TrainingPlan) -> Any:
    from sentence_transformers.sentence_transformer.losses import (
        MatryoshkaLoss,
        MultipleNegativesRankingLoss,
    )

    loss: Any = MultipleNegativesRankingLoss(model)
    if not plan.matryoshka:
        return loss
    full = int(model.get_embedding_dimension())
    return MatryoshkaLoss(model, loss, [full, *(kept for kept in _DIMENSIONS if kept < full)])


def _rows(data: TrainingData, negatives: int) -> dict[str, list[str]]:
    """Return the columns to learn from: demand, its record, hard negatives."""
    texts = [embedded_text(record) for record in data.records]
    rows = {
        "demand": [pair.query for pair in data.pairs],
        "record": [texts[pair.place] for pair in data.pairs],
    }
    found = hard_negatives(data, negatives) if negatives else []
    for number in range(min(map(len, found), default=0)):
        rows[f"negative_{number}"] = [texts[places[number]] for places in found]
    return rows


def _found(model: Any, data: TrainingData, held: Sequence[int]) -> dict[str, float]:
    """Return how high the records of demands that were held out come, by cosine alone."""
    pairs = [data.pairs[number] for number in held]
    vectors = _encode(model, [embedded_text(record) for record in data.records])
    queries = _encode(model, [pair.query for pair in pairs])
    return _placed(queries, vectors, np.array([pair.place for pair in pairs]))


# -- both -------------------------------------------------------------------------------------


def _fit(
    model: Any,
    rows: dict[str, list[Any]],
    loss: Any,
    plan: TrainingPlan,
    settings: Settings,
    out: Path,
    report: Report,
) -> None:
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer as Trainer
    from sentence_transformers import SentenceTransformerTrainingArguments as Arguments

    out.mkdir(parents=True, exist_ok=True)
    arguments = Arguments(
        output_dir=str(out),
        max_steps=plan.steps,
        per_device_train_batch_size=plan.batch,
        learning_rate=plan.rate,
        warmup_steps=max(1, plan.steps // 20),
        seed=settings.seed,
        use_cpu=True,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        logging_strategy="no",
        batch_sampler="no_duplicates" if "record" in rows else "batch_sampler",
        dataloader_pin_memory=False,
    )
    Trainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(rows),
        loss=loss,
        callbacks=[_progress(report, plan.steps)],
    ).train()
    model.eval()


def _progress(report: Report, steps: int) -> Any:
    from transformers import TrainerCallback

    class Progress(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            report(f"Learning, step {state.global_step} of {steps}", state.global_step / steps)

    return Progress()


def _model(settings: Settings, plan: TrainingPlan) -> Any:
    """Load the base model, with a fresh adapter where one is to be learned."""
    from sentence_transformers import SentenceTransformer
    from transformers import set_seed

    set_seed(settings.seed)
    model = SentenceTransformer(find_encoder(settings).path, device="cpu")
    model.max_seq_length = _TOKENS
    if plan.method == "lora":
        from peft import LoraConfig, get_peft_model

        config = LoraConfig(r=plan.rank, lora_alpha=2 * plan.rank, target_modules=_LAYERS)
        model[0].model = get_peft_model(cast(Any, model[0].model), config)
    return model


def _split(items: Sequence[Any], seed: int) -> tuple[list[Any], list[Any]]:
    """Shuffle, and hold out one in twenty to measure on, 300 at most."""
    order = np.random.default_rng(seed).permutation(len(items))
    count = min(_MOST_HELD_OUT, max(1, round(_HELD_OUT * len(items))))
    if len(items) <= count:
        raise ToolError(f"{len(items)} lines are too few to learn from.")
    return [items[i] for i in order[count:]], [items[i] for i in order[:count]]


def _encode(model: Any, texts: list[str]) -> Vectors:
    vectors: Vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    return vectors


def _placed(queries: Vectors, vectors: Vectors, right: Any, prior: Any = 0.0) -> dict[str, float]:
    """Return R@5 and MRR in percent of the right records, one for each query."""
    scores = queries @ vectors.T + prior
    own = scores[np.arange(len(right)), right]
    ranks = 1 + (scores > own[:, None]).sum(axis=1)
    return {
        "R@5": round(100 * float((ranks <= 5).mean()), 2),
        "MRR": round(100 * float((1 / ranks).mean()), 2),
    }


def _result(
    out: Path,
    kind: Literal["adapter", "encoder"],
    learned_from: int,
    held_out: int,
    before: dict[str, float],
    after: dict[str, float],
) -> TrainingResult:
    use = {
        "adapter": f"DATAQUARRY_ADAPTER={out}",
        "encoder": f"DATAQUARRY_ENCODER={out} and dataquarry index build",
    }
    return TrainingResult(
        folder=str(out), kind=kind, learned_from=learned_from, held_out=held_out,
        before=before, after=after, use=use[kind],
    )  # fmt: skip


def _need_libraries() -> None:
    missing = [name for name in ("accelerate", "datasets", "peft") if find_spec(name) is None]
    if missing:
        raise MissingExtra(f"Training needs {', '.join(missing)}", "train")
