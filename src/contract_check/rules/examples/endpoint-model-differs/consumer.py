import provider
from provider import Health
from pydantic import BaseModel


class Answer(BaseModel):
    state: str = "up"


class Route:
    path = "/health"
    methods = {"GET"}
    response_model = getattr(provider, "ANSWER", Health)


class App:
    routes = [Route]

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            body = self.routes[0].response_model().model_dump_json().encode()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})


app = App()
