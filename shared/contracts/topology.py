"""Every exchange, queue and binding of the system. Queues are named here and nowhere else.

One topic exchange of events per service (nameko's own convention, so that a stock nameko
`event_handler` can listen too), one quorum queue per consuming service, and behind it a
ladder of delay queues and a dead-letter queue.
"""

from shared.contracts import event_types as types

INTAKE, DISPATCH, EVALUATION = "intake", "dispatch", "evaluation"
FEED, PICTURES, GATEWAY = "feed", "pictures", "gateway"
LOOP_SERVICES = (INTAKE, DISPATCH, EVALUATION)
"""They carry the loop: each owns a part of every case, and tells by events what becomes of it."""
SERVICES = (*LOOP_SERVICES, FEED, PICTURES)
"""All that hear events and answer calls."""
EVERYTHING = "#"
"""A binding for all that a service says."""

RPC_EXCHANGE = "nameko-rpc"
"""Calls, which only the gateway makes."""
REPLY_EXCHANGE = "rpc.replies"
"""Answers, apart from calls: on a shared exchange whoever may answer may also call, by `CC` or by dead-lettering."""
LIVE_EXCHANGE = "feed.live"
"""Fan-out: feed says that there is more to read, to every gateway that runs."""

RETRY_DELAYS = (2, 30, 300)
"""Seconds that a message which failed waits before its 1st, 2nd and 3rd retry; then it is dead."""

DELIVERY_LIMIT = 50
"""Deliveries before the broker itself declares a message dead. High, as every crash of a consumer counts."""

BINDINGS: dict[str, dict[str, tuple[str, ...]]] = {
    INTAKE: {
        DISPATCH: (
            types.WORK_STARTED,
            types.ORDER_COMPLETED,
            types.ORDER_REWORKED,
            types.ORDER_CLOSED,
            types.ORDER_CANCELLED,
        ),
    },
    DISPATCH: {
        INTAKE: (
            types.REPORT_ACCEPTED,
            types.WITHDRAWAL_REQUESTED,
            types.REPORT_FOLLOWED,
            types.REPORT_UNFOLLOWED,
            types.REPORT_ERASED,
        ),
        EVALUATION: (
            types.REWORK_REQUESTED,
            types.CASE_SETTLED,
            types.RATING_EXPIRED,
        ),
    },
    EVALUATION: {
        INTAKE: (
            types.REPORT_SUBMITTED,
            types.INFORMATION_ADDED,
            types.REPORT_REJECTED,
            types.REPORT_WITHDRAWN,
            types.REPORT_MERGED,
            types.REPORT_UNMERGED,
            types.REPORT_ERASED,
        ),
        DISPATCH: (
            types.ORDER_OPENED,
            types.ORDER_PLACED,
            types.ORDER_ASSIGNED,
            types.ORDER_CLAIMED,
            types.ORDER_TRANSFERRED,
            types.ORDER_RETURNED,
            types.DETAILS_REQUESTED,
            types.DETAILS_GIVEN,
            types.WORK_SUSPENDED,
            types.WORK_RESUMED,
            types.EXTENSION_GRANTED,
            types.ORDER_RESCHEDULED,
            types.ORDER_COMPLETED,
            types.ORDER_VERIFIED,
            types.ORDER_REWORKED,
            types.ORDER_CANCELLED,
            types.FOLLOWERS_NOTED,
        ),
    },
    FEED: dict.fromkeys(LOOP_SERVICES, (EVERYTHING,)),
    PICTURES: {
        INTAKE: (types.REPORT_SUBMITTED, types.INFORMATION_ADDED, types.REPORT_ERASED),
        DISPATCH: (types.ORDER_COMPLETED,),
    },
}
"""Consumer → source → the event types it hears."""


def events_exchange(service: str) -> str:
    return f"{service}.events"


def inbox(service: str) -> str:
    return f"{service}.inbox"


def retry_exchange(service: str) -> str:
    """Direct exchange into the retry ladder and the dead-letter queue; routing key = queue name."""
    return f"{service}.retry"


def retry_queue(service: str, delay: int) -> str:
    return f"{service}.retry.{delay}s"


def dead_letters(service: str) -> str:
    return f"{service}.dead"


def dead_letters_lock(service: str) -> str:
    """An exclusive queue: whoever has declared it is alone with the dead letters, for as long as they are connected."""
    return f"{service}.dead.lock"


def rpc_queue(service: str) -> str:
    return f"rpc-{service}"


def reply_queue(caller: str, instance: str) -> str:
    """nameko's name for the queue on which one process of a caller hears its replies."""
    return f"rpc.reply-{caller}-{instance}"


def live_queue(instance: str) -> str:
    """Where one gateway process hears of more to read; it is gone with the process."""
    return f"live-{instance}"
