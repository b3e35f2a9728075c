"""The sample district and the rules that are shipped."""

from dataclasses import dataclass

from benchmarks.sample import DISTRICT
from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.rulebook import FILES, Rulebook, read_rulebook
from steward.stack.rules import SHIPPED


@dataclass(frozen=True)
class World:
    organisation: Organisation
    rulebook: Rulebook


def shipped() -> World:
    rulebook = read_rulebook({name: SHIPPED / name for name in FILES})
    return World(read_organisation(DISTRICT, rulebook.catalogue), rulebook)
