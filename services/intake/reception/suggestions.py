"""Which category a report may belong to. It suggests to people, and never decides."""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

from shared.contracts.catalogue import Category

MOST_SUGGESTED = 3

Suggestion = dict[str, Any]
"""`category`, a code that is offered, and `confidence` from 0 to 1."""

Suggest = Callable[[str, int], list[Suggestion]]
"""At most so many suggestions for a text, the likeliest first."""


def by_keywords(catalogue: Mapping[str, Category]) -> Suggest:
    """By the catalogue's own keywords: the confidence is a category's share of all that occur in the text."""

    def suggest(text: str, most: int) -> list[Suggestion]:
        hits = {code: sum(keyword in text for keyword in catalogue[code].keywords) for code in catalogue}
        total = sum(hits.values()) or 1
        return _likeliest(((code, count / total) for code, count in hits.items()), catalogue, most)

    return suggest


def load_model(file: Path | None) -> Any:
    """What `steward train-categories` wrote, or None. The file is trusted like code: loading it runs it.

    Raises OSError for a file that cannot be read, ImportError without the extra `hints`.
    """
    if file is None:
        return None
    from joblib import load  # only where a model is set: it brings numpy, scipy and scikit-learn

    return load(file)


def by_model(model: Any, catalogue: Mapping[str, Category]) -> Suggest:
    """By a classifier of scikit-learn that knows probabilities."""
    labels = [str(label) for label in model.classes_]

    def suggest(text: str, most: int) -> list[Suggestion]:
        (shares,) = model.predict_proba([text])
        return _likeliest(zip(labels, map(float, shares), strict=True), catalogue, most)

    return suggest


def suggester(catalogue: Mapping[str, Category], model: Any) -> Suggest:
    """By the model, if there is one."""
    return by_model(model, catalogue) if model else by_keywords(catalogue)


def _likeliest(scores: Iterable[tuple[str, float]], catalogue: Mapping[str, Category], most: int) -> list[Suggestion]:
    """Labels of another catalogue, and categories that are not offered any more, are nobody's choice."""
    offered = [(code, score) for code, score in scores if score and code in catalogue and catalogue[code].offered]
    ranked = sorted(offered, key=itemgetter(1), reverse=True)
    return [{"category": code, "confidence": round(score, 3)} for code, score in ranked[:most]]
