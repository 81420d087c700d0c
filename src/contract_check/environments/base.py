"""The base layer: consumer and third parties, everything but the provider."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contract_check.environments.bytecode import compile_all
from contract_check.environments.failures import explain
from contract_check.environments.interface import InstallerFailed, Locked
from contract_check.environments.layers import Store
from contract_check.environments.resolution import Resolution, Resolver, is_local
from contract_check.environments.verify import check, installed, not_as_asked, packages
from contract_check.model.errors import Side
from contract_check.model.settings import Progress
from contract_check.support.cache import key_of

_FORMAT = 2
"""Part of the key: raise it when a layer's content changes for the same inputs."""


@dataclass(frozen=True)
class Bases:
    """Makes and finds base layers.

    Args:
        resolver: knows consumer, interpreter and settings.
        store: where they are kept.
        progress: told when a layer has to be made.
    """

    resolver: Resolver
    store: Store
    progress: Progress

    def layer(self, resolution: Resolution, side: Side) -> Path:
        """The folder that holds consumer and third parties of a resolution.

        It stays locked against removal until the workspace is gone.

        Raises:
            CheckError: it can't be installed, or not what was asked for was installed.
        """
        count = len(resolution.third_parties) + 1
        return self.store.get(
            self._key(resolution),
            lambda folder: self._install(folder, resolution, side),
            lambda site: len(list(site.glob("*.dist-info"))) >= count,
        )

    def _key(self, resolution: Resolution) -> str | None:
        consumer = self.resolver.consumer
        if consumer.identity is None or any(map(is_local, resolution.third_parties)):
            return None
        python = self.resolver.python
        return key_of(
            *(_FORMAT, self.resolver.installer.name),
            *(python.tag, python.version, python.platform),
            *(consumer.pin.name, consumer.identity),
            [[one.name, one.version, one.source] for one in resolution.third_parties],
        )

    def _install(self, folder: Path, resolution: Resolution, side: Side) -> None:
        resolver = self.resolver
        count = len(resolution.third_parties)
        self.progress.note(f"installing {resolver.consumer.pin.name} and {count} third parties")
        locked: tuple[Locked, ...] = resolution.third_parties
        requirements: tuple[str, ...] = ()
        if resolution.consumer is not None:
            locked = (*locked, resolution.consumer)
        else:
            requirements = (resolver.consumer.requirement(),)
        try:
            resolver.installer.install(resolver.python, folder / "site", locked, requirements)
        except InstallerFailed as error:
            raise explain(error.output, resolver.attempt(side)) from error
        self._verify(folder / "site", side)
        # Unchecked: Python must not write there, not even where a copied cache lost its times.
        compile_all(folder / "site", resolver.python, self.store.crew, "unchecked-hash")

    def _verify(self, site: Path, side: Side) -> None:
        consumer = self.resolver.consumer
        check(consumer, installed(consumer.pin.name, [site]), side)
        provider = self.resolver.settings.provider.name
        if provider in packages([site]):
            raise not_as_asked(
                consumer.pin, f"installing {consumer.pin.name} brought its own {provider}", side
            )
