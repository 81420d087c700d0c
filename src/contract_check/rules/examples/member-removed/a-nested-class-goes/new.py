class Box:
    class Limits:
        most = 1
