class Env:
    def step(self, action):
        if action:
            return action, 0.5, False, {}
        return action, 0.5, {}
