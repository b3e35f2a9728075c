"""The report as one HTML page that needs nothing else: styles, charts and figures are in it; it may not connect."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.gateway.analysis.monthly.charts import charts
from services.gateway.analysis.monthly.report import MonthlyReport
from services.gateway.analysis.sheets import Kind, shown

PACKAGE = "services.gateway.analysis"
SCRIPTS = ("echarts.simple.min.js", "charts.js")
ENDS = 10
"""Of a longer list the page shows so many from the top and from the bottom; the workbook has them all."""

NAMES = ("name_zh", "period")
"""Columns that stay in sight when a table is scrolled sideways."""


def to_html(report: MonthlyReport) -> str:
    page = _templates().get_template("monthly.html")
    return page.render(
        report=report,
        charts=charts(report),
        scripts=[Markup(_static(name)) for name in SCRIPTS],
        style=Markup(_static("monthly.css")),
        policy=policy(),
    )


@cache
def policy() -> str:
    """The Content-Security-Policy: these scripts and no other, and no connection to anywhere."""
    hashes = " ".join(f"'sha256-{_digest(_static(name))}'" for name in SCRIPTS)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader(PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"shown": shown, "Kind": Kind, "ENDS": ENDS, "NAMES": NAMES}
    return environment


@cache
def _static(name: str) -> str:
    return files(PACKAGE).joinpath("static", name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
