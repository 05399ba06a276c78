"""What a small tree makes of the training rows, in words that a language model may read."""

from ..encoder import FrameEncoder
from ..prompts import as_data
from ..scoring import target_values
from .base import Training

LEAST_ROWS = 10
DEPTH = 3
MOST_RULES = 1500


def tree_rules(training: Training) -> str:
    """Return the rules of a shallow tree fitted on the training rows, as OCTree gives them back.

    Nam et al., "Optimized Feature Generation for Tabular Data via LLMs with Decision Tree
    Reasoning", NeurIPS 2024.
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, export_text

    encoder = FrameEncoder().fit(training.frame.drop(columns=[training.target]))
    kind = DecisionTreeRegressor if training.task == "regression" else DecisionTreeClassifier
    tree = kind(max_depth=DEPTH, min_samples_leaf=LEAST_ROWS, random_state=0)
    tree.fit(
        encoder.transform(training.frame),
        target_values(training.frame[training.target], training.task),
    )
    names = [as_data(name, 60) for name in encoder.kept_] or ["none"]
    text: str = export_text(tree, feature_names=names, decimals=3)
    plain = text.replace("<=", "at most").replace(">", "above").replace("<", "(")
    return plain[:MOST_RULES]
