"""A loss for training the query side of the bi-encoder against documents that stay as they are.

Vectors of the documents are not touched, so that an index need not be encoded again, and a step
costs no more than encoding its queries.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .encoder import Vectors
from .teaching import Teaching

TEMPERATURE = 0.05


class RankingDistillation(nn.Module):
    """Kullback-Leibler divergence of a student's ranking of all documents from a teacher's.

    The student sees another form of the query than the teacher did. What a record scores whatever
    the query is (the prior) is added to the student's cosines, so that the student learns what the
    prior does not know. Rankings are softmaxes of scores divided by a temperature (Hinton et al.
    2015, arXiv 1503.02531).
    """

    def __init__(self, model: Any, documents: Vectors, teaching: Teaching) -> None:
        super().__init__()
        self.model = model
        self._documents = torch.tensor(np.asarray(documents))
        self._places = torch.tensor(teaching.places, dtype=torch.long)
        self._targets = torch.softmax(torch.tensor(teaching.scores) / TEMPERATURE, dim=1)
        self._prior = torch.tensor(teaching.prior)

    def forward(self, sentence_features: Iterable[dict[str, Tensor]], labels: Tensor) -> Tensor:
        """Return the mean divergence of a batch; a label is the query's row in the teaching."""
        vectors = self.model(next(iter(sentence_features)))["sentence_embedding"]
        vectors = nn.functional.normalize(vectors, dim=1)
        scores = (vectors @ self._documents.T + self._prior) / TEMPERATURE
        found = torch.log_softmax(scores, dim=1).gather(1, self._places[labels])
        targets = self._targets[labels]
        return (targets * (targets.clamp_min(1e-9).log() - found)).sum(dim=1).mean()
