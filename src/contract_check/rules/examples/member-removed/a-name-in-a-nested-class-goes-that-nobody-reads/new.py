class Box:
    class Limits:
        top = 1
        least = 0
