"""The company's front door."""


def test_a_stranger_reads_where_they_are_and_how_to_sign_in(visitor):
    page = visitor("acme").get("/").content.decode()

    assert "The help desk of Acme" in page
    assert "/login" in page
    assert "/manager" not in page


def test_a_manager_finds_the_workspace(client_for):
    page = client_for("ada").get("/").content.decode()

    assert "Hello Ada" in page
    assert "/manager/tickets" in page


def test_a_customer_is_not_shown_doors_that_stay_shut(client_for):
    page = client_for("cleo").get("/").content.decode()

    assert "Nothing to do here yet" in page
    assert "/manager" not in page
