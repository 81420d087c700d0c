"""Sends requests to an ASGI application in this process (ASGI 3.0, HTTP 2.4, lifespan 2.0)."""

from __future__ import annotations

import contextlib
from json import dumps, loads  # bound now: imported code may put others in their place
from typing import Any

from contract_check_probe.encoding import encode, identity
from contract_check_probe.failures import describe_failure
from contract_check_probe.importing import resolve

_START_UP = 20.0
"""Seconds a lifespan start-up may take before the request is sent without it."""


def send(request: dict[str, Any]) -> dict[str, Any]:
    """One request to one application: status, body, and how the model reads the body."""
    fact: dict[str, Any] = {"id": request["id"]}
    told = request.get("json")
    content = b"" if told is None else dumps(told).encode()
    try:
        app = resolve(request["app"])
        method, path = request["method"], request["path"]
        fact.update(_declared_model(app, method, path))
        import asyncio  # here: it is a third of a probe's start, and few probes send requests

        status, body = asyncio.run(_exchange(app, method, path, content))
    except Exception as error:  # noqa: BLE001 - an application that fails is a fact
        return {**fact, "failure": describe_failure(error)}
    text = body.decode("utf-8", errors="replace")
    fact.update(status=status, body=text[:20000])
    with contextlib.suppress(ValueError):
        fact["json"] = loads(text)
    if request.get("model"):
        fact["reading"] = _read_body(request["model"], text)
    return fact


def _read_body(ref: str, text: str) -> dict[str, Any]:
    try:
        instance = resolve(ref).model_validate_json(text)
        return {"accepted": True, "attributes": encode(instance)}
    except Exception as error:  # noqa: BLE001 - a refusal is a fact
        return {"accepted": False, "failure": describe_failure(error)}


def _declared_model(app: Any, method: str, path: str) -> dict[str, Any]:
    for route in getattr(app, "routes", ()):
        if getattr(route, "path", None) == path and method in (
            getattr(route, "methods", None) or ()
        ):
            model = getattr(route, "response_model", None)
            if isinstance(model, type):
                bases = [identity(base) for base in model.__mro__ if base is not object]
                return {"response_model": identity(model), "response_model_bases": bases}
    return {}


_Response = tuple[int, bytes]
"""Status and body."""


async def _exchange(app: Any, method: str, path: str, content: bytes) -> _Response:
    async with _lifespan(app):
        return await _request(app, method, path, content)


@contextlib.asynccontextmanager
async def _lifespan(app: Any) -> Any:
    """Start the application up and shut it down, where it speaks the lifespan protocol."""
    import asyncio

    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.ensure_future(app(scope, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    answer = asyncio.ensure_future(outbox.get())
    done, _ = await asyncio.wait(
        {task, answer}, timeout=_START_UP, return_when=asyncio.FIRST_COMPLETED
    )
    if answer in done and answer.result()["type"] == "lifespan.startup.failed":
        raise RuntimeError(f"application start-up failed: {answer.result().get('message', '')}")
    try:
        yield
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        answer.cancel()
        _, pending = await asyncio.wait({task}, timeout=5)
        for unfinished in pending:
            unfinished.cancel()
        # An application without lifespan support may raise here; the protocol allows that.
        await asyncio.gather(task, answer, return_exceptions=True)


async def _request(app: Any, method: str, path: str, content: bytes) -> _Response:
    import asyncio

    described = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
    ]
    route, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": route,
        "raw_path": route.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"contract-check"),
            (b"accept", b"application/json"),
            *(described if content else ()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    sent: list[dict[str, Any]] = []
    asked = False
    finished = asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": content, "more_body": False}
        await finished.wait()
        return {"type": "http.disconnect"}

    async def transmit(message: dict[str, Any]) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            finished.set()

    await app(scope, receive, transmit)
    start = next((message for message in sent if message["type"] == "http.response.start"), None)
    if start is None:
        raise RuntimeError("the application sent no response")
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return int(start["status"]), body
