"""`steward audit`: whether the three stores and the queues agree, case by case, with every invariant."""

from steward.audit.auditing import audit
from steward.audit.report import AuditReport, Violation

__all__ = ["AuditReport", "Violation", "audit"]
