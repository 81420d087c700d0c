from provider import publish


def tries(most):
    def around(inner):
        def outer(item):
            try:
                return inner(item)
            except ValueError:
                return None

        return outer

    return around


@tries(3)
def send(item):
    return publish(item)
