"""Pin + Pin -> environments."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contract_check.environments import existing, sides
from contract_check.environments.base import Bases
from contract_check.environments.building import Builds
from contract_check.environments.crew import Crew
from contract_check.environments.failures import Attempt, explain
from contract_check.environments.interface import Installer, InstallerFailed, Interpreter
from contract_check.environments.layers import Store
from contract_check.environments.pip import Pip
from contract_check.environments.python import choose
from contract_check.environments.resolution import Resolution, Resolver, differences
from contract_check.environments.sources import Source, prepare, wheel_metadata
from contract_check.environments.uv import Uv, find_uv
from contract_check.environments.values import Built, Environment, PythonTooOld
from contract_check.environments.verify import (
    admits,
    applying,
    check_pydantic,
    excludes_python,
    extras_on,
    installed,
    not_as_asked,
    on_provider,
    packages,
    shown,
)
from contract_check.environments.workspace import Workspace
from contract_check.model.errors import CheckError, Side
from contract_check.model.refs import Pin
from contract_check.model.settings import Progress, Settings, Silent
from contract_check.support.cache import TimedCache, key_of


def build(
    settings: Settings,
    candidate: Pin | None,
    consumer: Pin | None,
    baseline: Pin | None,
    workspace: Workspace,
    progress: Progress,
) -> Built:
    """Make the environments of a run, verified to hold what was pinned.

    Args:
        candidate: the provider in question; None only with `settings.environment`.
        consumer: the consumer; None only with `settings.environment`.
        baseline: the provider to compare with, or None for no comparison.
        workspace: where everything temporary goes.
        progress: told of what takes long.

    Raises:
        CheckError: an environment can't be built, or does not hold what was asked for.
        PythonTooOld: the provider's Requires-Python excludes the interpreter.
    """
    shop = _Shop.open(settings, workspace, progress)
    built = _build(settings, candidate, consumer, baseline, shop, progress)
    for environment in (built.candidate, built.baseline):
        if environment is not None:
            check_pydantic(environment)
    return built


def _build(
    settings: Settings,
    candidate: Pin | None,
    consumer: Pin | None,
    baseline: Pin | None,
    shop: _Shop,
    progress: Progress,
) -> Built:
    if settings.environment is not None:
        return existing.use(
            settings, candidate, consumer, baseline, shop.crew, shop.maker, shop.workspace
        )
    if candidate is None or consumer is None:
        raise ValueError("without an existing environment, candidate and consumer are needed")
    making = _Build(settings, shop, shop.python(), shop.workspace, progress)
    return making.both(candidate, consumer, baseline)


def consumer_requirement(
    settings: Settings, consumer: Pin | None, workspace: Workspace
) -> str | None:
    """What the consumer's metadata asks of the provider, credentials and all: not to be printed.

    Args:
        consumer: the consumer's pin; None with `settings.environment`, which is then asked.

    Returns:
        One requirement without markers, as in `core[validation]>=1.4,<2`, or None.

    Raises:
        CheckError: the consumer's metadata can't be had.
    """
    shop = _Shop.open(settings, workspace, Silent())
    if settings.environment is not None:
        return existing.requirement(settings, shop.crew, workspace)
    if consumer is None:
        raise ValueError("without an existing environment, the consumer is needed")
    making = _Build(settings, shop, shop.python(), workspace, Silent())
    source = making.source(consumer, "candidate")
    requires = making.requires(source)
    return shown(on_provider(requires, settings.provider.name, settings.consumer.extras,
                             making.python), secret=True)  # fmt: skip


@dataclass(frozen=True)
class _Shop:
    """Installer, crew and interpreter of one call."""

    settings: Settings
    crew: Crew
    installer: Installer
    workspace: Workspace

    @classmethod
    def open(cls, settings: Settings, workspace: Workspace, progress: Progress) -> _Shop:
        crew = Crew(workspace.new("tmp"))
        store = Store(settings.cache_dir / "builders", workspace, crew)
        builds = Builds(settings, workspace, store)
        return cls(settings, crew, _installer(settings, crew, builds, progress), workspace)

    def python(self) -> Interpreter:
        return choose(
            self.settings.python, self.installer, self.crew, self.workspace, self.settings.cache_dir
        )

    def store(self, name: str) -> Store:
        folder = self.settings.cache_dir / name
        return Store(folder, self.workspace, self.crew, self.settings.refresh)

    def maker(self, python: Interpreter) -> sides.Maker:
        return sides.Maker(
            installer=self.installer,
            python=python,
            workspace=self.workspace,
            crew=self.crew,
            store=self.store("providers"),
            wheels=self.store("wheels"),
        )


def _installer(settings: Settings, crew: Crew, builds: Builds, progress: Progress) -> Installer:
    program = find_uv() if settings.installer == "uv" else None
    if program is not None:
        return Uv(program, crew, builds, offline=settings.offline, refresh=settings.refresh)
    if settings.installer == "uv":
        progress.note("uv is not installed: using pip, which is slower")
    store = replace(builds.store, folder=settings.cache_dir / "pips")
    return Pip(crew, store, builds, offline=settings.offline)


@dataclass(frozen=True)
class _Build:
    settings: Settings
    shop: _Shop
    python: Interpreter
    workspace: Workspace
    progress: Progress

    def both(self, candidate: Pin, consumer: Pin, baseline: Pin | None) -> Built:
        pins: list[tuple[Pin, Side]] = [(consumer, "candidate"), (candidate, "candidate")]
        if baseline is not None:
            pins.append((baseline, "baseline"))
        tasks = [self._preparing(pin, side) for pin, side in pins]
        users, new, *old = self.shop.crew.together(*tasks)
        for source, side in [(new, "candidate"), *((one, "baseline") for one in old)]:
            self._check_floor(source, "baseline" if side == "baseline" else "candidate")
        requires = self.requires(users)
        asked = on_provider(
            requires, self.settings.provider.name, self.settings.consumer.extras, self.python
        )
        resolver = self._resolver(users, requires, asked)
        if old:
            first, second = resolver.both(new, old[0])
            plans: list[tuple[Side, Source, Resolution]] = [
                ("candidate", new, first),
                ("baseline", old[0], second),
            ]
        else:
            first = second = resolver.candidate(new)
            plans = [("candidate", new, first)]
        bases = Bases(resolver, self.shop.store("bases"), self.progress)
        with ThreadPoolExecutor(len(plans)) as pool:
            # The layers are looked over while the environments for the providers are made.
            layers = [pool.submit(bases.layer, resolution, side) for side, _, resolution in plans]
            made = self.shop.crew.together(
                *(
                    self._making(
                        side, source, resolution, layer.result, resolver.attempt(side), asked
                    )
                    for (side, source, resolution), layer in zip(plans, layers, strict=True)
                )
            )
        return Built(
            candidate=made[0],
            baseline=made[1] if old else None,
            differences=differences(first.versions, second.versions),
            third_parties=first.versions,
        )

    def source(self, pin: Pin, side: Side) -> Source:
        return prepare(
            pin,
            installer=self.shop.installer,
            python=self.python,
            workspace=self.workspace,
            store=self.shop.store("wheels"),
            side=side,
        )

    def requires(self, source: Source) -> tuple[str, ...]:
        """The consumer's Requires-Dist lines."""
        if source.wheel is not None:
            return wheel_metadata(source.wheel).requires
        cache = TimedCache(self.settings.cache_dir / "metadata")
        key = None if source.identity is None else key_of(source.identity, self.python.tag)
        known = None if key is None or self.settings.refresh else cache.get(key, float("inf"))
        if isinstance(known, list):
            return tuple(map(str, known))
        requires = self._fetch_requires(source)
        if key is not None and not any("@" in line for line in requires):
            cache.put(key, list(requires))
        return requires

    def _fetch_requires(self, source: Source) -> tuple[str, ...]:
        site = self.workspace.new("metadata") / "site"
        try:
            self.shop.installer.install(self.python, site, (), (source.requirement(),))
        except InstallerFailed as error:
            raise explain(error.output, self._attempt("candidate")) from error
        found = installed(source.pin.name, [site])
        if found is None:
            raise not_as_asked(source.pin, f"{source.pin.name} is not installed", "candidate")
        return found.requires

    def _attempt(self, side: Side) -> Attempt:
        return Attempt(
            self.settings.provider.name,
            self.settings.consumer.name,
            self.python.version,
            side,
            self.settings.offline,
            folders=(self.workspace.path, self.settings.cache_dir),
        )

    def _check_floor(self, source: Source, side: Side) -> None:
        if source.wheel is None:
            return
        floor = wheel_metadata(source.wheel).requires_python
        if floor is not None and excludes_python(floor, self.python.version):
            raise PythonTooOld(source.pin.name, floor, self.python.version, side)

    def _resolver(
        self, users: Source, requires: tuple[str, ...], asked: tuple[Requirement, ...]
    ) -> Resolver:
        provider = self.settings.provider.name
        mine = applying(requires, self.settings.consumer.extras, self.python.markers)
        return Resolver(
            settings=self.settings,
            installer=self.shop.installer,
            python=self.python,
            workspace=self.workspace,
            consumer=users,
            consumer_requires=tuple(one for one in mine if canonicalize_name(one.name) != provider),
            provider_extras=extras_on(self.settings.provider, asked),
        )

    def _preparing(self, pin: Pin, side: Side) -> Callable[[], Source]:
        return lambda: self.source(pin, side)

    def _making(
        self,
        side: Side,
        source: Source,
        resolution: Resolution,
        layer: Callable[[], Path],
        attempt: Attempt,
        asked: tuple[Requirement, ...],
    ) -> Callable[[], Environment]:
        def task() -> Environment:
            maker = self.shop.maker(self.python)
            root, site = maker.make(source, resolution.provider, lambda: (layer(),), attempt)
            provider = installed(source.pin.name, site)
            consumer = installed(self.settings.consumer.name, site[-1:])
            if provider is None or consumer is None:
                raise CheckError(
                    "provider-not-as-asked: a package vanished while the environment was built.",
                    stage="environment",
                    side=side,
                    hint="Run the check again.",
                )
            return Environment(
                side=side,
                python=sides.python_of(root),
                root=root,
                site=site,
                provider=provider,
                consumer=consumer,
                packages=packages(site),
                python_version=self.python.version,
                platform=self.python.platform,
                requirement=shown(asked),
                admits=admits(asked, provider, source.pin),
            )

        return task
