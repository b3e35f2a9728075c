"""Rating by a link: for people without an account, who are known by nothing but the link."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from services.evaluation import links
from services.evaluation.domain.evaluation import EVALUATION, Evaluation
from services.evaluation.domain.linked import Link, answer_of, check_open, open_to_follower, rate_by_link
from shared.contracts.commands import load
from shared.contracts.evaluations import RateCase
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case import Receipt
from shared.kernel.commands import Command, digest, execute
from shared.kernel.errors import NotFound
from shared.kernel.link_tokens import case_of
from shared.kernel.ports import Cases


class LinkedRating:
    """`key`: by which tokens are made and known."""

    def __init__(self, evaluations: Cases[Evaluation], key: bytes) -> None:
        self._evaluations = evaluations
        self._key = key

    def look(self, token: str, at: datetime) -> Evaluation:
        """What is asked. Raises NotFound, or Gone with words that say why."""
        evaluation, link = self._find(token)
        check_open(evaluation, link, at)
        return evaluation

    def rate(self, token: str, key: str, body: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
        """The rating as it was kept; the same request again is answered alike. Raises NotFound, Invalid or Gone."""
        evaluation, link = self._find(token)
        receipt = Receipt(key, digest("rate_by_link", {"token": token, "answers": body}))
        command = Command(evaluation.case_id, Actor(link["reporter"], RESIDENT), receipt, load(RateCase, body))
        rated = execute(
            self._evaluations,
            "rate",
            command,
            lambda case: rate_by_link(case, link, at, **command.body),
            lambda case, by: True,
        )
        return answer_of(rated, link)

    def open_to_follower(self, case_id: str, reporter: str, entered_by: str, at: datetime) -> str:
        """The token for somebody who follows by a link. Raises NotFound, Forbidden, IllegalTransition or Gone."""
        receipt = Receipt(str(uuid4()), digest("open_to_follower", {"reporter": reporter}))
        opened = execute(
            self._evaluations,
            "issue_link",
            Command(case_id, EVALUATION, receipt, {}),
            lambda case: open_to_follower(case, at, reporter, entered_by),
            lambda case, by: "opened_at" in case.facts,
        )
        return links.token(self._key, case_id, {"reporter": reporter, "round": opened.facts["round"]})

    def _find(self, token: str) -> tuple[Evaluation, Link]:
        evaluation = self._evaluations.load(case_of(token))
        if evaluation is None:
            raise NotFound(token)
        return evaluation, links.link_of(self._key, evaluation, token)
