"""Evaluation documents as hypothesis wants them: with whatever is known of a case, or not yet."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from services.evaluation.domain.lifecycle import TRANSITIONS
from shared.contracts.answers import BASICALLY_SATISFIED, DISSATISFIED, SATISFIED

START, DAYS = datetime(2026, 2, 27, tzinfo=UTC), 5
LONGEST_HALF_MINUTES = 60_000
Document = dict[str, Any]

MOMENTS = st.integers(0, DAYS * 6).map(lambda times: START + timedelta(hours=4 * times))
"""Few, so that deadlines are met at the very moment; midnight in Beijing, 16:00 in UTC, is one of them."""
MAYBE = st.none() | MOMENTS
FEW = st.none() | st.integers(0, 2)
DATES = st.integers(0, DAYS).map(lambda days: START.date() + timedelta(days=days))


def missing_or(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """Each of them or not, as neither service has to have said it yet."""
    return st.fixed_dictionaries({}, optional=known)


SERVICES = missing_or(
    dispatched_at=MAYBE,
    serve_by=MAYBE,
    served_at=MAYBE,
    in_time=st.booleans(),
    handling=st.none() | st.integers(0, LONGEST_HALF_MINUTES).map(lambda halves: 30 * halves),
    rounds=st.integers(1, 3),
    returns=FEW,
    transfers=FEW,
    extensions=FEW,
    steward=st.sampled_from(["one", "two"]),
    unit=st.sampled_from(["g-1", "g-2"]),
    partner_kind=st.sampled_from(["business", "governance"]),
)
RATINGS = st.fixed_dictionaries(
    {
        "round": st.integers(1, 3),
        "at": MOMENTS,
        "contacted": st.booleans(),
        "resolved": st.booleans(),
        "satisfaction": st.sampled_from([SATISFIED, BASICALLY_SATISFIED, DISSATISFIED]),
        "stars": st.integers(1, 5),
    },
    optional={"by": st.sampled_from(["resident-1", "resident-2", "resident-3"])},
)
FACTS = missing_or(
    category=st.sampled_from(["cleaning", "parking"]),
    unit_path=st.sampled_from([None, ["d"], ["d", "s-1"], ["d", "s-2", "g-1"]]),
    reported_at=MOMENTS,
    opened_at=MAYBE,
    service=SERVICES,
    close_by=MAYBE,
    overdue_at=MAYBE,
    settled_at=MAYBE,
    expired_at=MAYBE,
    exempt=st.booleans(),
    ratings=st.lists(RATINGS, max_size=4),
)
STATES = sorted(set(TRANSITIONS.values()))
DOCUMENTS = st.builds(
    lambda state, facts: {"state": state, "reporter": "resident-1", **facts}, st.sampled_from(STATES), FACTS
)
