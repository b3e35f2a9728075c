"""Everything a caller can get wrong, as one small family.

Each error is built from plain values only, so that it crosses RPC unchanged.
"""


class DomainError(Exception):
    """A refusal that the caller can act on. Nothing was changed."""


class NotFound(DomainError):
    """No such case, or not one that this caller may know of."""

    def __init__(self, case_id: str) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class Forbidden(DomainError):
    """The caller's role may not do this, whatever the state."""

    def __init__(self, verb: str, role: str, reason: str = "") -> None:
        super().__init__(verb, role, reason)
        self.verb, self.role, self.reason = verb, role, reason


class IllegalTransition(DomainError):
    """The case's state does not allow the verb; `allowed` are the verbs it does."""

    def __init__(self, state: str, verb: str, allowed: list[str]) -> None:
        super().__init__(state, verb, allowed)
        self.state, self.verb, self.allowed = state, verb, allowed


class Invalid(DomainError):
    """The content is not acceptable; `errors` maps the field to what is wrong with it."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = errors


class KeyReused(DomainError):
    """The Idempotency-Key was used before by this caller, for another request."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Changed(DomainError):
    """The case is not as the caller saw it when they decided; `version` is what it has now."""

    def __init__(self, case_id: str, version: int) -> None:
        super().__init__(case_id, version)
        self.case_id, self.version = case_id, int(version)  # RPC brings numbers as text


class Busy(DomainError):
    """The case changed under every attempt; the same request may be sent again."""

    def __init__(self, case_id: str) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class Gone(DomainError):
    """The time in which this could be done is over, or it was done; `reason` says more where there is more to say."""

    def __init__(self, case_id: str, until: str, reason: str = "") -> None:
        super().__init__(case_id, until, reason)
        self.case_id, self.until, self.reason = case_id, until, reason


class Taken(DomainError):
    """Somebody else was first."""

    def __init__(self, case_id: str, by: str) -> None:
        super().__init__(case_id, by)
        self.case_id, self.by = case_id, by


class Unavailable(DomainError):
    """A server that the answer depends on is away; the same request may be sent again with the same key."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class UnknownCase(Exception):
    """An event speaks of a case that this service should hold and does not."""


DOMAIN_ERRORS: tuple[type[DomainError], ...] = (
    NotFound,
    Forbidden,
    IllegalTransition,
    Invalid,
    KeyReused,
    Changed,
    Busy,
    Gone,
    Taken,
    Unavailable,
)
