"""Every attribute that may leave the process: names of the semantic conventions, and a few of ours.

No value of them tells of a person. Whatever else a span was given, by us or by an instrumentation, is dropped by
`exporting`: addresses of clients, paths and questions (rating links are secrets), database statements, words of errors.
"""

# https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ and …/messaging/rabbitmq/
MESSAGING_SYSTEM, RABBITMQ = "messaging.system", "rabbitmq"
OPERATION_NAME, OPERATION_TYPE = "messaging.operation.name", "messaging.operation.type"
DESTINATION, ROUTING_KEY = "messaging.destination.name", "messaging.rabbitmq.destination.routing_key"
MESSAGE_ID, BATCH_SIZE = "messaging.message.id", "messaging.batch.message_count"
# https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
RPC_SYSTEM, RPC_SERVICE, RPC_METHOD = "rpc.system", "rpc.service", "rpc.method"
NAMEKO = "nameko"
# https://opentelemetry.io/docs/specs/semconv/attributes-registry/error/
ERROR_TYPE = "error.type"
EXCEPTION_TYPE = "exception.type"

SEQUENCE, VERB, STATE, ROLE = "steward.sequence", "steward.verb", "steward.state", "steward.role"
"""Of a step: the number of its event, what was done, where it led, in which role."""
REFUSAL = "steward.refusal"
"""Of a call: the kind of refusal that answered it. A refusal is an answer and no fault."""

OF_HTTP = {"http.request.method", "http.response.status_code", "http.route", "url.scheme", "network.protocol.version"}
OF_DATABASE = {"db.system.name", "db.namespace", "db.operation.name", "db.collection.name", "db.query.text"}
"""The instrumentation's query text is the command's name, as long as it is not told to capture statements."""
KEPT = frozenset(
    {
        *(MESSAGING_SYSTEM, OPERATION_NAME, OPERATION_TYPE, DESTINATION, ROUTING_KEY, MESSAGE_ID, BATCH_SIZE),
        *(RPC_SYSTEM, RPC_SERVICE, RPC_METHOD, ERROR_TYPE, EXCEPTION_TYPE),
        *(SEQUENCE, VERB, STATE, ROLE, REFUSAL),
        *OF_HTTP,
        *OF_DATABASE,
    }
)
