"""Settings, from what a person wrote: precedence, and what is said about mistakes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contract_check.config import Options, cache_folder, find_file, load, profile_names
from contract_check.model.contracts import Contract
from contract_check.model.errors import UsageError
from contract_check.model.refs import Package
from contract_check.model.settings import Settings

OWN = """
timeout = 5
memory-limit = 512
baseline = "1.0"
with = ["plugin>=1"]

[provider]
name = "My.Models[Extra_One]"
extras = ["two"]
repository = "https://example.org/models.git"

[consumer]
name = "my-service"
env = { MODE = "file", KEPT = "yes" }
pass-env = ["DATABASE_URL"]

[[contract]]
name = "order"
kind = "extends"
provider = "my_models:Order"
consumer = "my_service:Order"
samples = [{ id = 1, when = 2026-01-31 }]
"""


def settings(folder: Path, text: str | None = None, **said: object) -> Settings:
    """Settings of a folder with this contract-check.toml."""
    if text is not None:
        (folder / "contract-check.toml").write_text(text, encoding="utf-8")
    return load(Options(**{"provider_ref": "1.0", **said}), folder, {})  # type: ignore[arg-type]


def refusal(folder: Path, text: str | None = None, **said: object) -> UsageError:
    with pytest.raises(UsageError) as caught:
        settings(folder, text, **said)
    return caught.value


def test_without_configuration_it_is_the_market_data_profile(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.provider.name == "market-data-core"
    assert found.consumer == Package("market-data-store")
    assert {"feedback-event", "backpressure-level", "healthz"} <= {c.name for c in found.contracts}
    assert (found.timeout, found.memory_limit, found.installer) == (60.0, 4096, "uv")


def test_every_shipped_profile_can_be_read(tmp_path: Path) -> None:
    for name in profile_names():
        assert settings(tmp_path, f'profile = "{name}"').contracts


def test_a_file_of_its_own_counts_alone(tmp_path: Path) -> None:
    found = settings(tmp_path, OWN)
    assert found.provider == Package(
        "my-models", ("extra-one", "two"), "https://example.org/models.git"
    )
    assert [contract.name for contract in found.contracts] == ["order"]
    assert found.contracts[0].samples == ({"id": 1, "when": "2026-01-31"},)
    assert (found.timeout, found.memory_limit, found.baseline) == (5.0, 512, "1.0")
    assert found.pass_env == ("DATABASE_URL",)


def test_the_command_line_outranks_the_file_and_adds_to_its_lists(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        OWN,
        timeout=7.0,
        baseline="none",
        env=("MODE=flag", "EMPTY="),
        pass_env=("TOKEN",),
        with_requirements=("other",),
        fail_on="warning",
        provider_repository="../models",
    )
    assert (found.timeout, found.baseline, found.policy.fail_on) == (7.0, "none", "warning")
    assert dict(found.env) == {"MODE": "flag", "KEPT": "yes", "EMPTY": ""}
    assert found.pass_env == ("DATABASE_URL", "TOKEN")
    assert found.with_requirements == ("plugin>=1", "other")
    assert found.provider.repository == "../models"


def test_a_file_without_packages_adjusts_the_profile(tmp_path: Path) -> None:
    found = settings(tmp_path, 'timeout = 9\nfail-on = "warning"')
    assert (found.provider.name, found.timeout) == ("market-data-core", 9.0)
    assert found.policy.fail_on == "warning"
    assert found.contracts == settings(tmp_path / "elsewhere").contracts


def test_a_file_lays_over_the_profile_it_names(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        """
        profile = "market-data"
        [consumer]
        name = "market_data_store"
        env = { EXTRA = "1" }
        [[contract]]
        name = "healthz"
        kind = "import"
        provider = "market_data_core"
        [[contract]]
        name = "mine"
        kind = "import"
        provider = "market_data_core.options"
        [policy]
        fail-on = "warning"
        """,
    )
    kinds = {contract.name: contract.kind for contract in found.contracts}
    assert (kinds["healthz"], kinds["mine"], kinds["feedback-event"]) == (
        "import",
        "import",
        "extends",
    )
    assert found.env["EXTRA"] == "1"
    assert "DATABASE_URL" in found.env
    assert found.policy.fail_on == "warning"


def test_other_packages_take_no_contracts_along(tmp_path: Path) -> None:
    found = settings(tmp_path, provider="pydantic[email]", consumer="fastapi")
    assert found.provider == Package("pydantic", ("email",))
    assert (found.contracts, dict(found.env)) == ((), {})


def test_the_same_package_by_flag_keeps_its_contracts(tmp_path: Path) -> None:
    found = settings(tmp_path, provider="Market_Data.Core[validation]")
    assert found.provider.extras == ("validation",)
    assert found.provider.repository
    assert found.contracts


PATHS = """
consumer-ref = "{consumer}"
baseline = "{baseline}"
python = "{python}"
[provider]
name = "models"
repository = "{repository}"
[consumer]
name = "service"
repository = "{repository}"
"""


def test_paths_in_a_file_start_from_its_folder(tmp_path: Path) -> None:
    inner, project = tmp_path / "inner", tmp_path / "project"
    inner.mkdir()
    project.mkdir()
    typed = {"consumer": ".", "baseline": "path:old", "python": "venv/bin/python"}
    file = project / "contract-check.toml"
    file.write_text(PATHS.format(**typed, repository="../models"))
    found = load(Options(provider_ref="1.0", config=file), inner, {})
    assert found.provider.repository == found.consumer.repository == str(tmp_path / "models")
    assert found.consumer_ref == str(project)
    assert found.baseline == f"path:{project / 'old'}"
    assert found.python == str(project / "venv/bin/python")
    assert found.home == project
    relative = load(Options(provider_ref="1.0", config=Path("../project") / file.name), inner, {})
    assert relative.consumer_ref == str(project)


def test_what_is_no_path_in_a_file_stays_as_it_is(tmp_path: Path) -> None:
    typed = {"consumer": "main", "baseline": "v1.0", "python": "3.12"}
    for repository in ("https://host/models.git", "git@host:models", "~/models", "/srv/models"):
        found = settings(tmp_path, PATHS.format(**typed, repository=repository))
        assert found.provider.repository == repository
        assert (found.consumer_ref, found.baseline, found.python) == ("main", "v1.0", "3.12")


def test_the_file_is_found_up_to_the_top_of_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "repository" / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "contract-check.toml").write_text("timeout = 1")
    (tmp_path / "repository" / ".git").mkdir()
    assert find_file(inner) is None
    project = tmp_path / "repository" / "pyproject.toml"
    project.write_text("[tool.contract-check]\ntimeout = 2")
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'")
    assert find_file(inner) == project
    assert settings(inner).timeout == 2.0


def test_two_files_in_one_folder_are_refused_unless_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.contract-check]\ntimeout = 2")
    error = refusal(tmp_path, "timeout = 1")
    assert "contract-check.toml and [tool.contract-check] in " in error.message
    assert "--config" in error.hint
    assert settings(tmp_path, config=Path("pyproject.toml")).timeout == 2.0


@pytest.mark.parametrize("text", ["[tool.contract_check]\ntimeout = 2", "[[tool.contract-check]]"])
def test_a_table_that_would_not_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    error = refusal(tmp_path)
    assert "pyproject.toml: tool.contract" in error.message
    assert error.hint == "Write the table as [tool.contract-check]."


def test_outside_a_repository_only_the_folder_itself_counts(tmp_path: Path) -> None:
    (tmp_path / "contract-check.toml").write_text("timeout = 1")
    (tmp_path / "inner").mkdir()
    assert find_file(tmp_path / "inner") is None


def test_an_environment_may_stand_for_the_ref(tmp_path: Path) -> None:
    found = settings(tmp_path, provider_ref=None, environment=Path())
    assert (found.provider_ref, found.environment) == (None, tmp_path)


def test_the_cache_folder(tmp_path: Path) -> None:
    assert cache_folder({"CONTRACT_CHECK_CACHE_DIR": str(tmp_path)}) == tmp_path
    assert cache_folder({}).name == "contract-check"


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("timout = 3", "timout: unknown key. Did you mean 'timeout'?", "contract-check init"),
        ("timeout = 'x'", "timeout: must be a valid number", "contract-check init"),
        ("timeout = 0", "timeout: must be greater than 0, not 0", "contract-check init"),
        (
            "timeout = nan",
            "timeout: must be less than or equal to 604800, not nan",
            "contract-check init",
        ),
        (
            "timeout = 1e30",
            "timeout: must be less than or equal to 604800, not 1e+30",
            "contract-check init",
        ),
        ("timeout = true", "timeout: must be a valid number, not True", "contract-check init"),
        (
            "memory-limit = true",
            "memory-limit: must be a valid integer, not True",
            "contract-check init",
        ),
        (
            "memory-limit = 1e30",
            "memory-limit: must be a valid integer, not 1e+30",
            "contract-check init",
        ),
        (
            "memory-limit = 9_000_000_000",
            "memory-limit: must be less than or equal to",
            "contract-check init",
        ),
        (r'python = "a\u0000"', "python: must not hold a NUL character", "contract-check init"),
        (
            '[consumer]\nname = "x"\nenv = { A = "b\\u0000" }',
            "consumer.env.A: must not hold a NUL character",
            "contract-check init",
        ),
        (
            "installer = 'conda'",
            "installer: must be 'uv' or 'pip', not 'conda'",
            "contract-check init",
        ),
        (
            "[provider]\nnam = 'x'",
            "provider.name: is missing and must be given",
            "contract-check init",
        ),
        ("[provider]\nname = 'x'", "consumer.name: is missing and must be given", "--consumer"),
        ("profile = 'market-date'", "there is no profile 'market-date'", "'market-data'"),
        ("[provider]\nname = 'x>=1'\n[consumer]\nname = 'y'", "says more than a name", "'x'"),
        ("a = [", "is no TOML", "init"),
        ("with = ['--index-url=x']", "with: '--index-url=x' is no requirement", "name>=1.2"),
        (
            "[[policy.suppress]]\nrule = 'field-removed'\nreason = 'r'\n"
            "expires = 2026-01-31T12:00:00",
            "policy.suppress[0].expires: '2026-01-31T12:00:00' is no day",
            "without a time",
        ),
        ("exclude-newer = 'soon'", "exclude-newer: 'soon' is no date", "2026-01-31"),
        (
            "[policy]\nfail_onn = 'break'",
            "policy.fail_onn: unknown key. Did you mean",
            "contract-check init",
        ),
        (
            "[consumer]\nname = 'x'\nfail-on = 'break'",
            "consumer.fail-on: unknown key here. It belongs above the first [table]",
            "contract-check init",
        ),
        (
            "[policy.severities]\nx = 'fatal'",
            "policy.severities.x: must be 'break', 'warning', 'info' or 'off', not 'fatal'",
            "contract-check init",
        ),
        (
            "[policy.severities]\nno-such-rule = 'off'",
            "policy.severities.no-such-rule: there is no rule 'no-such-rule'",
            "contract-check rules",
        ),
        (
            "[[contract]]\nname = 'a'\nkind = 'extends'\nprovider = 'm:A'\nconsummer = 'n:A'",
            "contract[0].consummer: unknown key. Did you mean 'consumer'?",
            "contract-check init",
        ),
        (
            "[[contract]]\nname = 'a'\nkind = 'extends'\nprovider = 'm:A'",
            "contract[0]: contract 'a' of kind 'extends' needs a 'consumer'",
            "contract-check init",
        ),
        (
            "[[contract]]\nname = 'a'\nkind = 'import'\nprovider = 'm'\n"
            "[[contract]]\nname = 'a'\nkind = 'import'\nprovider = 'm'",
            "contract[1].name: there is a second contract 'a'",
            "name of its own",
        ),
    ],
)
def test_a_mistake_is_named_with_file_key_and_advice(
    tmp_path: Path, text: str, message: str, advice: str
) -> None:
    error = refusal(tmp_path, text)
    assert str(tmp_path / "contract-check.toml") in error.message
    assert message in error.message
    assert advice in error.hint


def test_a_key_of_no_table_in_a_table_of_pyproject(tmp_path: Path) -> None:
    text = "[tool.contract-check.consumer]\nname = 'x'\nmemory_limit = 1\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert "It belongs in [tool.contract-check] itself" in refusal(tmp_path).message


def test_a_mistake_in_pyproject_names_the_whole_key(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.contract-check.consumer]\nnane = 'x'")
    assert (
        "pyproject.toml: tool.contract-check.consumer.name: is missing" in refusal(tmp_path).message
    )


def test_keys_may_have_underscores_but_not_both_ways_at_once(tmp_path: Path) -> None:
    assert settings(tmp_path, "memory_limit = 128").memory_limit == 128
    both = refusal(tmp_path, "memory_limit = 128\nmemory-limit = 256")
    assert "memory_limit: unknown key. Did you mean 'memory-limit'?" in both.message


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "contract-check.toml").write_text("timeout = 7", encoding="utf-8-sig")
    assert settings(tmp_path).timeout == 7.0


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "contract-check.toml").write_text("# café", encoding="latin-1")
    error = refusal(tmp_path)
    assert "contract-check.toml: is not UTF-8 (byte 5)" in error.message
    assert error.hint == "Save the file as UTF-8."


def test_only_an_ordinary_file_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        assert f"{path}: is no ordinary file" in refusal(tmp_path, config=path).message


def test_a_file_without_end_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse
    assert "large.toml: is larger than 1 MiB" in refusal(tmp_path, config=path).message


def test_all_mistakes_are_told(tmp_path: Path) -> None:
    error = refusal(tmp_path, "timout = 3\ninstaller = 'conda'")
    assert "timout" in error.message + error.detail
    assert "installer" in error.message + error.detail


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"provider_ref": None}, "nothing to check"),
        ({"provider_ref": ""}, "nothing to check"),
        ({"provider": "core==1"}, "--provider: 'core==1' says more than a name"),
        ({"provider": "-x"}, "--provider: '-x' is no package name"),
        ({"env": ("1X=2",)}, "--env: '1X' is not of the form NAME=VALUE"),
        ({"pass_env": ("A=hunter2",)}, "--pass-env: 'A' is no variable's name"),
        ({"with_requirements": ("-r x",)}, "--with: '-r x' is no requirement"),
        ({"timeout": float("nan")}, "--timeout: nan is no time"),
        ({"timeout": float("inf")}, "--timeout: inf is no time"),
        ({"timeout": 1e30}, "--timeout: 1e+30 is no time"),
        ({"timeout": 0.0}, "--timeout: 0 is no time"),
        ({"timeout": -1.0}, "--timeout: -1 is no time"),
        ({"memory_limit": 10**30}, "MiB is more than a process can have"),
        ({"memory_limit": 1}, "--memory-limit: 1 MiB is too little"),
        ({"environment": Path("nowhere")}, "--environment: nowhere does not exist"),
        ({"exclude_newer": "x"}, "--exclude-newer: 'x' is no date"),
        ({"config": Path("nowhere.toml")}, "nowhere.toml: can't be read: No such file"),
        ({"python": "--help"}, "'--help' is no Python"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(
    tmp_path: Path, said: dict[str, object], message: str
) -> None:
    error = refusal(tmp_path, None, **said)
    assert message in error.message
    assert error.hint
    assert "hunter2" not in error.message + error.hint


def test_paths_are_told_without_detours(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (tmp_path / "other.toml").write_text("nonsense = 1\n", encoding="utf-8")
    error = refusal(app, config=Path("../other.toml"))
    assert error.message.startswith(f"{tmp_path / 'other.toml'}: nonsense: ")
    assert settings(app, environment=Path("../app")).environment == app


def test_a_class_named_with_a_dot_is_meant_as_one_of_a_module() -> None:
    dotted = Contract.model_validate(
        {
            "name": "order",
            "kind": "uses",
            "provider": "acme.models.Order",
            "consumer": "store.Order",
        }
    )
    assert (dotted.provider, dotted.consumer) == ("acme.models:Order", "store:Order")
    module = Contract(name="core", kind="import", provider="acme.models", consumer="store.api")
    assert (module.provider, module.consumer) == ("acme.models", "store.api")
