"""What the Store calls."""

from benchmarks.mutation.edits import (
    as_async,
    first,
    member,
    module,
    renamed_argument,
    renamed_method,
    signature,
    start,
)
from benchmarks.mutation.families.places import (
    BACKPRESSURE,
    ENVELOPE,
    FACTORY,
    HEALTH,
    INMEM,
    PROTOCOLS,
    REDIS,
)
from benchmarks.mutation.mutant import breaking, harmless, warning

_MAKE = "create_event_bus"
_BINDS = "call-no-longer-binds"
_CONSTRUCTOR = "constructor-changed"


def _positional(owner: str, name: str) -> str:
    return (
        f"def __init__(self, {name}, /, **values):\n    super().__init__({name}={name}, **values)"
    )


MUTANTS = (
    breaking(
        "parameter-renamed", _BINDS, module(FACTORY, renamed_argument(_MAKE, "backend", "kind"))
    ),
    breaking(
        "second-parameter-renamed",
        _BINDS,
        module(FACTORY, renamed_argument(_MAKE, "redis_url", "url")),
    ),
    breaking(
        "parameter-removed",
        _BINDS,
        module(
            FACTORY,
            signature(_MAKE, "backend=None, namespace=None, track='v1'"),
            first(_MAKE, "redis_url = None"),
        ),
    ),
    breaking(
        "required-parameter-added",
        _BINDS,
        module(
            FACTORY,
            signature(_MAKE, "backend=None, redis_url=None, namespace=None, track='v1', *, tenant"),
        ),
    ),
    breaking(
        "parameters-by-position-only",
        _BINDS,
        module(
            FACTORY, signature(_MAKE, "backend=None, redis_url=None, /, namespace=None, track='v1'")
        ),
    ),
    breaking(
        "settings-object-instead",
        _BINDS,
        module(
            FACTORY,
            signature(_MAKE, "settings"),
            first(_MAKE, "backend, redis_url, namespace, track = settings"),
        ),
    ),
    breaking("factory-async", "sync-async-changed", module(FACTORY, as_async(_MAKE, True))),
    breaking(
        "factory-returns-pair",
        "return-changed scenario-failed member-removed",
        module(FACTORY, first(_MAKE, "return (InMemoryBus(), backend)")),
    ),
    breaking(
        "factory-refuses-store",
        "scenario-failed return-changed call-no-longer-binds",
        module(
            FACTORY,
            first(_MAKE, "if namespace is None:\n    raise ValueError('a namespace is needed')"),
        ),
    ),
    breaking(
        "publish-renamed",
        "member-removed",
        module(PROTOCOLS, renamed_method("EventPublisher", "publish", "send")),
        module(INMEM, renamed_method("InMemoryBus", "publish", "send")),
        module(REDIS, renamed_method("RedisStreamsBus", "publish", "send")),
    ),
    breaking(
        "publish-key-renamed",
        f"{_BINDS} protocol-signature-changed",
        module(PROTOCOLS, renamed_argument("EventPublisher.publish", "key", "partition")),
        module(
            INMEM,
            signature("InMemoryBus.publish", "self, stream, value, *, partition=None"),
            first("InMemoryBus.publish", "key = partition"),
        ),
        module(
            REDIS,
            signature("RedisStreamsBus.publish", "self, stream, value, *, partition=None"),
            first("RedisStreamsBus.publish", "key = partition"),
        ),
    ),
    breaking(
        "publish-wants-schema",
        f"{_BINDS} protocol-signature-changed",
        module(
            PROTOCOLS,
            signature("EventPublisher.publish", "self, stream, value, *, key=None, schema_id"),
        ),
        module(
            INMEM, signature("InMemoryBus.publish", "self, stream, value, *, key=None, schema_id")
        ),
        module(
            REDIS,
            signature("RedisStreamsBus.publish", "self, stream, value, *, key=None, schema_id"),
        ),
    ),
    breaking(
        "publish-no-longer-async",
        "sync-async-changed",
        module(PROTOCOLS, as_async("EventPublisher.publish", False)),
        module(
            INMEM,
            member(
                "InMemoryBus",
                "def publish_(self, stream, value, *, key=None):\n"
                "    self._streams[stream].put_nowait(value)\n    return 'id'",
            ),
            renamed_method("InMemoryBus", "publish", "publish_later"),
            renamed_method("InMemoryBus", "publish_", "publish"),
        ),
    ),
    breaking(
        "publish-arguments-swapped",
        "positional-argument-moved protocol-signature-changed",
        module(PROTOCOLS, signature("EventPublisher.publish", "self, value, stream, *, key=None")),
        module(INMEM, signature("InMemoryBus.publish", "self, value, stream, *, key=None")),
        module(REDIS, signature("RedisStreamsBus.publish", "self, value, stream, *, key=None")),
    ),
    breaking(
        "publish-yields",
        "operation-lost",
        *(
            module(
                path,
                renamed_method(owner, "publish", "publish_once"),
                member(
                    owner,
                    "async def publish(self, stream, value, *, key=None):\n    yield 'id'",
                ),
            )
            for path, owner in (
                (PROTOCOLS, "EventPublisher"),
                (INMEM, "InMemoryBus"),
                (REDIS, "RedisStreamsBus"),
            )
        ),
    ),
    harmless(
        "keyword-parameters-reordered",
        module(
            FACTORY, signature(_MAKE, "redis_url=None, backend=None, namespace=None, track='v1'")
        ),
    ),
    harmless(
        "parameter-added-behind-the-positional-ones",
        module(
            PROTOCOLS,
            signature("EventPublisher.publish", "self, stream, value, schema_id=None, *, key=None"),
        ),
        module(
            INMEM,
            signature("InMemoryBus.publish", "self, stream, value, schema_id=None, *, key=None"),
        ),
        module(
            REDIS,
            signature(
                "RedisStreamsBus.publish", "self, stream, value, schema_id=None, *, key=None"
            ),
        ),
    ),
    harmless(
        "private-attribute-renamed",
        module(INMEM, first("InMemoryBus.__init__", "self._closed = False")),
    ),
    breaking(
        "event-by-position",
        _CONSTRUCTOR,
        module(
            BACKPRESSURE, member("FeedbackEvent", _positional("FeedbackEvent", "coordinator_id"))
        ),
    ),
    breaking(
        "meta-by-position",
        _CONSTRUCTOR,
        module(ENVELOPE, member("EventMeta", _positional("EventMeta", "schema_id"))),
    ),
    breaking(
        "component-by-position",
        _CONSTRUCTOR,
        module(HEALTH, member("HealthComponent", _positional("HealthComponent", "name"))),
    ),
    breaking(
        "constructor-names-all",
        f"{_CONSTRUCTOR} call-no-longer-binds",
        module(
            ENVELOPE,
            member(
                "EventEnvelope",
                """
                def __init__(self, *, id, ts, meta, payload):
                    super().__init__(id=id, ts=ts, meta=meta, payload=payload)
                """,
            ),
        ),
    ),
    warning(
        "parameter-default-changed",
        "parameter-default-changed",
        module(
            FACTORY, signature(_MAKE, "backend=None, redis_url=None, namespace=None, track='v2'")
        ),
    ),
    harmless(
        "parameter-with-default-added",
        module(
            FACTORY,
            signature(
                _MAKE, "backend=None, redis_url=None, namespace=None, track='v1', *, retries=3"
            ),
        ),
    ),
    harmless(
        "parameters-by-keyword-only",
        module(
            FACTORY, signature(_MAKE, "*, backend=None, redis_url=None, namespace=None, track='v1'")
        ),
    ),
    harmless(
        "keywords-taken",
        module(
            FACTORY,
            signature(_MAKE, "backend=None, redis_url=None, namespace=None, track='v1', **options"),
        ),
    ),
    harmless(
        "parameter-nobody-passes-renamed",
        module(FACTORY, renamed_argument(_MAKE, "namespace", "prefix")),
    ),
    harmless(
        "first-parameter-passed-by-position-renamed",
        module(PROTOCOLS, renamed_argument("EventPublisher.publish", "stream", "topic")),
        module(INMEM, renamed_argument("InMemoryBus.publish", "stream", "topic")),
        module(REDIS, renamed_argument("RedisStreamsBus.publish", "stream", "topic")),
    ),
    harmless(
        "constructor-that-passes-on",
        module(
            BACKPRESSURE,
            member(
                "FeedbackEvent", "def __init__(self, **values):\n    super().__init__(**values)"
            ),
        ),
    ),
    harmless(
        "logging-in-factory",
        module(
            FACTORY,
            start("import logging"),
            first(_MAKE, "logging.getLogger(__name__).info('bus for %s', backend)"),
        ),
    ),
    harmless(
        "unused-parameter-removed",
        module(
            FACTORY,
            signature(_MAKE, "backend=None, redis_url=None, namespace=None"),
            first(_MAKE, "track = 'v1'"),
        ),
    ),
)
