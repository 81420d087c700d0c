def connect(url, timeout=5, retries=0):
    return url, timeout
