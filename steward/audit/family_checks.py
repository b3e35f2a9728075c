"""Invariants of a merged report and the one that it was merged into."""

from services.intake.domain import LEADING
from shared.contracts.topology import INTAKE
from steward.audit.documents import CaseDocuments


def parent_of(case: CaseDocuments) -> str | None:
    """The case that it was merged into; None while its report goes its own way."""
    report = case.of(INTAKE) or {}
    return report.get("parent") if report.get("state") == "merged" else None


def check_following(child: CaseDocuments, parent: CaseDocuments) -> list[str]:
    """What is wrong between a merged report and its parent: nobody who was merged may be forgotten."""
    leading, reporter = parent.of(INTAKE), (child.of(INTAKE) or {}).get("reporter")
    if leading is None:
        return [f"is merged into {parent.case_id}, which is nowhere"]
    found = []
    if leading["state"] not in LEADING:
        found.append(f"is merged into {parent.case_id}, which is {leading['state']}")
    if leading.get("children", {}).get(child.case_id) != reporter:
        found.append(f"is merged into {parent.case_id}, which does not know of it")
    if reporter not in (leading["reporter"], *leading.get("followers", ())):
        found.append(f"is merged into {parent.case_id}, which its reporter does not follow")
    return found
