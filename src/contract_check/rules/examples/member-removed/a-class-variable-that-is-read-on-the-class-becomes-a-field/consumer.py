from provider import Part


def kind():
    return Part.KIND
