def connect(address, timeout=5):
    return address, timeout
