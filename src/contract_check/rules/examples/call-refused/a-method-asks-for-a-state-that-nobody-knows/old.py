class Client:
    def index(self, name, body):
        return body
