"""Ways into an account, as somebody who stands before the door."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def work() -> Callable[[], None]:
    """`work()` = what the pages handed to the queue is done, as by the worker."""
    from portico.celery import app

    def run() -> None:
        with app.connection_for_read() as line:
            queue = line.SimpleQueue(app.conf.task_default_queue)
            while True:
                try:
                    message = queue.get(block=False)
                except queue.Empty:
                    return
                message.ack()
                if "way_in" in message.headers["task"]:
                    app.tasks[message.headers["task"]](*message.payload[0])

    return run


@pytest.fixture
def sent(work: Any, mails: Any) -> Callable[[], list[str]]:
    """`sent()` = the words of all mails so far, newest last."""

    def read() -> list[str]:
        work()
        return [mail.get_body(("plain",)).get_content() for mail in mails()]

    return read


@pytest.fixture
def link(sent: Any) -> Callable[[], str]:
    """`link()` = the path of the link in the newest mail."""
    return lambda: re.findall(r"http://[^/\s]+(/\S+)", sent()[-1])[0]


def code_now(secret: str, later: int = 0) -> str:
    """What an app with this secret shows, so many half minutes later. Good until half a minute after that."""
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(secret.replace(" ", ""), int(time.time()) // 30 + later))


@pytest.fixture
def with_app(client_for: Any) -> Callable[[str], tuple[Any, str, list[str]]]:
    """`with_app("ada")` = her browser, the secret of the app that she has just added, and her recovery codes."""

    def add(name: str) -> tuple[Any, str, list[str]]:
        browser = client_for(name)
        page = browser.get("/account/security/app").content.decode()
        secret = re.search(r'<code class="num">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")  # type: ignore[index]
        page = browser.post("/account/security/app", {"code": code_now(secret)}).content.decode()
        return browser, secret, re.findall(r"<code>(\d{4} \d{4})</code>", page)

    return add
