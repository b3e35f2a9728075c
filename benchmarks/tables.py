"""The figures as a person reads them.

Hop 1 opens the order and hop 2 expects the rating; in ours they are dispatch and evaluation. Writes are majority
and journaled, and publishes are persistent and confirmed, for all alike.
"""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.event_path import Result
from benchmarks.processes import OTHERS

TARGETS = {
    "ours_to_bare_in_tens": ("本系统 ÷ 裸写(十条一批) Ours ÷ bare in tens", "≥ 0.5"),
    "ours_to_plain_nameko": ("本系统 ÷ 普通 nameko Ours ÷ plain nameko", "≥ 3"),
}
LABELS = {
    "ours": "本系统\nOurs",
    "ours, with all who listen": "本系统, 另有旁听\nOurs, with all who listen",
    "bare, in tens": "裸写,十条\nBare, tens",
    "bare, in hundreds": "裸写,百条\nBare, hundreds",
    "bare, one by one": "裸写,逐条\nBare, singly",
    "nameko": "普通\nPlain nameko",
    "nearest_first": "就近优先\nNearest first",
    "dashboard": "各社区一个月 A month by community",
    "trend": "全区十二个月 Twelve months of the district",
    "loop": "全流程\nWhole loop",
    "report": "上报 Report",
    "accept": "接单 Accept",
    "start": "开始 Start",
    "complete": "办结 Complete",
    "rate": "评价 Rate",
    "submit": "上报 Submit",
    "read": "查看 Read",
    "list": "列表 List",
}


HEADINGS = ("", "件/秒 cases/s", "件 cases", "写/件 writes", "发/件 publishes", "字节/件 bytes")


def show_machine(console: Console, facts: Mapping[str, str]) -> None:
    table = Table(show_header=False, title="机器 The machine")
    for name, value in facts.items():
        table.add_row(name, value)
    console.print(table)


def show_event_path(console: Console, results: Mapping[str, Result], ratios: Mapping[str, float]) -> None:
    table = _table("事件通路 The event path: accepted report → order → evaluation", *HEADINGS)
    for name, result in results.items():
        figures = result.figures()
        table.add_row(
            LABELS[name],
            f"{result.rate:,.0f}",
            f"{figures['cases']:,}",
            str(figures["durable_writes_per_case"]),
            f"{figures['publications_per_case']:g}",
            f"{sum(figures['document_bytes']):,}",
        )
    console.print(table)
    _show_cpu(console, {LABELS[name]: result.figures()["cpu_ms_per_case"] for name, result in results.items()})
    for name, value in ratios.items():
        label, target = TARGETS[name]
        console.print(f"{label}: [bold]{value:.2f}[/] (目标 target {target})")


def show_loop(console: Console, figures: Mapping[str, Any]) -> None:
    title = f"全流程 The whole loop over HTTP, {figures['clients']} clients"
    table = _table(title, "", "p50 ms", "p99 ms")
    for step, spread in figures["steps_ms"].items():
        table.add_row(LABELS[step], f"{spread['p50']:.1f}", f"{spread['p99']:.1f}")
    console.print(table)
    rate, requests = figures["cases_per_second"], figures["requests_per_case"]
    console.print(f"[bold]{rate:.1f}[/] 件/秒 cases/s, {requests:.1f} 次请求/件 requests a case, looks included")
    _show_cpu(console, {LABELS["loop"]: figures["cpu_ms_per_case"]})


def show_gateway(console: Console, figures: Mapping[str, Any]) -> None:
    """A bare edge is nameko's `http` entrypoint with one call and one write or read behind it."""
    title = f"网关 The gateway, {figures['clients']} clients"
    table = _table(title, "", "次/秒 requests/s", "p99 ms", "裸 bare: 次/秒", "p99 ms", "本系统÷裸 ours ÷ bare")
    for what in ("submit", "read", "list"):
        ours, bare = figures[what]["ours"], figures[what]["bare"]
        rates = [f"{one['requests_per_second']:,.0f}" for one in (ours, bare)]
        worst = [f"{one['ms']['p99']:.0f}" for one in (ours, bare)]
        ratio = f"{figures[what]['ours_to_bare']:.2f}"
        table.add_row(LABELS[what], rates[0], worst[0], rates[1], worst[1], ratio)
    console.print(table)


def show_assignment(console: Console, figures: Mapping[str, Any]) -> None:
    spread = figures["accepted_to_assigned_ms"]
    console.print(
        f"立案到派单 Accepted to assigned: p99 [bold]{spread['p99']:.0f} ms[/] (目标 target < 100 ms), "
        f"p50 {spread['p50']:.0f} ms; {figures['cases']} 件 cases, {figures['arrivals_per_second']:.1f} 件/秒 cases/s"
    )


def show_fairness(console: Console, figures: Mapping[str, Any]) -> None:
    title = f"派单公平 {figures['orders']:,} orders among {figures['stewards']} equal stewards"
    table = _table(title, "", "最多 most", "最少 fewest", "最多÷最少 most ÷ fewest", "平均米 mean metres")
    for name in ("ours", "nearest_first"):
        spread = figures[name]
        ratio, metres = f"{spread['most_to_fewest']:.2f}", f"{spread['mean_metres']:.0f}"
        table.add_row(LABELS[name], str(spread["most"]), str(spread["fewest"]), ratio, metres)
    console.print(table)
    console.print(f"最多÷最少 Most ÷ fewest: [bold]{figures['ours']['most_to_fewest']:.2f}[/] (目标 target ≤ 1.2)")


def show_decisions(console: Console, figures: Mapping[str, Any]) -> None:
    cpu = ("CPU dispatch", "CPU mongod")
    table = _table("一次派单 One decision, in ms", "红管家 stewards", "p50", "p99", *cpu)
    for stewards, spent in figures["stewards"].items():
        shown = (*spent["ms"].values(), *spent["cpu_ms"].values())
        table.add_row(f"{int(stewards):,}", *(f"{ms:.2f}" for ms in shown))
    console.print(table)
    growth = figures["growth"]
    console.print(
        f"红管家增至 {growth['stewards']:g} 倍 With {growth['stewards']:g} times the stewards a decision takes "
        f"[bold]{growth['p50']:.2f}[/] times as long (p50) and {growth['cpu']:.2f} times the CPU"
    )


def show_indicators(console: Console, sizes: Mapping[str, Any]) -> None:
    table = _table("指标 The indicators, in ms", "评价 evaluations", "", "p50", "p99", "most", "直接统计 plain")
    for size, figures in sizes.items():
        for name in ("dashboard", "trend"):
            ours, plain = figures[name]["ours_ms"], figures[name].get("plain_ms")
            shown = (f"{ours[share]:.1f}" for share in ("p50", "p99", "most"))
            table.add_row(f"{int(size):,}", LABELS[name], *shown, f"{plain['fewest']:,.0f}" if plain else "—")
    console.print(table)
    console.print("目标 Target: p99 < 200 ms")
    for size, figures in sizes.items():
        console.print(f"{int(size):,}: 重算 counted again at {figures['counted_per_second']:,.0f} 件/秒 cases/s")
        if export := figures.get("export"):
            console.print(
                f"{int(size):,}: 导出 Parquet at {export['rows_per_second']:,.0f} 行/秒 rows/s, "
                f"内存峰值 at most {export['peak_mib']:.0f} MiB of memory"
            )


def _show_cpu(console: Console, costs: Mapping[str, Mapping[str, float]]) -> None:
    """`costs` by label and process; `others` is no part of the sum."""
    table = _table("CPU 毫秒/件 ms a case", "", *costs)
    own = [process for process in next(iter(costs.values())) if process != OTHERS]
    for process in own:
        table.add_row(process, *(f"{cost[process]:.2f}" for cost in costs.values()), end_section=process == own[-1])
    sums = [sum(cost[process] for process in own) for cost in costs.values()]
    table.add_row("合计 sum", *(f"{ms:.2f}" for ms in sums), end_section=True)
    table.add_row("其他 others", *(f"{cost[OTHERS]:.2f}" for cost in costs.values()))
    console.print(table)


def _table(title: str, first: str, *headings: str) -> Table:
    table = Table(first, title=title)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table
