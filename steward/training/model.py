"""The model, and how well it does on messages that it has not seen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from steward.training.labelled import Labelled

SEED = 0
CALIBRATION_FOLDS = 3


def untrained() -> Pipeline:
    """Character n-grams, which need no dictionary of Chinese words; scores calibrated to probabilities."""
    return make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
        CalibratedClassifierCV(LinearSVC(), cv=CALIBRATION_FOLDS, ensemble=False),
    )


@dataclass(frozen=True)
class Score:
    """Of so many messages so many were given their label by a model that had not seen them."""

    label: str
    messages: int
    right: int

    @property
    def accuracy(self) -> float:
        return self.right / self.messages


@dataclass(frozen=True)
class Measured:
    scores: Sequence[Score]

    @property
    def overall(self) -> Score:
        return Score("", sum(score.messages for score in self.scores), sum(score.right for score in self.scores))

    @property
    def majority(self) -> Score:
        """What always guessing the most frequent label would reach."""
        most = max(score.messages for score in self.scores)
        return Score("", self.overall.messages, most)


def measure(labelled: Labelled, folds: int) -> Measured:
    """By stratified cross-validation: every message is judged once, by a model trained without its fold."""
    splits = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    guessed: Any = cross_val_predict(untrained(), labelled.texts, labelled.labels, cv=splits)
    right = Counter(label for label, guess in zip(labelled.labels, guessed, strict=True) if label == guess)
    return Measured([Score(label, count, right[label]) for label, count in labelled.counts.most_common()])


def train(labelled: Labelled) -> Pipeline:
    return untrained().fit(labelled.texts, labelled.labels)
