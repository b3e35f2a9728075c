"""A view as Parquet: BSON batches become Arrow tables, and each of them a row group. Needs the extra `analysis`."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pymongoarrow.api import PyMongoArrowContext, Schema

from services.evaluation.analysis.view import Kind, View
from steward.analysis.view_files import Advance
from steward.analysis.view_rows import ViewRows

TYPES = {
    Kind.TEXT: pa.string(),
    Kind.COUNT: pa.int64(),
    Kind.DECIMAL: pa.float64(),
    Kind.YES_NO: pa.bool_(),
    Kind.HOUR: pa.timestamp("ms"),
}
"""Moments are in UTC."""


def schema_of(view: View) -> Schema:
    """Said and not inferred: a column that is empty in this month has its type all the same."""
    return Schema({column.name: TYPES[column.kind] for column in view.columns})


def write_parquet(rows: ViewRows, path: Path, advance: Advance) -> None:
    schema = schema_of(rows.view)
    with pq.ParquetWriter(path, schema.to_arrow()) as writer:
        for batch in rows.raw_batches():
            context = PyMongoArrowContext(schema, codec_options=rows.db.codec_options)
            context.process_bson_stream(batch)
            table = context.finish()
            writer.write_table(table)
            advance(table.num_rows)
