"""One order and its clocks, told step by step in Beijing's time.

A script has a step per line, and behind the bar what is expected after it:

    2026-09-30 15:00 accept | due_at 2026-10-08 15:00, accept_by none

`nothing` says that the step recorded nothing, `refused FIELD` that the rules refused it for that reason,
`impossible` that the state of the order does not know it; `in_time#1` is that of the first round.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Self

import pytest

from services.dispatch.domain import completion, deliberation, joint, postponement, project
from services.dispatch.domain.clocks import Timetable
from services.dispatch.domain.order import DISPATCH, WorkOrder
from services.dispatch.domain.ringing import reschedule, ring
from services.dispatch.organisation.stewards import Steward
from services.dispatch.routing.choice import ASSIGN, POOL, WAIT, Decision
from shared.contracts.catalogue import Category, Evidence, Kind
from shared.kernel.actor import Actor
from shared.kernel.errors import IllegalTransition, Invalid
from shared.kernel.limits import Limit
from shared.kernel.worktime import BEIJING, WorkCalendar
from tests.support.calendar import CALENDAR, HOLIDAYS, WORKED_WEEKENDS, beijing
from tests.support.district import CATALOGUE, steward
from tests.support.people import HEAD, LOOKER, RESIDENT_ONE, a_steward

Rule = tuple[str, str, str]
"""Name, terms of the category, script."""

AT_WORK = """
    2026-09-28 09:00 open
    2026-09-28 09:00 accept
    2026-09-28 09:00 start
"""

PATH = ("d", "s", "c", "e", "g")
MILESTONES = [{"name": "示例", "due_at": beijing("2026-12-31 18:00")}]


def book(*parts: Sequence[Rule]) -> list[Any]:
    """As parameters of a test."""
    return [pytest.param(asked, script, id=name) for rules in parts for name, asked, script in rules]


def terms(text: str) -> Category:
    """`kind wish, accept_limit 2wh, limit 1wd, verification`, each of them only where there is one."""
    asked = dict((*word.split(maxsplit=1), "")[:2] for word in text.split(", ") if word)
    limits = {name: Limit.parse(asked[name]) if name in asked else None for name in ("accept_limit", "limit")}
    kind, verification = Kind(asked.get("kind", "incident")), "verification" in asked
    return replace(CATALOGUE["other"], kind=kind, verification=verification, evidence=Evidence.NONE, **limits)


class TimedOrder:
    def __init__(self, category: str = "") -> None:
        self.order = WorkOrder("case")
        self.go_by(category)

    def go_by(self, category: str, calendar: WorkCalendar = CALENDAR) -> None:
        self.category, self._calendar = category, calendar
        self.order.timetable = Timetable(calendar, {"other": terms(category)})

    def copy(self) -> Self:
        """To try on it what may be refused, or is not to have happened."""
        copied = type(self)(self.category)
        copied.order = self.order.fork()
        copied.go_by(self.category, self._calendar)
        return copied

    def do(self, *lines: str) -> None:
        """Raises what the rules raise."""
        for line in lines:
            day, time, verb, *rest = line.split()
            self.take(verb, beijing(f"{day} {time}"), " ".join(rest))

    def follow(self, script: str) -> None:
        """Carry it out, and see that all is as it expects."""
        for line in filter(None, map(str.strip, script.splitlines())):
            step, _, expected = line.partition(" | ")
            before = self.order.version
            outcome = self._outcome(step)
            if expected == "nothing" or expected.startswith(("refused", "impossible")):
                assert (outcome, self.order.version) == (expected, before), line
            else:
                wanted = dict(name.split(maxsplit=1) for name in filter(None, expected.split(", ")))
                assert {name: self.says(name) for name in wanted} == wanted, f"{line}: {outcome}"

    def _outcome(self, step: str) -> str:
        before = self.order.version
        try:
            self.do(step)
        except Invalid as refusal:
            return f"refused {', '.join(refusal.errors)}"
        except IllegalTransition:
            return "impossible"
        return "something" if self.order.version > before else "nothing"

    def take(self, verb: str, at: datetime, argument: str = "") -> None:
        STEPS[verb](self, at, argument)

    def says(self, name: str) -> str:
        """A clock's fact, or that of a round (`in_time#1`, without a number the last), as a script says it.

        Seconds are told as `H:MM:SS`.
        """
        fact, _, number = name.partition("#")
        turn = self.order.rounds[int(number or 0) - 1]
        return _said((turn if number or fact in ("in_time", "handling") else self.order.facts).get(fact))

    def recalendar(self, at: datetime, holiday: str) -> None:
        off = date.fromisoformat(holiday)
        self.go_by(self.category, WorkCalendar(HOLIDAYS | {off}, WORKED_WEEKENDS - {off}))
        reschedule(self.order, at)

    def relimit(self, at: datetime, category: str) -> None:
        self.go_by(category, self._calendar)
        reschedule(self.order, at)

    @property
    def holder(self) -> Actor:
        return a_steward(self.order.facts.get("assignee") or "nobody")


def at_work(category: str = "") -> TimedOrder:
    """An order that its steward has started."""
    one = TimedOrder(category)
    one.follow(AT_WORK)
    return one


def sent_to(who: str) -> Decision:
    """To a steward, to the `pool`, or to nobody."""
    if who in ("", "nobody"):
        return Decision(WAIT, {"reason": "nobody_with_the_skills"})
    if who == "pool":
        return Decision(POOL, {"reason": "all_at_capacity"})
    return Decision(ASSIGN, {"reason": "near"}, serves(who))


def serves(who: str) -> Steward:
    """`one` and so on all belong to the grid."""
    return steward(who, "g")


def report(accepted_at: datetime) -> Mapping[str, object]:
    return {"reporter": RESIDENT_ONE.subject, "category": "other", "accepted_at": accepted_at}


def in_beijing(moment: datetime) -> str:
    local = moment.astimezone(BEIJING)
    return f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S.%f}" if local.second or local.microsecond else "")


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return in_beijing(value)
    if type(value) is int:
        return f"{value // 3600}:{value // 60 % 60:02}:{value % 60:02}"
    return {True: "yes", False: "no", None: "none"}.get(value, repr(value))


STEPS: dict[str, Callable[[TimedOrder, datetime, str], None]] = {
    "open": lambda one, at, who: one.order.open(at, report(at), PATH, sent_to(who or "one")),
    "open_nowhere": lambda one, at, _: one.order.open(at, report(at), (), sent_to("nobody")),
    "hear": lambda one, at, accepted: one.order.open(at, report(beijing(accepted)), PATH, sent_to("one")),
    "place": lambda one, at, who: one.order.place(HEAD, at, PATH, sent_to(who)),
    "pool": lambda one, at, _: one.order.send(at, sent_to("pool")),
    "assign": lambda one, at, who: one.order.assign(HEAD, at, serves(who or "two")),
    "claim": lambda one, at, who: one.order.claim(a_steward(who or "two"), at, serves(who or "two")),
    "accept": lambda one, at, _: one.order.accept(one.holder, at),
    "return": lambda one, at, who: one.order.hand_back(one.holder, at, "示例", "other", sent_to(who)),
    "transfer": lambda one, at, who: one.order.transfer(HEAD, at, "示例", PATH, sent_to(who)),
    "start": lambda one, at, _: one.order.start(one.holder, at),
    "ask": lambda one, at, _: postponement.ask(one.order, one.holder, at, "示例?"),
    "inform": lambda one, at, _: postponement.inform(one.order, RESIDENT_ONE, at, "示例"),
    "suspend": lambda one, at, until: postponement.suspend(
        one.order, HEAD, at, beijing(until.removeprefix("until ")) if until else at + timedelta(days=30), "示例"
    ),
    "resume": lambda one, at, _: postponement.resume(one.order, HEAD, at),
    "ask_extension": lambda one, at, _: postponement.ask_extension(one.order, one.holder, at, "示例"),
    "extend": lambda one, at, _: postponement.extend(one.order, HEAD, at),
    "refuse_extension": lambda one, at, _: postponement.refuse_extension(one.order, HEAD, at, "示例"),
    "deliberate": lambda one, at, _: deliberation.open_deliberation(one.order, HEAD, at, "g", "示例?", ["residents"]),
    "raise": lambda one, at, _: deliberation.raise_deliberation(one.order, HEAD, at, "示例"),
    "decide": lambda one, at, who: deliberation.decide(one.order, HEAD, at, "示例", sent_to(who)),
    "convene": lambda one, at, _: joint.convene(one.order, HEAD, at, [{"steward": "helper", "task": "示例"}]),
    "finish_part": lambda one, at, _: joint.finish_part(one.order, a_steward("helper"), at),
    "plan": lambda one, at, _: project.plan(one.order, HEAD, at, MILESTONES),
    "reach": lambda one, at, _: project.reach(one.order, one.holder, at, 1),
    "match": lambda one, at, _: one.order.record("match", HEAD, at),
    "follow": lambda one, at, _: one.order.follow(at, ["sample-resident-2"]),
    "complete": lambda one, at, _: completion.complete(one.order, one.holder, at, "示例", []),
    "verify": lambda one, at, _: completion.verify(one.order, LOOKER, at),
    "send_back": lambda one, at, _: completion.reject(one.order, LOOKER, at, "示例"),
    "reopen": lambda one, at, _: completion.reject(one.order, HEAD, at, "示例"),
    "rework": lambda one, at, _: one.order.rework(DISPATCH, at),
    "rework_supervised": lambda one, at, who: one.order.rework_supervised(at, PATH[:-1], sent_to(who)),
    "close": lambda one, at, _: one.order.close(at),
    "cancel": lambda one, at, _: one.order.cancel(at),
    "ring": lambda one, at, _: ring(one.order, at),
    "terms": lambda one, at, category: one.relimit(at, category),
    "holiday": lambda one, at, day: one.recalendar(at, day),
}
