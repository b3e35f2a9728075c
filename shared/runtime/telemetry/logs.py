"""The log of a process: one JSON object a line, with the ids by which one finds the rest, and nobody's data.

What is said in a line is ours. What an exception says is not always: a database quotes the document that it does not
take, a number that cannot be read is quoted with its digits. So of exceptions that are neither ours nor of a server
being away only the kind and the place are told (`traceback`), which is what one looks for anyway.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from traceback import extract_tb
from typing import Any

from opentelemetry.trace import get_current_span
from pymongo.errors import OperationFailure
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.processors import EventRenamer, JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict

from shared.runtime.faults import is_infrastructure
from shared.runtime.tracing.ids import trace_id_of

IDS = ("case_id", "event_id", "trace_id")
OURS = ("services.", "shared.", "steward.")

_process: dict[str, str] = {}
"""What every line of this process says."""


def name_process(service: str) -> None:
    _process["service"] = service


def tell_of(**ids: str | None) -> None:
    """What is said in this greenlet from now on is about this case, event or trace."""
    clear_contextvars()
    bind_contextvars(**{name: value for name, value in ids.items() if value})


def json_formatter() -> logging.Formatter:
    """For `config/nameko.yaml`."""
    return ProcessorFormatter(
        foreign_pre_chain=[
            _put_together,
            merge_contextvars,
            ExtraAdder(IDS),
            _add_trace,
            _add_process,
            _add_traceback,
            add_log_level,
            add_logger_name,
            TimeStamper("iso", key="time"),
            EventRenamer("message"),
        ],
        processors=[ProcessorFormatter.remove_processors_meta, JSONRenderer(partial(json.dumps, ensure_ascii=False))],
        use_get_message=False,
        pass_foreign_args=True,
    )


def outline(error: BaseException) -> str:
    """Its kind, and what it says where no document or input can be quoted in it."""
    is_plain = is_infrastructure(error) and not isinstance(error, OperationFailure)
    is_told = is_plain or type(error).__module__.startswith(OURS)
    return f"{type(error).__qualname__}: {error}" if is_told else type(error).__qualname__


def _put_together(_logger: Any, _level: str, line: EventDict) -> EventDict:
    """As logging does it, but for exceptions."""
    arguments = line.pop("positional_args")
    if isinstance(arguments, Mapping):
        line["event"] %= {name: _safe(value) for name, value in arguments.items()}
    elif arguments:
        line["event"] %= tuple(_safe(value) for value in arguments)
    return line


def _safe(argument: object) -> object:
    return outline(argument) if isinstance(argument, BaseException) else argument


def _add_trace(_logger: Any, _level: str, line: EventDict) -> EventDict:
    """A case is one trace, whose id is the case's. What is about no case may be part of a request's."""
    if "trace_id" in line:
        return line
    if case_id := line.get("case_id"):
        with suppress(ValueError):
            line["trace_id"] = f"{trace_id_of(case_id):032x}"
    elif (under_way := get_current_span().get_span_context()).is_valid:
        line["trace_id"] = f"{under_way.trace_id:032x}"
    return line


def _add_process(_logger: Any, _level: str, line: EventDict) -> EventDict:
    line.update(_process)
    return line


def _add_traceback(_logger: Any, _level: str, line: EventDict) -> EventDict:
    raised = line.pop("exc_info", None)
    if raised and raised[1]:
        line["traceback"] = [{"error": outline(error), "at": _places(error)} for error in _with_causes(raised[1])]
    return line


def _places(error: BaseException) -> list[str]:
    return [f"{place.filename}:{place.lineno} {place.name}" for place in extract_tb(error.__traceback__)]


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """The one that was raised, and then what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
