from typing import Any, Mapping


def listing() -> Mapping[str, Any]:
    return {"models": [{"name": "a"}]}
