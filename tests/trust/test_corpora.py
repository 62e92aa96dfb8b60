"""Whatever comes in ends somewhere, with its bytes."""

import json

from tests.trust import corpora, oddmails
from tests.trust.commands import asked


def test_every_odd_mail_ends_somewhere_with_its_bytes(database, tmp_path):
    odd, line = oddmails.mails(), b"From zoe@elsewhere.example Mon Jan  5 10:00:00 2026\n"
    (tmp_path / "box.mbox").write_bytes(b"".join(line + odd[name] + b"\n\n" for name in list(odd)[:3]))

    figures = json.loads(asked("corpora", str(tmp_path)))

    assert corpora.is_whole(figures), figures
    assert figures["mails"] == len(odd) + 3
    assert figures["ended filed"] > figures["ended held"] > 0
