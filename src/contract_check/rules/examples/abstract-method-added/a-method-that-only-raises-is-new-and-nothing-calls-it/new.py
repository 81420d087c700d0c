class Transport:
    def request(self, url):
        raise NotImplementedError

    def close(self):
        raise NotImplementedError


class Client:
    def __init__(self, transport):
        self.transport = transport

    def get(self, url):
        return self.transport.request(url)
