"""Satisfaction 满意率 by community and month, in two ways: DuckDB over exported Parquet, and pymongoarrow on the views.

Made for a notebook. First, with the extra `analysis` installed:

    steward export --view analysis_cases --format parquet --output cases.parquet
    steward export --view analysis_ratings --format parquet --output ratings.parquet
"""

import duckdb
import pyarrow as pa
from pymongo import MongoClient
from pymongoarrow.api import Schema, find_arrow_all

CASES = Schema({"alias": pa.string(), "community": pa.string(), "exempt": pa.bool_()})
RATINGS = Schema({"alias": pa.string(), "day": pa.string(), "satisfaction": pa.string(), "is_last": pa.bool_()})
SATISFACTION = """
    SELECT community, strftime(day::DATE, '%Y-%m') AS month, count(*) AS ratings,
           round(100 * avg(CASE satisfaction WHEN 'satisfied' THEN 1 WHEN 'basically_satisfied' THEN 0.9 ELSE 0 END), 2)
               AS satisfaction
    FROM ratings JOIN cases USING (alias)
    WHERE is_last AND NOT exempt
    GROUP BY ALL HAVING count(*) >= 5 ORDER BY ALL
"""
"""Only what counts: the last word of each reporter, no case that an appeal exempts, and no cell that is too small."""


def from_parquet(cases_file: str, ratings_file: str) -> pa.Table:
    """Columns: community, month, ratings, satisfaction (percent)."""
    with duckdb.connect() as db:
        db.read_parquet(cases_file).create_view("cases")
        db.read_parquet(ratings_file).create_view("ratings")
        return db.sql(SATISFACTION).to_arrow_table()


def from_views(analyst_uri: str) -> pa.Table:
    """The same from the database as it is now; only the columns that are asked for travel."""
    with MongoClient(analyst_uri) as client:
        views = client.get_default_database()
        cases = find_arrow_all(views["analysis_cases"], {}, schema=CASES)
        ratings = find_arrow_all(views["analysis_ratings"], {}, schema=RATINGS)
    with duckdb.connect() as db:
        db.register("cases", cases)
        db.register("ratings", ratings)
        return db.sql(SATISFACTION).to_arrow_table()
