"""A client of the gateway for tests: one person, one token, a new Idempotency-Key unless told otherwise."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import requests

from shared.kernel.actor import ANALYST, DISPATCHER, INSPECTOR, REPRESENTATIVE, RESIDENT, STEWARD, Actor
from steward.stack import Stack
from steward.token import stack_tokens

PATIENCE = 20
"""Seconds until an event must have been heard."""


class Person:
    def __init__(self, stack: Stack, role: str, subject: str | None = None, unit: str | None = None) -> None:
        self.subject = subject or f"{role}-{uuid4()}"
        self.gateway = stack.addresses.gateway
        self.token = stack_tokens(stack).issue(Actor(self.subject, role, unit), timedelta(hours=1))

    def post(self, path: str, body: Any = None, key: str | None = None) -> requests.Response:
        headers = {**self._who(), "Idempotency-Key": key or str(uuid4())}
        return requests.post(self.gateway + path, json=body or {}, headers=headers, timeout=30)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.gateway + path, headers=self._who(), timeout=30)

    def delete(self, path: str) -> requests.Response:
        return requests.delete(self.gateway + path, headers=self._who(), timeout=30)

    def case(self, case_id: str) -> dict[str, Any]:
        answer = self.get(f"/cases/{case_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def wait_for(self, case_id: str, condition: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The case once it is as told. Fails after PATIENCE, showing how it is instead."""
        deadline = time.monotonic() + PATIENCE
        while not condition(case := self.case(case_id)):
            assert time.monotonic() < deadline, states(case)
            time.sleep(0.02)
        return case

    def _who(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def states(case: dict[str, Any]) -> tuple[str | None, ...]:
    """Of the report, the order and the evaluation."""
    return tuple(case[part] and case[part]["state"] for part in ("report", "order", "evaluation"))


def resident(stack: Stack) -> Person:
    return Person(stack, RESIDENT)


def dispatcher(stack: Stack, unit: str = "licheng") -> Person:
    return Person(stack, DISPATCHER, unit=unit)


def inspector(stack: Stack, unit: str = "licheng") -> Person:
    return Person(stack, INSPECTOR, unit=unit)


def steward(stack: Stack, subject: str) -> Person:
    return Person(stack, STEWARD, subject)


def representative(stack: Stack, subject: str | None = None) -> Person:
    return Person(stack, REPRESENTATIVE, subject)


def analyst(stack: Stack) -> Person:
    return Person(stack, ANALYST)
