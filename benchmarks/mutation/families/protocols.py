"""EventBus, which the Store names and does not implement."""

from benchmarks.mutation.edits import bases, decorate, member, module, renamed_method, start
from benchmarks.mutation.families.places import INMEM, PROTOCOLS, REDIS
from benchmarks.mutation.mutant import harmless

_METHOD = "async def pause(self, stream: str) -> None:\n    ..."

MUTANTS = (
    harmless(
        "method-nobody-implements-added",
        module(PROTOCOLS, member("EventBus", _METHOD)),
        module(INMEM, member("InMemoryBus", _METHOD)),
        module(REDIS, member("RedisStreamsBus", _METHOD)),
    ),
    harmless(
        "method-nobody-calls-renamed",
        module(PROTOCOLS, renamed_method("EventBus", "health", "status")),
        module(INMEM, renamed_method("InMemoryBus", "health", "status")),
        module(REDIS, renamed_method("RedisStreamsBus", "health", "status")),
    ),
    harmless(
        "made-checkable",
        module(
            PROTOCOLS,
            start("from typing import runtime_checkable"),
            decorate("EventBus", "runtime_checkable"),
        ),
    ),
    harmless(
        "implementation-inherits",
        module(INMEM, start("from ..protocols import EventBus"), bases("InMemoryBus", "EventBus")),
    ),
)
