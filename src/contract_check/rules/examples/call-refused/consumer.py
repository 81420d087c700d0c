from provider import Client


def go(client: Client):
    return client.index("a", {})
