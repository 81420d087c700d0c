from provider import Env


def run(env: Env):
    first, reward, info = env.step(1)
    return first
