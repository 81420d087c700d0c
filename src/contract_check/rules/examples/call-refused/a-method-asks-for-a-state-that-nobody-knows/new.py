class Client:
    def index(self, name, body):
        if self.closed:
            raise RuntimeError("closed")
        return body
