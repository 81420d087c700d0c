"""A consumer that works with several versions of the provider is met where it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.harness import run_example

from contract_check.rules import Example

_OLD = "VERSION = (1, 0)\n__version__ = '1.0'\ndef old(x): return x\ndef send(x, old=1): return x\n"
_NEW = "VERSION = (2, 0)\n__version__ = '2.0'\ndef new(x): return x\ndef send(x, new=1): return x\n"

_HARMLESS = {
    "a version": """
        import provider
        if provider.VERSION >= (2, 0):
            from provider import new as work
        else:
            from provider import old as work
        work(1)
        """,
    "a version's text, taken apart": """
        import provider
        if tuple(int(part) for part in provider.__version__.split(".")) < (2,):
            from provider import old
        """,
    "a flag of the module": """
        import provider
        IS_OLD = hasattr(provider, "old")
        def go():
            if IS_OLD:
                return provider.old(1)
            return provider.new(1)
        """,
    "a name that is asked for in a function": """
        import provider
        def go():
            if hasattr(provider, "old"):
                return provider.old(1)
            return provider.new(1)
        """,
    "a class in each branch": """
        import provider
        if provider.VERSION[0] == 1:
            class Own(provider.old): pass
        """,
    "the new name first": """
        try:
            from provider import new as work
        except ImportError:
            from provider import old as work
        """,
    "another way to call": """
        from provider import send
        def go():
            try:
                return send(1, new=2)
            except TypeError:
                return send(1, old=2)
        """,
    "another way to call, the old one first": """
        from provider import send
        def go():
            try:
                return send(1, old=2)
            except TypeError:
                return send(1, new=2)
        """,
}
_BREAKING = {
    "a setting is no version": """
        import provider
        DEBUG = False
        def go():
            if DEBUG:
                return provider.old(1)
        """,
    "a version of the consumer's own": """
        import provider
        CONFIG_VERSION = 1
        def go():
            if CONFIG_VERSION > 1:
                return provider.old(1)
        """,
    "the branch that runs": """
        import provider
        if provider.VERSION >= (1, 0):
            from provider import old
        """,
    "a function's own names": """
        import provider
        def go(version):
            if version < 2:
                return provider.old(1)
        """,
    "a handler that does something else": """
        from provider import send
        def go():
            try:
                return send(1, old=2)
            except TypeError:
                raise RuntimeError("no")
        """,
}


@pytest.mark.parametrize("consumer", _HARMLESS.values(), ids=_HARMLESS)
def test_a_branch_that_the_candidate_does_not_run(consumer: str, tmp_path: Path) -> None:
    example = Example(title="", old=_OLD, new=_NEW, consumer=consumer)

    result = run_example(example, tmp_path)

    assert result.breaks == [], result.told


@pytest.mark.parametrize("consumer", _BREAKING.values(), ids=_BREAKING)
def test_a_branch_that_it_may_run(consumer: str, tmp_path: Path) -> None:
    example = Example(title="", old=_OLD, new=_NEW, consumer=consumer)

    result = run_example(example, tmp_path)

    assert len(result.breaks) == 1, result.told
