"""The audit's eyes for merged reports."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts.topology import INTAKE
from steward.audit.documents import CaseDocuments
from steward.audit.family_checks import check_following, parent_of

Document = dict[str, Any]


def case(case_id: str, **report: Any) -> CaseDocuments:
    return CaseDocuments(case_id, {INTAKE: report} if report else {})


def child() -> Document:
    return {"state": "merged", "parent": "parent", "reporter": "sample-resident-2"}


def parent() -> Document:
    return {
        "state": "accepted",
        "reporter": "sample-resident-1",
        "children": {"child": "sample-resident-2"},
        "followers": ["sample-resident-2"],
    }


def test_a_sound_family_passes() -> None:
    assert check_following(case("child", **child()), case("parent", **parent())) == []
    twice = parent() | {"reporter": "sample-resident-2", "followers": []}
    assert check_following(case("child", **child()), case("parent", **twice)) == []


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda leading: leading.clear(), "which is nowhere"),
        (lambda leading: leading.update(state="withdrawn"), "which is withdrawn"),
        (lambda leading: leading.update(state="merged"), "which is merged"),
        (lambda leading: leading.update(children={}), "which does not know of it"),
        (lambda leading: leading.update(followers=[]), "which its reporter does not follow"),
    ],
)
def test_each_broken_tie_is_seen(harm: Callable[[Document], None], complaint: str) -> None:
    leading = parent()
    harm(leading)
    assert check_following(case("child", **child()), case("parent", **leading)) == [
        f"is merged into parent, {complaint}"
    ]


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_who_was_taken_out_again_has_no_parent(state: str) -> None:
    assert parent_of(case("child", **child() | {"state": state, "parent": None})) is None
    assert parent_of(case("child", **child())) == "parent"
