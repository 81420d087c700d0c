"""The Store's health endpoints with a real PostgreSQL and without."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.support.tool import Checked, Tool

pytestmark = pytest.mark.registry

HAND_ON = ("--pass-env", "DATABASE_URL", "--pass-env", "ADMIN_DATABASE_URL")


def endpoints(done: Checked) -> dict[str, str]:
    contracts = done.report["contracts"]
    return {c["name"]: c["status"] for c in contracts if c["kind"] == "endpoint"}


@pytest.mark.postgres
def test_with_a_database_both_are_healthy(tool: Tool, postgres_url: str) -> None:
    env = {"DATABASE_URL": postgres_url, "ADMIN_DATABASE_URL": postgres_url}
    done = replace(tool, env=env).json("--core-ref", "1.4.61", *HAND_ON)
    assert done.code == 0, done
    assert endpoints(done) == {"healthz": "passed", "readyz": "passed"}


def test_without_a_database_one_is_degraded_and_the_other_not_ready(tool: Tool) -> None:
    done = tool.json("--core-ref", "1.4.61")
    assert done.code == 0, done
    assert endpoints(done) == {"healthz": "passed", "readyz": "passed"}


def test_a_database_that_was_promised_and_does_not_answer_is_no_pass(tool: Tool) -> None:
    nobody = "postgresql://nobody@127.0.0.1:9/none"
    env = {"DATABASE_URL": nobody, "ADMIN_DATABASE_URL": nobody}
    done = replace(tool, env=env).json("--core-ref", "1.4.61", "--baseline", "none", *HAND_ON)
    assert done.code == 1, done
    assert endpoints(done) == {"healthz": "failed", "readyz": "failed"}
    said = {f["contract"]: f["message"] for f in done.report["findings"]}
    assert "degraded" in said["healthz"]
    assert "503" in said["readyz"]


def test_a_database_of_ones_own_is_not_used_unless_handed_on(tool: Tool) -> None:
    nobody = "postgresql://nobody:s3cret@127.0.0.1:9/none"
    done = replace(tool, env={"DATABASE_URL": nobody}).json("--core-ref", "1.4.61")
    assert done.code == 0, done
    assert "s3cret" not in done.stdout + done.stderr
