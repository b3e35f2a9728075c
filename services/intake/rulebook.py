"""The rules that intake works by, as its files say them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.attributes import Attribute
from services.intake.attributes_file import ATTRIBUTES, read_attributes
from services.intake.quick import Choices
from services.intake.quick_file import QUICK, read_quick
from services.intake.triage import Triage
from services.intake.triage_file import TRIAGE, read_triage
from shared.contracts.catalogue import CATEGORIES, Category, load_catalogue
from shared.contracts.files import File
from shared.contracts.rulebooks import reading

FILES = (CATEGORIES, TRIAGE, ATTRIBUTES, QUICK)


@dataclass(frozen=True, slots=True)
class Rulebook:
    catalogue: Mapping[str, Category]
    triage: Triage
    attributes: Mapping[str, tuple[Attribute, ...]]
    """The questions of every category of the catalogue, in their order; some have none."""
    quick: Choices


def read_rulebook(files: Mapping[str, File]) -> Rulebook:
    """Raises InvalidFile with the problems of all of `FILES`, also where one is missing."""
    with reading(files) as read:
        catalogue = read(CATEGORIES, load_catalogue)
        return Rulebook(
            catalogue=catalogue,
            triage=read(TRIAGE, read_triage, catalogue),
            attributes=read(ATTRIBUTES, read_attributes, catalogue),
            quick=read(QUICK, read_quick, catalogue),
        )
