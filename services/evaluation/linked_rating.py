"""Rating by a link: for people without an account, who are known by nothing but the link."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.evaluation import links
from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.linked import Link, answer_of, check_open, rate_by_link
from shared.contracts.commands import load
from shared.contracts.evaluations import RateCase
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case import Receipt
from shared.kernel.commands import Command, digest, execute
from shared.kernel.errors import NotFound
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

    def _find(self, token: str) -> tuple[Evaluation, Link]:
        evaluation = self._evaluations.load(links.case_of(token))
        if evaluation is None:
            raise NotFound(token)
        return evaluation, links.link_of(self._key, evaluation, token)
