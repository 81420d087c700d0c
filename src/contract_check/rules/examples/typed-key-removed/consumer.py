from provider import Options


def ask(options: Options):
    return options["size"]
