def connect(url, timeout=60):
    return url, timeout
