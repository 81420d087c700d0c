"""What the packages under test, and those who build them, see of the parent's environment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.core import Change, at_import, core_copy, replaced
from tests.support.tool import Tool

pytestmark = pytest.mark.registry

TOKENS = {
    "GITHUB_TOKEN": "ghp_s3cretgithub",
    "GH_TOKEN": "ghp_s3cretgh",
    "AWS_SECRET_ACCESS_KEY": "s3cretaws",
    "AWS_ACCESS_KEY_ID": "AKIAS3CRET",
    "TWINE_PASSWORD": "s3crettwine",
    "NPM_TOKEN": "s3cretnpm",
    "MY_DATABASE_PASSWORD": "s3cretdatabase",
    "CORE_REPO_TOKEN": "s3cretdispatch",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "s3cretactions",
    "CONTRACT_CHECK_SECRET": "s3cretown",
    "PYTHONPATH": "/s3cret-path",
    "LD_PRELOAD": "",
}
INDEX = {"UV_INDEX_MINE_USERNAME": "me", "UV_INDEX_MINE_PASSWORD": "s3cretindex"}
# A variable that the host may keep, as the probe needs it or as it says nothing of anyone.
HARMLESS = {"LANG", "LC_ALL", "LC_CTYPE", "TZ", "PATH", "HOME", "TMPDIR", "CONTRACT_CHECK_RUN"}
HARMLESS |= {"PYTHONHASHSEED"}  # the same for everyone
DATABASE = {"DATABASE_URL", "ADMIN_DATABASE_URL"}

# A message is cut: it holds only what need not be there.
_RAISES = f"""
import json, os
handed = {{name: os.environ[name] for name in sorted(set(os.environ) - {HARMLESS | DATABASE})}}
raise RuntimeError(json.dumps(handed))
"""
_NAMES = """
import os
for name in sorted(os.environ):
    print("sees", name, "s3cret" in os.environ[name].lower())
os.sys.stdout.flush()
os._exit(0)
"""


def test_the_imported_packages_see_no_token(tool: Tool, tmp_path: Path) -> None:
    core = core_copy(tmp_path, at_import(_NAMES))
    secretive = replace(tool, env={**TOKENS, **INDEX})
    done = secretive.json("--core-ref", str(core), "--baseline", "none")
    assert done.code == 3, done
    lines = done.report["errors"][0]["detail"].splitlines()
    said = [line.split() for line in lines if line.startswith("sees ")]
    assert {name for _, name, _ in said} - HARMLESS == DATABASE
    assert {secret for _, _, secret in said} == {"False"}
    for text in (done.stdout, done.stderr):
        assert "s3cret" not in text.lower()


def test_what_is_handed_on_arrives_and_nothing_else(tool: Tool, tmp_path: Path) -> None:
    core = core_copy(tmp_path, at_import(_RAISES))
    secretive = replace(tool, env={**TOKENS, **INDEX, "MY_SETTING": "on"})
    options = ("--baseline", "none", "--pass-env", "MY_SETTING", "--env", "OTHER=off")
    done = secretive.json("--core-ref", str(core), *options)
    assert done.code == 1, done
    message = done.report["findings"][0]["message"].replace("\\", "")
    assert '{"MY_SETTING": "on", "OTHER": "off"}' in message
    assert "s3cret" not in (done.stdout + done.stderr).lower()


def test_values_handed_on_are_shown_nowhere(tool: Tool, tmp_path: Path) -> None:
    prints = "import os; print(os.environ['TYPED'], os.environ['HANDED'], flush=True); os._exit(3)"
    core = core_copy(tmp_path, at_import(prints))
    options = ("--core-ref", str(core), "--pass-env", "HANDED", "--env", "TYPED=s3cret-typed'one")
    done = replace(tool, env={"HANDED": "s3cret-handed"}).json(*options)
    assert done.code == 3, done
    assert done.report["errors"][0]["detail"] == "*** ***"
    assert "s3cret" not in done.stdout + done.stderr


def test_a_witness_reads_what_was_handed_on(tool: Tool, tmp_path: Path) -> None:
    def default(text: str) -> Change:
        change = replaced('default="store"', f"default={text}")
        return lambda source: "import os\n" + change(source)

    old, new = (
        core_copy(tmp_path, {"telemetry/backpressure.py": default(text)}, name=name)
        for name, text in (("old", 'os.environ["TYPED"]'), ("new", '"x" + os.environ["TYPED"]'))
    )
    options = ("--core-ref", str(new), "--baseline", str(old), "--env", "TYPED=s3cret-typed")
    done = tool.json(*options)
    assert done.code == 1, done
    (found,) = done.report["findings"]
    assert found["rule"] == "default-changed"
    assert found["message"].endswith("was '***' and is 'x***' now")
    assert "os.environ['TYPED']" in found["witness"]["code"]
    assert found["witness"]["confirmed"]
    assert "s3cret" not in done.stdout + done.stderr


def test_a_build_backend_sees_no_token_and_no_password_of_an_index(
    tool: Tool, tmp_path: Path
) -> None:
    core = core_copy(tmp_path, before="assert 's3cret' not in repr(dict(os.environ)).lower()")
    secretive = replace(tool, env={**TOKENS, **INDEX})
    done = secretive.json("--core-ref", str(core), "--baseline", "none")
    assert done.code == 0, done
    assert "s3cret" not in (done.stdout + done.stderr).lower()


def test_credentials_of_an_index_are_not_in_the_report(tool: Tool) -> None:
    index = "http://me:s3cret@127.0.0.1:9/simple"
    env = {"UV_INDEX_URL": index, "UV_DEFAULT_INDEX": index, "PIP_INDEX_URL": index}
    done = replace(tool, env={**env, "UV_HTTP_RETRIES": "0"}).json(
        "--core-ref", "1.4.61", "--refresh"
    )
    assert done.code == 3, done
    assert "s3cret" not in done.stdout + done.stderr
