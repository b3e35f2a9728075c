"""Why not him? The answer from the decision that the order carries, or from how things stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.dispatch.routing.choice import (
    AT_CAPACITY,
    OFF_SHIFT,
    ON_LEAVE,
    RANKED,
    REPORTED_IT,
    RETURNED_IT,
    SERVED_BEFORE,
    TAKEN_AWAY,
)
from services.dispatch.routing.scoring import TERMS

SENTENCES: Mapping[str, tuple[str, str]] = {
    "assigned": ("工单已派给 {steward}。", "The order did go to {steward}."),
    "not_a_steward": ("{steward} 不是在册红管家。", "{steward} is not a steward."),
    "does_not_cover": (
        "{steward} 服务 {area}，不含案件所在的 {unit}。",
        "{steward} serves {area}, which {unit} is not in.",
    ),
    "lacks_skills": ("{steward} 缺少所需技能：{missing}。", "{steward} lacks the skills {missing}."),
    RETURNED_IT: ("{steward} 已退回此单。", "{steward} has returned this order."),
    REPORTED_IT: ("此事由 {steward} 本人上报。", "{steward} is the one who reported this matter."),
    SERVED_BEFORE: (
        "{steward} 此前已办理此单，须换人。",
        "{steward} served this order before; it goes to someone else.",
    ),
    TAKEN_AWAY: ("此单已从 {steward} 转派他人。", "The order was taken from {steward} and given to somebody else."),
    ON_LEAVE: ("{steward} 请假中。", "{steward} is on leave."),
    OFF_SHIFT: ("{steward} 不在班次内。", "{steward} is off shift."),
    AT_CAPACITY: ("{steward} 手头工单已满。", "{steward} has no room for another order."),
    "ranked": (
        "{steward} 排第 {rank}，得分 {score}；派给的 {chosen} 得分 {chosen_score}，差在：{terms_zh}。",
        "{steward} came {rank}. with {score}; {chosen} had {chosen_score}. What made the difference: {terms_en}.",
    ),
    "further_away": (
        "{steward} 距离 {metres} 米，比所比较的 {looked_at} 人都远。",
        "{steward} is {metres} m away, further than the {looked_at} who were looked at.",
    ),
    "ranked_below": (
        "{steward} 得分未进前 {kept} 名。",
        "{steward} was looked at and did not come among the first {kept}.",
    ),
    "place_unknown": ("案件地点不明，待派单员定位。", "The place is not known; a dispatcher has to say it."),
    "claimed_never_assigned": ("微心愿只认领、不派单。", "A wish is claimed, never assigned."),
    "by_hand": ("由派单员指定。", "A dispatcher chose by hand."),
    "claimed": ("由红管家自行认领。", "It was claimed."),
}
TERM_NAMES: Mapping[str, tuple[str, str]] = {
    "distance": ("距离", "distance"),
    "load": ("在手工单", "open orders"),
    "fairness": ("近期派单均衡", "orders of late"),
    "rating": ("评价", "ratings"),
    "partner_kind": ("合伙人类型", "kind of partner"),
    "duty": ("职责", "duty"),
}
WITHOUT_RANKING = ("place_unknown", "claimed_never_assigned", "by_hand", "claimed")
"""Reasons that speak for themselves: then nobody was compared with anybody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The steward asked about, as things stand now; `hindrance` is the first filter not passed."""

    subject: str
    area: str
    is_around: bool
    missing: Sequence[str]
    metres: float
    hindrance: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`facts` are what the sentences were made of."""

    code: str
    facts: Mapping[str, Any]
    zh: str
    en: str


def why_not(order: Mapping[str, Any], steward: str, asked: Asked | None) -> Answer:
    """`order` is its facts: `why` it went to whom, its `assignee` and `unit`; `asked` is None for who is no steward."""
    why: Mapping[str, Any] = order.get("why", {})
    if order.get("assignee") == steward:
        return _answer("assigned", steward=steward)
    if asked is None:
        return _answer("not_a_steward", steward=steward)
    return _no_candidate(order, asked) or _as_decided(why, steward) or _as_it_stands(why, asked)


def _no_candidate(order: Mapping[str, Any], asked: Asked) -> Answer | None:
    """Where nobody was compared, or the steward cannot have been among those who were."""
    reason = order.get("why", {}).get("reason")
    if reason in WITHOUT_RANKING:
        return _answer(reason, steward=asked.subject)
    if not asked.is_around:
        return _answer("does_not_cover", steward=asked.subject, area=asked.area, unit=order.get("unit"))
    if asked.missing:
        return _answer("lacks_skills", steward=asked.subject, missing=", ".join(asked.missing))
    return None


def _as_decided(why: Mapping[str, Any], steward: str) -> Answer | None:
    """What was written down about the steward when it was decided."""
    for reason, subjects in why.get("excluded", {}).items():
        if steward in subjects:
            return _answer(reason, steward=steward)
    ranked = why.get("ranked", ())
    place = next((place for place, one in enumerate(ranked) if one["steward"] == steward), None)
    return _outranked(why["weights"], ranked[0], ranked[place], place + 1) if place else None


def _as_it_stands(why: Mapping[str, Any], asked: Asked) -> Answer:
    if asked.hindrance:
        return _answer(asked.hindrance, steward=asked.subject)
    metres = round(asked.metres)
    if metres > why.get("reach", 0):
        return _answer("further_away", steward=asked.subject, metres=metres, looked_at=why.get("looked_at", 0))
    return _answer("ranked_below", steward=asked.subject, kept=RANKED)


def _outranked(weights: Mapping[str, float], best: Mapping[str, Any], one: Mapping[str, Any], rank: int) -> Answer:
    lost = {term: round(weights[term] * (best["terms"][term] - one["terms"][term]), 4) for term in TERMS}
    decisive = sorted((term for term in TERMS if lost[term] > 0), key=lambda term: -lost[term])
    names = [TERM_NAMES[term] for term in decisive] or [("账号顺序", "the order of subjects, as they are equal")]
    return _answer(
        "ranked",
        steward=one["steward"],
        rank=rank,
        score=one["score"],
        chosen=best["steward"],
        chosen_score=best["score"],
        lost={term: lost[term] for term in decisive},
        terms_zh="、".join(zh for zh, _ in names),
        terms_en=", ".join(en for _, en in names),
    )


def _answer(code: str, **facts: Any) -> Answer:
    zh, en = SENTENCES[code]
    return Answer(code, facts, zh.format(**facts), en.format(**facts))
