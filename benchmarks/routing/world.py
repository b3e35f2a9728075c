"""The sample district and the rules that are shipped."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.sample import DISTRICT
from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.weights import Weights, read_weights
from shared.contracts.catalogue import Category, load_catalogue
from steward.stack.services import CATEGORIES, WEIGHTS


@dataclass(frozen=True)
class World:
    organisation: Organisation
    catalogue: Mapping[str, Category]
    weights: Weights


def shipped() -> World:
    catalogue = load_catalogue(CATEGORIES)
    return World(read_organisation(DISTRICT, catalogue), catalogue, read_weights(WEIGHTS, catalogue))
