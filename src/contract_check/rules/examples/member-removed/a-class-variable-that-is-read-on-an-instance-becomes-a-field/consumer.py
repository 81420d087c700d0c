from provider import Part


def kind(part: Part):
    return part.KIND
