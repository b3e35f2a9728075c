"""The process that decodes: `python -m services.pictures.processing FILE FOLDER [DECLARED …]`.

It limits itself before it reads a byte, and answers on its standard output, as JSON: what it found, or why not.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: fifty million pixels of four bytes, three times over, and the interpreter."""
CPU_SECONDS = 20


def main(file: str, folder: str, *declared: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Only now: what the decoders bring with them is held by the limits too.
    from services.pictures.processing.examining import examine
    from services.pictures.processing.verdicts import TOO_COSTLY, Refused

    try:
        found = asdict(examine(Path(file).read_bytes(), declared, Path(folder)))
    except Refused as refusal:
        found = {"refused": str(refusal)}
    except MemoryError:
        found = {"refused": TOO_COSTLY}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
