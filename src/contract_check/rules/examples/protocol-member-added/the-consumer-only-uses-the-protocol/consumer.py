from provider import Sink


def send(sink: Sink):
    sink.write(1)
