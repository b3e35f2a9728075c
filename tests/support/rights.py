"""Which roles each route is for: the rule book of `tests/integration/test_rights.py`. A new route needs a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

from shared.kernel.actor import ANALYST, DISPATCHER, INSPECTOR, OPERATOR, REPRESENTATIVE, RESIDENT, STEWARD

EVERYONE = "everyone"
"""Also who shows no token."""

LOOKERS = (RESIDENT, STEWARD, DISPATCHER, INSPECTOR)


@dataclass(frozen=True)
class Rule:
    """`roles` that come in; all others are refused. `body` and `query` are asked with, and need not be acceptable.

    `refuses`: a service may answer 403 to these roles too, as it is never about things of their own here.
    """

    roles: tuple[str, ...]
    body: Any = None
    query: str = ""
    refuses: bool = False


WHY = {"reason": "示例"}
LATER = "2099-01-01T00:00:00Z"
PARTY = {"steward": "nobody", "task": "示例"}
ANSWERS = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}

BODIES: dict[str, Any] = {
    "reports/accept": {"category": "cleaning"},
    "reports/reject": {**WHY, "responsible": "示例"},
    "reports/hide": WHY,
    "reports/ask": {"question": "示例"},
    "reports/merge": {"into": "019b0000-0000-7000-8000-000000000000"},
    "reports/add_information": {"text": "示例"},
    "orders/place": {"unit": "licheng"},
    "orders/assign": {"steward": "nobody"},
    "orders/transfer": WHY,
    "orders/suspend": {**WHY, "until": LATER},
    "orders/refuse_extension": WHY,
    "orders/deliberate": {"matter": "small", "question": "示例"},
    "orders/raise": WHY,
    "orders/decide": {"decision": "示例"},
    "orders/convene": {"parties": [PARTY]},
    "orders/release_part": {**WHY, "number": 1},
    "orders/return": WHY,
    "orders/ask": {"question": "示例"},
    "orders/ask_extension": WHY,
    "orders/reach": {"number": 1},
    "orders/complete": {"answer": "示例"},
    "orders/match": {"offer": "none"},
    "orders/plan": {"milestones": [{"name": "示例", "due_at": LATER}]},
    "orders/inform": {"text": "示例"},
    "orders/rework": WHY,
    "evaluations/rate": ANSWERS,
    "evaluations/issue_link": {"reporter": "nobody"},
    "evaluations/review": {**WHY, "granted": True},
    "evaluations/appeal": {**WHY, "ground": "beyond_control"},
    "campaigns/cancel": WHY,
}
"""What the steps take, where they take something: acceptable, so that nothing but the right to ask is in question."""


def steps(resource: str, roles: dict[tuple[str, ...], tuple[str, ...]]) -> dict[str, Rule]:
    return {
        f"POST /{resource}/<uuid:case_id>/{verb}": Rule(who, body=BODIES.get(f"{resource}/{verb}", {}))
        for who, verbs in roles.items()
        for verb in verbs
    }


def open311(prefix: str) -> dict[str, Rule]:
    """For everybody: who writes shows a key of its own kind, see `tests/integration/test_open311_http.py`."""
    reads = ("services", "services/<code>", "requests", "requests/<case_id>", "tokens/<token>", "servicerequestupdates")
    writes = ("requests", "servicerequestupdates")
    routes = [*(f"GET {prefix}/{path}" for path in reads), *(f"POST {prefix}/{path}" for path in writes)]
    return {f"{route}.<extension>": Rule((EVERYONE,)) for route in routes}


RULES: dict[str, Rule] = {
    **open311("/open311/v2"),
    **open311("/open311/en/v2"),
    "GET /open311/": Rule((EVERYONE,)),
    "GET /open311/discovery.<extension>": Rule((EVERYONE,)),
    **{f"{method} /open311/<path:rest>": Rule((EVERYONE,)) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")},
    "GET /static/<path:filename>": Rule((EVERYONE,)),
    "GET /openapi.json": Rule((EVERYONE,)),
    "GET /openapi.zh.json": Rule((EVERYONE,)),
    "GET /openapi.en.json": Rule((EVERYONE,)),
    "GET /docs/": Rule((EVERYONE,)),
    "GET /docs/<path:path>": Rule((EVERYONE,)),
    "GET /health/live": Rule((EVERYONE,)),
    "GET /health/ready": Rule((EVERYONE,)),
    "GET /categories": Rule((EVERYONE,)),
    "GET /quick": Rule((EVERYONE,)),
    "POST /quick": Rule((RESIDENT,), body={}),
    "GET /r/<token>": Rule((EVERYONE,)),
    "POST /r/<token>": Rule((EVERYONE,)),
    "GET /follow/<token>": Rule((EVERYONE,)),
    "POST /follow/<token>": Rule((EVERYONE,)),
    "GET /follow/<token>/case": Rule((EVERYONE,)),
    "POST /follow/<token>/rating": Rule((EVERYONE,)),
    "GET /ratings/<token>": Rule((EVERYONE,)),
    "POST /ratings/<token>": Rule((EVERYONE,), body={}),
    "POST /reports": Rule((RESIDENT, STEWARD, DISPATCHER), body={}),
    "GET /reports": Rule((RESIDENT, DISPATCHER)),
    "POST /imports": Rule((DISPATCHER,), body={}),
    "GET /imports/<string:list_id>": Rule((DISPATCHER,)),
    "POST /reports/similar": Rule((RESIDENT, DISPATCHER), body={}),
    "POST /categories/suggest": Rule((RESIDENT, DISPATCHER), body={}),
    **steps(
        "reports",
        {
            (DISPATCHER,): ("accept", "reject", "ask", "merge", "unmerge", "issue_follow_link", "hide", "unhide"),
            (RESIDENT, STEWARD, DISPATCHER): ("add_information",),
            (RESIDENT,): ("withdraw",),
        },
    ),
    "GET /cases/<uuid:case_id>": Rule(LOOKERS),
    "GET /cases/<uuid:case_id>/events": Rule(LOOKERS, query="after=never"),
    "POST /webhooks": Rule((OPERATOR, DISPATCHER), body={}),
    "GET /webhooks": Rule((OPERATOR, DISPATCHER), refuses=True),
    "DELETE /webhooks/<uuid:webhook_id>": Rule((OPERATOR, DISPATCHER), refuses=True),
    "GET /webhooks/<uuid:webhook_id>/dead": Rule((OPERATOR, DISPATCHER), refuses=True),
    "POST /webhooks/<uuid:webhook_id>/redeliver": Rule((OPERATOR, DISPATCHER), refuses=True),
    "GET /map/cases": Rule((RESIDENT, REPRESENTATIVE, STEWARD, DISPATCHER, INSPECTOR, ANALYST)),
    "GET /inbox/events": Rule((STEWARD, DISPATCHER), query="after=never"),
    "POST /pictures": Rule((RESIDENT, STEWARD, DISPATCHER)),
    "GET /pictures/<uuid:picture_id>": Rule(LOOKERS),
    "GET /pictures/<uuid:picture_id>/thumbnail": Rule(LOOKERS),
    "POST /reports/of-phone": Rule((DISPATCHER,), body={"phone": "13800000000"}),
    "GET /cases/<uuid:case_id>/looks": Rule((RESIDENT, DISPATCHER)),
    "GET /pictures/<uuid:picture_id>/original": Rule((DISPATCHER, INSPECTOR)),
    "GET /pictures/<uuid:picture_id>/looks": Rule((DISPATCHER, INSPECTOR)),
    "GET /orders": Rule((STEWARD, DISPATCHER, INSPECTOR), refuses=True),
    "GET /reports/<uuid:case_id>": Rule(LOOKERS),
    "GET /orders/<uuid:case_id>": Rule(LOOKERS),
    "GET /evaluations/<uuid:case_id>": Rule(LOOKERS),
    "GET /orders/<uuid:case_id>/offers": Rule((RESIDENT, STEWARD, DISPATCHER)),
    "GET /orders/<uuid:case_id>/why-not": Rule((DISPATCHER,), query="steward=nobody"),
    **steps(
        "orders",
        {
            (DISPATCHER,): (
                *("place", "assign", "transfer", "suspend", "resume", "extend", "refuse_extension"),
                *("deliberate", "raise", "decide", "convene", "release_part"),
            ),
            (STEWARD,): (
                *("claim", "accept", "return", "start", "ask", "ask_extension"),
                *("finish_part", "reach", "complete"),
            ),
            (DISPATCHER, STEWARD): ("call_law", "match", "plan"),
            (RESIDENT,): ("inform",),
            (INSPECTOR,): ("verify",),
            (INSPECTOR, DISPATCHER): ("rework",),
        },
    ),
    "GET /units": Rule((STEWARD, DISPATCHER)),
    "GET /stewards": Rule((DISPATCHER,), query="unit=licheng"),
    "POST /stewards/<subject>/leaves": Rule((STEWARD, DISPATCHER), body={}, refuses=True),
    "DELETE /leaves/<leave_id>": Rule((STEWARD, DISPATCHER), refuses=True),
    **steps(
        "evaluations",
        {
            (RESIDENT,): ("rate",),
            (DISPATCHER,): ("issue_link", "review"),
            (STEWARD, DISPATCHER): ("appeal",),
        },
    ),
    "POST /campaigns": Rule((DISPATCHER,), body={}),
    "GET /campaigns": Rule((REPRESENTATIVE, RESIDENT, DISPATCHER, ANALYST)),
    "GET /campaigns/<uuid:case_id>": Rule((REPRESENTATIVE, RESIDENT, DISPATCHER, ANALYST)),
    "GET /campaigns/<uuid:case_id>/ballots/mine": Rule((REPRESENTATIVE,)),
    "POST /campaigns/<uuid:case_id>/vote": Rule((REPRESENTATIVE,), body={}),
    **steps("campaigns", {(DISPATCHER,): ("publish", "cancel")}),
    "POST /blocks": Rule((DISPATCHER, OPERATOR), body={}, refuses=True),
    "GET /blocks": Rule((DISPATCHER, OPERATOR), refuses=True),
    "DELETE /blocks/<uuid:block_id>": Rule((DISPATCHER, OPERATOR), refuses=True),
    "GET /operator/": Rule((OPERATOR,)),
    "GET /operator/events": Rule((OPERATOR,), query="once=1"),
    "POST /operator/sign-in": Rule((EVERYONE,)),
    "POST /operator/sign-out": Rule((EVERYONE,)),
    "GET /indicators": Rule((ANALYST,), query="start=2026-03"),
    "GET /indicators/definitions": Rule((ANALYST,)),
    "GET /reports/monthly": Rule((ANALYST,), query="month=2026-03"),
    "GET /analysis/evaluations": Rule((ANALYST,)),
}


def routes(app: Flask) -> Iterator[str]:
    """Every route of the gateway, as `METHOD /path`."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}"
