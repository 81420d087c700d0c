from provider import filters


def go():
    return filters.text
