from provider import Id


def same(id: Id) -> Id:
    return id
