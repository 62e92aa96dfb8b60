"""Three companies in one incident: none of them learns who else is, how many there are, or that there is anybody."""

import re
import secrets

import pytest
from django.conf import settings

from portico.actor import SYSTEM
from shared_apps.console.incidents import linking
from shared_apps.console.models import TicketIndex
from shared_apps.incidents import actions
from tenants import provision
from tenants.life.export import export
from tests.support.clients import Client
from tests.support.incidents import forget, open_one, work
from tests.trust.canary import furnish
from tests.trust.searching import marks_in

PAGES = [
    *("/", "/manager/inbox", "/manager/inbox/{request}", "/manager/board", "/manager/calendar", "/manager/deleted"),
    *("/manager/tickets", "/manager/tickets/{ticket}", "/manager/tickets/{other}", "/manager/tickets/new"),
    *(
        "/manager/audit",
        "/manager/audit.csv",
        "/manager/audit.jsonl",
        "/manager/settings/",
        "/manager/inbox/find?q=mark",
    ),
    *("/api/support/tickets", "/api/support/tickets/{ticket}", "/api/v1/tickets/", "/api/v1/support/events"),
]
OF_CUSTOMERS = ["/", "/requests", "/requests/{request}", "/requests/new"]
_CHANGING = re.compile(r"csrfmiddlewaretoken[^>]*|nonce=\"[^\"]*\"|[0-9a-f]{32}|datetime=\"[^\"]*\"|live\?[^\"]*")


@pytest.fixture
def three(database, static_files):
    """Three companies with a mark in everything their people wrote."""
    provision.refill(3)
    made = [furnish(f"house-{secrets.token_hex(3)}") for _ in range(3)]
    forget()
    return made


@pytest.fixture
def platform(outside, sam):
    """`platform(action, …)` as Sam; doors know of it at once."""

    def run(action, *words, by=sam, **more):
        with outside():
            found = action(*words, by=by, **more)
        forget()
        return found

    return run


def rows_of(outside, tenant):
    with outside():
        return list(
            TicketIndex.objects.filter(company_id=tenant.company.id).order_by("pk").values_list("pk", flat=True)
        )


def read(tenant, paths=PAGES, session=""):
    """What somebody of the company reads under each address, without what is new in every answer."""
    client = Client(headers={"Host": f"{tenant.company.slug}.{settings.BASE_HOST}"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session or tenant.session
    found = {}
    for path in paths:
        address = path.format(ticket=tenant.tickets[0], other=tenant.tickets[1], request=tenant.requests[0])
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[path] = _CHANGING.sub("", content.decode())
    return found


def assert_alone(tenants, found):
    for tenant, pages in zip(tenants, found, strict=True):
        for path, content in pages.items():
            assert marks_in(content) <= {tenant.mark}, (path, tenant.company.slug)
            assert "INC-" not in content, path
            assert "HEADLINE" not in content, path
            assert "Sam Oduya" not in content or path.startswith("/manager/"), path


def test_nobody_reads_anything_of_the_others(three, platform, outside, sam):
    with outside():
        incident = open_one(sam, headline=f"HEADLINE {' '.join(one.mark for one in three)}")
    for tenant, number in zip(three, (1, 2, 1), strict=True):
        for row in rows_of(outside, tenant)[:number]:
            platform(linking.link, incident, row)
    platform(actions.write_note, incident, f"NOTE of {three[1].mark}")
    steps = [
        (actions.say, "identified", "A relay is down."),
        (actions.solve, "All is sent."),
        (actions.reopen, "Back."),
    ]
    for action, *words in steps:
        platform(action, incident, *words)
        work()
        found = [read(tenant) for tenant in three]
        assert_alone(three, found)
        assert all(words[-1] in pages["/manager/tickets/{ticket}"] for pages in found)
        assert all(words[-1] in pages["/manager/inbox"] for pages in found)
        assert_alone(three, [read(tenant, OF_CUSTOMERS, tenant.customer) for tenant in three])


def test_a_page_is_the_same_whether_others_are_affected_or_not(three, platform, outside, sam):
    first, *others = three
    with outside():
        incident = open_one(sam, words="We look into it.")
    platform(linking.link, incident, rows_of(outside, first)[0])
    work()
    quiet = [path for path in PAGES if "audit." not in path]  # an export of the journal stands in the journal
    read(first, quiet)  # what was looked at is not new any more
    alone = read(first, quiet)
    for tenant in others:
        for row in rows_of(outside, tenant):
            platform(linking.link, incident, row)
    work()

    assert read(first, quiet) == alone


def test_archives_tell_nothing_of_the_others(three, platform, outside, sam, tmp_path):
    with outside():
        incident = open_one(sam, words="We look into it.")
    for tenant in three:
        platform(linking.link, incident, rows_of(outside, tenant)[0])
    platform(actions.solve, incident, "All is sent.")
    work()
    import zipfile

    for tenant in three:
        path = tmp_path / f"{tenant.company.slug}.zip"
        with outside():
            from tenants.models import Company

            company = Company.objects.get(pk=tenant.company.id)
        export(company, path, by=SYSTEM)
        with zipfile.ZipFile(path) as opened:
            for name in opened.namelist():
                text = opened.read(name).decode(errors="replace")
                assert marks_in(text) <= {tenant.mark}, name
                assert "incident_id" not in text, name
                assert f'"{incident.number}"' not in text, name
