"""What is drawn once and filled anew says what is so now: nothing of before, and nothing of another company."""

import re


def row_of(client, ticket):
    """The row of a request in the list of everything that is open, or waits."""
    page = client.get("/manager/inbox?view=open").content.decode()
    return re.search(rf'id="row-{ticket.pk}".*?</a>', page, re.S)[0]


def page_of(client, ticket):
    return client.get(f"/manager/inbox/{ticket.pk}").content.decode()


def rename(inside, company, person, name):
    from shared_apps.accounts.models import User

    with inside(company):
        User.objects.filter(pk=person.id).update(name=name)


def test_a_row_says_what_changed_since_it_was_drawn(client_for, wish, taken, now, do, ada):
    ticket, client = taken(wish(subject="The <lamp> & its shade", tags=["lamp"]), ada), client_for("ada")
    before = row_of(client, ticket)
    assert "The &lt;lamp&gt; &amp; its shade" in before
    assert ("Open" in before, ">P3<" in before, ">Pinned<" in before) == (True, True, False)

    do("ada", ticket, "status", value="pending_customer", was="open")
    do("ada", ticket, "set", name="urgency", value="critical")
    do("ada", ticket, "pin", on="1")
    do("ada", ticket, "tags", value="<shade>")
    do("ada", ticket, "assign", value="", was=str(now(ticket).assignee_id))

    after = row_of(client, ticket)
    assert "Waiting for customer" in after
    assert (">P2<" in after, ">Pinned<" in after, "&lt;shade&gt;" in after, "Nobody has it" in after) == (True,) * 4
    assert "Ada Lind" not in after


def test_a_conversation_says_what_changed_since_it_was_drawn(client_for, wish, taken, do, ada, acme, inside, ben):
    ticket, client = taken(wish(), ada), client_for("ada")
    before = page_of(client, ticket)
    assert ("Ben Ode" in before, "Take this from under" in before) == (True, False)

    rename(inside, acme, ben, "Benno <Ode>")
    do("ada", ticket, "set", name="department", value="billing")
    do("ada", ticket, "status", value="resolved", was="open")

    after = page_of(client, ticket)
    assert ("Ben Ode" in after, "Benno &lt;Ode&gt;" in after) == (False, True)
    assert re.search(r'title="Change the department">Billing<', after)
    assert re.search(r'title="Change the status \(S\)".*?Solved', after, re.S)


def test_each_sees_their_own_side_of_what_was_said(client_for, wish, taken, ada, ben, acme, inside):
    from tenant_apps.tickets import actions

    ticket = taken(wish(), ben)
    with inside(acme):
        actions.reply(ticket, "It will be <b>mended</b>.", by=ben)
        actions.reply(ticket, "The switch is old.", by=ben, internal=True)

    bens, adas = page_of(client_for("ben"), ticket), page_of(client_for("ada"), ticket)

    assert "It will be &lt;b&gt;mended&lt;/b&gt;." in bens
    assert ("<b>You</b>" in bens, "</b> by you" in bens) == (True, True)
    assert ("<b>Ben Ode</b>" in adas, "</b> by Ben Ode" in adas, "<b>You</b>" in adas) == (True, True, False)


def test_the_proof_of_a_form_is_that_of_who_asks(client_for, wish, taken, ben):
    ticket = taken(wish(), ben)
    proofs = []
    for name in ("ben", "ada"):
        client = client_for(name)
        page = page_of(client, ticket)
        proofs.append(set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)))

    assert proofs[0]
    assert proofs[1]
    assert not proofs[0] & proofs[1]
    assert "" not in proofs[0] | proofs[1]


def test_two_companies_never_see_each_other_in_what_is_kept(client_for, wish, taken, ada, bo, borealis, inside):
    from tenant_apps.tickets import actions

    mine = taken(wish(subject="A lamp of Acme"), ada)
    with inside(borealis):
        theirs = actions.open_ticket(subject="A door of Borealis", description="Stuck.", desk="company", by=bo)
    ada_at, bo_at = client_for("ada"), client_for("bo")

    for _ in range(2):
        acmes = row_of(ada_at, mine) + page_of(ada_at, mine)
        others = row_of(bo_at, theirs) + page_of(bo_at, theirs)
        assert not re.search("Borealis|Bo Nyman|Bea Falk", acmes)
        assert not re.search("Acme|Ada Lind|Ben Ode|Cleo", others)
