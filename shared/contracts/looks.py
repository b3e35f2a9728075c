"""Who has looked at the personal data of a case, as intake tells those whom it concerns."""

from marshmallow import fields

from shared.contracts.fields import Moment, Tolerant

DATABASE, COLLECTION = "intake_looks", "looks"
"""Where the notes are: beside intake's own database, as its user may write all in that, and here only add."""


class CaseLookView(Tolerant):
    at = Moment(required=True)
    role = fields.String(required=True)
    unit = fields.String(allow_none=True)
    subject = fields.String(metadata={"description": "Who it was; the reporter is told in which role only."})
    shown = fields.List(fields.String(), metadata={"description": "Which personal fields they were shown."})
