"""How figures and names are written, on the terminal and on the page: Chinese first, and English."""

from collections.abc import Sequence
from datetime import datetime

from shared.kernel.worktime import BEIJING
from shared.operations.memory import Age

NOT_KNOWN = "—"
"""What stands where nobody can tell the figure; a 0 is counted."""
BARS = "▁▂▃▄▅▆▇█"
MINUTE, HOUR, DAY = 60, 3600, 86400

STAGES = {
    "report": ("群众上报", "reports"),
    "dispatch": ("组织派单", "dispatch"),
    "serve": ("红管家服务", "service"),
    "rate": ("群众评价", "rating"),
}
PROCESS_STATES = {
    "runs": ("运行", "runs"),
    "starts": ("启动中", "starting"),
    "frozen": ("冻结", "frozen"),
    "apart": ("未连上", "not connected"),
    "down": ("不在", "down"),
    "unknown": ("不明", "not known"),
}
TIMERS = {
    "ring": ("工单时钟", "clocks of orders"),
    "erase_personal_data": ("个人信息清除", "erasure of personal data"),
    "expire_invitations": ("评价到期", "end of invitations"),
    "notice_late_cases": ("超期登记", "noticing of late cases"),
    "count": ("指标统计", "counting"),
    "open_campaigns": ("测评开始", "opening of campaigns"),
    "close_campaigns": ("测评截止", "closing of campaigns"),
}
"""By the names in `shared.runtime.telemetry.vitals.Vitals`."""
ALARMS = {"memory": ("内存告急", "out of memory"), "disk": ("磁盘告急", "out of disk")}
COLUMNS = {
    "stage": ("阶段", "stage"),
    "open": ("在办", "open"),
    "flow": ("事件/分", "events/min"),
    "queue": ("队列", "queue"),
    "ready": ("待处理", "ready"),
    "unacked": ("处理中", "in hand"),
    "arriving": ("到/分", "in/min"),
    "applied": ("办/分", "done/min"),
    "trend": ("近5分钟", "last 5 min"),
    "oldest": ("最久", "oldest"),
    "consumers": ("消费者", "consumers"),
    "retries": ("重试", "retries"),
    "dead": ("死信", "dead"),
    "calls": ("调用", "calls"),
    "process": ("进程", "process"),
    "state": ("状态", "state"),
    "uptime": ("已运行", "up for"),
    "connections": ("连接", "connections"),
    "service": ("服务", "service"),
    "unpublished": ("未发布", "unpublished"),
    "unpublished_age": ("已等", "waiting"),
    "overdue": ("逾期定时", "overdue timers"),
}
TITLES = {
    "stages": ("环节", "The loop"),
    "queues": ("队列", "Queues"),
    "processes": ("进程", "Processes"),
    "backlog": ("未发布与定时", "Unpublished and timers"),
}


def both(words: tuple[str, str]) -> str:
    return " ".join(words)


def count(figure: int | None) -> str:
    return NOT_KNOWN if figure is None else f"{figure:,}"


def rate(per_minute: float | None) -> str:
    return NOT_KNOWN if per_minute is None else f"{per_minute:,.0f}"


def duration(seconds: float | None) -> str:
    """In the two largest units: `8 s`, `3 min 05 s`, `2 h 40 min`, `5 d 3 h`."""
    if seconds is None:
        return NOT_KNOWN
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def age(oldest: Age | None) -> str:
    """Nothing where there is no message."""
    if oldest is None:
        return ""
    return f"≥ {duration(oldest.seconds)}" if oldest.at_least else duration(oldest.seconds)


def clock_time(at: datetime) -> str:
    """In Beijing, to the second."""
    return f"{at.astimezone(BEIJING):%H:%M:%S}"


def sparkline(points: Sequence[int]) -> str:
    """One bar for each, the highest of them the full height; nothing is a blank, so that one message shows."""
    top = max(points, default=0)
    return "".join(BARS[-(-point * len(BARS) // top) - 1] if point else " " for point in points)
