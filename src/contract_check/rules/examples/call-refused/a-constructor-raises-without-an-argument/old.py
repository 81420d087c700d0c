class Updater:
    def __init__(self, token=None, bot=None):
        self.token = token
