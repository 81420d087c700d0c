def connect(url, wait=5):
    return url, wait
