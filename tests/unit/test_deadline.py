"""A run has one deadline, whatever it waits for."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from contract_check.environments.interface import literal
from contract_check.model.errors import Overdue
from contract_check.model.refs import Package
from contract_check.model.settings import Settings, TestSettings
from contract_check.support import deadline


def test_waiting_for_a_thread_ends_at_the_deadline() -> None:
    before = time.monotonic()
    with pytest.raises(Overdue), deadline.within(0.2):
        threading.Event().wait(20)
    assert time.monotonic() - before < 10


def test_what_ends_in_time_is_not_disturbed() -> None:
    with deadline.within(0.2):
        pass
    time.sleep(0.4)


def test_tests_have_their_own_time_within_it() -> None:
    plain = Settings(Package("core"), Package("store"), "1", timeout=60)
    assert plain.longest_run == 600
    tested = replace(plain, tests=TestSettings(paths=("tests",), timeout=500))
    assert tested.longest_run == 1600
    assert replace(tested, deadline=30).longest_run == 30


def test_in_another_thread_nothing_happens() -> None:
    def work() -> None:
        with deadline.within(0.01):
            done.append(True)

    done: list[bool] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_no_variable_is_put_in_a_requirement() -> None:
    line = "x @ http://host/${PIP_EXTRA_INDEX_URL}\n--index-url http://other"
    assert literal(line) == "x @ http://host/$%7BPIP_EXTRA_INDEX_URL} --index-url http://other"
