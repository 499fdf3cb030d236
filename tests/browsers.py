"""Real browsers for tests: Chromium, staff signed in at a server, what axe finds in a page."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from exam_server.demo.programme import PASSWORD
from tests.source import ROOT

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --disable-background-networking "
    "--disable-component-update --disable-sync"
)
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
DESIGN_SIZE = (1366, 768)
PHONE_SIZE = (390, 844)
ZOOMED_SIZE = (683, 384)  # the design size at 200 %
ZH, EN = "zh_Hans_CN", "en"
COOKIES: dict[str, dict[str, list[Any]]] = {}  # by server and username
PATIENCE_MS = 120_000  # a busy machine is no fault of the page; who is green waits for nothing


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """Start Chromium; Playwright's own Node.js needs a library that a bare machine lacks."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(ROOT / ".venv" / "bin" / "node"))
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS.split()
        )
        yield browser
        browser.close()


@dataclass
class Staff:
    """Members of staff at the pages of a server, each in a browser profile of their own."""

    browser: Browser
    base: str
    password: str = PASSWORD
    contexts: list[BrowserContext] = field(default_factory=list)

    def page_as(
        self,
        username: str = "",
        *,
        language: str = ZH,
        theme: str = "",
        size: tuple[int, int] = DESIGN_SIZE,
        password: str = "",
    ) -> Page:
        """Return a page of somebody who has signed in; of a stranger when nobody is named."""
        context = patient_context(
            self.browser,
            viewport={"width": size[0], "height": size[1]},
            base_url=self.base,
            locale="en-GB" if language == EN else "zh-CN",
        )
        self.contexts.append(context)
        chosen = {"language": language, **({"theme": theme} if theme else {})}
        context.add_cookies([{"name": n, "value": v, "url": self.base} for n, v in chosen.items()])
        page = context.new_page()
        if username:
            self._sign_in(page, username, password or self.password)
        return page

    def _sign_in(self, page: Page, username: str, password: str) -> None:
        """Go home with the cookie of an earlier test, or sign in where there is none that holds."""
        known = COOKIES.setdefault(self.base, {})
        page.context.add_cookies(known.get(username, []))
        page.goto("/")
        if page.locator("#username").count():
            page.locator("#username").fill(username)
            page.locator("#password").fill(password)
            page.locator("#password").press("Enter")
        expect(page.locator("nav.rail")).to_be_visible()
        kept = ("name", "value", "domain", "path")
        known[username] = [
            {name: cookie[name] for name in kept}
            for cookie in page.context.cookies()
            if cookie["name"] == "session"
        ]

    def close(self) -> None:
        """Close every profile."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def patient_context(browser: Browser, **options: Any) -> BrowserContext:
    """Return a browser profile that waits as long as a busy machine may need."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    return context


def at_first_sight(page: Page, selector: str, act: str) -> None:
    """Have a script act when an element appears: before a frame is painted, let alone a key comes.

    What a page makes ready a moment later only is missed by who acts at once.
    """
    page.evaluate(
        f"""(selector) => new MutationObserver((_, watcher) => {{
            const found = document.querySelector(selector);
            if (!found) return;
            watcher.disconnect();
            {act}
        }}).observe(document, {{ childList: true, subtree: true, attributes: true }})""",
        selector,
    )


def axe_violations(page: Page, root: str = "") -> list[str]:
    """Return what axe finds wrong in a page, or in the part a selector names, one a line."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        """(root) => axe.run(root ? document.querySelector(root) : document,
            { resultTypes: ["violations"] })""",
        root,
    )
    return [
        f"{each['id']} ({each['impact']}): {', '.join(str(n['target']) for n in each['nodes'])}"
        for each in found["violations"]
    ]


def hangs_over(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def odd_words(page: Page) -> list[str]:
    """Return what no reader should see: markup, a program's names, English on a Chinese page."""
    found: list[str] = page.evaluate(
        """() => {
            const said = [];
            const isOdd = /<[a-z/!]|object at 0x|%\\(|{{|^(None|True|False|undefined|NaN)$/;
            const isEnglish = /\\b[A-Za-z]{2,} +[a-z]{2,}\\b|^(?!English$)[A-Z][a-z]{2,}$/;
            const isChinese = /\\p{Script=Han}/u;
            const isPageChinese = document.documentElement.lang.startsWith("zh");
            const look = (text) => {
                const shown = (text ?? "").trim();
                const isLeft = isPageChinese && isEnglish.test(shown) && !isChinese.test(shown);
                if (isLeft || isOdd.test(shown)) said.push(shown.slice(0, 80));
            };
            const kept = "script, style, noscript, code, kbd, [lang^=en], textarea, .katex";
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                if (!walk.currentNode.parentElement.closest(kept)) look(walk.currentNode.data);
            }
            for (const name of ["aria-label", "title", "placeholder", "alt"])
                for (const each of document.querySelectorAll(`[${name}]`))
                    if (!each.closest(kept)) look(each.getAttribute(name));
            return said;
        }"""
    )
    return found
