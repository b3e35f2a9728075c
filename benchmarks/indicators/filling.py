"""Two years of cases in the evaluation database, in the order of their ids, as they would have come."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from bson.raw_bson import RawBSONDocument
from pymongo import WriteConcern

from benchmarks.indicators.district import District
from benchmarks.indicators.lives import document
from benchmarks.indicators.stamps import Stamp
from services.evaluation.indicators.periods import Periods
from services.evaluation.indicators.rollups import NEXT, ROLLUPS, STATE
from services.evaluation.repository import MongoEvaluations
from shared.runtime.mongo import Mongo
from steward.batches import in_batches

DAYS = 730
MODELS = 4000
"""Cases that are lived through; the others are the same on other days."""
BATCH = 1000
BYTES_A_CASE = 1500
"""On the disk, with indexes, and with what is written meanwhile."""
SPARE_BYTES = 2 * 2**30
COLLECTION = MongoEvaluations.collection_name


class TooLittleSpace(Exception):
    """The disk would not hold them."""


def require_space(folder: Path, number: int) -> None:
    """Raises TooLittleSpace."""
    needed, free = number * BYTES_A_CASE + SPARE_BYTES, shutil.disk_usage(folder).free
    if free < needed:
        raise TooLittleSpace(f"{number:,} cases need {needed / 2**30:.1f} GiB in {folder}; {free / 2**30:.1f} are free")


def fill(db: Mongo, district: District, number: int, periods: Periods, seed: int = 7) -> None:
    """Replaces what is there. The writes are not waited for one by one: nobody would miss these cases."""
    for name in (COLLECTION, ROLLUPS, NEXT, STATE):
        db[name].drop()
    random = Random(seed)
    stamps = [Stamp(document(district, random, periods), periods) for _ in range(min(MODELS, number))]
    cases = db[COLLECTION].with_options(write_concern=WriteConcern(w=1))
    printed = _printed(stamps, number, random)
    with ThreadPoolExecutor(1) as pool:
        writing = None
        for batch in in_batches(printed, BATCH):
            if writing:
                writing.result()
            writing = pool.submit(cases.insert_many, batch, ordered=False)
    db[COLLECTION].create_indexes(list(MongoEvaluations.indexes))


def _printed(stamps: list[Stamp], number: int, random: Random) -> Iterator[RawBSONDocument]:
    """As many on each day, of models drawn by lot."""
    for index in range(number):
        yield random.choice(stamps).print(index * DAYS // number, random)
