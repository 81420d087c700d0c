import provider
from provider.console import Console


def run():
    try:
        return Console()
    except ValueError:
        return provider.panel.Panel()
