"""Opening a desk, as people do: the address, the code from the letter, the name, the owner."""

import re
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

PASSWORD = "a quiet harbour"


def code_of(mail: EmailMessage) -> str:
    """The code in a letter."""
    return re.search(r"Your code is (\d{3} \d{3})", text_of(mail))[1]


def link_of(mail: EmailMessage) -> str:
    """The path of the link in a letter."""
    return re.search(r"https?://[^/\s]+(/signup/continue/\S+)", text_of(mail))[1]


def text_of(mail: EmailMessage) -> str:
    """What a letter says, in plain words."""
    return mail.get_body(("plain",)).get_content()


def letter_to(email: str, folder: Path) -> EmailMessage:
    """The newest letter to this address that a running product put there, waited for."""
    for _ in range(300):
        for path in sorted(folder.glob("[0-9]*.eml"), reverse=True):
            mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
            if email in str(mail["To"]):
                return mail
        time.sleep(0.1)
    raise AssertionError(f"No letter to {email} in {folder}: {sorted(one.name for one in folder.glob('*'))}")


def sign_up(client: Any, mails: Any, slug: str = "delphi", **more: str) -> Any:
    """The answer to the last form, sent by Django's test client; words of the forms may be other ones."""
    asked = {"name": "Delphi Freight", "slug": slug, "owner_name": "Dora Falk", "password": PASSWORD, "terms": "on"}
    asked |= {"email": f"dora@{slug}.example"} | more
    at = client.post("/", {"email": asked["email"]})["Location"]
    client.post(at, {"do": "code", "code": code_of(mails()[-1])})
    named = client.post(at, {"do": "name", "name": asked["name"], "slug": asked["slug"]})
    if named.status_code != 302:
        return named
    return client.post(at, {"do": "owner", **{part: asked[part] for part in ("owner_name", "password", "terms")}})


def prove(page: Any, product: Any, email: str) -> None:
    """In a real browser: from the public page to the step that asks for a name."""
    page.goto(product.url())
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_label("Code from the letter").fill(code_of(letter_to(email, product.logs / "mail")))
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Company").wait_for()
    page.wait_for_load_state()  # what is typed before the page's scripts are there is not heard by them


def fill_in(page: Any, product: Any, slug: str, name: str = "Delphi Freight") -> None:
    """In a real browser: all steps up to the button that opens the desk."""
    prove(page, product, f"dora@{slug}.example")
    page.get_by_label("Company").fill(name)
    page.get_by_label("Address").fill(slug)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Your name").fill("Dora Falk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I accept the terms").check()
