"""Ports and adapters: protocols, abstract bases, a registry of plug-ins, callbacks, layers."""

from benchmarks.mutation.mutant import breaking, harmless
from benchmarks.mutation.unprepared.pair import more, swap

PROVIDER = """
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol


class Store(Protocol):
    def get(self, key: str) -> str: ...
    def put(self, key: str, value: str) -> None: ...


class Plugin(ABC):
    name = "plugin"

    @abstractmethod
    def run(self, item): ...

    def setup(self, registry):
        return None


class Registry:
    def __init__(self):
        self._plugins = {}
        self._hooks = {}

    def register(self, name, plugin):
        self._plugins[name] = plugin
        plugin.setup(self)
        return plugin

    def on(self, event):
        def keep(hook):
            self._hooks.setdefault(event, []).append(hook)
            return hook

        return keep

    def fire(self, event, payload):
        for hook in self._hooks.get(event, ()):
            hook(payload)

    def names(self):
        return sorted(self._plugins)


class Transport:
    def send(self, request, timeout=None):
        return request

    def call(self, name):
        return self.send(name)


class Layer:
    def __init__(self, app, prefix=""):
        self.app = app
        self.prefix = prefix


class Stack:
    def __init__(self, app):
        self.app = app
        self._layers = []

    def add(self, layer, **options):
        self._layers.append((layer, options))

    def build(self):
        app = self.app
        for layer, options in self._layers:
            app = layer(app=app, **options)
        return app


def copy_all(source: Store, target: Store, keys):
    for key in keys:
        target.put(key, source.get(key))


def retry(operation: Callable[[], object], times=3):
    for _ in range(times):
        result = operation()
    return result


def watch(path, callback):
    return callback(path)
"""
CONSUMER = {
    "__init__.py": "",
    "adapters.py": """
from provider import Layer, Plugin, Transport, copy_all


class MemoryStore:
    def __init__(self):
        self.items = {}

    def get(self, key):
        return self.items[key]

    def put(self, key, value):
        self.items[key] = value


class Upper(Plugin):
    name = "upper"

    def run(self, item):
        return item.upper()


class Traced(Transport):
    def send(self, request):
        return super().send(request)


class Tagged(Layer):
    def __init__(self, tags=(), *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tags = tags


def mirror(keys):
    copy_all(MemoryStore(), MemoryStore(), keys)
""",
    "callbacks.py": """
def changed(path):
    return path


def attempt():
    return 1
""",
    "main.py": """
from consumer.adapters import Tagged, Traced, Upper
from consumer.callbacks import attempt, changed
from provider import Registry, Stack, retry, watch

registry = Registry()
registry.register("upper", Upper())


@registry.on("start")
def started(payload):
    return payload


def main():
    registry.fire("start", {})
    stack = Stack(print)
    stack.add(Tagged, prefix="/")
    watch("/tmp", changed)
    retry(attempt)
    return stack.build(), Traced().call("x"), registry.names()
""",
}
_CLASH = "override-signature-clash"
_CALLBACK = "callback-signature-changed"
_BUILT = "class-built-differently"
_PROTOCOL = "protocol-signature-changed protocol-member-added"

MUTANTS = (
    breaking(
        "override-gets-keyword",
        _CLASH,
        swap(("return self.send(name)", "return self.send(name, timeout=5)")),
    ),
    breaking(
        "override-becomes-async",
        f"{_CLASH} sync-async-changed",
        swap(
            ("def call(self, name):", "async def call(self, name):"),
            ("return self.send(name)", "return await self.send(name)"),
            ("def send(self", "async def send(self"),
        ),
    ),
    breaking("hook-gets-event", _CALLBACK, swap(("hook(payload)", "hook(payload, event)"))),
    breaking(
        "hook-gets-keyword",
        _CALLBACK,
        swap(("hook(payload)", "hook(payload=payload, sender=self)")),
    ),
    breaking(
        "callback-gets-old-value",
        _CALLBACK,
        swap(("return callback(path)", "return callback(path, None)")),
    ),
    breaking(
        "operation-gets-attempt",
        _CALLBACK,
        swap(("Callable[[], object]", "Callable[[int], object]"), ("operation()", "operation(_)")),
    ),
    breaking("layer-by-position", _BUILT, swap(("layer(app=app,", "layer(app,"))),
    breaking(
        "store-asked-for-more",
        _PROTOCOL,
        swap(
            ("    def put(self", "    def has(self, key: str) -> bool: ...\n    def put(self"),
            (
                "    for key in keys:\n        target",
                "    for key in keys:\n        source.has(key)\n        target",
            ),
        ),
    ),
    breaking(
        "store-put-with-ttl",
        _PROTOCOL,
        swap(
            ("value: str) -> None", "value: str, ttl: int = 0) -> None"),
            ("source.get(key))", "source.get(key), ttl=60)"),
        ),
    ),
    breaking(
        "plugin-hook-gets-argument",
        f"{_CLASH} protocol-member-added inherited-member-lost abstract-method-added",
        swap(
            (
                "def setup(self, registry):\n        return None",
                "@abstractmethod\n    def stop(self): ...",
            ),
            ("        plugin.setup(self)\n", ""),
        ),
    ),
    breaking("registry-renamed", "member-removed", swap(("def fire(", "def emit("))),
    breaking(
        "stack-add-name-first",
        "call-no-longer-binds positional-argument-moved",
        swap(("def add(self, layer, **options)", "def add(self, name, layer, **options)")),
    ),
    harmless("override-gets-position", swap(("self.send(name)", "self.send(str(name))"))),
    harmless(
        "new-method-calls-override-in-new-way",
        swap(
            (
                "    def call(self, name):",
                "    def quick(self, name):\n        return self.send(name, timeout=1)\n\n"
                "    def call(self, name):",
            )
        ),
        silent=False,
    ),
    harmless(
        "override-gets-keyword-if-asked",
        swap(
            ("def call(self, name):", "def call(self, name, timeout=None):"),
            (
                "        return self.send(name)",
                "        if timeout is not None:\n"
                "            return self.send(name, timeout=timeout)\n"
                "        return self.send(name)",
            ),
        ),
        silent=False,
    ),
    harmless(
        "hook-looked-at-first",
        swap(
            (
                "            hook(payload)",
                "            if len(inspect.signature(hook).parameters) > 1:\n"
                "                hook(payload, event)\n"
                "            else:\n                hook(payload)",
            ),
            ("from abc import", "import inspect\nfrom abc import"),
        ),
    ),
    harmless(
        "hook-renamed-inside",
        swap(("for hook in", "for one in"), ("hook(payload)", "one(payload)")),
    ),
    harmless(
        "callback-by-name-it-has", swap(("return callback(path)", "return callback(path=path)"))
    ),
    harmless("layer-gets-a-default", swap(('prefix=""', 'prefix="", name=None'))),
    harmless(
        "store-may-have-more",
        swap(
            (
                "    for key in keys:\n",
                "    if hasattr(source, 'prefetch'):\n"
                "        source.prefetch(keys)\n    for key in keys:\n",
            )
        ),
    ),
    harmless(
        "another-protocol", more("\n\nclass Cache(Store, Protocol):\n    def clear(self): ...\n")
    ),
    harmless(
        "plugins-in-order",
        swap(("return sorted(self._plugins)", "return list(sorted(self._plugins))")),
    ),
    harmless(
        "helper-between",
        swap(
            (
                "        for hook in self._hooks.get(event, ()):\n            hook(payload)",
                "        self._all(event, payload)",
            ),
            (
                "    def names(self):",
                "    def _all(self, event, payload):\n"
                "        for hook in self._hooks.get(event, ()):\n"
                "            hook(payload)\n\n    def names(self):",
            ),
        ),
    ),
)
