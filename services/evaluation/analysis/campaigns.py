"""Results of campaigns as rows: those that were published, as they were published."""

from services.evaluation.analysis.view import View, count, decimal, hour, text, yes_no

ITEM = "$results.by_item"

CAMPAIGNS = View(
    "analysis_campaigns",
    "campaigns",
    [
        {"$match": {"state": "published"}},
        {"$unwind": "$results"},
        {"$unwind": {"path": ITEM, "preserveNullAndEmptyArrays": True}},
    ],
    [
        text("campaign", "$_id"),
        text("unit"),
        text("period_start", "$period.start"),
        text("period_end", "$period.end"),
        hour("published_at"),
        text("subject", "$results.subject"),
        count("eligible", "$results.eligible"),
        count("ballots", "$results.ballots"),
        decimal("turnout", "$results.turnout"),
        text("item", f"{ITEM}.item"),
        count("satisfied", f"{ITEM}.satisfied"),
        count("basically_satisfied", f"{ITEM}.basically_satisfied"),
        count("dissatisfied", f"{ITEM}.dissatisfied"),
        decimal("satisfaction", f"{ITEM}.satisfaction"),
        yes_no("suppressed", "$results.suppressed"),
    ],
    dated="published_at",
)
