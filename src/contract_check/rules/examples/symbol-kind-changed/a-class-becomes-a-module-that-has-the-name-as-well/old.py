class filters:
    text = 1
    command = 2
