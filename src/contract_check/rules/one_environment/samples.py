"""The small provider and contract that most examples of this family use."""

from __future__ import annotations

EVENT = """
from pydantic import BaseModel

class Event(BaseModel):
    name: str
    size: int = 0
"""


EXTENDS = """
[[contract]]
name = "event"
kind = "extends"
provider = "provider:Event"
consumer = "consumer:Event"
"""
