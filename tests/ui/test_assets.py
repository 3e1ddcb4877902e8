"""What the browser is given: our own files, packed once, and asked for again only where they have changed."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from playground.live import assets as files
from playground.live.routes import routes

ROUTE = next(route for route in routes() if getattr(route, "path", "") == "/assets/{name}")


def get(name: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of the route's own answer."""
    told: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    raw = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": f"/assets/{name}", "path_params": {"name": name}, "headers": raw, "query_string": b""}
    with ThreadPoolExecutor(1) as own:  # the browser of other tests has a loop running in this thread
        own.submit(lambda: asyncio.run(ROUTE.app(scope, receive, send))).result()  # type: ignore[attr-defined]
    head = {key.decode(): value.decode() for key, value in told[0]["headers"]}
    return told[0]["status"], head, b"".join(message.get("body", b"") for message in told[1:])


def test_all_modules_and_style_sheets_come_in_one_answer_and_name_no_other() -> None:
    texts = json.loads(get(files.FRONT)[2])
    assert texts.keys() == {path.name for path in files.STATIC.iterdir() if path.suffix in (".js", ".css")}
    assert all(text == (files.STATIC / name).read_text("utf-8") for name, text in texts.items())
    for name, text in texts.items():
        for other in re.findall(r'^(?:import|export) [^"]*from "([^"]+)"', text, re.M) if name.endswith(".js") else ():
            assert other.startswith("./") and other[2:] in texts, f"{name} imports {other}, which is not beside it"
        assert not re.search(r'^import "|\bimport\(', text, re.M), f"{name}: the bootstrap knows only `from`"


def test_the_style_sheets_that_are_put_on_the_page_are_those_there_are() -> None:
    main = (files.STATIC / "main.js").read_text("utf-8")
    assert set(re.findall(r'"([\w-]+\.css)"', main)) == {path.name for path in files.STATIC.glob("*.css")}


@pytest.mark.parametrize("name", [files.FRONT, "plotly.min.js", "words-zh_Hans.json", "main.js"])
def test_a_file_travels_packed_where_that_is_understood_and_not_again_where_it_is_known(name: str) -> None:
    status, head, packed = get(name, accept_encoding="gzip, br")
    plain = get(name)
    assert status == plain[0] == 200 and head["content-encoding"] == "gzip" and "content-encoding" not in plain[1]
    assert gzip.decompress(packed) == plain[2] and len(packed) < len(plain[2]) / 2
    assert head["vary"] == "Accept-Encoding" and head["cache-control"] == ("max-age=86400" if name == "plotly.min.js" else "no-cache")
    again = get(name, if_none_match=head["etag"], accept_encoding="gzip")
    assert again[0] == 304 and again[2] == b"" and again[1]["etag"] == head["etag"]
    assert get(name, if_none_match='"another"')[0] == 200


def test_a_changed_module_is_given_as_it_is_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = tmp_path / "one.js"
    one.write_text("export const a = 1;")
    monkeypatch.setattr(files, "STATIC", tmp_path)
    monkeypatch.setattr(files, "assets", lambda: {"one.js": files.Asset(one, "text/javascript")})
    first = files.sent("one.js")
    whole = files.sent(files.FRONT)
    one.write_text("export const a = 22;")
    second, rest = files.sent("one.js"), files.sent(files.FRONT)
    assert first is not None and second is not None and whole is not None and rest is not None
    assert first.tag != second.tag and second.plain == b"export const a = 22;"
    assert whole.tag != rest.tag and json.loads(rest.plain) == {"one.js": "export const a = 22;"}


@pytest.mark.parametrize("name", ["../app.py", "front.json.gz", "", "words-xx.json", "component.py"])
def test_nothing_else_can_be_asked_for(name: str) -> None:
    assert get(name)[0] == 404
