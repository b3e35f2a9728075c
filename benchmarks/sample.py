"""Sample reports that the routing can assign, as intake would publish them and as a phone would send them."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

from uuid_utils import uuid7

from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.organisation.repository import load_directory, save_organisation
from services.dispatch.organisation.shifts import ALWAYS
from services.intake.domain import Report
from services.intake.triage import CATEGORY_KNOWN, Action, Verdict
from shared.contracts.catalogue import CATEGORIES, Kind, load_catalogue
from shared.contracts.positions import to_wgs84
from shared.kernel.actor import RESIDENT, Actor
from shared.runtime.clock import now
from shared.runtime.messages import Publication
from shared.runtime.mongo import Mongo
from steward.stack.home import PROJECT
from steward.stack.rules import SHIPPED

DISTRICT = PROJECT / "samples" / "licheng"
ENDLESS = 1_000_000
"""Capacity of a steward: a backlog is to be assigned, not to end in the pool for want of people.

For the same reason all of them are always on shift."""

IDEOGRAPHS = range(0x4E00, 0x9FA6)
Sample = dict[str, Any]
"""A line of the sample: the body of a submission, with `user` and `submitted_at`."""


def load_organisation(database: Mongo) -> Organisation:
    read = read_organisation(DISTRICT, load_catalogue(SHIPPED / CATEGORIES))
    patient = tuple(replace(steward, capacity=ENDLESS, shift=ALWAYS) for steward in read.stewards)
    organisation = replace(read, stewards=patient)
    save_organisation(database, organisation)
    return organisation


def assignable(database: Mongo) -> list[Sample]:
    """The sample's reports of a known category and place, where somebody serves who has the skills.

    Only of what goes the short way: without milestones, and without verification.
    """
    directory, catalogue = load_directory(database), load_catalogue(SHIPPED / CATEGORIES)

    def is_assignable(sample: Sample) -> bool:
        if not {"category", "position"} <= sample.keys():
            return False
        category, unit = catalogue[sample["category"]], directory.unit_at(*_wgs84(sample))
        is_plain = category.kind not in (Kind.WISH, Kind.PROJECT) and not category.verification
        return bool(is_plain and unit and directory.stewards_for(unit, category.skills))

    lines = (DISTRICT / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    return [sample for sample in map(json.loads, lines) if is_assignable(sample)]


def reported(samples: list[Sample], count: int) -> Iterator[Report]:
    """`count` new cases, submitted and accepted, over and over the samples."""
    for sample in islice(cycle(samples), count):
        lon, lat = _wgs84(sample)
        facts = {"category": sample["category"], "position": {"lon": round(lon, 6), "lat": round(lat, 6)}}
        report = Report(str(uuid7()))
        report.submit(Actor(sample["user"], RESIDENT), now(), facts, {}, Verdict(CATEGORY_KNOWN, Action.ACCEPT))
        yield report


def accepted(samples: list[Sample], count: int) -> Iterator[Publication]:
    """`ReportAccepted` of `count` new cases."""
    return map(last_event, reported(samples, count))


def last_event(report: Report) -> Publication:
    event, snapshot = report.outgoing[-1]
    return Publication(report.case_id, event, snapshot)


def submission(sample: Sample) -> dict[str, Any]:
    """With words of its own: alike ones, near each other, would wait for a dispatcher."""
    kept = {name: value for name, value in sample.items() if name not in ("user", "submitted_at", "subject")}
    return {**kept, "text": "".join(map(chr, random.choices(IDEOGRAPHS, k=30)))}


def _wgs84(sample: Sample) -> tuple[float, float]:
    given = sample["position"]
    return to_wgs84(given["lon"], given["lat"], given["datum"])
