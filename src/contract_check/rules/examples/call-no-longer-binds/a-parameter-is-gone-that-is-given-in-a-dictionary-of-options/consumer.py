from provider import Loader

OPTIONS = {"plain": {"blank": True}}


def run(text, kind="plain"):
    return Loader(options={"blank": True}).load(text)
