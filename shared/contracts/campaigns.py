"""Campaigns of the periodic evaluation 定期评价: what evaluation takes, and how it shows them."""

from marshmallow import Schema, fields, validate

from shared.contracts import event_types as types
from shared.contracts.answers import SATISFACTION
from shared.contracts.fields import NAME_LIMIT, NOTE_LIMIT, CaseView, Moment, Nothing, Strict, Tolerant, free_text

KINDS = ("property_company", "grid")
"""物业企业 / 网格"""
MOST_ITEMS, MOST_SUBJECTS, MOST_ESTATES = 20, 50, 200

CAMPAIGN_EVENTS = frozenset(
    {
        types.CAMPAIGN_ANNOUNCED,
        types.CAMPAIGN_OPENED,
        types.CAMPAIGN_CLOSED,
        types.CAMPAIGN_PUBLISHED,
        types.CAMPAIGN_CANCELLED,
    }
)


class CampaignSnapshot(Tolerant):
    """A campaign tells nothing but that it happened: nobody acts on it."""


CODE = [
    validate.Length(1, 64),
    validate.Regexp(r"^[A-Za-z0-9_-]*$", error="Must be letters, digits, '_' and '-'."),
]
UNIT = [
    validate.Length(1, 64),
    validate.Regexp(r"^[A-Za-z0-9._-]*$", error="Must be the code of a unit: letters, digits, '.', '_' and '-'."),
]


class Period(Strict):
    """The days that the representatives are asked about, both inclusive."""

    start = fields.Date(required=True, metadata={"example": "2026-07-01"})
    end = fields.Date(required=True, metadata={"example": "2026-12-31"})


class Item(Strict):
    code = fields.String(required=True, validate=CODE, metadata={"example": "cleaning"})
    name_zh = free_text(NAME_LIMIT, required=True, metadata={"example": "保洁"})
    name_en = free_text(NAME_LIMIT, required=True, metadata={"example": "Cleaning"})


class Subject(Item):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    estates = fields.List(
        fields.String(validate=UNIT),
        required=True,
        validate=validate.Length(1, MOST_ESTATES),
        metadata={"description": "小区 Codes of the estates that it serves: their representatives vote on it."},
    )


class AnnounceCampaign(Strict):
    name_zh = free_text(NAME_LIMIT, required=True)
    name_en = free_text(NAME_LIMIT, required=True)
    period = fields.Nested(Period, required=True)
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)
    items = fields.List(fields.Nested(Item), required=True, validate=validate.Length(1, MOST_ITEMS))
    subjects = fields.List(fields.Nested(Subject), required=True, validate=validate.Length(1, MOST_SUBJECTS))
    roll = fields.Dict(
        keys=fields.String(validate=UNIT),
        values=fields.List(fields.String(validate=validate.Length(1, 64)), validate=validate.Length(min=1)),
        required=True,
        metadata={
            "description": "选民名册 Subjects of each estate's representatives. Shown to nobody, erased at the end.",
            "example": {"zhenhai-1-01": ["representative-001"]},
        },
    )


class CancelCampaign(Strict):
    reason = free_text(NOTE_LIMIT, required=True)


COMMANDS: dict[str, type[Schema]] = {"announce": AnnounceCampaign, "publish": Nothing, "cancel": CancelCampaign}
"""What each verb takes."""


class CastBallot(Strict):
    subject = fields.String(required=True, metadata={"description": "Code of the company or grid that it is about."})
    answers = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.OneOf(SATISFACTION)),
        required=True,
        metadata={
            "description": "满意 / 基本满意 / 不满意 of every item.",
            "example": {"cleaning": "basically_satisfied"},
        },
    )


class BallotView(Schema):
    subject = fields.String(required=True)
    answers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ItemResult(Tolerant):
    item = fields.String(required=True)
    satisfied = fields.Integer(required=True)
    basically_satisfied = fields.Integer(required=True)
    dissatisfied = fields.Integer(required=True)
    satisfaction = fields.String(
        required=True,
        metadata={"description": "满意率, percent: (满意 + 0.9 × 基本满意) ÷ ballots.", "example": "98.33"},
    )


class SubjectResult(Tolerant):
    subject = fields.String(required=True)
    eligible = fields.Integer(required=True, metadata={"description": "Representatives who had a vote."})
    suppressed = fields.Boolean(
        required=True, metadata={"description": "票数过少，不予公布 Too few ballots to publish: then nothing follows."}
    )
    ballots = fields.Integer()
    turnout = fields.String(metadata={"description": "投票率 Ballots ÷ eligible, percent.", "example": "87.50"})
    by_item = fields.List(fields.Nested(ItemResult))


class EstateElectorate(Tolerant):
    estate = fields.String(required=True)
    representatives = fields.Integer(required=True)


class PeriodView(Tolerant):
    start = fields.String(required=True)
    end = fields.String(required=True)


class CampaignView(CaseView):
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    unit = fields.String(required=True, metadata={"description": "Whose dispatchers manage it."})
    period = fields.Nested(PeriodView, required=True)
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)
    items = fields.List(fields.Nested(Item), required=True)
    subjects = fields.List(fields.Nested(Subject), required=True)
    electorate = fields.List(fields.Nested(EstateElectorate), required=True)
    reason = fields.String(metadata={"description": "Of the cancellation, for who manages it."})
    closed_at = Moment()
    published_at = Moment()
    cancelled_at = Moment()
    results = fields.List(
        fields.Nested(SubjectResult),
        metadata={"description": "For who manages it from its closing, for everybody from its publication."},
    )
