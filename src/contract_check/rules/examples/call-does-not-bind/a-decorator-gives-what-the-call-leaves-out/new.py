import functools


def with_session(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function("session", *args, **kwargs)

    return inner


@with_session
def connect(session, url):
    return session, url
