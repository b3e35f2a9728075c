"""Whom `steward watch` asks: broker, databases and supervisor themselves, so that it sees what no service tells."""

from collections.abc import Iterable
from functools import partial, reduce
from operator import add
from typing import Any

import psutil
from pymongo.errors import PyMongoError

from shared.operations.management import Management
from shared.operations.observer import Observer, broker_source
from shared.operations.processes import Program, State
from shared.operations.source import Source
from shared.runtime import broker
from shared.runtime.clock import now
from shared.runtime.journal import MongoCases
from shared.runtime.mongo import Mongo, connect
from shared.runtime.telemetry.vitals import Vitals, read_vitals
from steward.stack.addresses import Addresses
from steward.stack.errors import StackError
from steward.stack.journals import JOURNALS
from steward.stack.local import Stack
from steward.stack.supervisor import ProcessState, Supervisor
from steward.stack.users import AUDITOR, WATCHER

STARTING = "STARTING"


def observer_of(stack: Stack) -> Observer:
    """Raises StackError before the first `up`, and where the broker came without its management API."""
    addresses = stack.addresses
    uri = addresses.management_uri(WATCHER)
    if uri is None:
        raise StackError("没有管理接口: the broker came without its management API; give its MANAGEMENT_URI to `up`")
    vhost = str(broker.connect(addresses.amqp_uri(WATCHER)).virtual_host)
    return Observer(
        broker_source(Management(uri, vhost)),
        {service: vitals_source(addresses, service, kinds) for service, kinds in JOURNALS.items()},
        Source(partial(programs, stack.supervisor), (StackError,)),
    )


def vitals_source(addresses: Addresses, service: str, kinds: Iterable[type[MongoCases[Any]]]) -> Source[Vitals]:
    database = connect(addresses.mongo_uri(AUDITOR, service), service)
    return Source(partial(_vitals, database, tuple(kinds)), (PyMongoError,))


def _vitals(database: Mongo, kinds: Iterable[type[MongoCases[Any]]]) -> Vitals:
    return reduce(add, (read_vitals(database[kind.collection_name], kind, now()) for kind in kinds))


def programs(supervisor: Supervisor) -> list[Program]:
    """Raises StackError where nobody supervises."""
    processes = supervisor.processes()
    if processes is None:
        raise StackError("没有运行: nothing is supervised")
    return [Program(process.name, _state(process), process.uptime) for process in processes]


def _state(process: ProcessState) -> State:
    if process.running:
        return State.FROZEN if _is_stopped(process.pid) else State.RUNS
    return State.STARTS if process.state == STARTING else State.DOWN


def _is_stopped(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False
