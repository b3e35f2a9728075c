"""Which column of a foreign file is which field of a report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.channels import CHANNELS, IMPORT
from shared.contracts.commands import load
from shared.contracts.fields import TEXT_LIMIT
from shared.contracts.files import Row
from shared.contracts.reports import SubmitReport
from shared.kernel.errors import Invalid
from steward.replay.categories import CategoryNames
from steward.replay.text import is_readable

KNOWN_NAMES: Mapping[str, Sequence[str]] = {
    "text": ("text", "content", "description", "details", "内容", "诉求内容", "正文", "描述"),
    "subject": ("subject", "title", "标题", "主题", "descriptor"),
    "category": ("category", "complaint_type", "类别", "分类", "类型"),
    "lon": ("lon", "lng", "longitude", "经度", "position.lon"),
    "lat": ("lat", "latitude", "纬度", "position.lat"),
    "datum": ("datum", "坐标系", "position.datum"),
    "address": ("address", "incident_address", "地址", "地点"),
    "user": ("user", "user_id", "用户", "账号"),
    "contact_name": ("contact_name", "name", "姓名", "联系人"),
    "contact_phone": ("contact_phone", "phone", "电话", "手机", "联系电话"),
    "channel": ("channel", "source", "渠道", "来源"),
    "answer": ("answer", "reply", "答复", "回复", "status_notes"),
}
"""Field → the columns that are tried for it, in this order. `answer` becomes the steward's public answer."""

SENT_AS_THEY_ARE = ("address", "contact_name", "contact_phone", "subject")


@dataclass(frozen=True, slots=True)
class Submission:
    """`body` is what POST /reports takes; `line` is where in the file it stood."""

    line: int
    user: str
    body: Mapping[str, Any]
    answer: str | None


@dataclass(frozen=True)
class Columns:
    """`given` are the columns that a person named, `datum` that of positions which do not say theirs."""

    categories: CategoryNames
    given: Mapping[str, str] = field(default_factory=dict)
    datum: str | None = None

    def read(self, row: Row) -> Submission:
        """Raises Invalid, naming each field that the gateway would refuse."""
        cells = dict(self._cells(row.values))
        body: dict[str, Any] = {name: cells[name] for name in SENT_AS_THEY_ARE if name in cells}
        body["text"] = cells.get("text") or cells.get("subject") or cells.get("category", "")
        body["channel"] = cells["channel"] if cells.get("channel") in CHANNELS else IMPORT
        body |= {"category": code} if (code := self.categories.code_of(cells.get("category"))) else {}
        body |= {"position": position} if (position := self._position(cells)) else {}
        load(SubmitReport, body)
        answer = cells["answer"][:TEXT_LIMIT] if "answer" in cells else None
        return Submission(row.line, cells.get("user", f"replay-{row.line}"), body, answer)

    def names_in(self, row: Row) -> set[str]:
        """The columns of the row, in the case in which they are compared."""
        return {name.casefold() for name, _ in _flat(row.values)}

    def _cells(self, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The fields that the row fills. Raises Invalid for one that is not text."""
        known = {name.casefold(): value for name, value in _flat(values)}
        for ours, names in KNOWN_NAMES.items():
            tried = (self.given[ours],) if ours in self.given else names
            filled = (text for name in tried if (text := _text(ours, known.get(name.casefold()))))
            if text := next(filled, ""):
                yield ours, text

    def _position(self, cells: Mapping[str, str]) -> dict[str, Any] | None:
        """None where the row has none: files say so by an empty cell or by 0."""
        try:
            lon, lat = float(cells.get("lon", 0)), float(cells.get("lat", 0))
        except ValueError:
            raise Invalid({"position": ["Must be degrees."]}) from None
        if not (lon and lat):
            return None
        datum = cells.get("datum") or self.datum
        return {"lon": lon, "lat": lat} | ({"datum": datum} if datum else {})


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A nested object's members are columns too: `position.lon`."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", within) for inner, within in value.items())
        else:
            yield name, value


def _text(ours: str, value: Any) -> str:
    if isinstance(value, list | dict):
        raise Invalid({ours: ["Must be text or a number."]})
    text = "" if value is None else str(value).strip()
    if not is_readable(text):
        raise Invalid({ours: ["Has bytes that are not of the file's encoding."]})
    return text
