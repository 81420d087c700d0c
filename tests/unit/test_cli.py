"""The command line, as a process: what it prints where, and how it exits."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.unit import samples

from contract_check.cli.check import Presentation, show
from contract_check.cli.outputs import Color, Output, parse_outputs, write
from contract_check.model.errors import UsageError
from contract_check.model.report import Report
from contract_check.reports.summary import verdict_line

ROOT = Path(__file__).parents[2]
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty HOME and nothing else that could decide for the test."""
    home = tmp_path / "home"
    home.mkdir()
    return {"PATH": os.defpath, "HOME": str(home), "COLUMNS": "80", "LANG": "C.UTF-8"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "project"
    path.mkdir()
    return path


def run(folder: Path, environment: dict[str, str], *arguments: str) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "contract_check", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_in_shell(folder: Path, environment: dict[str, str], arguments: str) -> Done:
    """Run it with redirections of a shell."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -m contract_check {arguments}', sys.executable],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_version(folder: Path, environment: dict[str, str]) -> None:
    done = run(folder, environment, "--version")
    assert done.returncode == 0
    installed = importlib.metadata.version("market-data-contract-check")
    assert done.stdout == f"contract-check {installed}\n"
    assert done.stderr == ""


def test_help_names_every_option_and_an_example(folder: Path, environment: dict[str, str]) -> None:
    done = run(folder, environment | {"COLUMNS": "120"}, "--help")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    words = (
        "--core-ref --provider-ref --store-ref --consumer-ref --provider --consumer --baseline "
        "--python --environment --with --exclude-newer --installer --offline --format --fail-on "
        "--timeout --memory-limit --keep-environments --config --core-repository --env --pass-env "
        "--refresh --no-type-checker --only-contract-modules --color --quiet --verbose "
        "--install-completion explain rules init doctor cache"
    )
    assert [word for word in words.split() if word not in done.stdout] == []
    assert "contract-check --core-ref v1.4.61" in done.stdout


@pytest.mark.parametrize(
    "command",
    ["", "explain", "rules", "init", "snapshot", "doctor", "cache", "cache dir", "cache clean"],
)
def test_help_fits_80_columns_with_whole_names_and_examples(
    folder: Path, environment: dict[str, str], command: str
) -> None:
    done = run(folder, environment | {"FORCE_COLOR": "1"}, *command.split(), "--help")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "..." not in done.stdout.replace("[ARGS]...", "")
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert f"Examples:\n    contract-check {command}".rstrip() in done.stdout
    if not command:
        names = "--provider-repository --consumer-repository --keep-environments"
        assert [name for name in names.split() if name not in done.stdout] == []


def test_nothing_said_gets_a_short_help(folder: Path, environment: dict[str, str]) -> None:
    done = run(folder, environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "contract-check --core-ref v1.4.61" in done.stderr
    assert len(done.stderr.splitlines()) < 15


def test_empty_variables_count_as_unset(folder: Path, environment: dict[str, str]) -> None:
    # A workflow hands on inputs that nobody gave as empty variables.
    empty = {f"CONTRACT_CHECK_{name}": "" for name in ("CORE_REF", "OFFLINE", "TIMEOUT", "WITH")}
    done = run(folder, environment | empty, "--quiet")
    assert done.returncode == 2
    assert "nothing to check" in done.stderr


def test_a_variable_that_nobody_reads_is_named(folder: Path, environment: dict[str, str]) -> None:
    mistaken = {"CONTRACT_CHECK_FAIL_NO": "warning", "CONTRACT_CHECK_CACHE_DIR": "cache"}
    done = run(folder, environment | mistaken, "--core-ref", "./nowhere", "--pass-env", "TOKEN")
    assert done.stderr.splitlines()[:2] == [
        "warning: the variable CONTRACT_CHECK_FAIL_NO is not read by contract-check; "
        "did you mean CONTRACT_CHECK_FAIL_ON?",
        "warning: --pass-env: TOKEN is not set, so there is nothing to hand on",
    ]


def test_variables_may_say_how_a_run_is_shown(folder: Path, environment: dict[str, str]) -> None:
    said = {"CONTRACT_CHECK_QUIET": "1", "CONTRACT_CHECK_COLOR": "always", "NO_COLOR": "1"}
    done = run(folder, environment | said, "--core-ref", "./nowhere", "--pass-env", "TOKEN")
    assert done.stderr == ""
    assert "\x1b[" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--timeout", "3"], "contract-check --core-ref REF"),
        (["--core-ref"], "--core-ref"),
        (["--core-ref", "1", "--timeout", "soon"], "--timeout"),
        (["--core-ref", "1", "--installer", "conda"], "--installer"),
        (["--core-ref", "1", "--format", "jsn"], "Did you mean 'json'?"),
        (["--core-ref", "1", "--format", "json", "--format", "terminal"], "would go to stdout"),
        (["--core-ref", "1", "--format", "json=no/such/report.json"], "does not exist"),
        (["--core-ref", "1", "--format", "json=."], "is a folder"),
        (["--core-ref", "1", "--config", "nowhere.toml"], "nowhere.toml"),
        (["--core-ref", "1", "--provider", "core==1"], "says more than a name"),
        (["frobnicate"], "frobnicate"),
        (["v1.0.1"], "hint: Did you mean --core-ref v1.0.1?"),
        (["git+https://me:hunter2@host/x@v1"], "--core-ref git+https://***@host/x@v1?"),
        (["explian"], "Did you mean 'explain'?"),
        (["explain", "field-removd"], "there is no rule 'field-removd'"),
        (["--core-ref", "1", "--core-ref", "2"], "is given 2 times"),
        (["--core-ref", "1", "--provider-ref", "2"], "--core-ref / --provider-ref: is given"),
        (["rules", "--family", "enums", "--family", "calls"], "--family: is given 2 times"),
    ],
)
def test_a_wrong_command_line_exits_2(
    folder: Path, environment: dict[str, str], arguments: list[str], message: str
) -> None:
    done = run(folder, environment, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert re.match(r"error: \S.*\nhint: \S.*\n", done.stderr)
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        ("--core-ref 1 --fail-on note", "--fail-on: 'note' is not one of 'break', 'warning'"),
        ("--core-ref 1 --installer poetry", "--installer: 'poetry' is not one of 'uv', 'pip'"),
        ("--core-ref 1 --timeout abc", "--timeout: 'abc' is no number"),
        ("--core-ref 1 --memory-limit 1.5", "--memory-limit: '1.5' is no whole number"),
        ("rules --severity note", "--severity: 'note' is not one of 'break', 'warning', 'info',"),
        ("--nosuch", "no such option: --nosuch"),
    ],
)
def test_mistakes_are_told_in_one_style(
    folder: Path, environment: dict[str, str], arguments: str, cause: str
) -> None:
    done = run(folder, environment, *arguments.split())
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {cause}")
    assert "\nhint: " in done.stderr


def test_a_choice_may_be_written_in_capitals(folder: Path, environment: dict[str, str]) -> None:
    small = run(folder, environment, "rules", "--severity", "break")
    assert small.returncode == 0
    assert run(folder, environment, "rules", "--severity", "BREAK").stdout == small.stdout


@pytest.mark.parametrize("name", ["suppression-expired", "suppression-unused", "policy-unused"])
def test_what_is_said_of_the_policy_is_explained(
    folder: Path, environment: dict[str, str], name: str
) -> None:
    done = run(folder, environment, "explain", name)
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, name)
    assert "## What to do" in done.stdout
    assert f"### {name}" in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_only_what_is_near_is_suggested(folder: Path, environment: dict[str, str]) -> None:
    assert "Did you mean" not in run(folder, environment, "explain", "nosuch").stderr
    near = run(folder, environment, "explain", "field-removd").stderr
    assert "Did you mean field-removed" in near


def test_credentials_in_a_mistake_are_not_repeated(
    folder: Path, environment: dict[str, str]
) -> None:
    done = run(folder, environment, "--core-ref", "1", "--with", "https://me:hunter2@host/x y")
    assert done.returncode == 2
    assert "hunter2" not in done.stdout + done.stderr


def test_init_writes_a_file_that_can_be_used(folder: Path, environment: dict[str, str]) -> None:
    (folder / "pyproject.toml").write_text(
        "[project]\nname = 'My_Service'\ndependencies = ['my-models>=1', 'httpx']\n"
    )
    done = run(folder, environment, "init", "--provider", "my-models")
    assert (done.returncode, done.stderr) == (0, "")
    written = (folder / "contract-check.toml").read_text()
    assert 'name = "my-service"' in written
    again = run(folder, environment, "init", "--provider", "my-models")
    assert again.returncode == 2
    assert "configures contract-check already" in again.stderr
    assert (folder / "contract-check.toml").read_text() == written


@pytest.mark.parametrize(
    ("dependencies", "source", "said"),
    [
        (
            ["pydantic", "lister", "acme-core"],
            "from acme_core.orders import Order, Level\nfrom lister import List, Item, Page\n"
            "class ApiOrder(Order):\n    level: Level",
            "The provider is acme-core, because the code here uses its Level, Order;",
        ),
        (
            ["fastapi", "models[x]>=1", "tools", "httpx"],
            "import models\nfrom tools import helper\nfrom pydantic import BaseModel, Field\n"
            "def f(a: models.Ax, b: models.Bx) -> models.Cx: return models.Dx(1)",
            "The provider is models, because the code here uses its Ax, Bx, Cx and 1 more;",
        ),
        (["pydantic", "one", "acme-core", "two"], "", "because its name begins like acme-app;"),
        (["pydantic", "one", "typing-extensions"], "", "because no other dependency could be;"),
        (["pydantic", "fastapi"], "", "none of the project's dependencies looks like a provider"),
        (
            ["pydantic", "one", "two"],
            "import one, two\none.Ax(); two.Bx()",
            "It depends on: one (classes used: 1), two (classes used: 1).",
        ),
    ],
)
def test_init_takes_the_dependency_whose_classes_the_code_uses(
    folder: Path, environment: dict[str, str], dependencies: list[str], source: str, said: str
) -> None:
    (folder / "pyproject.toml").write_text(
        f"[project]\nname = 'acme-app'\ndependencies = {dependencies}\n"
    )
    (folder / "acme_app").mkdir()
    (folder / "acme_app" / "__init__.py").write_text(source)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_it.py").write_text("from one import " + "Ax, Bx, Cx, Dx, Ex")
    done = run(folder, environment, "init")
    assert said in done.stdout + done.stderr
    assert (folder / "contract-check.toml").exists() is (done.returncode == 0)


@pytest.mark.parametrize("core", ["market-data-core", "my-models"])
def test_every_commented_line_of_init_is_valid(
    folder: Path, environment: dict[str, str], core: str
) -> None:
    from contract_check.config.files import read_file

    run(folder, environment, "init", "--provider", core, "--consumer", "market-data-store")
    path = folder / "contract-check.toml"
    uncommented = re.sub(r"(?m)^# (?=\[|[a-z-]+ = )", "", path.read_text())
    path.write_text(uncommented)
    document = read_file(path).document
    assert document.fail_on == "warning"
    assert document.contracts[0].factories[0].call == "create"
    assert [item.name for item in document.contracts[0].scenarios]
    assert document.policy.suppressions[0].expires == "2027-01-01"


def test_cache_is_made_in_its_folder_and_cleaned(
    tmp_path: Path, folder: Path, environment: dict[str, str]
) -> None:
    from contract_check.cli.cache import mark

    cache = tmp_path / "cache"
    environment["CONTRACT_CHECK_CACHE_DIR"] = str(cache)
    assert run(folder, environment, "cache", "dir").stdout == f"{cache}\n"
    mark(cache)
    (cache / "layers").mkdir()
    done = run(folder, environment, "cache", "clean")
    assert (done.returncode, cache.exists()) == (0, False)
    assert list(tmp_path.glob(".cache*")) == []


def test_a_cache_in_use_is_cleaned_when_the_run_has_ended(
    tmp_path: Path, folder: Path, environment: dict[str, str]
) -> None:
    from contract_check.cli.cache import mark
    from contract_check.support.cache_lock import share

    cache = tmp_path / "cache"
    environment["CONTRACT_CHECK_CACHE_DIR"] = str(cache)
    used = share(cache)
    assert used is not None
    mark(cache)
    (cache / "layers").mkdir()
    command = [sys.executable, "-m", "contract_check", "cache", "clean"]
    with subprocess.Popen(command, env=environment, cwd=folder) as cleaning, used:
        time.sleep(2)
        assert cleaning.poll() is None
        assert (cache / "layers").is_dir()
        used.close()
        assert cleaning.wait(60) == 0
    assert not cache.exists()


def test_a_folder_that_is_no_cache_of_ours_is_not_removed(
    folder: Path, environment: dict[str, str]
) -> None:
    (folder / "thesis.txt").write_text("years of work")
    environment["CONTRACT_CHECK_CACHE_DIR"] = str(folder)
    done = run(folder, environment, "cache", "clean")
    assert done.returncode == 2
    assert "was not made by contract-check" in done.stderr
    assert (folder / "thesis.txt").exists()


def test_doctor_says_what_to_do(folder: Path, environment: dict[str, str]) -> None:
    blocked = folder / "file"
    blocked.write_text("")
    environment |= {
        "CONTRACT_CHECK_CACHE_DIR": str(blocked / "cache"),
        "UV_OFFLINE": "1",
        "UV_CACHE_DIR": str(folder / "uv"),
    }
    (folder / "contract-check.toml").write_text("timout = 3")
    done = run(folder, environment, "doctor")
    assert done.returncode == 3
    assert "timout: unknown key. Did you mean 'timeout'?" in done.stdout
    assert "ok       uv" in done.stdout
    assert "problem  cache" in done.stdout
    assert "Set CONTRACT_CHECK_CACHE_DIR" in done.stdout
    assert "problem  registry" in done.stdout


@pytest.mark.parametrize("spelled", ["FIELD-REMOVED", "field_removed", " Field-Removed "])
def test_a_rule_may_be_spelled_otherwise(
    folder: Path, environment: dict[str, str], spelled: str
) -> None:
    done = run(folder, environment, "explain", spelled)
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "field-removed")


def test_rules_can_be_narrowed_down_and_are_counted(
    folder: Path, environment: dict[str, str]
) -> None:
    def ids(*arguments: str) -> tuple[list[str], str]:
        lines = run(folder, environment, "rules", *arguments).stdout.splitlines()
        return [line.split()[0] for line in lines if line[:1].isalpha()], lines[-1]

    every, last = ids()
    assert last == f"{len(every)} rules"
    enums, last = ids("--family", "enums", "--severity", "break", "REMOVED")
    assert enums == ["enum-member-removed", "enum-fallback-removed"]
    assert last == f"2 of {len(every)} rules"
    assert ids("no such words") == ([], f"0 of {len(every)} rules")
    assert ids("--family", "Enums") == ids("--family", "enums")
    assert ids("--family", "one-environment") == ids("--family", "one environment")
    assert "factory-failed" in ids("--family", "one-environment")[0]
    refused = run(folder, environment, "rules", "--family", "enum")
    assert refused.returncode == 2
    assert "there is no family 'enum'" in refused.stderr
    assert "enums" in refused.stderr


def test_rules_as_json_have_every_column(folder: Path, environment: dict[str, str]) -> None:
    done = run(folder, environment, "rules", "--format", "json")
    assert done.returncode == 0
    rules = json.loads(done.stdout)
    assert all(set(rule) == {"id", "family", "severity", "directions", "summary"} for rule in rules)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("--core-re", ["--core-ref", "--core-repository"]),
        ("--format j", ["json", "junit"]),
        ("explain field-re", ["field-renamed", "field-removed"]),
        ("rules --family en", ["endpoints", "enums"]),
        ("rules --family one", ["one-environment"]),
        ("cache ", ["dir", "clean"]),
    ],
)
def test_completion(
    folder: Path, environment: dict[str, str], typed: str, offered: list[str]
) -> None:
    """As the script asks that `--show-completion` prints for bash."""
    words = f"contract-check {typed}"
    asked = {"_CONTRACT_CHECK_COMPLETE": "complete_bash", "COMP_WORDS": words}
    done = run(folder, environment | asked | {"COMP_CWORD": str(len(words.split(" ")) - 1)})
    assert done.stdout.split() == offered
    assert done.stderr == ""


# --- where reports go --------------------------------------------------------------------------


def test_a_report_file_is_written_whole_with_ordinary_permissions(folder: Path) -> None:
    outputs = parse_outputs(["json=report.json", "terminal"], folder)
    assert outputs == (Output("json", folder / "report.json"), Output("terminal"))
    shown = write(outputs, samples.BREAK, color="never", verbose=False).stdout
    assert shown.splitlines()[-1].startswith("BREAK: ")
    assert json.loads((folder / "report.json").read_text())["exit_code"] == 1
    assert [path.name for path in folder.iterdir()] == ["report.json"]
    mask = os.umask(0)
    os.umask(mask)
    assert (folder / "report.json").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_link_is_followed_not_replaced(folder: Path) -> None:
    (folder / "real.json").write_text("old")
    (folder / "link.json").symlink_to("real.json")
    write(parse_outputs(["json=link.json"], folder), samples.ERROR, color="auto", verbose=False)
    assert (folder / "link.json").is_symlink()
    assert json.loads((folder / "real.json").read_text())["verdict"] == "error"


def test_two_reports_for_one_file_are_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="two reports would go to"):
        parse_outputs(["json=a", "terminal=a"], folder)


@pytest.mark.parametrize(
    ("report", "code"), [(samples.COMPATIBLE, 3), (samples.BREAK, 1), (samples.ERROR, 3)]
)
def test_a_report_that_can_not_be_written_keeps_no_other_back(
    folder: Path, capsys: pytest.CaptureFixture[str], report: Report, code: int
) -> None:
    formats = ["json=/dev/full", "terminal", "json=report.json"]
    assert show(report, parse_outputs(formats, folder), Presentation()) == code
    said = capsys.readouterr()
    assert "error: --format: /dev/full can't be written: No space left on device" in said.err
    assert said.out.splitlines()[-1] == verdict_line(report)
    assert json.loads((folder / "report.json").read_text())["verdict"] == report.verdict


@pytest.mark.parametrize(
    ("color", "variables", "expected"),
    [
        ("auto", {}, False),  # stdout of a test is no terminal
        ("always", {"NO_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, color: Color, variables: dict[str, str], expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    shown = write(
        (Output("terminal"),),
        samples.BREAK,
        color=color,
        verbose=False,
    ).stdout
    assert ("\x1b[" in shown) is expected


# --- signals -----------------------------------------------------------------------------------

_WAITING = """
import subprocess, sys, time
from contract_check.cli.signals import raising_interrupted
from contract_check.model.errors import Interrupted
try:
    with raising_interrupted():
        try:
            print("ready", flush=True)
            time.sleep(60)
        finally:
            print("cleaning", flush=True)
            time.sleep(1)
            print("clean", flush=True)
except Interrupted as interrupted:
    sys.exit(128 + interrupted.signal_number)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_the_run_clean_up_and_a_second_does_not_disturb_it(
    number: signal.Signals,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WAITING], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == "cleaning\n"
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "clean\n"
        assert process.wait(10) == 128 + number


_SWALLOWED = """
import os, signal, sys
import contract_check.cli.app, contract_check.pipeline
from contract_check.cli import main
from contract_check.model.errors import Interrupted

def interrupted(*_, **__):
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):
            pass
    except Interrupted as interrupted:
        raise ValueError("a schema can't be built") from interrupted

sys.argv = ["contract-check", "--core-ref", "1.4.61", "--quiet"]
{where} = interrupted
main()
"""


@pytest.mark.parametrize("where", ["contract_check.cli.app.app", "contract_check.pipeline.run"])
def test_an_interruption_that_a_library_made_its_own_error_of_is_still_one(where: str) -> None:
    program = _SWALLOWED.replace("{where}", where)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stdout == ""
    assert done.stderr == "interrupted; nothing was left behind\n"


_DROPPED = """
import os, signal, time
import contract_check.cli.app
from contract_check.cli import main

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):
            pass

def app(prog_name):
    Finalized()
    time.sleep(60)

contract_check.cli.app.app = app
main()
"""


def test_an_interruption_that_nothing_could_come_of_comes_again() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DROPPED], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stderr == "interrupted; nothing was left behind\n"


def test_a_closed_pipe_is_quiet(folder: Path, environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "contract_check", "init", "--provider", "a", "--consumer", "b"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        process.wait(30)
    assert said == ""


@pytest.mark.parametrize(
    ("redirection", "code", "verdict"),
    [("2>&-", 3, True), ("<&- 2>&-", 3, True), (">&-", 3, False), (">/dev/full", 3, False)],
)
def test_a_stream_that_is_closed_or_full_is_no_bug(
    folder: Path, environment: dict[str, str], redirection: str, code: int, verdict: bool
) -> None:
    done = run_in_shell(folder, environment, f"--core-ref ./nowhere {redirection}")
    assert done.returncode == code
    assert ("COULD NOT CHECK: " in done.stdout) is verdict
    assert "bug" not in done.stdout + done.stderr


@pytest.mark.parametrize("command", ["--version", "rules", "explain field-removed", "cache dir"])
def test_output_that_is_lost_is_no_success(
    folder: Path, environment: dict[str, str], command: str
) -> None:
    for redirection in (">/dev/full", ">&-"):
        done = run_in_shell(folder, environment, f"{command} {redirection}")
        assert done.returncode == 3
        assert done.stderr.startswith("error: the output can't be written: ")
    assert len(done.stderr.splitlines()) == 1


def test_help_that_does_not_fit_on_the_device_is_no_bug(
    folder: Path, environment: dict[str, str]
) -> None:
    done = run_in_shell(folder, environment, "--help >/dev/full")
    assert done.returncode == 3
    assert done.stderr == (
        "error: the output or a file can't be written: No space left on device\n"
    )


def test_start_up_imports_neither_the_pipeline_nor_its_libraries(
    folder: Path, environment: dict[str, str]
) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "contract_check", "--version"]
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "contract_check.cli.app" in imported
    heavy = {"contract_check.pipeline", "contract_check.rules", "pydantic", "rich"}
    assert not imported & {*heavy, "importlib.metadata", "email"}
