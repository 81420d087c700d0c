"""What a process under test is surrounded by: variables, folders, limits."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contract_check.support import marks
from contract_check.support.confinement import limits
from contract_check.support.landlock import Limits
from contract_check.support.process import Running, start

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
_ISOLATED = "import sys; sys.path[:] = [entry for entry in sys.path if entry];"
"""What `-I` does beside ignoring PYTHON* variables: the working directory is on no path."""
_HARMLESS = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT")


@dataclass(frozen=True)
class Surroundings:
    """Where and within which limits code under test runs.

    Args:
        folder: a private folder of the run; working directory, HOME and TMPDIR are made in it.
        env: variables the settings set, or pass on from the parent.
        timeout: seconds that one answer may take.
        memory_limit: MiB of address space.
        sites: the folders that packages are imported from, on either side.
        reads: interpreter to what its processes read besides its own installation.
        hidden: what no process may read.
        network: whether processes may use the network, beyond the servers that `env` names.
        running: the processes started so far.
    """

    folder: Path
    env: Mapping[str, str]
    timeout: float
    memory_limit: int
    sites: tuple[Path, ...] = ()
    reads: Mapping[Path, tuple[Path, ...]] = field(default_factory=dict)
    hidden: tuple[Path, ...] = ()
    network: bool = False
    running: Running = field(default_factory=Running)

    def prepare(self, name: str, seed: int = 0) -> tuple[dict[str, str], Path]:
        """Make empty folders for one process and say its whole environment and its directory.

        Of the parent's environment only language and time zone remain: no tokens, no index
        settings, and a PATH that finds the system's programs alone. Of all PYTHON* variables only
        the seed of hashes is set, which makes the order of sets the same in every run.

        Args:
            name: tells several processes of one run apart.
            seed: of hashes.
        """
        home = self.folder / name / "home"
        work = self.folder / name / "work"
        temporary = self.folder / name / "tmp"
        for path in (home, work, temporary):
            path.mkdir(parents=True, exist_ok=True)
        kept = {key: os.environ[key] for key in _HARMLESS if key in os.environ}
        return {
            **kept,
            "PATH": os.defpath,
            "HOME": str(home),
            "TMPDIR": str(temporary),
            **{key: value for key, value in self.env.items() if not key.startswith("PYTHON")},
            "PYTHONHASHSEED": str(seed),
            marks.VARIABLE: self.mark_of(name),
        }, work

    def start(
        self,
        name: str,
        command: Sequence[str | os.PathLike[str]],
        *,
        stderr: int,
        pass_fds: tuple[int, ...] = (),
        seed: int = 0,
        readable: Sequence[Path] = (),
        writable: Sequence[Path] = (),
    ) -> subprocess.Popen[bytes]:
        """Start Python here on a program, confined, with its standard output in a pipe.

        Args:
            name: tells several processes of one run apart.
            command: the interpreter, the program's text, and its arguments.
            stderr: where its standard error goes, as for `subprocess`.
            pass_fds: descriptors it inherits.
            seed: of hashes.
            readable: files and folders that it reads, besides its interpreter and packages.
            writable: folders that it writes to, besides its own.

        Raises:
            OSError: it can't be started.
        """
        env, work = self.prepare(name, seed)
        python, program, *arguments = command
        process = start(
            [python, "-s", "-c", f"{_ISOLATED}{program}", *arguments],
            mark=self.mark,
            limits=self._limits(Path(python), readable, (self.folder / name, *writable)),
            env=env,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            pass_fds=pass_fds,
        )
        self.running.add(process)
        return process

    def _limits(self, python: Path, readable: Sequence[Path], writable: Sequence[Path]) -> Limits:
        return limits(
            writable,
            python=python,
            readable=(*readable, *self.reads.get(python, self.sites)),
            variables=self.env,
            hidden=self.hidden,
            network=self.network,
        )

    def launch(
        self, name: str, command: Sequence[str | os.PathLike[str]], folder: Path
    ) -> subprocess.Popen[bytes]:
        """Start a program of the tool's own here, with all its streams in pipes.

        What the settings set or hand on is for the code under test alone.

        Args:
            name: tells several processes of one run apart.
            command: the program and its arguments.
            folder: its working directory.

        Raises:
            OSError: it can't be started.
        """
        env, _ = self.prepare(name)
        process = start(
            command,
            mark=self.mark,
            env={key: value for key, value in env.items() if key not in self.env},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.running.add(process)
        return process

    def shown(self, text: str, name: str, python: Path, paths: Sequence[Path] = ()) -> str:
        """What a process printed, as the probe says it: names for folders, no addresses.

        Args:
            name: the process's.
            python: its interpreter.
            paths: what was put in front of its `sys.path`.
        """
        own = self.folder / name
        names = dict.fromkeys(map(str, (*paths, *self.sites)), "<site-packages>")
        names |= {f"{own / 'work'}": "<folder>", f"{own / 'home'}": "<home>"}
        names |= {f"{own / 'tmp'}": "<temporary>"}
        environment = python.parent.parent
        if (environment / "pyvenv.cfg").exists():
            sites = environment.glob("lib/*/site-packages")
            names |= dict.fromkeys(map(str, sites), "<site-packages>")
            names[str(environment)] = "<environment>"
        for folder in sorted(names, key=len, reverse=True):
            text = text.replace(folder, names[folder])
        return _ADDRESS.sub("", text)

    @property
    def mark(self) -> str:
        """What the marks of all processes of this run begin with."""
        return str(self.folder)

    def mark_of(self, name: str) -> str:
        """A value that a process of this name carries in its environment, and its children."""
        return str(self.folder / name)
