from datetime import UTC, datetime


def now() -> datetime:
    """UTC, to the millisecond: what MongoDB keeps and what the events say are then the same."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
