"""What can keep a check from being carried out: the one list, for docs and for people who search.

Where a message is made it stands in words of its own, with names and versions; `says` is the part
of it that is always the same, and a test holds it against the sources.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One way in which a check can't be carried out.

    Args:
        name: a few words.
        says: what is always part of the message.
        cause: what happened, in a sentence.
        advice: what to do, in a sentence.
    """

    name: str
    says: str
    cause: str
    advice: str


PROBLEMS = (
    Problem(
        "unknown ref",
        "is no tag, branch or commit of",
        "Neither the registry nor the repository knows the version, tag, branch or commit.",
        "Take one of the nearest names that the message lists.",
    ),
    Problem(
        "no repository",
        "is known",
        "The ref is a tag, branch or commit, and nobody said of which repository.",
        "Name it with `--core-repository`, in the configuration, or as `git+URL@REF`.",
    ),
    Problem(
        "no network",
        "the package registry can't be reached",
        "The index does not answer: network, proxy or its address.",
        "Check the connection, the proxy and the index settings; `--offline` uses what is cached.",
    ),
    Problem(
        "registry refuses",
        "the package index refused the request",
        "The index answers 401 or 403.",
        "Check the credentials and the index settings of uv or pip.",
    ),
    Problem(
        "build failed",
        "can't be built.",
        "A build backend ended with an error; its last lines are shown, without credentials.",
        "Build the package by hand to see what its build backend wants.",
    ),
    Problem(
        "resolver conflict",
        "dependency-conflict",
        "What the provider and the consumer need besides can't be installed together. Where the "
        "candidate alone is the cause, it is a break.",
        "Loosen one of the two requirements that are named.",
    ),
    Problem(
        "Python not found",
        " was not found.",
        "No interpreter of the version asked for with `--python` is there.",
        "Take one of those that the message lists, or install it (`uv python install`).",
    ),
    Problem(
        "Python too old",
        "needs Python",
        "A package is for other versions of Python.",
        "Choose another with `--python`.",
    ),
    Problem(
        "disk full",
        "No space is left in",
        "The temporary folder or the cache has no room for the environments.",
        "Make room, or set TMPDIR and CONTRACT_CHECK_CACHE_DIR to a device that has some.",
    ),
    Problem(
        "no write permission",
        "may not be written",
        "The temporary folder or the cache belongs to somebody else.",
        "Set TMPDIR and CONTRACT_CHECK_CACHE_DIR to folders that you may write to.",
    ),
    Problem(
        "time-out",
        "no answer within",
        "The code under test hangs while it is imported or called, or is slow.",
        "See what it waits for, or give it longer with `--timeout`.",
    ),
    Problem(
        "out of memory",
        "memory",
        "The code under test takes more than the limit.",
        "Give it more with `--memory-limit`.",
    ),
    Problem(
        "git not installed",
        "git is not installed",
        "A tag, branch or commit needs git.",
        "Install git, or name a released version, a folder or a wheel.",
    ),
    Problem(
        "another provider than asked for",
        "provider-not-as-asked",
        "After installation another version was there than the one in question.",
        "Look at what else installs the provider; report it if nothing does.",
    ),
    Problem(
        "installed packages changed",
        "installed packages were changed while they were checked",
        "Code under test wrote beside installed packages.",
        "Let it write its cache elsewhere.",
    ),
)
