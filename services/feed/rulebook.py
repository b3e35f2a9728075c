"""The rules that feed works by: it knows of a category whether it is everybody's business."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.catalogue import CATEGORIES, Category, load_catalogue
from shared.contracts.files import File
from shared.contracts.rulebooks import reading

FILES = (CATEGORIES,)


@dataclass(frozen=True, slots=True)
class Rulebook:
    catalogue: Mapping[str, Category]


def read_rulebook(files: Mapping[str, File]) -> Rulebook:
    """Raises InvalidFile, also where a file is missing."""
    with reading(files) as read:
        return Rulebook(catalogue=read(CATEGORIES, load_catalogue))
