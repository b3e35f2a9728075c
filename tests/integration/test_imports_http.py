"""A list that was kept offline, sent to a gateway: checked as a whole, entered once, and gone on with after a kill."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from openpyxl import Workbook

from services.gateway.identity.phones import Phones
from shared.kernel.actor import RESIDENT
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.http import Person, dispatcher, resident
from tests.support.walk import load_district, some_words

pytestmark = pytest.mark.servers

HEADINGS = ["内容", "姓名", "电话", "同意", "类别"]
LONG = 500
"""Rows: enough that the gateway can be killed between the first and the last."""


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def rows(count: int) -> list[list[str]]:
    """Of residents who all have another phone."""
    return [[some_words(), f"示例居民{one}", f"138{one:08}", "是", "路灯"] for one in range(count)]


def csv(*lines: list[str]) -> bytes:
    return "".join(",".join(line) + "\n" for line in (HEADINGS, *lines)).encode("gb18030")


def xlsx(*lines: list[str]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    assert book.active
    for line in (HEADINGS, *lines):
        book.active.append(line)
    book.save(content)
    return content.getvalue()


def send(by: Person, content: bytes, question: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {by.token}", "Content-Type": "application/octet-stream"}
    return requests.post(f"{by.gateway}/imports{question}", data=content, headers=headers, timeout=60)


def reports_of(district: Stack, number: int) -> list[Any]:
    """Of the resident with that phone."""
    subject = Phones(district.record.secrets.phone).subject_of(f"+86138{number:08}")
    return list(Person(district, RESIDENT, subject).get("/reports").json())


@pytest.mark.parametrize("write", [csv, xlsx])
def test_every_row_becomes_a_report_once_however_often_the_list_is_sent(district: Stack, write: Any) -> None:
    worker, lines = dispatcher(district), rows(20)
    before = len(reports_of(district, 19))
    content = write(*lines)
    first, again = (send(worker, content) for _ in range(2))
    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    results = first.json()["results"]
    assert [one["row"] for one in results] == list(range(2, 22))
    assert len({one["case_id"] for one in results}) == len(lines)
    last = worker.case(results[-1]["case_id"])["report"]
    assert (last["text"], last["category"], last["channel"]) == (lines[-1][0], "street_lights", "import")
    assert (last["entered_by"], last["contact_phone"]) == (worker.subject, "+8613800000019")
    assert len(reports_of(district, 19)) == before + 1
    follow = requests.get(f"{worker.gateway}/follow/{results[0]['follow_token']}/case", timeout=30)
    assert follow.status_code == 200, follow.text


def test_who_has_lost_the_answer_asks_what_became_of_the_list(district: Stack) -> None:
    worker = dispatcher(district)
    answer = send(worker, csv(*rows(2))).json()
    kept = worker.get(f"/imports/{answer['list_id']}").json()
    assert kept["results"] == [{name: row[name] for name in ("row", "case_id")} for row in answer["results"]]
    assert kept["sent_at"] <= kept["ended_at"]
    assert dispatcher(district).get(f"/imports/{answer['list_id']}").status_code == 404


def test_another_dispatcher_does_not_enter_the_same_list(district: Stack) -> None:
    worker, content = dispatcher(district), csv(*rows(1))
    assert send(worker, content).status_code == 200
    other = send(dispatcher(district), content)
    assert (other.status_code, other.json()["winner"]) == (409, worker.subject)


def test_one_bad_row_and_nothing_is_entered(district: Stack) -> None:
    worker, lines = dispatcher(district), rows(3)
    lines[1][3], lines[2][2] = "否", "138"
    before = len(reports_of(district, 0))
    for question in ("", "?check=true"):
        answer = send(worker, csv(*lines), question)
        assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
        assert [error["field"] for error in answer.json()["errors"]] == ["3.同意", "4.电话"]
    assert len(reports_of(district, 0)) == before


def test_a_check_enters_nothing(district: Stack) -> None:
    worker, content = dispatcher(district), xlsx(*rows(2))
    before = len(reports_of(district, 0))
    answer = send(worker, content, "?check=true")
    assert (answer.status_code, answer.json()["rows"], answer.json()["results"]) == (200, 2, [])
    assert len(reports_of(district, 0)) == before
    assert send(worker, content, "?check=perhaps").status_code == 422


def test_what_is_too_large_or_from_somebody_else_is_refused(district: Stack) -> None:
    assert send(dispatcher(district), bytes(2 * 1024 * 1024 + 1)).status_code == 413
    assert send(resident(district), csv(*rows(1))).status_code == 403


def test_after_a_killed_gateway_the_same_list_goes_on(district: Stack) -> None:
    worker, content = dispatcher(district), csv(*rows(LONG))
    first, last = (len(reports_of(district, one)) for one in (0, LONG - 1))
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(send, worker, content)
        wait_until(lambda: len(reports_of(district, 0)) > first, 20, "the first row to be entered")
        district.kill("gateway")
        with pytest.raises(requests.ConnectionError):
            sent.result()
    district.wait_for_services()
    assert len(reports_of(district, LONG - 1)) == last  # else the kill proves nothing
    answer = send(worker, content)
    assert answer.status_code == 200, answer.text
    assert len({one["case_id"] for one in answer.json()["results"]}) == LONG
    assert [len(reports_of(district, one)) for one in (0, LONG - 1)] == [first + 1, last + 1]
