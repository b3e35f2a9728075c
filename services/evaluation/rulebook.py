"""The rules that evaluation works by, as its files say them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.evaluation.indicators.settings import INDICATORS, IndicatorSettings, read_settings
from shared.contracts.catalogue import CATEGORIES, Category, load_catalogue
from shared.contracts.files import File
from shared.contracts.rulebooks import reading

FILES = (CATEGORIES, INDICATORS)


@dataclass(frozen=True, slots=True)
class Rulebook:
    catalogue: Mapping[str, Category]
    """For the names: a case keeps its category whatever becomes of the row."""
    indicators: IndicatorSettings


def read_rulebook(files: Mapping[str, File]) -> Rulebook:
    """Raises InvalidFile with the problems of all of `FILES`, also where one is missing."""
    with reading(files) as read:
        return Rulebook(
            catalogue=read(CATEGORIES, load_catalogue),
            indicators=read(INDICATORS, read_settings),
        )
