"""Runs in the environment of the alternatives: exit 1 if jsoncompat finds an incompatibility."""

import json
import sys

import jsoncompat  # type: ignore[import-not-found]


def main() -> int:
    old, new = (json.loads(text) for text in json.loads(sys.stdin.read()))
    for name, modes in old.items():
        for mode, role in (("validation", "deserializer"), ("serialization", "serializer")):
            before, after = json.dumps(modes[mode]), json.dumps(new[name][mode])
            if not jsoncompat.check_compat(before, after, role):
                return 1
    return 0


sys.exit(main())
