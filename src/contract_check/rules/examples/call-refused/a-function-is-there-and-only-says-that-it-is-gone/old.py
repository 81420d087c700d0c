def load(text):
    return {}
