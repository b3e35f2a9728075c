"""跟进链接: by the link that came with a report on their behalf, somebody without an account follows it.

One link is good at a time: a dispatcher who issues another ends the one before.
"""

from datetime import datetime

from services.intake.domain import Report
from shared.kernel.actor import Actor
from shared.kernel.erasure import require_kept
from shared.kernel.errors import Forbidden, Gone, NotFound
from shared.kernel.link_tokens import case_of, is_token, link_token
from shared.kernel.ports import Cases

PURPOSE = "follow-link"
"""Of the key, as it is derived from the secret of intake."""
FIRST = 1
ISSUED_BY = ("submit", "issue_follow_link")
"""Verbs."""
REPLACED = "A newer link has replaced this one: use the last that you were given."


def issue_follow_link(report: Report, by: Actor, at: datetime) -> None:
    """Raises Forbidden where the reporter has an account of their own to follow it by."""
    if "follow_link" not in report.facts:
        raise Forbidden("issue_follow_link", by.role, "Who reported it by an account of their own follows it there.")
    report.record("issue_follow_link", by, at, facts={"follow_link": report.facts["follow_link"] + 1})


def follow_token(key: bytes, report: Report) -> str | None:
    """Of the link that is good as the report stands."""
    return link_token(key, report.case_id, report.facts["follow_link"]) if "follow_link" in report.facts else None


def handed_out(key: bytes, verb: str, report: Report) -> dict[str, str]:
    """The token, as a part of the answer that issues it and of no other."""
    token = follow_token(key, report) if verb in ISSUED_BY else None
    return {"follow_token": token} if token else {}


def followed(reports: Cases[Report], key: bytes, token: str) -> Report:
    """The report that the link is of. Raises NotFound, or Gone with words that say why."""
    report = reports.load(case_of(token))
    if report is None:
        raise NotFound(token)
    issued = range(report.facts.get("follow_link", 0), 0, -1)
    number = next((one for one in issued if is_token(token, key, report.case_id, one)), None)
    if number is None:
        raise NotFound(token)
    require_kept(report)
    if number != report.facts["follow_link"]:
        raise Gone(report.case_id, report.history[-1].at.isoformat(), REPLACED)
    return report
