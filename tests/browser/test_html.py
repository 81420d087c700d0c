"""The HTML report in a real browser: by eye of axe-core, by keyboard, on paper and on a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.browser import Page, browser, program
from tests.unit import samples
from tests.unit.test_formats import ATTACKS, hostile, many, rendered, started

from contract_check.model.report import Report, Reports, Severity

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".axe" / "node_modules" / "axe-core" / "axe.min.js"
NEEDED = "CONTRACT_CHECK_REQUIRE_BROWSER"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    if program() is None:
        _go_without("Chromium is not installed (Debian: apt-get install chromium)")
    with browser() as page:
        yield page


def _go_without(why: str) -> None:
    if os.environ.get(NEEDED):
        pytest.fail(why)
    pytest.skip(why)


def shown(tab: Page, tmp_path: Path, told: Report | Reports, **how: Any) -> Page:
    file = tmp_path / "report.html"
    file.write_text(rendered("html", started(told)), encoding="utf-8")
    tab.errors.clear()
    tab.show(**how)
    tab.open(file)
    return tab


def visible(tab: Page) -> list[str]:
    """The ids of the findings that can be seen."""
    found: list[str] = tab.value(
        "[...document.querySelectorAll('.finding')].filter(each => each.checkVisibility())"
        ".map(each => each.id)"
    )
    return found


def status(tab: Page) -> str:
    text: str = tab.value("document.getElementById('shown').textContent")
    return text


def focus(tab: Page) -> str:
    name: str = tab.value(
        "document.activeElement.id || document.activeElement.parentElement.id"
        " || document.activeElement.tagName"
    )
    return name


MIXED = samples.BREAK.model_copy(
    update={
        "findings": (
            *many(3).findings,
            samples.EXCLUDED,
            samples.EXCLUDED.model_copy(
                update={"severity": Severity.INFO, "rule": "default-changed"}
            ),
        ),
        "errors": samples.ERROR.errors,
    }
)

PAGES: dict[str, Report | Reports] = {
    "mixed": MIXED,
    "several": samples.SEVERAL,
    "error": samples.ERROR,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 400])
@pytest.mark.parametrize("name", ["mixed", "several", "error"])
def test_axe_finds_no_violation(
    tab: Page, tmp_path: Path, name: str, scheme: str, width: int
) -> None:
    if not AXE.exists():
        _go_without("axe-core is not installed (npm install --prefix .axe axe-core)")
    shown(tab, tmp_path, PAGES[name], scheme=scheme, width=width)
    tab.value("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    tab.value(f"{AXE.read_text(encoding='utf-8')}; true")
    found = tab.value(
        "axe.run().then(told => told.violations.map("
        "each => `${each.id}: ${each.nodes.map(node => node.html).join(' | ').slice(0, 300)}`))"
    )
    assert found == []


def test_the_filter_works_by_keyboard(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, MIXED)
    assert (status(tab), len(visible(tab))) == ("5 of 5 findings", 5)
    tab.press("/")
    assert focus(tab) == "words"
    tab.type("field_1")
    assert visible(tab) == ["consumer-1-break-2"]
    assert status(tab) == "1 of 5 findings"
    tab.press("Escape")
    assert len(visible(tab)) == 5
    tab.type("PUBLISHER.PY:74 extra")
    assert len(visible(tab)) == 3
    tab.press("Escape")
    tab.press("Tab")
    tab.press(" ")
    assert visible(tab) == ["consumer-1-warning-1", "consumer-1-info-1"]
    assert status(tab) == "2 of 5 findings"
    headings = tab.value(
        "[...document.querySelectorAll('.group h3')].filter(each => each.checkVisibility())"
        ".map(each => each.textContent)"
    )
    assert headings == ["Warnings (1)", "Notes (1)"]


def test_findings_fold_by_keyboard(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, MIXED)
    is_open = "document.getElementById('consumer-1-break-1').open"
    assert tab.value(is_open) is True
    tab.value("document.querySelector('#consumer-1-break-1 > summary').focus()")
    tab.press("Enter")
    assert tab.value(is_open) is False
    tab.press(" ")
    assert tab.value(is_open) is True
    tab.value("document.getElementById('close').focus()")
    tab.press("Enter")
    assert tab.value("document.querySelectorAll('.finding[open]').length") == 0
    tab.value("document.getElementById('open').focus()")
    tab.press(" ")
    assert tab.value("document.querySelectorAll('.finding[open]').length") == 5


def test_tab_reaches_everything_in_the_order_of_the_page(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, samples.BREAK)
    order = []
    for _ in range(7):
        tab.press("Tab")
        order.append(tab.value("document.activeElement.id || document.activeElement.value || ''"))
    assert order == ["", "words", "break", "warning", "info", "open", "close"]


def test_a_link_to_a_finding_opens_it(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, MIXED)
    tab.value("location.hash = 'consumer-1-warning-1'")
    tab.value("new Promise(done => setTimeout(done, 100))")
    assert tab.value("document.getElementById('consumer-1-warning-1').open") is True


def test_a_phone_shows_it_without_scrolling_sideways(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, samples.SEVERAL, width=400)
    tab.value("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert tab.value("document.documentElement.scrollWidth") <= 400


def test_paper_shows_every_detail_and_no_controls(tab: Page, tmp_path: Path) -> None:
    shown(tab, tmp_path, MIXED, media="print")
    assert tab.value("document.getElementById('filter').checkVisibility()") is False
    tab.value("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.value("document.querySelectorAll('details:not([open])').length") == 0
    tab.value("window.dispatchEvent(new Event('afterprint'))")
    assert tab.value("document.querySelectorAll('details:not([open])').length") > 0


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_nothing_in_a_message_becomes_markup(tab: Page, tmp_path: Path, text: str) -> None:
    shown(tab, tmp_path, hostile(text))
    assert tab.value("document.querySelectorAll('img, b, iframe, object').length") == 0
    assert tab.value("document.scripts.length") == 1
    assert tab.value("document.querySelectorAll('.finding').length") == 1
    assert tab.value("[...document.links].map(each => each.getAttribute('href'))") == ["#main"]
    assert tab.errors == []


def test_no_script_but_our_own_can_run(tab: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    text = rendered("html", samples.BREAK)
    file.write_text(
        text.replace("</main>", "</main><script>window.owned = 1</script>"), encoding="utf-8"
    )
    tab.show()
    tab.open(file)
    assert tab.value("window.owned === undefined") is True
    assert tab.value("document.getElementById('filter').hidden") is False
