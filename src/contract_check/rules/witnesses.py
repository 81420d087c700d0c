"""Builds witness programs: whole Python programs that need nothing but the two packages."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from contract_check.model.observation import VOLATILE
from contract_check.rules.interface import Program
from contract_check.support.redact import pattern_of

_LINE = 60
_HOLDS = """

def holds(found, wanted):
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {all_names}all(name in found and holds(found[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(holds, found, wanted))
    return {anything}found == wanted and type(found) is type(wanted)

"""


_PLACES: Mapping[str, str] = {
    "<site-packages>": "site_packages({inside!r})",
    "<environment>": "sys.prefix",
    "<home>": "os.path.expanduser('~')",
    "<temporary>": "tempfile.gettempdir()",
    "<folder>": "os.getcwd()",
}
"""What the probe calls a folder (`contract_check_probe.places`), and where a program finds it."""
_PLACE = re.compile(rf"({'|'.join(_PLACES)})(?=/?([\w.-]*))")
_FINDING = """import os, sys, tempfile


def site_packages(name):
    holding = [folder for folder in sys.path if os.path.exists(os.path.join(folder, name))]
    return [*holding, *sys.path][0]


"""


def placed(program: Program, hidden: Mapping[str, str]) -> Program:
    """A program that finds the folders which its strings name, as each environment has others.

    Args:
        hidden: variables whose values are not to be written down; it reads them.
    """
    variables = {value: f"os.environ[{name!r}]" for name, value in hidden.items()}
    longest = sorted(variables, key=len, reverse=True)
    wanted = re.compile("|".join((_PLACE.pattern, *map(pattern_of, longest))))
    if not wanted.search(program.code):
        return program
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(program.code).readline):
        text = token.string
        if token.type == tokenize.STRING and text[0] in "'\"" and wanted.search(text):
            found = _finding(ast.literal_eval(text), wanted, variables)
            tokens.append((token.start, token.end, found))
    lines = program.code.splitlines(keepends=True)
    for (row, start), (_, end), found in reversed(tokens):
        line = lines[row - 1]
        lines[row - 1] = line[:start] + found + line[end:]
    head = _FINDING if _PLACE.search(program.code) else "import os\n\n"
    return replace(program, code=head + "".join(lines)) if tokens else program


def _finding(text: str, wanted: re.Pattern[str], variables: Mapping[str, str]) -> str:
    """An expression for a string that names folders or holds what is not to be written down."""
    parts: list[str] = []
    end = 0
    for match in wanted.finditer(text):
        parts += [repr(text[end : match.start()])] if text[end : match.start()] else []
        place = _PLACES[match[1]].format(inside=match[2]) if match[1] else variables[match[0]]
        parts.append(place)
        end = match.end()
    parts += [repr(text[end:])] if text[end:] else []
    return f"({' + '.join(parts)})"


def import_of(ref: str, bound_as: str | None = None) -> str:
    """The statement that brings `module:qualname` in, bound to its last name (or `bound_as`)."""
    module, _, path = ref.partition(":")
    if not path:
        return f"import {module}" + (f" as {bound_as}" if bound_as else "")
    head, _, rest = path.partition(".")
    name = bound_as or (rest.rpartition(".")[2] if rest else head)
    if rest:
        return f"from {module} import {head}\n{name} = {path}"
    return f"from {module} import {head}" + (f" as {bound_as}" if bound_as else "")


def literal(value: object, indent: int = 0) -> str:
    """A JSON value as Python source, one member a line where it is long.

    Args:
        value: made of dicts, lists, strings, numbers, booleans and None.
        indent: of the line it begins on, in spaces.
    """
    short = repr(value)
    if len(short) + indent <= _LINE or not isinstance(value, (dict, list)) or not value:
        return short
    inner = " " * (indent + 4)
    if isinstance(value, dict):
        lines = [f"{inner}{key!r}: {literal(item, indent + 4)}," for key, item in value.items()]
    else:
        lines = [f"{inner}{literal(item, indent + 4)}," for item in value]
    brackets = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([brackets[0], *lines, " " * indent + brackets[1]])


def importing(ref: str) -> Program:
    """Imports a module or a name."""
    return Program(import_of(ref) + "\n")


def statement(*lines: str) -> Program:
    """Runs a few lines as they stand."""
    return Program("\n".join(lines) + "\n")


def accepted(model: str, data: object, mode: str = "json") -> Program:
    """Reads a payload with a model; passes if it is accepted."""
    return Program(_reading(model, data, mode), kind="payload")


def accepted_again(model: str, data: object, mode: str = "json") -> Program:
    """Reads a payload twice; passes if it is accepted both times."""
    return Program(f"{_reading(model, data, mode)}{_read_call(mode)}\n", kind="payload")


def holds(
    model: str,
    data: object,
    condition: str,
    *,
    mode: str = "json",
    imports: Iterable[str] = (),
    says: str | None = None,
) -> Program:
    """Reads a payload and asserts a condition over `value`, the instance."""
    lines = [
        *imports,
        _reading(model, data, mode).rstrip("\n"),
        f"assert {condition}, {says or '{value!r}'!r}.format(value=value)",
    ]
    return Program("\n".join(lines) + "\n", kind="payload")


def dumps(
    model: str,
    data: object,
    expected: object,
    *,
    by_alias: bool = True,
    mode: str = "json",
    exact: bool = False,
    unordered: Iterable[Sequence[str | int]] = (),
) -> Program:
    """Reads a payload and compares the JSON it writes.

    Members that were added count only where it must be `exact`: for peers that refuse them. Lists
    at the `unordered` places are written from sets. What is unstable may be anything.
    """
    lines = [
        _reading(model, data, mode).rstrip("\n"),
        f"written = json.loads(value.model_dump_json(by_alias={by_alias}))",
        f"expected = {literal(_with_wildcards(expected))}",
    ]
    for path in unordered:
        place = "".join(f"[{part!r}]" for part in path)
        lines += ["for document in (written, expected):", f"    document{place}.sort(key=repr)"]
    anything = VOLATILE in json.dumps(expected, ensure_ascii=False)
    if exact and not anything:
        lines.append("assert written == expected, written")
    else:
        names = "found.keys() == wanted.keys() and " if exact else ""
        wildcard = "wanted is ... or " if anything else ""
        lines.append(_HOLDS.format(all_names=names, anything=wildcard))
        lines.append("assert holds(written, expected), written")
    return Program("\n".join(lines) + "\n", kind="payload")


def _with_wildcards(value: object) -> object:
    if isinstance(value, dict):
        return {name: _with_wildcards(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_wildcards(item) for item in value]
    return ... if value == VOLATILE else value


def passed_on(writer: str, reader: str, data: object, check: str = "") -> Program:
    """Reads a payload with one model, and what that writes with another."""
    lines = [
        "import json",
        import_of(writer, "Writer"),
        import_of(reader, "Reader"),
        "",
        f"payload = {literal(data)}",
        "written = Writer.model_validate_json(json.dumps(payload))",
        "value = Reader.model_validate_json(written.model_dump_json(by_alias=True))",
        *([check] if check else []),
    ]
    return Program("\n".join(lines) + "\n", kind="payload")


def call(target: str, kwargs: Mapping[str, object], *checks: str) -> Program:
    """Calls a factory with the arguments of a contract; `result` is what it returns.

    A string becomes the member of the enum that the parameter is annotated with.
    """
    module, _, path = target.partition(":")
    head = path.partition(".")[0]
    lines = [
        "import enum, typing",
        f"from {module} import {head}",
        "",
        f"arguments = {literal(dict(kwargs))}",
        f"hints = typing.get_type_hints({path})",
        "for name, value in arguments.items():",
        "    for kind in (hints.get(name), *typing.get_args(hints.get(name))):",
        "        if isinstance(kind, type) and issubclass(kind, enum.Enum) and value is not None:",
        "            arguments[name] = kind(value)",
        f"result = {path}(**arguments)",
        *checks,
    ]
    return Program("\n".join(lines) + "\n")


def _read_call(mode: str) -> str:
    if mode == "constructor":
        return "Model(**payload)"
    if mode == "python":
        return "Model.model_validate(payload)"
    return "Model.model_validate_json(json.dumps(payload))"


def _reading(model: str, data: object, mode: str) -> str:
    lines = [
        "import json",
        import_of(model, "Model"),
        "",
        f"payload = {literal(data)}",
        f"value = {_read_call(mode)}",
    ]
    return "\n".join(lines) + "\n"


def as_json(data: object) -> str:
    """A value on one line, for messages; shortened."""
    text = json.dumps(data, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else text[:117] + "..."
