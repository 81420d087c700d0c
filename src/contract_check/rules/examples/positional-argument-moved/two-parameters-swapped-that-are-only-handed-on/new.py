def move(target, source):
    return _move(target, source)


def _move(target, source):
    return source + target[:1]
