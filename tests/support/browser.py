"""A real Chromium without a window, spoken to over its own protocol (Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

_START_SECONDS = 60.0
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    " ": (32, " "),
    "/": (191, "/"),
}


def program() -> str | None:
    """The browser, or None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


class Page:
    """One tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self.errors: list[str] = []
        self("Page.enable")
        self("Runtime.enable")
        self("Log.enable")

    def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._connection.send(json.dumps(message))
        while True:
            answer: dict[str, Any] = json.loads(self._connection.recv(timeout=_START_SECONDS))
            if answer.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.errors.append(json.dumps(answer["params"]))
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, file: Path) -> None:
        """Show a file, to its end."""
        self("Page.navigate", url=file.as_uri())
        until = time.monotonic() + _START_SECONDS
        wanted = json.dumps(file.as_uri())
        while time.monotonic() < until:
            if self.value(f"location.href === {wanted} && document.readyState === 'complete'"):
                return
            time.sleep(0.05)
        raise AssertionError(f"{file} was not loaded")

    def value(self, expression: str) -> Any:
        """What an expression comes to in the page."""
        told = self(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key of `KEYS`."""
        code, text = KEYS[key]
        about = {"key": key, "windowsVirtualKeyCode": code, "code": key if len(key) > 1 else ""}
        self("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self("Input.dispatchKeyEvent", type="keyUp", **about)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self("Input.insertText", text=text)

    def show(self, *, width: int = 1100, scheme: str = "light", media: str = "screen") -> None:
        """Set the width in CSS pixels, the colour scheme and the medium."""
        self(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self("Emulation.setEmulatedMedia", media=media, features=features)

    def screenshot(self, file: Path) -> None:
        """The whole page as PNG."""
        told = self("Page.captureScreenshot", captureBeyondViewport=True, format="png")
        file.write_bytes(base64.b64decode(told["data"]))


@contextmanager
def browser() -> Iterator[Page]:
    """A tab of a browser of its own, gone at the end."""
    found = program()
    assert found is not None
    profile = Path(tempfile.mkdtemp(prefix="chromium-"))
    options = ["--headless=new", "--remote-debugging-port=0", "--hide-scrollbars", "--no-first-run"]
    # Chromium refuses its sandbox to root, and containers often have no room in /dev/shm.
    options += ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
    process = subprocess.Popen(
        [found, *options, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(profile)},
        start_new_session=True,
    )
    try:
        with connect(_tab(profile), max_size=None, open_timeout=_START_SECONDS) as connection:
            yield Page(connection)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)
        shutil.rmtree(profile, ignore_errors=True)


def _tab(profile: Path) -> str:
    """The address of the first tab, once the browser listens."""
    until = time.monotonic() + _START_SECONDS
    told = profile / "DevToolsActivePort"
    while time.monotonic() < until:
        lines = told.read_text().splitlines() if told.exists() else []
        if lines:
            with urlopen(f"http://127.0.0.1:{lines[0]}/json/list") as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            if tabs:
                address: str = tabs[0]["webSocketDebuggerUrl"]
                return address
        time.sleep(0.1)
    raise AssertionError("the browser did not start")
