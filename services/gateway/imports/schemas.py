"""What became of a list."""

from marshmallow import Schema, fields, validate

from shared.contracts.fields import Moment, Strict

TRUE, FALSE = "true", "false"


class ImportQuery(Strict):
    check = fields.String(
        validate=validate.OneOf((TRUE, FALSE)),
        load_default=FALSE,
        metadata={"description": "true: only say what is wrong with it, and enter nothing."},
    )


class FieldProblem(Schema):
    field = fields.String(required=True)
    messages = fields.List(fields.String(), required=True)


class EnteredRow(Schema):
    row = fields.Integer(required=True, metadata={"description": "The line of the list where it stands, from 1."})
    case_id = fields.String(metadata={"description": "The report that it has become."})
    problems = fields.List(fields.Nested(FieldProblem), metadata={"description": "Why it has not become one."})


class ImportedRow(EnteredRow):
    follow_token = fields.String(metadata={"description": "Of the page /follow/{token}, to be handed to the resident."})


class ImportView(Schema):
    list_id = fields.String(required=True, metadata={"description": "SHA-256 of the list: the same list, the same id."})
    rows = fields.Integer(required=True, metadata={"description": "Reports in the list; all are good."})
    ignored_columns = fields.List(
        fields.String(), required=True, metadata={"description": "Headings that are of no part of a report."}
    )
    results = fields.List(
        fields.Nested(ImportedRow),
        required=True,
        metadata={"description": "Row by row; none in a mere check."},
    )


class SentImport(Schema):
    list_id = fields.String(required=True, attribute="_id")
    sent_at = Moment(required=True, attribute="at")
    ended_at = Moment(metadata={"description": "Without it, it is being entered, or was cut off: send it again."})
    results = fields.List(
        fields.Nested(EnteredRow),
        load_default=[],
        dump_default=[],
        metadata={"description": "Row by row, once it is ended; without the tokens."},
    )
