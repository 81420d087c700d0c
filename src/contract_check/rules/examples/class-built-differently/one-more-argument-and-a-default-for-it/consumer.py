from provider import Pool


class Worker:
    def __init__(self, size, name=""):
        self.size = size


def run():
    return Pool(Worker).start()
