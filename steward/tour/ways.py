"""The ways of working, each as a case that goes through it. They return the case as its resident sees it at the end."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.kernel.actor import STEWARD, Actor
from steward.tour.case import Case


def deliberation(case: Case) -> dict[str, Any]:
    """小事网格议: talked over in the grid, raised one level, settled, and carried out."""
    case.report("parking_and_charging", "东门外想划十个充电车位，有人赞成有人反对。")
    case.step(case.dispatcher, "deliberate", matter="small", question="东门外划不划充电车位？")
    case.step(case.dispatcher, "raise", reason="业主意见不一，网格内议不成。")
    case.step(case.dispatcher, "decide", decision="划六个，留出消防通道。")
    return _served(case, case.given())


def joint_order(case: Case) -> dict[str, Any]:
    """1+X 联席: one leads, two help, an inspector looks at it."""
    case.report("overflowing_sewage", "地下管和化粪池一起冒水，物业和市政都说不是自己的。")
    leader = case.given()
    case.step(leader, "accept")
    helpers = case.around(but=leader)[:2]
    tasks = ("疏通小区内支管。", "清掏化粪池。")
    parties = [{"steward": one.subject, "task": task} for one, task in zip(helpers, tasks, strict=True)]
    case.step(case.dispatcher, "convene", parties=parties)
    case.step(leader, "start")
    for helper in helpers:
        case.step(helper, "finish_part")
    return _done(case, leader)


def mediation(case: Case) -> dict[str, Any]:
    """矛盾调解: confidential; police and lawyer come together."""
    case.report("neighbour_dispute", "楼上漏水半年，两家已经动过手。")
    arbiter = case.given()
    case.step(arbiter, "accept")
    case.step(arbiter, "start")
    called = case.step(arbiter, "call_law")
    for part in called["parts"]:
        case.step(Actor(part["steward"], STEWARD), "finish_part")
    return _done(case, arbiter)


def wish(case: Case) -> dict[str, Any]:
    """微心愿: claimed from the pool, and met by what a station offers."""
    case.report("small_wish", "老人想学会用手机挂号。")
    steward = case.able(case.until("order", "pooled"))[0]
    case.step(steward, "claim")
    offers = case.ask(steward, "offers")
    if offers:
        case.step(steward, "match", offer=offers[0]["code"])
    return _served(case, steward)


def project(case: Case) -> dict[str, Any]:
    """集中办好一件事: planned, and done milestone by milestone."""
    case.report("street_lights", "整条巷子十二盏灯都不亮，老人夜里不敢出门。")
    steward = case.given()
    case.step(steward, "accept")
    start = datetime.now(UTC)
    milestones = [
        {"name": name, "due_at": (start + timedelta(days=days)).isoformat()}
        for name, days in (("查勘并报方案", 3), ("换灯并通电", 14))
    ]
    case.step(case.dispatcher, "plan", milestones=milestones)
    case.step(steward, "start")
    for number in (1, 2):
        case.step(steward, "reach", number=number)
    return _done(case, steward)


def at_the_desk(case: Case) -> dict[str, Any]:
    """窗口代报: taken down for somebody without a phone, who follows and rates it by the link on their slip."""
    case.report_at_desk("rubbish_heap", "老人来窗口说，楼道里堆了旧家具，出门要侧着身子走。")
    steward = case.given()
    case.step(steward, "accept")
    case.step(steward, "start")
    _completed(case, steward)
    return case.rated_by_link()


WAYS: Mapping[str, Callable[[Case], dict[str, Any]]] = {
    "议事 deliberation": deliberation,
    "联席 joint order": joint_order,
    "调解 mediation": mediation,
    "微心愿 wish": wish,
    "项目 project": project,
    "窗口代报 at the desk": at_the_desk,
}


def _served(case: Case, steward: Actor) -> dict[str, Any]:
    case.step(steward, "accept")
    case.step(steward, "start")
    return _done(case, steward)


def _done(case: Case, steward: Actor) -> dict[str, Any]:
    _completed(case, steward)
    return case.rated()


def _completed(case: Case, steward: Actor) -> None:
    """With pictures, and looked at by an inspector where that is asked for."""
    answer = "已办结，请您查看。 Done, please have a look."
    order = case.step(steward, "complete", answer=answer, evidence=pictures())
    if order["rounds"][-1]["to_verify"]:
        case.step(case.inspector, "verify")


def pictures() -> list[dict[str, str]]:
    """Of the place before and after the work."""
    taken_at = datetime.now(UTC).isoformat()
    return [{"kind": kind, "reference": f"tour/{kind}.jpg", "taken_at": taken_at} for kind in ("before", "after")]
