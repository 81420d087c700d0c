class Env:
    def step(self, action):
        return action, 0.5, {}
