class Box:
    class Limits:
        most = 1
        least = 0
