def move(source, target):
    return _move(source, target)


def _move(source, target):
    return source + target[:1]
