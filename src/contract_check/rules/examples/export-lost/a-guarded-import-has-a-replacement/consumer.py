from provider import Event


class Special(Event):
    note: str = ""


try:
    from provider import extra
except ImportError:

    def extra():
        return 1
