from provider import Runner, publish


class Send(Runner):
    def once(self):
        return publish(1)


def start():
    try:
        return Send().run()
    except ValueError:
        return None
