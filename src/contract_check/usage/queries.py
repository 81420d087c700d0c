"""Questions other rooms ask of a Usage."""

from __future__ import annotations

from collections.abc import Iterator

from contract_check.model.usage import Place, Usage


def used_symbols(usage: Usage) -> tuple[str, ...]:
    """The provider's top-level names the consumer imports or uses.

    Returns:
        `module:Name`, sorted, each once; methods and members count for their class.
    """
    return tuple(sorted({_top(ref) for ref, _ in _uses(usage) if ":" in ref}))


def places(usage: Usage, ref: str) -> tuple[Place, ...]:
    """Where a provider name is used.

    Args:
        ref: a module, `module:Name`, or `module:Name.member`; a class stands for its members too,
            a module only for itself.

    Returns:
        the places, sorted, each once.
    """
    inside = f"{ref}."
    return tuple(
        sorted(
            {
                place
                for used, place in _uses(usage)
                if used == ref or (":" in ref and used.startswith(inside))
            }
        )
    )


def _uses(usage: Usage) -> Iterator[tuple[str, Place]]:
    """Every use as (provider ref, place)."""
    for item in usage.imports:
        yield item.module, item.place
        if item.name not in (None, "*"):
            yield f"{item.module}:{item.name}", item.place
    for subclass in usage.subclasses:
        yield subclass.provider, subclass.place
    for call in usage.calls:
        yield call.via or call.target, call.place
    for member in usage.members:
        separator = "." if ":" in member.owner else ":"
        yield f"{member.owner}{separator}{member.member}", member.place
    for name in usage.names:
        yield name.ref, name.place
    for _, provider, place in usage.reexports:
        yield provider, place


def _top(ref: str) -> str:
    module, _, qualname = ref.partition(":")
    return f"{module}:{qualname.partition('.')[0].removesuffix('()')}"
