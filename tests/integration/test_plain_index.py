"""A private index that speaks PEP 503 alone: names and links, no upload times, no hashes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.packages import wheel


class PlainIndex:
    """Serves the wheels of a folder.

    Attributes:
        url: of the index.
        fragment: what is put after a link, given its file.
        before: called before each answer to a question about a package.
    """

    def __init__(self, folder: Path) -> None:
        self.fragment: Callable[[Path], str] = lambda _file: ""
        self.before: Callable[[str], None] = lambda _name: None
        index = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                if not self.path.startswith("/simple/"):
                    super().do_GET()
                    return
                name = self.path.split("/")[2]
                index.before(name)
                links = [
                    f'<a href="/{file.name}{index.fragment(file)}">{file.name}</a>'
                    for file in sorted(folder.glob(f"{name}-*"))
                ]
                body = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()
                self.send_response(200 if links else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    for version in ("1.0", "2.0"):
        wheel(folder, "tcore", version, requires=["tdep"])
    wheel(folder, "tdep", "1.0")
    uses = "from tcore import version\n"
    wheel(folder, "tstore", "1.0", requires=["tcore>=1"], files={"tstore/__init__.py": uses})
    return folder


@pytest.fixture
def index(house: Path) -> Iterator[PlainIndex]:
    made = PlainIndex(house)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def check(
    tmp_path: Path, index: PlainIndex, installer: str, *arguments: str
) -> tuple[int, dict[str, object], str]:
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))
    }
    env |= {"UV_DEFAULT_INDEX": index.url, "PIP_INDEX_URL": index.url, "NO_PROXY": "127.0.0.1"}
    env |= {"UV_CACHE_DIR": str(tmp_path / "uv"), "PIP_CACHE_DIR": str(tmp_path / "pip")}
    env |= {"CONTRACT_CHECK_CACHE_DIR": str(tmp_path / "cache"), "PIP_CONFIG_FILE": os.devnull}
    command = [sys.executable, "-m", "contract_check", "--provider", "tcore", "--no-type-checker"]
    command += ["--consumer", "tstore", "--installer", installer, "--format", "json", *arguments]
    done = subprocess.run(
        command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, json.loads(done.stdout), done.stderr


def error_of(report: dict[str, object]) -> str:
    return json.dumps(report["error"] if "error" in report else report["errors"])


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_versions_of_an_index_without_upload_times(
    tmp_path: Path, index: PlainIndex, installer: str
) -> None:
    status, report, _said = check(tmp_path, index, installer, "--provider-ref", "2.0")
    assert status == 0, report
    assert "tdep" in json.dumps(report)


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_exclude_newer_says_why_it_can_not(
    tmp_path: Path, index: PlainIndex, installer: str
) -> None:
    arguments = ("--provider-ref", "2.0", "--exclude-newer", "2026-01-01")
    status, report, _said = check(tmp_path, index, installer, *arguments)
    assert status == 3
    assert "--exclude-newer" in error_of(report)
    assert "uploaded" in error_of(report)


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_file_with_another_hash_than_the_index_says_is_no_pass(
    tmp_path: Path, index: PlainIndex, installer: str
) -> None:
    index.fragment = lambda file: f"#sha256={'0' * 64}" if file.name.startswith("tdep") else ""
    status, report, _said = check(tmp_path, index, installer, "--provider-ref", "2.0")
    assert status == 3
    assert "hash" in error_of(report).lower()


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_an_index_that_changes_between_two_questions(
    tmp_path: Path, house: Path, index: PlainIndex, installer: str
) -> None:
    """The newest third party vanishes once it was named: one version on both sides, or an error."""
    asked: list[str] = []
    newest = wheel(house, "tdep", "2.0")

    def vanish(name: str) -> None:
        asked.append(name)
        if asked.count("tdep") > 1:
            newest.unlink(missing_ok=True)

    index.before = vanish
    status, report, _said = check(tmp_path, index, installer, "--provider-ref", "2.0")
    assert status in (0, 3)
    text = json.dumps(report)
    assert "tdep" in text
    assert "only with the" not in text
