from provider import Client, Transport


class Fake(Transport):
    def request(self, url):
        return url

    def handle(self, url):
        return url


def go():
    return Client(Fake()).get("x")
