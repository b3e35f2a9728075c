"""Dead letters on a terminal. What they say is somebody else's: it must not be able to speak to the terminal itself."""

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from steward.healing.letters import DeadLetter

SHORT_ERROR = 60
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"


def harmless(text: object) -> Text:
    """Without control characters, and no markup whatever it looks like."""
    return Text("".join(one if one.isprintable() or one == "\n" else UNPRINTABLE for one in str(text)))


def letter_table() -> Table:
    return Table("编号 letter", "服务 service", "事件 type", "案件 case", "时间 died", "次数 attempts", "错误 error")


def letter_row(letter: DeadLetter) -> Iterable[str | Text]:
    told = (letter.type, letter.case_id, _when(letter.died_at), len(letter.history), letter.error[:SHORT_ERROR])
    return letter.letter_id, letter.service, *map(harmless, told)


def show_letter(letter: DeadLetter, body: bool) -> None:
    console = Console()
    console.print(_facts(letter))
    console.print(_attempts(letter))
    if body:
        console.print(harmless(letter.body.decode("utf-8", "backslashreplace")))


def _facts(letter: DeadLetter) -> Table:
    """Lists are left out: what they tell is among the attempts."""
    table = Table("死信 letter", letter.letter_id)
    table.add_row("服务 service", letter.service)
    table.add_row("消息 message", harmless(letter.message_id))
    for name, value in sorted(letter.headers.items()):
        if not isinstance(value, list):
            table.add_row(harmless(name), harmless(value))
    table.add_row("大小 size", f"{len(letter.body)} bytes")
    return table


def _attempts(letter: DeadLetter) -> Table:
    table = Table("时间 at", "错误 error")
    for attempt in letter.history:
        table.add_row(_when(attempt.at), harmless(attempt.error))
    return table


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z" if at else ""
