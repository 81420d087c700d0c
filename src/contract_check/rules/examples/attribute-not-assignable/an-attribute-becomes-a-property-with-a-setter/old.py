from dataclasses import dataclass


@dataclass
class Point:
    x: int = 0
    y: int = 0


class Gauge:
    def __init__(self):
        self.level = 0
