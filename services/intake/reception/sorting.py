"""Reception: what is known of a report before a person looks at it, and what the rules make of that."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.intake.domain import words_of
from services.intake.reception.duplicates import MOST_SHOWN, Duplicates, Neighbourhood, Similar
from services.intake.reception.likeness import LIKELY
from services.intake.reception.suggestions import MOST_SUGGESTED, Suggest, Suggestion
from services.intake.triage import Detail, Given, Triage, Verdict
from shared.contracts.catalogue import Category

CONTACT = ("contact_name", "contact_phone")


class Reception:
    """Under one catalogue, one set of rules, one way to suggest."""

    def __init__(
        self, reports: Neighbourhood, catalogue: Mapping[str, Category], triage: Triage, suggest: Suggest
    ) -> None:
        self._catalogue = catalogue
        self._triage = triage
        self._suggest = suggest
        self._duplicates = Duplicates(reports, catalogue)

    def suggest(self, words: str) -> list[Suggestion]:
        return self._suggest(words, MOST_SUGGESTED)

    def similar(
        self, words: str, category: str | None, position: Mapping[str, float] | None, at: datetime
    ) -> list[Similar]:
        """Open reports that may be about the same, hidden ones left out; without a category, of the likeliest one."""
        likeliest = category or _likeliest(self.suggest(words))
        found = self._duplicates.of(words, likeliest, position, at)
        return [similar for similar in found if not similar.report.is_hidden][:MOST_SHOWN]

    def sort(
        self, facts: Mapping[str, Any], private: Mapping[str, Any], at: datetime, apart: Collection[str] = ()
    ) -> tuple[dict[str, Any], Verdict]:
        """What a dispatcher should see beside the report, and the verdict. `apart`: case ids that are no duplicates."""
        words, category = words_of(private), facts.get("category")
        suggestions = [] if category else self.suggest(words)
        found = self._duplicates.of(words, category or _likeliest(suggestions), facts.get("position"), at)
        duplicates = _likely(found, {*apart, *facts.get("not_duplicate_of", ())})
        given = Given(
            words,
            category,
            _details(facts, private),
            is_urgent=category is not None and self._catalogue[category].urgent,
            has_duplicates=bool(duplicates),
            asked=tuple(facts.get("asked", ())),
        )
        noted = {"suggestions": suggestions, "possible_duplicates": duplicates}
        return {name: value for name, value in noted.items() if value or name in facts}, self._triage.decide(given)


def _likely(found: Iterable[Similar], apart: Collection[str]) -> list[str]:
    likely = (similar.report.case_id for similar in found if similar.likeness >= LIKELY)
    return [case_id for case_id in likely if case_id not in apart][:MOST_SHOWN]


def _likeliest(suggestions: Sequence[Suggestion]) -> str | None:
    return suggestions[0]["category"] if suggestions else None


def _details(facts: Mapping[str, Any], private: Mapping[str, Any]) -> frozenset[Detail]:
    """What is given of all that a rule may find missing."""
    has = {
        Detail.POSITION: "position" in facts,
        Detail.ADDRESS: "address" in private,
        Detail.CATEGORY: "category" in facts,
        Detail.CONTACT: any(name in private for name in CONTACT),
    }
    return frozenset(detail for detail, is_given in has.items() if is_given)
