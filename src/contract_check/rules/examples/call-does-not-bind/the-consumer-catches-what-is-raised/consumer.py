from provider import connect


def start():
    try:
        return connect(address=1)
    except Exception:
        return None
