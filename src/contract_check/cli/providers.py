"""Which dependency of a project is the provider: the one whose classes its code works with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from contract_check.model.errors import UsageError

# Packages that models are made with, or that nobody shares models through. Each can still be asked
# for by name.
_GENERAL = frozenset(
    """aiohttp alembic anyio asgiref asyncpg attrs boto3 botocore cattrs celery click cryptography
    dataclasses-json django django-ninja djangorestframework dramatiq email-validator fastapi
    fastapi-utils faststream flask grpcio gunicorn httpx hypercorn jinja2 jsonschema litestar loguru
    marshmallow msgspec mypy mypy-extensions numpy opentelemetry-api opentelemetry-sdk orjson pandas
    platformdirs polars prefect prometheus-client protobuf psycopg psycopg2 psycopg2-binary pyarrow
    pydantic pydantic-core pydantic-extra-types pydantic-settings pymongo pytest python-dateutil
    python-dotenv python-multipart pyyaml redis requests rich sentry-sdk setuptools sqlalchemy
    sqlmodel starlette strawberry-graphql structlog tenacity tornado tqdm typer typing-extensions
    typing-inspection tzdata urllib3 uvicorn uvloop websockets werkzeug""".split()
)
_NO_SOURCES = frozenset(("tests", "test", "docs", "build", "dist", "node_modules", "__pycache__"))
_NAMED = 3


@dataclass(frozen=True)
class Choice:
    """The provider that was chosen.

    Args:
        name: its distribution's normalized name.
        why: what speaks for it, to follow "because".
    """

    name: str
    why: str


def choose(folder: Path, consumer: str, dependencies: Sequence[str]) -> Choice:
    """The dependency that the project most likely shares models with.

    Args:
        folder: the project's, whose sources are read and not run.
        consumer: the project's normalized name.
        dependencies: normalized names.

    Raises:
        UsageError: nothing speaks for one more than for another.
    """
    candidates = [name for name in dependencies if name not in _GENERAL]
    if not candidates:
        told = f"It depends on {', '.join(dependencies)}." if dependencies else "It has none."
        raise UsageError(
            "none of the project's dependencies looks like a provider of models",
            hint=f"Say which is: contract-check init --provider NAME. {told}",
        )
    used = {name: _classes(folder, name) for name in candidates}
    related = [name for name in candidates if _first_word(name) == _first_word(consumer)]
    for group in (related, candidates):
        ranked = sorted(group, key=lambda name: len(used[name]), reverse=True)
        if ranked and used[ranked[0]] and not _tied(ranked, used):
            return Choice(ranked[0], _what_is_used(used[ranked[0]]))
    for group, why in (
        (related, f"its name begins like {consumer}"),
        (candidates, "no other dependency could be"),
    ):
        if len(group) == 1:
            return Choice(group[0], why)
    told = ", ".join(f"{name} (classes used: {len(used[name])})" for name in candidates)
    raise UsageError(
        "it is not clear which package is the provider",
        hint=f"Say which: contract-check init --provider NAME. It depends on: {told}.",
    )


def _tied(ranked: Sequence[str], used: dict[str, list[str]]) -> bool:
    return len(ranked) > 1 and len(used[ranked[0]]) == len(used[ranked[1]])


def _first_word(name: str) -> str:
    return name.partition("-")[0]


def _what_is_used(classes: Sequence[str]) -> str:
    more = f" and {len(classes) - _NAMED} more" if len(classes) > _NAMED else ""
    return f"the code here uses its {', '.join(classes[:_NAMED])}{more}"


def _classes(folder: Path, name: str) -> list[str]:
    """The names of the dependency that the project's sources use and that look like classes."""
    from contract_check.usage import read_installed, used_symbols

    site = folder / "src" if (folder / "src").is_dir() else folder
    usage = read_installed(site, list(_sources(site)), frozenset({name.replace("-", "_")}))
    names = {ref.partition(":")[2] for ref in used_symbols(usage)}
    return sorted(name for name in names if name[:1].isupper() and not name.isupper())


def _sources(site: Path) -> Iterator[str]:
    for place, folders, files in os.walk(site):
        folders[:] = [
            name
            for name in folders
            if name.isidentifier()
            and name not in _NO_SOURCES
            and not Path(place, name, "pyvenv.cfg").exists()
        ]
        for name in files:
            if name.endswith(".py"):
                yield Path(place, name).relative_to(site).as_posix()
