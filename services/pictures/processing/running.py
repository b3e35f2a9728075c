"""Runs the process that decodes: bounded in time, in number, and in what it knows."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from eventlet import Timeout
from eventlet.green.subprocess import DEVNULL, PIPE, Popen
from eventlet.semaphore import Semaphore

import services
from services.pictures.processing.verdicts import SECONDS, TOO_COSTLY, Examined, Refused

PYTHONPATH = str(Path(services.__file__).parents[1])
AT_ONCE = max(2, os.cpu_count() or 1)
"""More would only take turns on the processors, each with its memory."""
WORKER = "services.pictures.processing"

slots = Semaphore(AT_ONCE)
"""Held while a picture is decoded and stored, so that the bytes of no more than these are ever in memory."""


def run(file: Path, folder: Path, declared: Sequence[str]) -> Examined:
    """What `examine` finds, found elsewhere. Raises Refused, also where the process was killed by its limits."""
    command = [sys.executable, "-m", WORKER, str(file), str(folder), *declared]
    answer = _output(command)
    if not answer:
        raise Refused(TOO_COSTLY)
    found = json.loads(answer)
    if "refused" in found:
        raise Refused(found["refused"])
    return Examined(**found)


def _output(command: Sequence[str]) -> bytes:
    """Empty where it died, or took too long, before it had an answer.

    It gets no environment of ours: it reads what strangers send, and shall know neither addresses nor passwords.
    """
    # eventlet's Popen lets others run meanwhile; its `run` is the ordinary one, and would stop the whole service.
    process = Popen(command, env={"PYTHONPATH": PYTHONPATH}, stdin=DEVNULL, stdout=PIPE)
    try:
        with Timeout(SECONDS):
            answer: bytes = process.communicate()[0]
            return answer
    except Timeout:
        return b""
    finally:
        process.kill()
        process.wait()
