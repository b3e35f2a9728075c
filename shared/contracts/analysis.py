"""What analysts may ask of the evaluations, and the row that they get of each: a pseudonym instead of a case."""

from marshmallow import fields, validate

from shared.contracts.fields import Moment, Strict, Tolerant

MOST_ROWS = 1000


class Period(Strict):
    """Days in Beijing, both inclusive."""

    start = fields.Date(metadata={"description": "Reported on this day or later.", "example": "2026-11-01"})
    end = fields.Date(metadata={"description": "Reported on this day or earlier.", "example": "2026-11-30"})


class ListEvaluations(Period):
    after = fields.String(allow_none=True)
    limit = fields.Integer(load_default=MOST_ROWS, strict=True, validate=validate.Range(1, MOST_ROWS))


class EvaluationRow(Tolerant):
    """As in the view analysis_cases. Moments are cut to the hour, places are codes down to the grid."""

    alias = fields.String(required=True, metadata={"description": "A pseudonym: it leads to no case."})
    state = fields.String(required=True)
    category = fields.String()
    district = fields.String()
    street = fields.String()
    community = fields.String()
    estate = fields.String()
    grid = fields.String()
    partner_kind = fields.String()
    serving_unit = fields.String()
    reported_at = Moment()
    accepted_at = Moment()
    dispatched_at = Moment()
    served_at = Moment()
    closed_at = Moment()
    serve_by = Moment()
    close_by = Moment()
    in_time = fields.Boolean()
    rounds = fields.Integer()
    returns = fields.Integer()
    transfers = fields.Integer()
    extensions = fields.Integer()
    handling_seconds = fields.Integer()
    void_as = fields.String()
    exempt = fields.Boolean(required=True)
