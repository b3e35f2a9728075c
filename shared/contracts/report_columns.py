"""Which column of a table that somebody else keeps is which field of a report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from shared.contracts.encodings import is_readable
from shared.kernel.errors import Invalid

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
    "consent": ("consent", "同意", "本人同意"),
    "channel": ("channel", "source", "渠道", "来源"),
    "answer": ("answer", "reply", "答复", "回复", "status_notes"),
}
"""Field → the columns that are tried for it, in this order. Each reader takes of them what it has a use for."""

NONE_GIVEN: Mapping[str, str] = MappingProxyType({})


def cells_of(values: Mapping[str, Any], given: Mapping[str, str] = NONE_GIVEN) -> dict[str, str]:
    """The fields that the row fills; `given` are the columns that a person named. Raises Invalid for what is no text.

    A nested object's members are columns too: `position.lon`.
    """
    known = {name.casefold(): value for name, value in flat(values)}
    found = {}
    for field, names in KNOWN_NAMES.items():
        tried = (given[field],) if field in given else names
        filled = (text for name in tried if (text := _text(field, known.get(name.casefold()))))
        if text := next(filled, ""):
            found[field] = text
    return found


def position_of(cells: Mapping[str, str], datum: str | None = None) -> dict[str, Any] | None:
    """None where the row has none: files say so by an empty cell or by 0. `datum` is for one that does not say its own.

    Raises Invalid.
    """
    try:
        lon, lat = float(cells.get("lon", 0)), float(cells.get("lat", 0))
    except ValueError:
        raise Invalid({"position": ["Must be degrees."]}) from None
    if not (lon and lat):
        return None
    datum = cells.get("datum") or datum
    return {"lon": lon, "lat": lat} | ({"datum": datum} if datum else {})


def codes_by_name(categories: Iterable[Sequence[str]]) -> dict[str, str]:
    """Of (code, names…) of each category: every way to write it, case folded → its code."""
    return {name.casefold(): code for code, *names in categories for name in (code, *names)}


def flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", within) for inner, within in value.items())
        else:
            yield name, value


def _text(field: str, value: Any) -> str:
    if isinstance(value, list | dict):
        raise Invalid({field: ["Must be text or a number."]})
    text = "" if value is None else str(value).strip()
    if not is_readable(text):
        raise Invalid({field: ["Has bytes that are not of the file's encoding."]})
    return text
