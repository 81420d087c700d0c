"""Classes of the consumer's that the provider makes instances of."""

from __future__ import annotations

from contract_check.model.report import Severity
from contract_check.rules.calls.common import SOURCE
from contract_check.rules.handed import classes_built
from contract_check.rules.interface import Example, Rule

_APP = """
class Layer:
    def __init__(self, app, dispatch=None):
        self.app = app

class App:
    def __init__(self, layers=()):
        self.layers = list(layers)

    def build(self):
        app = object()
        for cls, options in self.layers:
            app = cls(app=app, **options)
        return app
"""
_OWN_LAYER = """
from provider import Layer

class Own(Layer):
    def __init__(self, {}):
        super().__init__({})
        self.plugins = ()
"""
_POOL = """
class Pool:
    def __init__(self, worker):
        self.worker = worker

    def start(self):
        return self.worker(1)
"""
_WORKER = """
from provider import Pool

class Worker:
    def __init__(self, size):
        self.size = size

def run():
    return Pool(Worker).start()
"""

RULES = (
    Rule(
        id="class-built-differently",
        family="calls",
        summary="The provider makes instances of the consumer's class with other arguments",
        severity=Severity.BREAK,
        directions=SOURCE,
        witness="code",
        doc="""
## What it means
The provider's own code makes instances of a class that it is handed, or that stands for one of its
own (`cls(app, ...)`). It passes other arguments now, or passes them by position where it gave their
names. The constructor of the consumer's class does not take them, or puts them elsewhere.

## Why it breaks
`TypeError` in the provider's code, or a value in the wrong parameter.

## Example
`cls(app=app, **options)` becomes `cls(app, **options)`, and the consumer's class has
`def __init__(self, plugins=(), *args, **kwargs)`.

## What to do
Let the constructor take its first arguments in the order and by the names of the class it derives
from.
""",
        examples=(
            Example(
                title="an argument is given by position where it was given by name",
                old=_APP,
                new=_APP.replace("cls(app=app,", "cls(app,"),
                consumer=_OWN_LAYER.format("plugins=(), *args, **kwargs", "*args, **kwargs"),
            ),
            Example(
                title="an argument is given by name where it was given by position",
                old=_APP.replace("cls(app=app,", "cls(app,"),
                new=_APP,
                consumer=_OWN_LAYER.format("inner", "inner"),
            ),
            Example(
                title="an argument is given by position, and the class takes it first",
                old=_APP,
                new=_APP.replace("cls(app=app,", "cls(app,"),
                consumer=_OWN_LAYER.format("app, plugins=(), **kwargs", "app, **kwargs"),
                breaks=False,
            ),
            Example(
                title="a class that is handed over is given one more argument",
                old=_POOL,
                new=_POOL.replace("self.worker(1)", "self.worker(1, name='first')"),
                consumer=_WORKER,
            ),
            Example(
                title="one more argument, and a default for it",
                old=_POOL,
                new=_POOL.replace("self.worker(1)", "self.worker(1, name='first')"),
                consumer=_WORKER.replace("self, size", "self, size, name=''"),
                breaks=False,
            ),
            Example(
                title="one more argument only where the class is seen to take it",
                old=_POOL,
                new="import inspect\n"
                + _POOL.replace(
                    "        return self.worker(1)",
                    "        if 'name' in inspect.signature(self.worker).parameters:\n"
                    "            return self.worker(1, name='first')\n"
                    "        return self.worker(1)",
                ),
                consumer=_WORKER,
                breaks=False,
            ),
        ),
        check=classes_built,
        rank=12,
    ),
)
