"""The organisation's things as documents: one collection a kind, named by what names them in the files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Generic, TypeVar

from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.leaves import Leave
from services.dispatch.organisation.offers import Offer, ServiceFunction
from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Steward
from shared.contracts.catalogue import Duty
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, Polygon, Unit

Document = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Kind(Generic[T]):
    """`key` is the attribute that becomes `_id`; `read` makes of a stored value what the field holds."""

    collection: str
    of: type[T]
    key: str
    read: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    def document(self, item: T) -> Document:
        values = {name: _stored(name, getattr(item, name)) for name in self._fields() if name != self.key}
        return {"_id": getattr(item, self.key), **values, "retired": False}

    def item(self, found: Mapping[str, Any]) -> T:
        """Raises ValueError for a document that an older version wrote: the files have to be loaded again."""
        if missing := [name for name in self._fields() if name != self.key and name not in found]:
            raise ValueError(f"{self.collection} {found['_id']} has no {', '.join(missing)}")
        values = {name: found["_id" if name == self.key else name] for name in self._fields()}
        return self.of(**values | {name: read(values[name]) for name, read in self.read.items()})

    def _fields(self) -> list[str]:
        return [each.name for each in fields(self.of)]  # type: ignore[arg-type]


def _stored(name: str, value: Any) -> Any:
    if name == "polygon":
        return value and {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in value]}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Shift) else value


def _polygon(stored: Mapping[str, Any] | None) -> Polygon | None:
    return None if stored is None else tuple(tuple((lon, lat) for lon, lat in ring) for ring in stored["coordinates"])


UNITS = Kind("units", Unit, "code", {"level": Level, "polygon": _polygon})
STEWARDS = Kind(
    "stewards",
    Steward,
    "subject",
    {"partner_kind": PartnerKind, "occupation": Occupation, "skills": frozenset, "shift": Shift},
)
DISPATCHERS = Kind("dispatchers", Dispatcher, "subject")
DUTIES = Kind("duties", DutyEntry, "key", {"holder": Duty})
OFFERS = Kind("offers", Offer, "code", {"service": ServiceFunction, "categories": frozenset, "hours": Shift})

LEAVES = "leaves"


def leave_of(found: Mapping[str, Any]) -> Leave:
    return Leave(found["_id"], found["steward"], found["from"], found["until"])
