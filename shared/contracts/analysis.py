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
    """As in the view analysis_cases: null is what is not known yet. Moments are cut to the hour, places are codes."""

    alias = fields.String(required=True, metadata={"description": "A pseudonym: it leads to no case."})
    state = fields.String(required=True)
    category = fields.String(allow_none=True)
    district = fields.String(allow_none=True)
    street = fields.String(allow_none=True)
    community = fields.String(allow_none=True)
    estate = fields.String(allow_none=True)
    grid = fields.String(allow_none=True)
    partner_kind = fields.String(allow_none=True)
    serving_unit = fields.String(allow_none=True)
    reported_at = Moment(allow_none=True)
    accepted_at = Moment(allow_none=True)
    dispatched_at = Moment(allow_none=True)
    served_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    serve_by = Moment(allow_none=True)
    close_by = Moment(allow_none=True)
    in_time = fields.Boolean(allow_none=True)
    rounds = fields.Integer(allow_none=True)
    returns = fields.Integer(allow_none=True)
    transfers = fields.Integer(allow_none=True)
    extensions = fields.Integer(allow_none=True)
    handling_seconds = fields.Integer(allow_none=True)
    void_as = fields.String(allow_none=True)
    exempt = fields.Boolean(required=True)
