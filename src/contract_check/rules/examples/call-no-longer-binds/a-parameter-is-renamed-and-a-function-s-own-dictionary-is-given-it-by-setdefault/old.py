def connect(url, timeout=5):
    return url, timeout
