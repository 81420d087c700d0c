import functools


def by_name(method):
    @functools.wraps(method)
    def wrapped(self, *args, **kwargs):
        if args:
            raise TypeError("positional arguments cannot be used")
        return method(self, **kwargs)

    return wrapped


class Client:
    @by_name
    def index(self, name, body):
        return body
