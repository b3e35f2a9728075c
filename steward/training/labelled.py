"""Labelled messages: what people wrote, and which category a person gave it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.files import InvalidFile, Problem
from steward.replay.files import read_rows

LEAST = 5
"""Messages that a category needs to be learnt at all."""


@dataclass(frozen=True)
class Labelled:
    texts: Sequence[str]
    labels: Sequence[str]

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.labels)

    def of_enough(self, least: int) -> "Labelled":
        """Without the categories that fewer messages have."""
        counts = self.counts
        kept = [(text, label) for text, label in zip(self.texts, self.labels, strict=True) if counts[label] >= least]
        return Labelled([text for text, _ in kept], [label for _, label in kept])


def read_labelled(file: Path, label: str, texts: Sequence[str]) -> Labelled:
    """The rows that have the label; `texts` are the columns whose words are learnt, joined.

    Raises InvalidFile, naming every bad row, and where no row has a label and words.
    """
    rows = list(read_rows(file))
    if problems := [row for row in rows if isinstance(row, Problem)]:
        raise InvalidFile(problems)
    found = [
        ("\n".join(words), str(row.values[label]))
        for row in rows
        if not isinstance(row, Problem)
        and row.values.get(label)
        and (words := [str(row.values[name]) for name in texts if row.values.get(name)])
    ]
    if not found:
        raise InvalidFile([Problem(file.name, 1, label, f"no row has it together with {' or '.join(texts)}")])
    return Labelled([text for text, _ in found], [label for _, label in found])
