"""The demo's stories of the companies' own desks: what their customers asked lately. Times are hours ago."""

from dataclasses import dataclass, field
from typing import Any

from shared_apps.console.stories import Step


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer asked of a company, with what happened to it. `more` goes to `open_ticket`."""

    hours: float
    who: str
    subject: str
    text: str
    steps: tuple[Step, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)


def _take(hours: float, who: str) -> Step:
    return Step(hours, who, "take", who)


ACME = (
    Wish(
        330,
        "cleo",
        "Two chairs instead of four",
        "Our order 4471 came this morning: two chairs, four on the bill.",
        (
            _take(329, "ben"),
            Step(328, "ben", "reply", "I am sorry. The other two are on the van and reach you tomorrow before noon."),
            Step(300, "cleo", "reply", "They are here, thank you."),
            Step(299, "ben", "status", "resolved"),
            Step(298, "cleo", "rate", "good: They came the very next day."),
            Step(200, "ben", "status", "closed"),
        ),
        {"department": "sales", "urgency": "high", "order_reference": "4471"},
    ),
    Wish(
        210,
        "mia",
        "Badge for the new warehouse",
        "My badge does not open the door of the new warehouse.",
        (
            _take(209, "ben"),
            Step(208, "ben", "note", "Facilities has to add her floor. Asked them."),
            Step(180, "ben", "reply", "Facilities has added the warehouse to your badge. Please try it tomorrow."),
            Step(180, "ben", "status", "resolved"),
            Step(179, "mia", "rate", "bad: A whole day in front of a closed door."),
        ),
        {"department": "technical"},
    ),
    Wish(
        120,
        "cleo",
        "The lamp flickers",
        "The desk lamp from last month flickers when it has been on for an hour.\n\n"
        "I have tried another socket. It is the same there.",
        (
            _take(119, "ben"),
            Step(118, "ben", "reply", "That should not be. Could you tell me the number under the foot of the lamp?"),
            Step(118, "ben", "status", "pending_customer"),
            Step(100, "cleo", "reply", "It says L-2207."),
            Step(99, "ben", "note", "L-2207 is the series with the weak driver. We replace these without asking back."),
            Step(98, "ben", "reply", "This series has a weak part. A new lamp is on its way, keep the old one."),
            Step(98, "ben", "due", "110"),
        ),
        {"department": "technical", "urgency": "medium", "tags": ["lamp", "warranty"]},
    ),
    Wish(
        96,
        "cleo",
        "Can I pay by invoice?",
        "We are a small school and cannot pay by card. Is there an invoice?",
        (
            _take(95, "ada"),
            Step(94, "ada", "reply", "Yes. Send us the name of the school and who signs, and we switch it on."),
            Step(94, "ada", "status", "pending_customer"),
        ),
        {"department": "billing"},
    ),
    Wish(
        50,
        "mia",
        "Printer on the third floor prints stripes",
        "Every page has two grey stripes, whatever I print.",
        (
            _take(49, "ben"),
            Step(48, "ben", "note", "The drum is due. Ordered, comes on Thursday."),
            Step(48, "ben", "due", "130"),
        ),
        {"department": "technical", "urgency": "low"},
    ),
    Wish(
        30,
        "cleo",
        "Website shows the old prices",
        "Your shop says 49, the catalogue says 59. Which one is right?",
        (Step(29, "ada", "change", "importance:high"),),
        {"department": "sales", "urgency": "high", "tags": ["prices"]},
    ),
    Wish(
        26,
        "cleo",
        "Refund for order 4390",
        "I sent the shelf back two weeks ago. When does the money come?",
        (),
        {"department": "billing", "urgency": "high", "order_reference": "4390"},
    ),
    Wish(
        9,
        "mia",
        "Access to the sales folder",
        "I have moved to sales and cannot open their folder.",
        (),
        {"department": "technical"},
    ),
    Wish(
        5,
        "cleo",
        "Nobody can check out",
        "The shop turns round and round when we press Pay.",
        (_take(4.5, "ada"), Step(4.4, "ada", "change", "importance:critical"), Step(4.3, "ada", "due", "3")),
        {"department": "technical", "urgency": "critical", "tags": ["shop"]},
    ),
    Wish(1, "cleo", "Colours of the new chairs", "Is there a sample card for the fabric?", (), {"department": "sales"}),
)
BOREALIS = (
    Wish(
        320,
        "carl",
        "Which boots for children?",
        "Four of us are six to nine years old. Which boots do they need?",
        (
            _take(318, "bea"),
            Step(317, "bea", "reply", "Ours begin at 28. Tell me the sizes and we put them aside."),
            Step(290, "carl", "reply", "28, 30, 30 and 33, please."),
            Step(289, "bea", "status", "resolved"),
            Step(190, "bea", "status", "closed"),
        ),
        {"department": "sales"},
    ),
    Wish(
        215,
        "mads",
        "Keys for the boat house",
        "The second key is missing from the board.",
        (_take(214, "bea"), Step(213, "bea", "note", "Odd has it."), Step(212, "bea", "status", "resolved")),
        {"department": "general"},
    ),
    Wish(
        130,
        "carl",
        "Lost a glove on the tour",
        "A red one, left hand. Perhaps it is still in the boat?",
        (
            _take(128, "bea"),
            Step(127, "bea", "reply", "We look for it when the boat is back on Friday."),
            Step(127, "bea", "status", "pending_customer"),
            Step(60, "carl", "reply", "Any news?"),
        ),
        {"department": "general", "tags": ["lost"]},
    ),
    Wish(
        90,
        "carl",
        "Invoice with our VAT number",
        "Please put our VAT number on invoice 221.",
        (_take(89, "bo"), Step(88, "bo", "reply", "Done, the new one is on its way.")),
        {"department": "billing"},
    ),
    Wish(
        70,
        "mads",
        "Radio in boat 2 is silent",
        "It has power and a signal, but nobody hears me.",
        (_take(69, "bea"),),
        {"department": "technical", "urgency": "high"},
    ),
    Wish(
        40,
        "carl",
        "Northern lights in March?",
        "Is it still worth it in the last week of March?",
        (),
        {"department": "sales"},
    ),
    Wish(
        28,
        "carl",
        "Cancel two of eight",
        "Two of us are ill. Can we come with six?",
        (),
        {"department": "billing", "urgency": "high"},
    ),
    Wish(
        12,
        "mads",
        "New shift plan does not open",
        "The file asks for a password that nobody knows.",
        (),
        {"department": "technical"},
    ),
    Wish(
        6,
        "carl",
        "Bus has not come",
        "We stand at the pier and there is no bus.",
        (_take(5.8, "bo"), Step(5.7, "bo", "reply", "It is ten minutes late, the driver is on his way.")),
        {"department": "general", "urgency": "critical"},
    ),
    Wish(2, "carl", "Photos of the tour", "Are there photos of yesterday's tour?", (), {"department": "general"}),
)
