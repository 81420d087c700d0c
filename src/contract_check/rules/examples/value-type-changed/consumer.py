from provider import Client


def use(client: Client) -> int:
    stats = client.stats()
    return stats["open"]
