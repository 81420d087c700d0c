import json

import provider
from provider import Health


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    known = scope["path"] in getattr(provider, "PATHS", ["/health"])
    status = 404 if not known else 200 if provider.READY else 503
    body = Health().model_dump_json().encode()
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body})
