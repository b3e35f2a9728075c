"""The rows of a view within a period, a batch at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import click

from services.evaluation.analysis.view import Kind, View
from shared.kernel.worktime import BEIJING
from shared.runtime.mongo import Mongo

BATCH = 5000
"""Rows that are held at a time."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ViewRows:
    db: Mongo
    view: View
    query: Mapping[str, Any] = field(default_factory=dict)

    def batches(self) -> Iterator[list[Row]]:
        batch: list[Row] = []
        for row in self.db[self.view.name].find(self.query, batch_size=BATCH):
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def raw_batches(self) -> Iterator[bytes]:
        """As BSON, just as the server sends them."""
        yield from self.db[self.view.name].find_raw_batches(self.query, batch_size=BATCH)


def period_query(view: View, start: date | None, end: date | None) -> dict[str, Any]:
    """Days in Beijing, both inclusive. Raises UsageError where rows of the view have no day."""
    if start is None and end is None:
        return {}
    if view.dated is None:
        raise click.UsageError(f"{view.name} 不按日期 has no day to ask for: leave --start and --end out.")
    bounds: dict[str, Any] = {}
    if view.kind_of(view.dated) is Kind.HOUR:
        if start:
            bounds["$gte"] = datetime.combine(start, time(), BEIJING)
        if end:
            bounds["$lt"] = datetime.combine(end + timedelta(days=1), time(), BEIJING)
    else:
        if start:
            bounds["$gte"] = start.isoformat()
        if end:
            bounds["$lte"] = end.isoformat()
    return {view.dated: bounds}
