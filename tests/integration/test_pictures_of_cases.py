"""Whose a picture is once it is named: of a report, of what was added to it, of the work that was done."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import requests

from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.integration.test_pictures_http import look
from tests.support.http import Person, dispatcher, inspector, resident
from tests.support.pictures import sent, telling
from tests.support.walk import INSIDE, assigned, load_district, report, some_words

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def sees(by: Person, picture_id: str) -> int:
    return look(by, f"/pictures/{picture_id}/thumbnail").status_code


def once_attached(by: Person, picture_id: str) -> None:
    """Others see it when the event has been heard."""
    wait_until(lambda: sees(by, picture_id) == 200, 20, f"{picture_id} to be attached")


def evidence(**pictures: str) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "picture": picture_id, "taken_at": datetime.now(UTC).isoformat()}
        for kind, picture_id in pictures.items()
    ]


def test_who_sees_the_case_sees_its_picture_and_nobody_else_does(district: Stack) -> None:
    me = resident(district)
    picture_id = sent(me)
    case_id = report(me, pictures=[picture_id])
    server = assigned(district, me, case_id)
    once_attached(server, picture_id)
    assert me.case(case_id)["report"]["pictures"] == [picture_id]
    assert [sees(one, picture_id) for one in (me, dispatcher(district), inspector(district))] == [200] * 3
    assert sees(resident(district), picture_id) == 404
    assert sees(dispatcher(district, unit="elsewhere"), picture_id) == 404


def test_what_is_added_comes_on_top(district: Stack) -> None:
    me, desk = resident(district), dispatcher(district)
    first, second = sent(me), sent(me)
    case_id = report(me, category=None, pictures=[first])
    desk.post(f"/reports/{case_id}/ask", {"question": "是哪一处?"})
    added = me.post(f"/reports/{case_id}/add_information", {"text": "这一处", "pictures": [second]})
    assert added.json()["pictures"] == [first, second]
    once_attached(desk, first)
    once_attached(desk, second)


def test_before_and_after_are_seen_by_who_reported_it(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    server = assigned(district, me, case_id)
    before, after = sent(server), sent(server)
    for step in ("accept", "start"):
        server.post(f"/orders/{case_id}/{step}")
    assert sees(me, before) == 404
    done = server.post(
        f"/orders/{case_id}/complete", {"answer": "好了", "evidence": evidence(before=before, after=after)}
    )
    assert done.status_code == 200, done.text
    once_attached(me, before)
    order = me.case(case_id)["order"]
    assert [item["picture"] for item in order["evidence"]] == order["rounds"][0]["pictures"] == [before, after]


REFUSED: dict[str, Callable[[Person, Stack], str]] = {
    "somebody else's": lambda _, stack: sent(resident(stack)),
    "one that there is not": lambda _me, _stack: str(uuid4()),
    "one that another report has named": lambda me, _: named_before(me),
}


def named_before(by: Person) -> str:
    picture_id = sent(by)
    report(by, pictures=[picture_id])
    wait_until(lambda: naming(by, picture_id).status_code == 422, 20, "the first report to be heard of")
    return picture_id


def naming(by: Person, picture_id: str, key: str | None = None) -> requests.Response:
    return by.post("/reports", {"text": "示例", "pictures": [picture_id]}, key=key)


@pytest.mark.parametrize("whose", REFUSED)
def test_a_picture_that_is_not_theirs_to_name_is_refused_and_no_report_is_made(district: Stack, whose: str) -> None:
    me = resident(district)
    picture_id = REFUSED[whose](me, district)
    before = me.get("/reports").json()
    answer = naming(me, picture_id)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "pictures")
    assert [one["case_id"] for one in me.get("/reports").json()] == [one["case_id"] for one in before]


def test_the_same_report_again_is_answered_as_the_first_also_when_its_picture_is_taken(district: Stack) -> None:
    me, desk, key = resident(district), dispatcher(district), str(uuid4())
    picture_id = sent(me)
    first = naming(me, picture_id, key)
    once_attached(desk, picture_id)
    again = naming(me, picture_id, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["case_id"] == again.json()["case_id"]


@pytest.mark.parametrize("pictures", [["no id"], "no list", [str(uuid4())] * 10, [None]])
def test_what_is_no_list_of_ids_is_refused(district: Stack, pictures: Any) -> None:
    answer = resident(district).post("/reports", {"text": "示例", "pictures": pictures})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("pictures")


def test_who_is_about_to_report_the_same_is_shown_its_thumbnail_and_no_more(district: Stack) -> None:
    me, other = resident(district), resident(district)
    picture_id = sent(me)
    said = {"text": some_words(), "category": "rubbish_heap", "position": INSIDE}
    case_id = report(me, pictures=[picture_id], **said)
    once_attached(dispatcher(district), picture_id)
    similar = other.post("/reports/similar", said).json()
    shown = next(one for one in similar if one["case_id"] == case_id)
    assert shown["picture"] == picture_id
    assert look(other, shown["thumbnail"]).status_code == 200
    ticket = shown["thumbnail"].partition("?")[2]
    for hidden in (picture_id, f"{sent(me)}/thumbnail?{ticket}"):
        assert look(other, f"/pictures/{hidden}").status_code == 404
    assert look(other, f"/pictures/{picture_id}?{ticket}").status_code == 422
    assert look(resident(district), shown["thumbnail"]).status_code == 404
    assert look(other, f"/pictures/{picture_id}/thumbnail?ticket=forged").status_code == 404


def test_the_original_is_for_who_decides_and_each_look_is_noted(district: Stack) -> None:
    me, desk = resident(district), dispatcher(district)
    original = telling()
    picture_id = sent(me, original)
    case_id = report(me, pictures=[picture_id])
    once_attached(desk, picture_id)
    path = f"/pictures/{picture_id}/original"
    assert [look(one, path).status_code for one in (me, assigned(district, me, case_id))] == [403, 403]
    given = look(desk, path)
    assert (given.status_code, given.content) == (200, original)
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert given.headers["Cache-Control"] == "no-store"
    looks = look(desk, f"/pictures/{picture_id}/looks").json()
    assert [(one["subject"], one["role"], one["unit"]) for one in looks] == [(desk.subject, "dispatcher", "licheng")]
