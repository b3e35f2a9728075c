"""The rules that dispatch works by, as its files say them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.dispatch.routing.weights import WEIGHTS, Weights, read_weights
from shared.contracts.calendar import CALENDAR, read_calendar
from shared.contracts.catalogue import CATEGORIES, Category, load_catalogue
from shared.contracts.files import File
from shared.contracts.rulebooks import reading
from shared.kernel.worktime import WorkCalendar

FILES = (CATEGORIES, CALENDAR, WEIGHTS)


@dataclass(frozen=True, slots=True)
class Rulebook:
    catalogue: Mapping[str, Category]
    calendar: WorkCalendar
    weights: Weights


def read_rulebook(files: Mapping[str, File]) -> Rulebook:
    """Raises InvalidFile with the problems of all of `FILES`, also where one is missing."""
    with reading(files) as read:
        catalogue = read(CATEGORIES, load_catalogue)
        return Rulebook(
            catalogue=catalogue,
            calendar=read(CALENDAR, read_calendar),
            weights=read(WEIGHTS, read_weights, catalogue),
        )
