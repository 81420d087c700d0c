class Pool:
    def __init__(self, worker):
        self.worker = worker

    def start(self):
        return self.worker(1)
