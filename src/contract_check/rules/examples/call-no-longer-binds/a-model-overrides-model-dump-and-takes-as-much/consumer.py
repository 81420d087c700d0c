from provider import Tag


def dump(tag: Tag):
    return tag.model_dump(mode="json")
