"""The screen of `steward watch`: it asks nobody itself, and draws every second what the observer knows."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Footer, Static

from shared.operations.attention import Level, concerns
from shared.operations.observer import Observer
from shared.operations.wording import TITLES, both, clock_time
from shared.runtime.clock import now
from steward.watching.tables import backlog_table, concern_lines, process_table, queue_table, stage_table

EVERY = 1.0
"""Seconds."""
WIDE = 120
"""Columns from which on everything is shown."""
PANELS = ("stages", "queues", "processes", "backlog")


class Watch(App[None]):
    TITLE = "红管家 Neighbourhood steward"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "退出 Quit")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    CSS = """
    #title { background: $primary; color: $text; text-style: bold; padding: 0 1; }
    .panel { border: round $primary; border-title-style: bold; padding: 0 1; height: auto; }
    #concerns { border: round $success; }
    #concerns.warning { border: round $warning; }
    #concerns.alarm { border: round $error; }
    #below { height: auto; layout: vertical; }
    .-wide #below { layout: horizontal; }
    .-wide #below .panel { width: 1fr; }
    """

    def __init__(self, observer: Observer) -> None:
        super().__init__()
        self._observer = observer

    def compose(self) -> ComposeResult:
        yield Static(id="title")
        with VerticalScroll():
            yield Static(id="concerns", classes="panel")
            yield Static(id="stages", classes="panel")
            yield Static(id="queues", classes="panel")
            with VerticalScroll(id="below"):
                yield Static(id="processes", classes="panel")
                yield Static(id="backlog", classes="panel")
        yield Footer()

    def on_mount(self) -> None:
        for name in PANELS:
            self._panel(name).border_title = both(TITLES[name])
        self.draw()
        self.set_interval(EVERY, self.draw)

    def draw(self) -> None:
        observation = self._observer.observe(now())
        found = concerns(observation)
        self._panel("title").update(f"{self.TITLE}  {clock_time(observation.at)}")
        self._panel("concerns").update(concern_lines(found))
        self._panel("concerns").set_class(any(one.level is Level.ALARM for one in found), "alarm")
        self._panel("concerns").set_class(bool(found), "warning")
        self._panel("stages").update(stage_table(observation.stages))
        self._panel("queues").update(queue_table(observation, self.size.width >= WIDE))
        self._panel("processes").update(process_table(observation.processes))
        self._panel("backlog").update(backlog_table(observation.vitals))

    def _panel(self, name: str) -> Static:
        return self.query_one(f"#{name}", Static)
