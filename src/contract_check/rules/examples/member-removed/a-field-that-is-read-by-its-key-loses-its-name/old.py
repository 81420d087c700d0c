from dataclasses import dataclass


@dataclass
class Event:
    n: int = 0
