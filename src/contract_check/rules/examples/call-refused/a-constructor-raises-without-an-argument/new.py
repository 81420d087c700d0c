class Updater:
    def __init__(self, token=None, bot=None):
        if bot is None:
            raise TypeError("an Updater needs a bot")
        self.token = token
