from provider import Event
