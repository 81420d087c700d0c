def Event():
    return 1
