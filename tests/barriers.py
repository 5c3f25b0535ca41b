"""What on a page stands in somebody's way: who sees little, who uses the keyboard, whose thumb is broad."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
RULES = {"runOnly": {"type": "tag", "values": list(WCAG)}, "resultTypes": ["violations"]}

NOTHING_FADES = """Promise.all(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().endTime < Infinity).map(one => one.finished))"""

# A cell of the calendar is as wide as its hours; the list of days offers the same as large buttons.
SMALL = """[...document.querySelectorAll('button, input:not([type=hidden]), select, nav a, a.ds-button')]
    .filter(one => !one.closest('.grid'))
    .map(one => [one, (one.closest('label') || one).getBoundingClientRect()])
    .filter(([, box]) => box.width && Math.min(box.width, box.height) < 43.9)
    .map(([one]) => 'small target: ' + one.outerHTML.slice(0, 80))"""

CUT = """[...document.querySelectorAll('main input:not([type=hidden]), main select, main p')]
    .filter(one => { const box = one.getBoundingClientRect(), card = one.closest('.ds-card')
        return card && box.width > 1 && box.right > card.getBoundingClientRect().right + 1 })
    .map(one => 'reaches out of its card: ' + one.outerHTML.slice(0, 80))"""

WIDTH = """document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? ['scrolls sideways'] : []"""
HEADING = "document.querySelectorAll('h1').length == 1 ? [] : ['not one heading of the first level']"


def list_barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA, and what is too small to hit, cut off, or too wide."""
    page.evaluate(NOTHING_FADES)
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{rule['id']} {node['html']}" for rule in found for node in rule["nodes"]]
    for question in (SMALL, CUT, WIDTH, HEADING):
        told += page.evaluate(question)
    return [f"{page.url}: {one}" for one in told]
