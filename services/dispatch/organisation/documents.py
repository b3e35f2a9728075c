"""The organisation's things as documents: one collection a kind, named by what names them in the files."""

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel

from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.leaves import Leave
from services.dispatch.organisation.offers import Offer, ServiceFunction
from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Steward
from shared.contracts.catalogue import Duty
from shared.kernel.partners import PartnerKind
from shared.runtime.reference_data import Kind

BY_UNIT = IndexModel("unit")

STEWARDS = Kind(
    "stewards",
    Steward,
    "subject",
    read={"partner_kind": PartnerKind, "occupation": Occupation, "skills": frozenset, "shift": Shift},
    write={"shift": str},
    indexes=(IndexModel("area"), BY_UNIT),
)
DISPATCHERS = Kind("dispatchers", Dispatcher, "subject", indexes=(BY_UNIT,))
DUTIES = Kind("duties", DutyEntry, "key", read={"holder": Duty}, indexes=(BY_UNIT,))
OFFERS = Kind(
    "offers",
    Offer,
    "code",
    read={"service": ServiceFunction, "categories": frozenset, "hours": Shift},
    write={"hours": str},
    indexes=(BY_UNIT,),
)

LEAVES = "leaves"


def leave_of(found: Mapping[str, Any]) -> Leave:
    return Leave(found["_id"], found["steward"], found["from"], found["until"])
