from provider import Event
from pydantic import ConfigDict


class Special(Event):
    model_config = ConfigDict(ignored_types=(float,))
    load = 0.5
