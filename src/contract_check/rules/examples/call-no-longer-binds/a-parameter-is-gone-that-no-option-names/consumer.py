from provider import Loader

OPTIONS = {"plain": {"blank": True}}


def run(text, kind="plain"):
    return Loader(options={"trim": True}).load(text)
