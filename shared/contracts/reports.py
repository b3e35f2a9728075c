"""Reports: the snapshot that their events carry, the commands that intake takes, the view it gives."""

from marshmallow import Schema, fields, validate

from shared.contracts.channels import APP, CHANNELS
from shared.contracts.fields import (
    NAME_LIMIT,
    NOTE_LIMIT,
    TEXT_LIMIT,
    CaseView,
    GivenPosition,
    Moment,
    Nothing,
    Position,
    ShownPosition,
    Strict,
    Tolerant,
    Truth,
    case_id,
    free_text,
    picture_ids,
    web_address,
)
from shared.contracts.phones import Phone
from shared.contracts.quick import QuickReport


class ReportSnapshot(Tolerant):
    """No personal data: `reporter` is an opaque id."""

    reporter = fields.String(required=True)
    followers = fields.List(fields.String(), metadata={"description": "Reporters of the reports merged into it."})
    category = fields.String()
    position = fields.Nested(Position)
    unit_path = fields.List(fields.String(), metadata={"description": "Around the position, from the district down."})
    reported_at = Moment(required=True)
    accepted_at = Moment()
    withdrawal_requested_at = Moment()
    channel = fields.String()
    entered_by = fields.String(metadata={"description": "Of the organisation, on behalf of the reporter."})
    hidden_at = Moment(
        allow_none=True, metadata={"description": "Since when other residents do not see its words and pictures."}
    )
    erased_at = Moment(
        allow_none=True, metadata={"description": "Since when nothing personal is kept: listeners follow."}
    )
    pictures = fields.List(fields.String(), metadata={"description": "All that its reporter has named so far."})


class OnBehalf(Strict):
    """Whom a worker reports for, who is not here with an account."""

    name = free_text(NAME_LIMIT, required=True, metadata={"example": "示例居民"})
    phone = Phone(metadata={"description": "By it they see the report in their own app.", "example": "13800000000"})
    consent = Truth(
        required=True,
        validate=validate.Equal(True, error="Ask them first: nobody is reported for without their consent."),
        metadata={"description": "They agree that their name and phone are kept for this."},
    )


class Represented(OnBehalf):
    """The same as the gateway tells it on: `reporter` is the subject of who has that phone."""

    reporter = fields.String()


class SubmitReport(Strict):
    text = free_text(TEXT_LIMIT, required=True, metadata={"example": "小区东门污水井又满了,已经流到路上。"})
    subject = free_text(NAME_LIMIT)
    category = fields.String(metadata={"description": "A code of the catalogue; without one a person sorts it."})
    position = fields.Nested(GivenPosition)
    address = free_text(200)
    contact_name = free_text(NAME_LIMIT)
    contact_phone = fields.String(validate=validate.Regexp(r"^\+?[0-9][0-9 \-]{4,19}$"))
    channel = fields.String(validate=validate.OneOf(CHANNELS), load_default=APP)
    on_behalf_of = fields.Nested(OnBehalf, metadata={"description": "For workers, and only for them."})
    not_duplicate_of = fields.List(
        case_id(),
        validate=validate.Length(max=20),
        metadata={"description": "Cases of POST /reports/similar that the resident saw, and that are something else."},
    )
    pictures = picture_ids()
    contact_email = fields.Email(validate=validate.Length(max=254))
    media_url = web_address(2000)
    attributes = fields.Dict(
        keys=free_text(NAME_LIMIT),
        values=fields.List(free_text(NOTE_LIMIT), validate=validate.Length(max=20)),
        validate=validate.Length(max=50),
        metadata={"description": "Answers to what the category asks, by code.", "example": {"fault": ["off"]}},
    )


class TakenReport(SubmitReport):
    on_behalf_of = fields.Nested(Represented)


class AcceptReport(Strict):
    category = fields.String(metadata={"description": "Required where the report has none; else corrects it."})


class RejectReport(Strict):
    reason = free_text(NOTE_LIMIT, required=True)
    responsible = free_text(NAME_LIMIT, required=True, metadata={"description": "Whose matter it is instead."})


class HideReport(Strict):
    reason = free_text(NOTE_LIMIT, required=True)


class AskInformation(Strict):
    question = free_text(NOTE_LIMIT, required=True)


class AddInformation(Strict):
    text = free_text(TEXT_LIMIT, required=True)
    position = fields.Nested(GivenPosition)
    address = free_text(200)
    pictures = picture_ids()


class MergeReport(Strict):
    into = case_id(required=True, metadata={"description": "The report that its reporter follows from now on."})


class DescribeReport(Strict):
    """What a resident is about to report."""

    text = free_text(TEXT_LIMIT, required=True)
    subject = free_text(NAME_LIMIT)


class FindSimilar(DescribeReport):
    category = fields.String(metadata={"description": "Without one, the likeliest by the words."})
    position = fields.Nested(GivenPosition, required=True)


class FindByPhone(Strict):
    phone = Phone(required=True, metadata={"description": "Of the resident who calls.", "example": "13800000000"})


COMMANDS: dict[str, type[Schema]] = {
    "submit": SubmitReport,
    "accept": AcceptReport,
    "reject": RejectReport,
    "ask": AskInformation,
    "add_information": AddInformation,
    "withdraw": Nothing,
    "issue_follow_link": Nothing,
    "merge": MergeReport,
    "unmerge": Nothing,
    "hide": HideReport,
    "unhide": Nothing,
}
"""What each verb takes."""
TAKEN: dict[str, type[Schema]] = {**COMMANDS, "submit": TakenReport, "quick": QuickReport}
"""As intake takes it of the gateway."""


class FollowedBy(Tolerant):
    """Whose case a link follows, and who took down the report."""

    case_id = fields.String(required=True)
    reporter = fields.String(attribute="facts.reporter", required=True)
    entered_by = fields.String(attribute="facts.entered_by", required=True)
    parent = fields.String(attribute="facts.parent", allow_none=True, metadata={"description": "Merged into this."})


class SuggestionView(Tolerant):
    category = fields.String(required=True)
    confidence = fields.Float(required=True, metadata={"description": "0 to 1."})


class SimilarView(Tolerant):
    """What anybody may know of another's report: nobody's name, phone or address."""

    case_id = fields.String(required=True)
    state = fields.String(required=True)
    category = fields.String(required=True)
    text = fields.String(required=True)
    reported_at = Moment(required=True)
    metres = fields.Float(required=True)
    likeness = fields.Float(required=True, metadata={"description": "0 to 1, of words and nearness."})
    picture = fields.String(metadata={"description": "The first of its pictures, if there is one."})
    thumbnail = fields.String(metadata={"description": "Where who asked can see it, small, for an hour."})


class TriageView(Tolerant):
    rule = fields.String(required=True)
    action = fields.String(required=True)


class Rejection(Tolerant):
    reason = fields.String()
    responsible = fields.String()


class ReportView(CaseView):
    reporter = fields.String(metadata={"description": "Left out for who only follows."})
    category = fields.String()
    position = fields.Nested(ShownPosition)
    round = fields.Integer()
    reported_at = Moment(required=True)
    accepted_at = Moment()
    withdrawal_requested_at = Moment()
    served_at = Moment()
    closed_at = Moment(allow_none=True)
    hidden_at = Moment(
        allow_none=True, metadata={"description": "Since when other residents do not see its words and pictures."}
    )
    hidden_because = fields.String(allow_none=True)
    erased_at = Moment(allow_none=True, metadata={"description": "Since when the personal data are gone."})
    channel = fields.String()
    entered_by = fields.String(metadata={"description": "Who reported it on behalf of the resident, where one did."})
    follow_token = fields.String(metadata={"description": "Of the page /follow/{token}, to be handed to the resident."})
    triage = fields.Nested(TriageView, metadata={"description": "Which rule decided, and what."})
    suggestions = fields.List(fields.Nested(SuggestionView))
    possible_duplicates = fields.List(fields.String(), metadata={"description": "A dispatcher accepts or merges it."})
    not_duplicate_of = fields.List(fields.String())
    parent = fields.String(allow_none=True, metadata={"description": "The report that it is merged into 并案."})
    followers = fields.List(fields.String())
    text = fields.String()
    subject = fields.String()
    address = fields.String()
    contact_name = fields.String()
    contact_phone = fields.String()
    contact_email = fields.String()
    media_url = fields.String(metadata={"description": "A picture elsewhere: nobody here has looked at it."})
    attributes = fields.Dict(
        keys=fields.String(),
        metadata={"description": "Answers to what the category asks: a text each, of some a list of texts."},
    )
    question = fields.String()
    advice = fields.String()
    information = fields.List(fields.String())
    pictures = fields.List(fields.String(), metadata={"description": "Ids: GET /pictures/{id} shows each."})
    rejection = fields.Nested(Rejection)


FOLLOWED = (
    *CaseView().fields,
    *("category", "round", "reported_at", "accepted_at", "served_at", "closed_at", "text", "pictures"),
)
"""What a resident sees of the report that their own was merged into."""
SHOWN_IN_WORDS = ("text", "pictures")
"""Of it, what they do not see while it is hidden."""
