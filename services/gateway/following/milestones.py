"""What of a case's events a resident is told, and in which words; the rest is the organisation's own business."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts import event_types as types

MILESTONES: Mapping[str, tuple[str, str]] = {
    types.REPORT_SUBMITTED: ("已上报", "Reported"),
    types.INFORMATION_REQUESTED: ("请您补充情况", "More is asked of you"),
    types.INFORMATION_ADDED: ("已补充情况", "More was told"),
    types.REPORT_ACCEPTED: ("已立案", "Accepted"),
    types.REPORT_REJECTED: ("不予受理", "Not taken up"),
    types.REPORT_MERGED: ("与同一问题并案", "Joined with a report of the same"),
    types.REPORT_UNMERGED: ("重新单独处理", "Handled by itself again"),
    types.WITHDRAWAL_REQUESTED: ("已申请撤回", "Withdrawal asked for"),
    types.REPORT_WITHDRAWN: ("已撤回", "Withdrawn"),
    types.ORDER_ASSIGNED: ("已派单", "Given to a steward"),
    types.ORDER_CLAIMED: ("红管家已认领", "Claimed by a steward"),
    types.DELIBERATION_OPENED: ("已提交议事", "Being deliberated"),
    types.DELIBERATION_DECIDED: ("议事已议定", "Deliberation decided"),
    types.WORK_STARTED: ("开始办理", "Work has begun"),
    types.DETAILS_REQUESTED: ("红管家请您补充情况", "The steward asks you for more"),
    types.DETAILS_GIVEN: ("已答复红管家", "The steward was told"),
    types.WORK_SUSPENDED: ("暂时挂账", "Put off for a time"),
    types.WORK_RESUMED: ("继续办理", "Work goes on"),
    types.ORDER_COMPLETED: ("已办结", "Done"),
    types.ORDER_REWORKED: ("返工重办", "Taken up once more"),
    types.CASE_RATED: ("已评价", "Rated"),
    types.ORDER_CLOSED: ("已结案", "Closed"),
}
"""Event type → Chinese and English."""


def milestones(parts: Sequence[Mapping[str, Any] | None]) -> list[dict[str, Any]]:
    """Of all that the services tell of a case, the oldest first."""
    entries = (entry for part in parts if part for entry in part["timeline"] if entry["event"] in MILESTONES)
    return [_worded(entry) for entry in sorted(entries, key=lambda entry: str(entry["at"]))]


def _worded(entry: Mapping[str, Any]) -> dict[str, Any]:
    zh, en = MILESTONES[entry["event"]]
    return {"at": entry["at"], "event": entry["event"], "zh": zh, "en": en}
