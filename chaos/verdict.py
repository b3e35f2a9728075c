"""The verdict: do the stores hold what the clients were told, all of it and once?"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chaos.histories import Told, cases_of_keys, repeated, told_by_feed, told_by_services
from chaos.load import Load, Sent
from shared.kernel.actor import RESIDENT, Actor
from steward.audit import audit
from steward.replay.client import Gateway, Refused, Unanswered
from steward.stack import Stack

SETTLING = 90.0
"""Seconds for the last events to be heard: longer than a sweep, the second rung of the ladder, and feed's patience."""
PAUSE = 0.5


@dataclass(frozen=True)
class Verdict:
    """`lost` and `duplicated` are keys of reports; `complaints` is all that is wrong, in words."""

    cases: int
    events: int
    lost: frozenset[str]
    duplicated: frozenset[str]
    complaints: Sequence[str]

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.duplicated or self.complaints)


def judge(stack: Stack, load: Load) -> Verdict:
    """Once the load is over; waits until the system has come to rest. Raises PyMongoError or RequestException."""
    sent = load.sent
    acknowledged = {one.case_id: one.key for one in sent if one.case_id}
    audited = audit(stack, acknowledged, SETTLING)
    cases, events = cases_of_keys(stack), told_by_services(stack)
    news = _news(stack, events)
    lost = {one.key: f"{one.case_id} was acknowledged, and is nowhere" for one in sent if _is_lost(one, cases)}
    lost |= {one.key: f"the picture {one.picture_id} is nowhere" for one in _without_picture(load.gateway, sent)}
    doubled = {key: f"{key} made {len(ids)} cases" for key, ids in cases.items() if len(ids) > 1}
    doubled |= {acknowledged.get(case_id, case_id): what for case_id, what in _twice(stack, news)}
    complaints = [str(violation) for violation in audited.violations]
    complaints += [*lost.values(), *doubled.values()]
    complaints += [f"{one.key}: {one.trouble}" for one in sent if one.trouble]
    strange = {key for key in cases if key.startswith(load.run_id)} - {one.key for one in sent}
    complaints += [f"{key} was never sent" for key in strange]
    complaints += [
        f"feed does not tell of {source} {case_id} {number}" for source, case_id, number in events - news.keys()
    ]
    return Verdict(audited.cases, len(events), frozenset(lost), frozenset(doubled), complaints)


def _is_lost(sent: Sent, cases: dict[str, list[str]]) -> bool:
    return sent.case_id is not None and sent.case_id not in cases.get(sent.key, ())


def _news(stack: Stack, events: set[Told]) -> Counter[Told]:
    """What feed tells, once it tells of all that has happened, or the time is up."""
    deadline = time.monotonic() + SETTLING
    while events - (news := told_by_feed(stack)).keys() and time.monotonic() < deadline:
        time.sleep(PAUSE)
    return news


def _twice(stack: Stack, news: Counter[Told]) -> Iterator[tuple[str, str]]:
    """The case, and what of it happened twice."""
    for (source, case_id, number), count in news.items():
        if count > 1:
            yield case_id, f"feed tells {count} times of {source} {case_id} {number}"
    for case_id, what in repeated(stack):
        yield case_id, f"{case_id}: {what}"


def _without_picture(gateway: Gateway, sent: Iterable[Sent]) -> Iterator[Sent]:
    """Those whose picture was taken, and is not given to them again."""
    for one in sent:
        if one.picture_id:
            try:
                gateway.download(f"/pictures/{one.picture_id}", Actor(one.user, RESIDENT))
            except (Refused, Unanswered):
                yield one
