"""Every screen: axe finds nothing, nothing sticks out, nothing complains.

The suite asks axe about the widest and the narrowest window in light, and about the colours in dark. Whoever changes a
screen looks at it, too: with PORTICO_SCREENSHOTS=folder it is asked at three widths in both schemes, and kept.
"""

from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.screens.conftest import PICTURES, SCHEMES, WIDTHS, host_of, take_picture

ADA, CLEO, LIN, OMAR = "ada@acme.example", "cleo@acme.example", "lin@portico.example", "omar@portico.example"

TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
USUAL_LOOKS = (("wide", "dark"), ("wide", "light"), ("phone", "light"))


@dataclass(frozen=True)
class Screen:
    """Where it is, who looks at it (nobody when empty), and the words of its main control."""

    name: str
    path: str
    who: str = ""
    host: str = ""
    main: str = ""
    status: int = 200
    click: str = ""  # a link to follow first


SCREENS = [
    Screen("signup", "/", main="Send me the code"),
    Screen("desks", "/desks", main="Send me the list"),
    Screen("terms", "/terms"),
    Screen("signup-lost", "/signup/preparing/nobody", status=404, main="Open a desk"),
    Screen("sink", "/mail/"),
    Screen("unknown-page", "/nothing", status=404, main="Portico"),
    Screen("unknown-host", "/", host="nobody-here", status=421),
    Screen("login", "/login", host="acme", main="Sign in"),
    Screen("console-login", "/login", host="console", main="Sign in"),
    Screen("portal-guest", "/", host="acme"),
    Screen("portal", "/", CLEO, main="New request"),
    Screen("portal-agent", "/", ADA, main="Go to the workspace"),
    Screen("requests", "/requests", CLEO, main="New request"),
    Screen("requests-found", "/requests?q=lamp", CLEO, main="The lamp flickers"),
    Screen("requests-none", "/requests?q=nothing-like-it", CLEO, main="Show without searching"),
    Screen("request-new", "/requests/new", CLEO, main="Send request"),
    Screen("request", "/requests?q=lamp", CLEO, click=".ticket", main="Send"),
    Screen("request-waiting", "/requests?show=waiting", CLEO, click=".ticket", main="It works now, close it"),
    Screen("request-closed", "/requests?show=closed", CLEO, click=".ticket", main="Ask again"),
    Screen("request-missing", "/requests/01890000-0000-7000-8000-00000000dead", CLEO, status=404, main="Acme help"),
    Screen("portal-missing", "/nothing", CLEO, status=404, main="Acme help"),
    Screen("welcome-used", "/welcome/old", host="acme", status=410, main="Sign in"),
    Screen("tickets", "/manager/tickets", ADA, main="New request"),
    Screen("ticket-new", "/manager/tickets/new", ADA, main="Send to Portico"),
    Screen("ticket", "/manager/tickets", ADA, click=".ticket", main="Send reply"),
    Screen("inbox", "/manager/inbox?view=open", ADA),
    Screen("inbox-views", "/manager/inbox?view=open&show=views", ADA),
    Screen("inbox-talk", "/manager/inbox?view=open", ADA, click=".ticket"),
    Screen("inbox-mentions", "/manager/inbox?view=mentions", ADA),
    Screen("inbox-new", "/manager/inbox/new", ADA, main="Open the request"),
    Screen("inbox-empty", "/manager/inbox?view=favourites", ADA),
    Screen("inbox-search", "/manager/inbox?q=lamp", ADA, main="The lamp flickers"),
    Screen("inbox-found", "/manager/inbox?q=nothing-like-this", ADA, main="Show everything"),
    Screen("queue", "/admin/tickets", LIN, main="Next for me"),
    Screen("queue-narrowed", "/admin/tickets?status=new&subject=website&priority=P3&assigned=unassigned", OMAR),
    Screen("queue-none", "/admin/tickets?company=nowhere", OMAR, main="Show everything"),
    Screen("console-ticket", "/admin/tickets", OMAR, click=".table .fill > a", main="Send reply"),
    Screen("console-ticket-support", "/admin/tickets?subject=website", LIN, click=".table .fill > a"),
    Screen("team", "/admin/team", OMAR),
    Screen("fleet", "/admin/fleet", OMAR),
    Screen("console-audit", "/admin/audit", OMAR, main="Show"),
    Screen("console-audit-none", "/admin/audit?who=Nobody+like+this", OMAR, main="Clear all"),
    Screen("console-telemetry", "/admin/telemetry", LIN),
    Screen("console-telemetry-company", "/admin/telemetry", LIN, click="td .row"),
    Screen("audit", "/manager/audit", ADA, main="Show"),
    Screen("audit-wrong", "/manager/audit?since=yesterday", ADA, status=422, main="Show"),
]


def show(page, product, screen):
    """Open the screen; returns the status of its answer."""
    answer = page.goto(product.url(screen.host or (host_of(screen.who) if screen.who else ""), screen.path))
    if screen.click:
        before = page.url
        page.locator(screen.click).first.click()
        page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("load")
    return answer.status


@pytest.mark.no_database
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_is_sound_and_the_tab_key_reaches_its_main_control(open_page, live_product, screen):
    assert problems_of(open_page, live_product, screen) == []


def problems_of(open_page, product, screen):
    """What is wrong with a screen at any width. The tab key must reach its main control, and be seen there."""
    page = open_page(screen.who)
    assert show(page, product, screen) == screen.status
    if screen.main:
        tab_to(page, screen.main)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    found = looked_at_everywhere(page, screen.name)
    return found + [one for one in page.complaints if f"status of {screen.status}" not in one]


def tab_to(page, words):
    """Press Tab until what has the focus says these words."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if words in (page.evaluate("document.activeElement.innerText") or ""):
            return
    pytest.fail(f"{words} was not reached.")


def looked_at_everywhere(page, name):
    """What is wrong with the page at any width in any scheme. A scheme changes colours and nothing else."""
    asked = {"light": TAGS, "dark": COLOURS}
    looks = [(width, scheme) for width in WIDTHS for scheme in SCHEMES] if PICTURES else USUAL_LOOKS
    page.set_viewport_size({"width": WIDTHS["middle"], "height": 900})
    return [f"middle: {one}" for one in sticks_out(page)] + [
        f"{width} {scheme}: {one}"
        for width, scheme in looks
        for one in looked_at(page, f"{name}-{width}-{scheme}", WIDTHS[width], scheme, asked[scheme])
    ]


def looked_at(page, name, pixels, scheme, rules=TAGS):
    """The page at this width in this scheme: what is wrong with it by these rules of axe."""
    page.set_viewport_size({"width": pixels, "height": 900})
    page.emulate_media(color_scheme=scheme)
    take_picture(page, name)
    return sticks_out(page) + violations(page, rules)


def sticks_out(page):
    """What is wider than the window, unless it may be scrolled. A page that has just been asked for is waited for."""
    page.wait_for_load_state()
    return page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth
          if (document.documentElement.scrollWidth <= wide) return []
          return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > wide + 1)
            .map((one) => `${one.tagName}.${one.className}`).slice(0, 5)
        }"""
    )


# Of a control that is covered in part, by a bar, an open menu or the edge of what scrolls, axe cannot tell how large it
# is: it is brought into the middle, what lies over it is taken off, and the same rule is asked of it again.
_ASK = """async (options) => {
  const ask = async (where, options) => (await axe.run(where, options)).violations
  const isCovered = (node) => node.any.some((one) => one.data?.messageKey === "partiallyObscured")
  const isLater = (id, node) => id === "target-size" && isCovered(node)
  const found = await ask(document, options)
  const seen = found.flatMap(({ id, nodes }) =>
    nodes.filter((node) => !isLater(id, node)).slice(0, 1).map((node) => [id, node.html]))
  const covered = found.flatMap(({ id, nodes }) => nodes.filter((node) => isLater(id, node)))
  for (const node of covered) {
    const one = document.querySelector(node.target[0])
    const lies = (other) => ["fixed", "sticky"].includes(getComputedStyle(other).position)
    const isOver = (other) => !other.contains(one) && (lies(other) || other.matches("details[open] > .sheet"))
    const over = [...document.querySelectorAll("body *")].filter(isOver)
    for (const other of over) other.style.visibility = "hidden"
    one.scrollIntoView({ block: "center" })
    const again = await ask(one, { runOnly: ["target-size"], resultTypes: ["violations"] })
    for (const other of over) other.style.visibility = ""
    seen.push(...again.map(({ id, nodes }) => [id, nodes[0].html]))
  }
  return seen
}"""


# A page names a dozen colours thousands of times, and axe works out what each name means every time.
_KNOW_COLOURS = """() => {
  const { Color } = axe.commons.color
  const parse = Color.prototype.parseString
  const known = new Map()
  Color.prototype.parseString = function (words) {
    if (!known.has(words)) {
      const { r, g, b, alpha } = parse.call(new Color(), words)
      known.set(words, { r, g, b, alpha })
    }
    return Object.assign(this, known.get(words))
  }
}"""


def violations(page, rules=TAGS):
    """What axe has against the page: WCAG 2.2 A and AA, and best practices, unless fewer rules are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(_KNOW_COLOURS)
    found = page.evaluate(_ASK, {"runOnly": rules, "resultTypes": ["violations"]})
    return [f"{rule}: {html[:200]}" for rule, html in found]


@pytest.mark.no_database
@pytest.mark.parametrize("screen", [one for one in SCREENS if one.host or one.who], ids=lambda screen: screen.name)
def test_a_screen_stands_without_scripts(open_page, live_product, screen):
    page = open_page(screen.who, scripts=False)
    assert show(page, live_product, screen) == screen.status
    assert page.get_by_role("heading").first.is_visible()
