"""What a run that took too long says, and what nobody is to see of its settings."""

from __future__ import annotations

from pathlib import Path

from contract_check.model.errors import CheckError, Overdue
from contract_check.model.settings import Settings
from contract_check.support.redact import credentials_in


def overdue(late: Overdue) -> CheckError:
    """The error of a run that took longer."""
    return CheckError(
        f"the run did not end within {late.seconds:g} s",
        stage="environment",
        hint="Raise --deadline, or --timeout, if the packages or the network are that slow.",
    )


def full(error: OSError, folder: Path) -> CheckError:
    """The error of a run whose own folder has no room.

    Args:
        error: what the system said.
        folder: of the run.
    """
    return CheckError(
        f"no space is left in {folder.parent}: {error.strerror}",
        stage="environment",
        hint="Make room there, or set TMPDIR to a folder on a device that has some.",
    )


def credentials(settings: Settings) -> tuple[str, ...]:
    """What is secret in the URLs that were typed or configured."""
    packages = (settings.provider.repository, settings.consumer.repository)
    named = (settings.provider_ref, settings.consumer_ref, settings.baseline, *packages)
    texts = (*filter(None, named), *settings.with_requirements)
    return tuple(secret for text in texts for secret in credentials_in(text))
