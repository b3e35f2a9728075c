"""个人信息留存: personal data leave a case by an event, and what is left of the case is read only.

Intake says when (`ReportErased`); whoever holds a case of the same id follows, and erases what it has of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.kernel.actor import Actor
from shared.kernel.case import Case
from shared.kernel.errors import Gone


def follow_erasure(case: Case, report: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Erase what the report's sender has erased. Done again, it changes nothing.

    A case that is not over stays as it is: it was reopened, so the report will be too, and is erased anew later.
    """
    if report.get("erased_at") and not case.is_erased and "erase" in case.lifecycle.allowed(case.state):
        case.erase(by, at)


def require_kept(case: Case) -> None:
    """Raises Gone for a case whose personal data are erased: nobody could serve or judge it any more."""
    if case.is_erased:
        reason = "The personal data of this case are erased, and it cannot go on: report anew."
        raise Gone(case.case_id, case.facts["erased_at"].isoformat(), reason)
