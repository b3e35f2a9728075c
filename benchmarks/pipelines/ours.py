"""Our event path: dispatch opens and assigns the order, evaluation expects the rating."""

from benchmarks.ground import Ground
from benchmarks.pipelines.pipeline import HOPS, Pipeline
from services.dispatch.repository import MongoOrders
from services.evaluation.repository import MongoEvaluations
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE, events_exchange, inbox


def ours(ground: Ground) -> Pipeline:
    return Pipeline(
        "ours",
        ground.channel,
        dict(zip(HOPS, ground.pids(DISPATCH, EVALUATION).values(), strict=True)),
        events_exchange(INTAKE),
        (inbox(DISPATCH), inbox(EVALUATION)),
        (
            ground.client[DISPATCH][MongoOrders.collection_name],
            ground.client[EVALUATION][MongoEvaluations.collection_name],
        ),
    )
