"""Says how to make an environment with the same pins by hand."""

from __future__ import annotations

import shlex
from contextlib import suppress

from packaging.utils import canonicalize_name

from contract_check.environments.sources import for_any_pip
from contract_check.environments.values import Environment, Installed
from contract_check.model.refs import Pin
from contract_check.support.documents import json_of
from contract_check.support.redact import redact


def reproduce(env: Environment, provider: Pin | None, consumer: Pin | None) -> tuple[str, ...]:
    """Shell commands, with nothing but venv and pip, that make a folder named after the side.

    Args:
        env: the environment to make again.
        provider: its provider's pin; None for what was found in an existing environment.
        consumer: its consumer's pin, likewise.
    """
    commits = _commits(env)
    own = {env.provider.name, env.consumer.name}
    third = [
        commits.get(name, f"{name}=={version}")
        for name, version in env.packages.items()
        if name not in own
    ]
    minor = ".".join(env.python_version.split(".")[:2])
    folder = f"env-{env.side}"
    install = f"{folder}/bin/python -m pip install --no-deps"
    first = [*third, _requirement(consumer, env.consumer)]
    return (
        f"python{minor} -m venv {folder}",
        f"{install} {shlex.join(first)}",
        f"{install} {shlex.join([_requirement(provider, env.provider)])}",
    )


def _requirement(pin: Pin | None, found: Installed) -> str:
    if pin is None or pin.kind == "version":
        return f"{found.name}=={found.version}"
    if pin.path is not None and pin.kind in {"path", "wheel"}:
        return str(pin.path)
    return for_any_pip(redact(pin.requirement))


def _commits(env: Environment) -> dict[str, str]:
    """Third parties that came from a repository, name to requirement."""
    found: dict[str, str] = {}
    for folder in env.site:
        for file in folder.glob("*.dist-info/direct_url.json"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                document = json_of(file.read_bytes())
                info = document["vcs_info"]
                name = canonicalize_name(file.parent.name.partition("-")[0])
                url = f"{info['vcs']}+{document['url']}@{info['commit_id']}"
                if below := document.get("subdirectory"):
                    url += f"#subdirectory={below}"
                found[name] = for_any_pip(f"{name} @ {redact(url)}")
    return found
