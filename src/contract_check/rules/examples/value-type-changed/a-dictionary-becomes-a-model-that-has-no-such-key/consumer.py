import provider


def names():
    return [item["name"] for item in provider.listing()["models"]]
