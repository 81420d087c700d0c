"""What a type is, as a checker writes it: `prov.Client | None`, `type[prov.Client]`, …"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Form = Literal["module", "class", "function", "instance", "unknown"]

_UNKNOWN = frozenset({"", "Unknown", "Any", "typing.Any", "Never", "typing.Never"})
_CALLED = re.compile(r"^(\(|\[|Overload\[|BoundMethod\[)")
_SELF = re.compile(r"\bSelf@(\w+)")


@dataclass(frozen=True)
class Typed:
    """What an expression is.

    Args:
        form: what kind of thing.
        text: in the checker's words: a type, or a function's signature.
        refs: `module:qualname` of the module or class it is; of an instance, those of the classes
            that its type names outside of brackets, None left out.
    """

    form: Form = "unknown"
    text: str = ""
    refs: tuple[str, ...] = ()


class Names:
    """Tells modules from classes in dotted names.

    Args:
        folders: those that modules are imported from.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._known: dict[str, bool] = {}

    def ref(self, dotted: str) -> str:
        """`package.module:Outer.Inner` for `package.module.Outer.Inner`."""
        parts = dotted.split(".")
        if len(parts) == 1:
            return f"builtins:{dotted}"
        for count in range(len(parts) - 1, 0, -1):
            if self._is_module(".".join(parts[:count])):
                return f"{'.'.join(parts[:count])}:{'.'.join(parts[count:])}"
        return f"{'.'.join(parts[:-1])}:{parts[-1]}"

    def _is_module(self, name: str) -> bool:
        if name not in self._known:
            path = name.replace(".", "/")
            files = (f"{path}.py", f"{path}/__init__.py", f"{path}.pyi", f"{path}/__init__.pyi")
            self._known[name] = any(
                (folder / file).is_file() for folder in self._folders for file in files
            )
        return self._known[name]

    def typed(self, text: str, module: str) -> Typed:
        """What a checker's words mean.

        Args:
            text: them.
            module: the module that the expression stands in.
        """
        said = _SELF.sub(rf"{module}.\1", " ".join(text.split()))
        if said in _UNKNOWN:
            return Typed("unknown", said)
        if said.startswith("Module[") and said.endswith("]"):
            return Typed("module", said, (said[7:-1],))
        if said.startswith("type[") and said.endswith("]"):
            return Typed("class", said, tuple(self._arms(said[5:-1])))
        if _CALLED.match(said):
            return Typed("function", said)
        return Typed("instance", said, tuple(self._arms(said)))

    def _arms(self, text: str) -> list[str]:
        """The classes of the arms of a union."""
        found: dict[str, None] = {}
        for arm in split(text, "|"):
            head, _, rest = arm.partition("[")
            if head.rpartition(".")[2] == "Literal" and rest:
                for value in split(rest.rstrip("]"), ","):
                    found.setdefault(self._of_literal(value))
            elif head != "None" and all(part.isidentifier() for part in head.split(".")):
                found.setdefault(self.ref(head))
        return list(found)

    def _of_literal(self, value: str) -> str:
        """The class of a literal: an enum's for its member."""
        try:
            return f"builtins:{type(ast.literal_eval(value)).__name__}"
        except (ValueError, SyntaxError):
            return self.ref(value.rpartition(".")[0] or value)


def split(text: str, sign: str) -> list[str]:
    """The parts between signs that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "[(") - (letter in "])")
        if letter == sign and not depth:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]
