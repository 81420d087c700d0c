from dataclasses import dataclass


@dataclass
class Event:
    m: int = 0
