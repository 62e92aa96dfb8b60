"""The demo's stories: what two companies asked in the last days, and what came of it. Times are hours ago."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody did something: `reply` or `note` with a text, `status` with a status, `assign` or `take` with somebody,
    `importance` with a level,
    `change` with "<name>:<value>", `due` with hours from then, `rate` with
    "<good or bad>:<why>"."""

    hours: float
    who: str
    act: str
    value: str


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket with everything that happened to it."""

    hours: float
    who: str
    subject: str
    sub_subject: str
    text: str
    steps: tuple[Step, ...] = ()
    urgency: str = "medium"
    type: str = "support"


ACME = (
    Story(
        310, "ada", "billing", "Invoice for October",
        "Our invoice for October still names our old address in Hill Street. Bookkeeping cannot accept it like "
        "that.\n\n"
        "Could you send it again with the new one?",
        (
            Step(307, "sam", "assign", "max"),
            Step(305, "max", "reply", "Of course. I have corrected the address and sent the invoice again this "
                 "morning."),
            Step(305, "max", "status", "solved"),
            Step(240, "max", "status", "closed"),
        ),
        urgency="low",
    ),
    Story(
        172, "olga", "account", "A colleague who left",
        "Frank has left us at the end of last week. Please make sure that he cannot sign in any more.",
        (
            Step(171.5, "sam", "importance", "high"),
            Step(171, "max", "status", "triaged"),
            Step(170, "max", "reply", "His account is switched off, and every session he had is ended."),
            Step(170, "max", "status", "solved"),
            Step(169, "olga", "rate", "good"),
        ),
        urgency="high",
    ),
    Story(
        98, "ada", "website", "Opening hours at Christmas",
        "We are closed from 24 December to 2 January. How do we get a notice on every page for these days?",
        (
            Step(97, "sam", "importance", "low"),
            Step(96, "lin", "assign", "lin"),
            Step(95.5, "lin", "status", "in_progress"),
            Step(95, "lin", "reply", "I can set up a banner with a start and an end date. What shall it say, and "
                 "in which languages?"),
            Step(95, "lin", "status", "waiting_on_tenant"),
        ),
    ),
    Story(
        75, "ben", "integrations", "Calendar shows everything twice",
        "Since Monday every appointment is in the shared calendar twice. Deleting one of them deletes both.",
        (
            Step(74, "sam", "importance", "critical"),
            Step(74, "eli", "status", "triaged"),
            Step(73, "eli", "assign", "eli"),
            Step(70, "eli", "reply", "Confirmed: your calendar sends each change under two ids since its last "
                 "update. We are working on it."),
            Step(70, "eli", "status", "needs_engineering"),
            Step(51, "ben", "reply", "Thank you. Three people here would be glad to hear when it is done."),
        ),
        urgency="high",
    ),
    Story(
        49, "ada", "website", "Pictures on the team page",
        "The new pictures on the team page are stretched on phones. On the desktop they look right.",
        (
            Step(48, "lin", "assign", "lin"),
            Step(47, "lin", "status", "in_progress"),
            Step(46, "lin", "reply", "I see it on narrow screens too. The template cuts them to a fixed height; I "
                 "am changing that."),
        ),
        urgency="low", type="website_design",
    ),
    Story(
        27, "ada", "domains", "help.acme.example",
        "We would like our customers to reach the desk under help.acme.example. What do we have to enter, and where?",
        (Step(26, "sam", "importance", "low"), Step(25, "sam", "status", "triaged"), Step(25, "sam", "assign", "una")),
    ),
    Story(
        21, "ben", "email", "Mails arrive late",
        "Answers of our customers show up here half an hour after they were sent. Yesterday it was minutes.",
        (
            Step(20.5, "sam", "importance", "high"),
            Step(20, "sam", "assign", "sam"),
            Step(19.5, "sam", "reply", "A queue on our side was slow this morning. Since ten o'clock it is empty; "
                 "can you confirm?"),
            Step(19.5, "sam", "status", "solved"),
            Step(3, "ben", "reply", "It was fine yesterday, but today two mails were late again."),
        ),
        urgency="high",
    ),
    Story(
        5, "ada", "website", "Contact form not sending",
        "The contact form says \"Thank you\", but nothing arrives in our inbox. The last mail came yesterday at "
        "16:40.",
        (Step(4.5, "sam", "importance", "critical"),),
        urgency="high",
    ),
    Story(
        1.2, "olga", "reports", "Numbers for the board",
        "For the board meeting on Thursday I need the number of requests per month, for this year. Where do I "
        "find that?",
        urgency="low",
    ),
)  # fmt: skip

BOREALIS = (
    Story(
        335, "bo", "website", "Cookie notice",
        "Our lawyer wants the notice about cookies gone, since we set none. May we switch it off ourselves?",
        (
            Step(333, "lin", "assign", "lin"),
            Step(332, "lin", "reply", "You may. Under Settings, Portal, the last switch. I have done it for you "
                 "now."),
            Step(332, "lin", "status", "solved"),
            Step(300, "lin", "status", "closed"),
        ),
        urgency="low",
    ),
    Story(
        190, "odd", "billing", "More seats from December",
        "Six people join us on 1 December. Please tell me what our plan costs then.",
        (
            Step(188, "max", "assign", "max"),
            Step(186, "max", "reply", "With fourteen seats you come into the next step, which is 12 % less for "
                 "each. The offer is in your inbox."),
            Step(186, "max", "status", "solved"),
        ),
    ),
    Story(
        120, "bea", "email", "Signature with our logo",
        "Can the logo stand below every answer that we send? Right now it is only text.",
        (
            Step(119, "sam", "importance", "low"),
            Step(118, "omar", "reply", "Yes. Please send us the logo as SVG or PNG, at least 400 pixels wide."),
            Step(118, "omar", "status", "waiting_on_tenant"),
        ),
        type="website_design",
    ),
    Story(
        88, "bo", "integrations", "Orders from the shop",
        "We would like to see a customer's last order beside their request. The shop has an interface for it.",
        (
            Step(87, "sam", "importance", "low"),
            Step(86, "eli", "status", "triaged"),
            Step(85, "eli", "reply", "Interesting. I need to look at how their interface signs in before I can say "
                 "how long it takes."),
            Step(85, "eli", "status", "needs_engineering"),
            Step(84, "sam", "escalate", "engineer:Needs somebody who has signed in at such an interface before."),
        ),
    ),
    Story(
        60, "bea", "website", "Search finds nothing",
        "Searching the help pages for \"retur\" finds nothing, although there is a whole page about returns.",
        (
            Step(59, "sam", "importance", "high"),
            Step(58, "lin", "status", "in_progress"),
            Step(58, "lin", "assign", "lin"),
            Step(33, "lin", "reply", "The search looked for whole words only. It now also finds beginnings; the "
                 "index is being rebuilt."),
        ),
        urgency="high",
    ),
    Story(
        30, "bo", "account", "Sign-in from the warehouse",
        "Three people share one computer in the warehouse. Can each have an account without an e-mail address?",
        (Step(28, "max", "status", "triaged"),),
        urgency="high",
    ),
    Story(
        23, "bo", "website", "Translation of the start page",
        "The start page is Norwegian, but the buttons are English. Is there a setting for it?",
        (
            Step(22, "lin", "reply", "There is: Settings, Portal, Language. Does it look right after a reload?"),
            Step(22, "lin", "status", "waiting_on_tenant"),
            Step(2.5, "bo", "reply", "The buttons are right now, thank you. The message after sending a form is "
                 "still English."),
        ),
        urgency="low", type="website_design",
    ),
    Story(
        6, "bea", "reports", "Export stops at row 1,000",
        "The export of last month has exactly 1,000 rows. We certainly had more requests than that.",
        (Step(5.5, "sam", "importance", "high"),),
    ),
    Story(
        0.6, "bo", "website", "Blank page after publishing",
        "After publishing the new price list, /prices is blank. The old version is gone as well. Please help soon.",
        urgency="critical",
    ),
)  # fmt: skip
