"""The rules that feed works by: it knows of a category whether it is anybody's business."""

from collections.abc import Mapping

from shared.contracts.catalogue import CATEGORIES, Category, load_catalogue
from shared.contracts.files import File
from shared.contracts.rulebooks import reading

FILES = (CATEGORIES,)


def read_rulebook(files: Mapping[str, File]) -> Mapping[str, Category]:
    """The categories by code. Raises InvalidFile, also where the file is missing."""
    with reading(files) as read:
        return read(CATEGORIES, load_catalogue)
