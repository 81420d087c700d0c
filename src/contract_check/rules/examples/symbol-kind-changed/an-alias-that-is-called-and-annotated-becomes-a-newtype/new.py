from typing import NewType

Name = NewType("Name", str)
