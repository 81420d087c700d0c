class Client:
    def index(self, name, body):
        return body


class Local(Client):
    pass
