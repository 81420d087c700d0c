def connect(url, timeout):
    return url, timeout
