"""The tokens of rating links: nothing of them is stored but that one was issued, for whom and for which round."""

from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.linked import Link
from shared.kernel.errors import NotFound
from shared.kernel.link_tokens import is_token, link_token


def token(key: bytes, case_id: str, link: Link) -> str:
    return link_token(key, case_id, link["round"], link["reporter"])


def link_of(key: bytes, evaluation: Evaluation, given: str) -> Link:
    """The issued link that it is the token of. Raises NotFound."""
    for link in evaluation.facts.get("links", ()):
        if is_token(given, key, evaluation.case_id, link["round"], link["reporter"]):
            found: Link = link
            return found
    raise NotFound(evaluation.case_id)
