"""Pictures as phones send and see them: over HTTP, through the gateway, on the real processes."""

from http.client import HTTPConnection
from io import BytesIO
from uuid import uuid4

import pytest
import requests
from PIL import Image

from steward.stack import Stack
from tests.support.http import Person, dispatcher, resident
from tests.support.pictures import MEDIA_TYPES, encoded, noise, send, sent, snapshot, telling

pytestmark = pytest.mark.servers

SMALL, LARGE = (320, 240), (1600, 1200)


def look(by: Person, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{by.gateway}{path}", headers={"Authorization": f"Bearer {by.token}", **headers}, timeout=30)


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_what_phones_take_is_kept_and_seen_in_two_sizes(stack: Stack, kind: str) -> None:
    me = resident(stack)
    answer = send(me, telling(kind), MEDIA_TYPES[kind])
    told = answer.json()
    assert (answer.status_code, told["media_type"], told["width"]) == (201, MEDIA_TYPES[kind], 640)
    assert answer.headers["Location"] == f"/pictures/{told['picture_id']}"
    for path in (answer.headers["Location"], f"{answer.headers['Location']}/thumbnail"):
        seen = look(me, path)
        assert (seen.status_code, seen.headers["Content-Type"]) == (200, "image/jpeg")
        assert Image.open(BytesIO(seen.content)).format == "JPEG"
        assert b"TELLTALE" not in seen.content


def test_a_large_one_is_seen_as_large_as_a_screen_and_in_a_list_as_small_as_a_thumb(stack: Stack) -> None:
    me = resident(stack)
    path = f"/pictures/{sent(me, encoded(noise(4000, 3000), quality=90))}"
    sizes = [Image.open(BytesIO(look(me, f"{path}{variant}").content)).size for variant in ("", "/thumbnail")]
    assert sizes == [LARGE, SMALL]


def test_a_form_with_a_file_is_taken_too(stack: Stack) -> None:
    me = resident(stack)
    who = {"Authorization": f"Bearer {me.token}"}

    def upload(name: str, data: bytes, media_type: str) -> requests.Response:
        files = {"picture": (name, data, media_type)}
        return requests.post(f"{me.gateway}/pictures", files=files, headers=who, timeout=30)

    assert upload("照片.jpg", snapshot(), "image/jpeg").status_code == 201
    assert upload("photo.png", snapshot(), "image/jpeg").status_code == 422
    assert upload("photo.html", snapshot(), "application/octet-stream").status_code == 422
    empty = requests.post(f"{me.gateway}/pictures", files={"other": b"x"}, headers=who, timeout=30)
    assert (empty.status_code, empty.json()["errors"][0]["field"]) == (422, "picture")


def test_what_is_refused_is_told_why_and_is_not_kept(stack: Stack) -> None:
    me = resident(stack)
    answer = send(me, b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == [
        {"field": "picture", "messages": ["这不是图片：请发送 JPEG、PNG、WebP 或 HEIC。"]}
    ]
    assert send(me, b"").status_code == 422
    assert send(me, snapshot() + b"\0" * (15 * 1024 * 1024)).status_code == 422


def test_a_body_that_no_picture_has_is_refused_by_its_length(stack: Stack) -> None:
    me = resident(stack)
    connection = HTTPConnection(me.gateway.removeprefix("http://"), timeout=30)
    headers = {"Authorization": f"Bearer {me.token}", "Content-Type": "image/jpeg", "Content-Length": str(1 << 30)}
    connection.request("POST", "/pictures", headers=headers)
    assert connection.getresponse().status == 413
    connection.close()


def test_the_same_upload_again_is_the_same_picture(stack: Stack) -> None:
    me, key = resident(stack), str(uuid4())
    first, again = (send(me, snapshot(), key=key).json() for _ in range(2))
    assert first == again
    assert send(me, snapshot("PNG"), "image/png", key=key).status_code == 422
    assert send(resident(stack), snapshot(), key=key).json()["picture_id"] != first["picture_id"]


def test_who_has_it_is_not_sent_it_again(stack: Stack) -> None:
    me = resident(stack)
    path = f"/pictures/{sent(me)}"
    first = look(me, path)
    assert first.headers["Cache-Control"].startswith("private")
    again = look(me, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert look(me, f"{path}/thumbnail", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_browser_runs_nothing_of_it(stack: Stack) -> None:
    me = resident(stack)
    headers = look(me, f"/pictures/{sent(me)}").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_until_it_is_named_only_who_sent_it_sees_it(stack: Stack) -> None:
    path = f"/pictures/{sent(resident(stack))}"
    for other in (resident(stack), dispatcher(stack)):
        assert look(other, path).status_code == 404
        assert look(other, f"{path}/thumbnail").status_code == 404


def test_nobody_keeps_more_than_thirty_that_are_not_named(stack: Stack) -> None:
    me = resident(stack)
    for _ in range(30):
        sent(me)
    assert send(me, snapshot()).status_code == 403
    assert send(resident(stack), snapshot()).status_code == 201


def test_there_is_no_way_in_around_the_gateway(stack: Stack) -> None:
    me = resident(stack)
    inside = f"http://127.0.0.1:{stack.record.ports.pictures}/pictures"
    for token in ("", "x.y.z", me.token):
        who = {"Authorization": f"Bearer {token}"}
        assert requests.post(inside, data=snapshot(), headers=who, timeout=30).status_code == 401
        assert requests.get(f"{inside}/{sent(me)}/original", headers=who, timeout=30).status_code == 401
