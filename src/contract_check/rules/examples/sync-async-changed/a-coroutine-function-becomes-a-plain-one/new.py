def fetch(name):
    return name
