"""Ada invites Nia by mail, imports a list, and hands on the work of somebody who goes."""

import re
import time
import uuid
from email import message_from_bytes, policy

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA = "ada@acme.example"
PLACE = "/manager/settings/people"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def link_to(product, email):
    """The link in the last mail to this address, once it has come."""
    for _ in range(300):
        for path in sorted((product.logs / "mail").glob("[0-9]*.eml"), reverse=True):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if email in mail["To"]:
                return re.search(r"https?://\S+", mail.get_body(("plain",)).get_content())[0]
        time.sleep(0.1)
    raise AssertionError(f"No mail came to {email}.")


@SCRIPTS
def test_somebody_is_invited_by_mail_joins_works_and_goes(open_page, live_product, scripts):
    ada, nia = open_page(ADA, scripts=scripts), open_page(scripts=scripts)
    email = f"nia-{uuid.uuid4().hex[:8]}@x.example"
    name = f"Nia {email[4:12]}"
    ada.goto(live_product.url("acme", PLACE))
    ada.get_by_role("link", name="Invite people").click()
    ada.get_by_label("Addresses").fill(email)
    ada.get_by_label("They join as").select_option(label="Agent")
    ada.get_by_role("button", name="Send invitations").click()
    ada.get_by_text("1 invitation is on the way.").wait_for()

    nia.goto(link_to(live_product, email))
    nia.get_by_label("Your name").fill(name)
    nia.get_by_label("Password").fill("a quiet harbour")
    nia.get_by_role("button", name="Join and sign in").click()
    nia.wait_for_url("**/manager/inbox")

    ada.goto(live_product.url("acme", f"{PLACE}?q={email}"))
    ada.get_by_role("link", name=f"Change {name}").click()
    ada.get_by_role("link", name="Deactivate").click()
    ada.get_by_text("No open request is theirs.").wait_for()
    ada.get_by_role("button", name=f"Deactivate {name}").click()
    ada.get_by_text("out everywhere").wait_for()
    nia.goto(live_product.url("acme", "/manager/inbox"))
    nia.wait_for_url("**/login*")
    ada.get_by_role("button", name="Undo").click()
    ada.get_by_role("link", name="Deactivate").wait_for()
    # Her open page heard of it at once, and was turned away.
    assert ada.complaints + [one for one in nia.complaints if "401" not in one] == []


@SCRIPTS
def test_a_list_is_looked_at_invited_and_taken_back(open_page, live_product, scripts, tmp_path):
    page, mark = open_page(ADA, scripts=scripts), uuid.uuid4().hex[:8]
    file = tmp_path / "list.csv"
    file.write_text(f"email;name;role\na-{mark}@x.example;Per Dahl;customer\nb-{mark}@x.example;=1+1;customer\n")
    page.goto(live_product.url("acme", PLACE))
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("A list as CSV").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("1 person can be invited, 1 line cannot be taken.").wait_for()
    page.get_by_role("button", name="Invite 1 person").click()
    page.get_by_text("1 invitation sent.").wait_for()
    assert link_to(live_product, f"a-{mark}@x.example")
    page.get_by_role("button", name="Take them all back").click()
    page.get_by_text("Taken back: 1 invitation ended.").wait_for()
    assert page.complaints == []
