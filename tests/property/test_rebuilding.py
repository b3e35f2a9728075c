"""However a stored document is spoilt, exactly that is found, and what the history tells makes it whole again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain import Report
from services.intake.repository import MongoReports
from shared.kernel.actor import RESIDENT, Actor, system
from shared.runtime.documents import event_to_document
from steward.healing.rebuilding import ABSENT, Difference, difference
from tests.support.people import NOON, SURE

SPOILT = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({"a": [1]})
INVENTED = st.dictionaries(st.sampled_from(["invented", "another"]), SPOILT)


def stored() -> dict[str, Any]:
    report = Report("case-1")
    report.submit(Actor("sample-resident", RESIDENT), NOON, {"category": "cleaning", "origin": "o"}, {}, SURE)
    report.record("start_service", system("dispatch"), NOON)
    history = [event_to_document(event) for event in report.history]
    fields = {"state": report.state, "version": report.version, **report.facts}
    return {"_id": report.case_id, **fields, "history": history, "inbox": {"dispatch": 3}, "unpublished": {"after": 1}}


FIELDS = sorted(stored().keys() - {"_id", "history", "inbox", "unpublished"})


def test_a_document_as_it_was_written_does_not_differ() -> None:
    assert difference(MongoReports, stored()) is None


@given(changed=st.dictionaries(st.sampled_from(FIELDS), SPOILT), added=INVENTED)
def test_what_was_spoilt_is_found_and_told_right(changed: dict[str, Any], added: dict[str, Any]) -> None:
    whole = stored()
    spoilt = whole | changed | added
    found = difference(MongoReports, spoilt)
    differing = {name for name in spoilt if name not in whole or whole[name] != spoilt[name]}
    assert (set(found.told) if found else set()) == differing
    if found:
        assert found.lost == {name: spoilt[name] for name in differing}
        assert mended(spoilt, found) == whole


@given(missing=st.sets(st.sampled_from([name for name in FIELDS if name not in ("state", "version")])))
def test_what_was_taken_out_comes_back(missing: set[str]) -> None:
    spoilt = {name: value for name, value in stored().items() if name not in missing}
    found = difference(MongoReports, spoilt)
    assert (set(found.told) if found else set()) == missing
    assert (mended(spoilt, found) if found else spoilt) == stored()


@given(kept=st.lists(st.integers(0, 2), max_size=4))
def test_only_a_history_that_has_every_event_proves_anything(kept: list[int]) -> None:
    whole = stored()
    found = difference(MongoReports, whole | {"history": [whole["history"][index] for index in kept]})
    assert (found is None or found.is_whole) == (kept == list(range(len(kept))) and bool(kept))


def mended(document: dict[str, Any], found: Difference) -> dict[str, Any]:
    told = document | found.told
    return {name: value for name, value in told.items() if value is not ABSENT}
