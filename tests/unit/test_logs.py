"""A line of the log: JSON, with the ids by which one finds the rest, and without what an exception may quote."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import eventlet
import pytest
from pymongo.errors import BulkWriteError, DuplicateKeyError, ServerSelectionTimeoutError

from shared.kernel.errors import NotFound
from shared.runtime.telemetry.logs import json_formatter, name_process, outline, tell_of

CASE = "01997d5c-9f6c-7e4b-8c1d-0123456789ab"
PHONE, WORDS = "13805940000", "路灯不亮, 我叫林美"


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What was logged, as it is read again."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_formatter())
    logger = logging.getLogger("test.logs")
    logger.addHandler(handler)
    read: list[dict[str, Any]] = []
    handler.flush = lambda: read.extend(map(json.loads, _taken(written)))  # type: ignore[method-assign]
    name_process("intake")
    tell_of()
    yield read
    logger.removeHandler(handler)
    tell_of()


def _taken(written: StringIO) -> list[str]:
    lines = written.getvalue().splitlines()
    written.seek(0)
    written.truncate()
    return lines


log = logging.getLogger("test.logs")


def test_a_line_says_who_when_how_bad_and_what(lines: list[dict[str, Any]]) -> None:
    log.warning("paused with %d events in hand, 等待", 3)
    line = lines.pop()
    assert line["time"].endswith("Z")
    assert {**line, "time": ""} == {
        "message": "paused with 3 events in hand, 等待",
        "service": "intake",
        "level": "warning",
        "logger": "test.logs",
        "time": "",
    }


def test_it_is_told_of_a_case_and_that_is_its_trace(lines: list[dict[str, Any]]) -> None:
    tell_of(case_id=CASE)
    log.warning("about it")
    assert (lines[-1]["case_id"], lines[-1]["trace_id"]) == (CASE, CASE.replace("-", ""))
    tell_of(trace_id="a" * 32)
    log.warning("about a request")
    assert (lines[-1]["trace_id"], "case_id" in lines[-1]) == ("a" * 32, False)
    log.warning("about an event", extra={"event_id": f"intake/{CASE}/3", "case_id": CASE, "phone": PHONE})
    assert lines[-1]["event_id"] == f"intake/{CASE}/3"
    assert PHONE not in str(lines)


def test_greenlets_do_not_speak_of_one_another(lines: list[dict[str, Any]]) -> None:
    def work(case_id: str) -> None:
        tell_of(case_id=case_id)
        eventlet.sleep(0)
        log.warning("done")

    for _ in eventlet.GreenPool().imap(work, ["1", "2", "3"]):
        pass
    assert [line["case_id"] for line in lines] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError(f"E11000 dup key: {{ by_phone: {PHONE} }}", 11000, {"keyValue": {"phone": PHONE}}),
        BulkWriteError({"writeErrors": [{"op": {"u": {"$set": {"private.text": WORDS}}}}], "writeConcernErrors": []}),
        ValueError(f"invalid literal for int() with base 10: '{PHONE}'"),
        KeyError(WORDS),
        UnicodeEncodeError("ascii", WORDS, 0, 1, "ordinal not in range"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_an_exception_quotes_is_in_no_line(error: Exception, lines: list[dict[str, Any]]) -> None:
    try:
        try:
            raise error
        except Exception as first:
            raise RuntimeError(f"while at {PHONE}") from first
    except RuntimeError as raised:
        log.exception("error handling worker %s: %s", "carry_out", raised)
        log.warning("%(what)s failed", {"what": error})
    assert PHONE not in json.dumps(lines, ensure_ascii=False)
    assert WORDS not in json.dumps(lines, ensure_ascii=False)
    told = lines[0]["traceback"]
    assert [one["error"] for one in told] == ["RuntimeError", type(error).__name__]
    assert all("test_logs.py" in place for one in told for place in one["at"])
    assert lines[0]["message"] == "error handling worker carry_out: RuntimeError"


def test_what_is_ours_or_says_which_server_is_away_is_told() -> None:
    assert outline(NotFound(CASE)) == f"NotFound: {CASE}"
    assert outline(ConnectionRefusedError(111, "Connection refused")).endswith("Connection refused")
    assert outline(ServerSelectionTimeoutError("No replica set members match")).endswith("members match")
