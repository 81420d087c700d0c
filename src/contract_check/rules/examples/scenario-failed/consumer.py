from provider import make_bus
