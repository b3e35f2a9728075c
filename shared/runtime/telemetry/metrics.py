"""Every figure that a process shows to Prometheus, and nothing else: the table of contents of what can be watched.

Names and labels are a contract: alerts, dashboard and consoles go by them. Labels are few and of a bounded
number; which service it is, and which process of it, Prometheus knows by whom it asks. Units are those of its
conventions (https://prometheus.io/docs/practices/naming): seconds, and counters end in `_total`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily

disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds that somebody waits for."""
SLOW = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
"""Seconds of what may also lie in a queue, or on a rung of the retry ladder."""
GROUPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure that is read when somebody asks, and is absent while what it is read from is away: never 0."""

    name: str
    meaning: str
    label: str = ""

    def of(self, value: float) -> GaugeMetricFamily:
        return GaugeMetricFamily(self.name, self.meaning, value=value)

    def by(self, values: Mapping[str, float]) -> GaugeMetricFamily:
        family = GaugeMetricFamily(self.name, self.meaning, labels=[self.label])
        for which, value in values.items():
            family.add_metric([which], value)
        return family


# What is asked of a service
COMMANDS = Counter(
    "steward_commands_total",
    "Calls answered: the verb of a command, or else the method called; outcome: done, refused, unavailable, failed.",
    ["verb", "outcome"],
    registry=REGISTRY,
)
COMMAND_SECONDS = Histogram(
    "steward_command_seconds",
    "From taking a call to having its answer, which is durable then.",
    ["verb"],
    buckets=QUICK,
    registry=REGISTRY,
)

# Events on their way out
EVENTS_PUBLISHED = Counter(
    "steward_events_published_total", "Events that the broker has confirmed.", ["type"], registry=REGISTRY
)
PUBLISH_SECONDS = Histogram(
    "steward_publish_seconds",
    "A round of messages: from the first one out to the last one confirmed.",
    buckets=QUICK,
    registry=REGISTRY,
)
EVENTS_UNROUTED = Counter(
    "steward_events_unrouted_total",
    "Events that no queue took, returned or refused; they stay in the outbox.",
    registry=REGISTRY,
)
GROUP_COMMIT_OPERATIONS = Histogram(
    "steward_group_commit_operations", "Saves that went to the database together.", buckets=GROUPS, registry=REGISTRY
)
GROUP_COMMIT_SECONDS = Histogram(
    "steward_group_commit_seconds",
    "One bulk write, until it is durable on a majority.",
    buckets=QUICK,
    registry=REGISTRY,
)

# Events on their way in
EVENTS_APPLIED = Counter(
    "steward_events_applied_total",
    "Events heard and done with, also those that had nothing new to say.",
    ["source", "type"],
    registry=REGISTRY,
)
EVENT_AGE_SECONDS = Histogram(
    "steward_event_age_seconds",
    "From when it happened to when this service had applied it.",
    ["source"],
    buckets=SLOW,
    registry=REGISTRY,
)
EVENT_BATCH_SIZE = Histogram(
    "steward_event_batch_size", "Events that were applied together.", buckets=GROUPS, registry=REGISTRY
)
EVENT_FAILURES = Counter(
    "steward_event_failures_total",
    "Events put on the retry ladder, by how long they wait there; dead: with the dead letters.",
    ["rung"],
    registry=REGISTRY,
)

# The gateway
HTTP_REQUESTS = Counter(
    "steward_http_requests_total",
    "Requests answered, by the template of the route.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
HTTP_REQUEST_SECONDS = Histogram(
    "steward_http_request_seconds",
    "From reading a request to having its answer, of a stream to its beginning.",
    ["method", "route"],
    buckets=QUICK,
    registry=REGISTRY,
)
STREAMS_OPEN = Gauge("steward_streams_open", "Clients that are told of events as they happen.", registry=REGISTRY)
CONNECTIONS_OPEN = Gauge("steward_connections_open", "Connections of clients, busy or idle.", registry=REGISTRY)

# Found out whenever somebody asks
READY = Reading("steward_ready", "1 where the check holds, else 0: database, broker, consuming.", "check")
CONSUMING = Reading("steward_consuming", "1 while events, calls and answers are taken from its queues, else 0.")
UNPUBLISHED_CASES = Reading("steward_unpublished_cases", "Cases with events that may not have gone out yet.")
UNPUBLISHED_AGE_SECONDS = Reading(
    "steward_unpublished_age_seconds", "Since when the oldest of them waits; 0 where none does."
)
TIMER_OVERDUE_SECONDS = Reading(
    "steward_timer_overdue_seconds", "By how much what a timer should have done first is overdue.", "timer"
)
OPEN_CASES = Reading("steward_open_cases", "Cases that are not over.", "state")

READINGS = (READY, CONSUMING, UNPUBLISHED_CASES, UNPUBLISHED_AGE_SECONDS, TIMER_OVERDUE_SECONDS, OPEN_CASES)
