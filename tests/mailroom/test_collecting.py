"""What a provider's post only names is fetched from it: with the key, within bounds, again when it fails, or held."""

import http.server
import json
import threading

import pytest

from tests.mailroom import posting
from tests.mailroom.letters import STRANGER, letter


class Provider(http.server.ThreadingHTTPServer):
    """A provider's API on this machine: `said[path]` is what it answers, `asked` who asked for what with which key;
    `meanwhile` is called before it answers."""

    def __init__(self):
        self.said, self.asked, self.meanwhile = {}, [], lambda: None
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        key = self.headers.get("Authorization") or self.headers.get("api-key")
        self.server.asked.append((self.path, key))
        self.server.meanwhile()
        status, body = self.server.said.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider(monkeypatch, settings):
    from tenant_apps.mailroom import collecting

    settings.FETCH_LOOPBACK = True
    with Provider() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setitem(collecting.APIS, "resend", server.url)
        monkeypatch.setitem(collecting.APIS, "brevo", server.url)
        yield server
        server.shutdown()


@pytest.fixture
def posted(channel, visitor):
    def send(name, post):
        body, kind, headers = post
        return visitor("acme").post(channel(name), body, content_type=kind, headers=headers)

    return send


def resend_has(provider, raw, number="em-1"):
    told = {"id": number, "raw": {"download_url": f"{provider.url}/raw"}}
    provider.said |= {f"/emails/receiving/{number}": (200, json.dumps(told).encode()), "/raw": (200, raw)}


def test_a_mail_at_resend_is_fetched_as_it_came(provider, posted, dealt_with, inside, acme):
    from portico.storage import CompanyStorage
    from tenant_apps.mailroom.actions import holding

    raw = letter(STRANGER)
    resend_has(provider, raw)
    assert posted("resend", posting.resend()).status_code == 200
    (mail,) = dealt_with()
    assert (mail.state, mail.sender, mail.subject) == ("filed", STRANGER, "The lamp")
    assert provider.asked == [("/emails/receiving/em-1", "Bearer key-of-the-api"), ("/raw", None)]
    with inside(acme):
        assert CompanyStorage().open(mail.kept_as).read() == raw
        holding.erase(mail)
        assert not any(CompanyStorage().exists(name) for name in (mail.kept_as, mail.told["posted_as"]))


def test_an_event_of_resend_that_is_no_mail_is_taken_and_forgotten(provider, posted, dealt_with):
    assert posted("resend", posting.resend(kind="email.delivered")).status_code == 200
    assert dealt_with() == []
    assert provider.asked == []


def test_files_at_brevo_come_with_the_mail(provider, posted, dealt_with, inside, acme):
    from tenant_apps.tickets.models import Attachment

    provider.said["/inbound/attachments/t%2F1"] = (200, b"the manual")
    assert posted("brevo", posting.brevo([("manual.txt", "t/1")])).status_code == 200
    (mail,) = dealt_with()
    assert mail.state == "filed"
    assert provider.asked == [("/inbound/attachments/t%2F1", "key-of-the-api")]
    with inside(acme):
        assert [(one.name, one.size) for one in Attachment.objects.all()] == [("manual.txt", 10)]


def again(inside, acme, mail):
    """The worker tries once more, whenever that is due."""
    from portico import tasks
    from tenant_apps.mailroom.models import Incoming

    tasks.collect_mail(acme.id, acme.generation, mail.pk.hex)
    tasks.ingest_inbound_email(acme.id, acme.generation, mail.pk.hex)
    with inside(acme):
        return Incoming.objects.get(pk=mail.pk)


def test_a_provider_that_is_away_is_asked_again(provider, posted, dealt_with, inside, acme):
    provider.said["/emails/receiving/em-1"] = (500, b"")
    posted("resend", posting.resend())
    (mail,) = dealt_with()
    assert (mail.state, mail.told["tries"]) == ("waiting", 1)
    resend_has(provider, letter(STRANGER))
    assert again(inside, acme, mail).state == "filed"


@pytest.mark.parametrize(
    ("answer", "words"),
    [((401, b""), "refused the key"), ((404, b""), "not there"), ((200, b"[]"), "not what was asked")],
)
def test_what_cannot_be_had_is_held_with_the_reason_and_tried_anew_by_hand(
    provider, posted, dealt_with, inside, acme, ada, answer, words
):
    from tenant_apps.mailroom.actions import holding
    from tenant_apps.mailroom.collecting import MOST_TRIES
    from tenant_apps.mailroom.models import Channel

    provider.said["/emails/receiving/em-1"] = answer
    posted("resend", posting.resend())
    (mail,) = dealt_with()
    for _ in range(MOST_TRIES):
        mail = again(inside, acme, mail)
    assert (mail.state, mail.why["why"]) == ("held", "not_fetched")
    assert words in mail.why["words"]
    with inside(acme):
        assert "cannot be fetched" in Channel.objects.get().health["trouble"]
    resend_has(provider, letter(STRANGER))
    with inside(acme):
        holding.replay(mail, by=ada)
    assert again(inside, acme, mail).state == "filed"
    with inside(acme):
        assert Channel.objects.get().health["trouble"] == ""


def test_nobody_waits_while_a_provider_is_asked(provider, posted, dealt_with, held_up):
    waits = []
    provider.meanwhile = lambda: waits.append(held_up())
    resend_has(provider, letter(STRANGER))
    posted("resend", posting.resend())
    assert [one.state for one in dealt_with()] == ["filed"]
    assert waits == [False, False]


def test_of_two_who_fetch_the_same_mail_one_is_heard(provider, posted, dealt_with, inside, acme):
    resend_has(provider, letter(STRANGER))
    posted("resend", posting.resend())
    raced = []

    def another():
        provider.meanwhile = lambda: None
        raced.extend(one.state for one in dealt_with())

    provider.meanwhile = another
    (mail,) = dealt_with()
    assert [*raced, mail.state] == ["filed", "filed"]


def test_a_mail_of_which_the_worker_died_each_time_is_put_aside(provider, posted, inside, acme):
    from tenant_apps.mailroom.collecting import MOST_TRIES
    from tenant_apps.mailroom.models import Incoming

    posted("resend", posting.resend())
    with inside(acme):
        mail = Incoming.objects.get()
        mail.told["tries"] = MOST_TRIES
        mail.save()
    mail = again(inside, acme, mail)
    assert (mail.state, mail.why["why"], provider.asked) == ("held", "not_fetched", [])


def test_what_is_too_large_is_not_fetched_to_its_end(provider, posted, dealt_with, monkeypatch):
    from tenant_apps.mailroom import collecting

    monkeypatch.setattr(collecting, "MOST_OF_FILES", 100)
    provider.said |= {f"/inbound/attachments/{one}": (200, b"x" * 60) for one in "ab"}
    posted("brevo", posting.brevo([("one", "a"), ("two", "b")]))
    (mail,) = dealt_with()
    assert (mail.state, mail.told["tries"]) == ("waiting", 1)


@pytest.mark.parametrize("address", ["http://169.254.169.254/x", "https://10.0.0.1/x", "file:///etc/passwd"])
def test_nothing_in_our_own_network_is_fetched_because_an_answer_says_so(provider, posted, dealt_with, address):
    told = {"raw": {"download_url": address}}
    provider.said["/emails/receiving/em-1"] = (200, json.dumps(told).encode())
    posted("resend", posting.resend())
    (mail,) = dealt_with()
    assert (mail.state, mail.told["tries"], len(provider.asked)) == ("waiting", 1, 1)


@pytest.mark.parametrize("body", [{"items": [{"Attachments": [{"Name": "x"}]}]}, {"items": [{"Attachments": [1]}]}])
def test_a_post_that_names_nothing_rightly_is_held_at_once(provider, posted, dealt_with, body):
    posted("brevo", (json.dumps(body), "application/json", {}))
    (mail,) = dealt_with()
    assert (mail.state, mail.why["why"]) == ("held", "not_fetched")
