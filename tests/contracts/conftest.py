"""What the contract tests share. Needs pytest, market-data-core and market-data-store, no more.

The folder can be copied into the Store's repository as it stands.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Answer = tuple[int, dict[str, Any]]
Get = Callable[[str], Answer]


@pytest.fixture(scope="module")
def get_without_database() -> Iterator[Get]:
    """`GET path` of the Store's service, whose database nobody answers for."""
    with socket.socket() as reserved, pytest.MonkeyPatch.context() as patch:
        # Bound and not listening: every connection to it is refused, whoever runs beside us.
        reserved.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody@127.0.0.1:{reserved.getsockname()[1]}/none"
        patch.setenv("DATABASE_URL", url)
        patch.setenv("ADMIN_DATABASE_URL", url)
        from datastore.config import get_settings
        from datastore.service.app import app

        get_settings.cache_clear()  # an earlier import may have read another URL
        yield lambda path: asyncio.run(_get(app, path))
        get_settings.cache_clear()


async def _get(app: Any, path: str) -> Answer:
    """Send one request to an ASGI application, without a server or a client library."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"store")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], json.loads(body)
