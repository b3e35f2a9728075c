"""Reports: the snapshot that their events carry, the commands that intake takes, the view it gives."""

from marshmallow import Schema, fields, validate

from shared.contracts.fields import (
    NAME_LIMIT,
    NOTE_LIMIT,
    TEXT_LIMIT,
    CaseView,
    GivenPosition,
    Moment,
    Nothing,
    Position,
    Strict,
    Tolerant,
    free_text,
)

CHANNELS = ("app", "wechat", "phone", "desk", "door", "courier", "import")


class ReportSnapshot(Tolerant):
    """No personal data: `reporter` is an opaque id."""

    reporter = fields.String(required=True)
    category = fields.String()
    position = fields.Nested(Position)
    reported_at = Moment(required=True)
    accepted_at = Moment()
    withdrawal_requested_at = Moment()


class SubmitReport(Strict):
    text = free_text(TEXT_LIMIT, required=True, metadata={"example": "小区东门污水井又满了,已经流到路上。"})
    subject = free_text(NAME_LIMIT)
    category = fields.String(metadata={"description": "A code of the catalogue; without one a person sorts it."})
    position = fields.Nested(GivenPosition)
    address = free_text(200)
    contact_name = free_text(NAME_LIMIT)
    contact_phone = fields.String(validate=validate.Regexp(r"^\+?[0-9][0-9 \-]{4,19}$"))
    channel = fields.String(validate=validate.OneOf(CHANNELS), load_default="app")


class AcceptReport(Strict):
    category = fields.String(metadata={"description": "Required where the report has none; else corrects it."})


class RejectReport(Strict):
    reason = free_text(NOTE_LIMIT, required=True)
    responsible = free_text(NAME_LIMIT, required=True, metadata={"description": "Whose matter it is instead."})


class AskInformation(Strict):
    question = free_text(NOTE_LIMIT, required=True)


class AddInformation(Strict):
    text = free_text(TEXT_LIMIT, required=True)


COMMANDS: dict[str, type[Schema]] = {
    "submit": SubmitReport,
    "accept": AcceptReport,
    "reject": RejectReport,
    "ask": AskInformation,
    "add_information": AddInformation,
    "withdraw": Nothing,
}
"""What each verb takes."""


class Rejection(Tolerant):
    reason = fields.String()
    responsible = fields.String()


class ReportView(CaseView):
    reporter = fields.String(required=True)
    category = fields.String()
    position = fields.Nested(Position)
    round = fields.Integer()
    reported_at = Moment(required=True)
    accepted_at = Moment()
    withdrawal_requested_at = Moment()
    served_at = Moment()
    closed_at = Moment()
    channel = fields.String()
    text = fields.String()
    subject = fields.String()
    address = fields.String()
    contact_name = fields.String()
    contact_phone = fields.String()
    question = fields.String()
    information = fields.List(fields.String())
    rejection = fields.Nested(Rejection)
