"""A real mailbox: Dovecot in the foreground, with a folder of its own, on a loopback port."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4
from pathlib import Path

from tests.support.server import free_port

_PROGRAM = shutil.which("dovecot") or "/usr/sbin/dovecot"
MISSING = "" if Path(_PROGRAM).exists() and os.geteuid() == 0 else "needs Dovecot, and root to start it"
_SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
auth_mechanisms = plain login xoauth2
{oauth}passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


# Whoever has a token of this provider is whom the provider says that it is of.
_OAUTH = """passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth.conf
}}
"""
_PROVIDER = """introspection_mode = auth
introspection_url = {userinfo}
username_attribute = sub
"""


@contextmanager
def running(folder: Path, userinfo: str = "") -> Iterator[int]:
    """The port of a Dovecot that knows every name with the password `secret`, and tokens of an OpenID provider whose
    `userinfo` is given."""
    port = free_port()
    for one in (folder, *folder.parents):
        if one.owner() == "root" and str(one).startswith("/tmp/pytest"):  # noqa: S108 (pytest's own folder)
            one.chmod(0o755)
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "nobody", "nogroup")
    config = folder / "dovecot.conf"
    (folder / "oauth.conf").write_text(_PROVIDER.format(userinfo=userinfo))
    config.write_text(
        _SETTINGS.format(folder=folder, port=port, oauth=_OAUTH.format(folder=folder) if userinfo else "")
    )
    child = subprocess.Popen([_PROGRAM, "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        child.terminate()
        child.wait(10)


def _wait(port: int) -> None:
    until = time.monotonic() + 15
    while True:
        try:
            with IMAP4("127.0.0.1", port, timeout=2):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def put(port: int, raw: bytes, name: str = "help") -> None:
    """Somebody's mail arrives."""
    with IMAP4("127.0.0.1", port) as box:
        box.login(name, "secret")
        box.append("INBOX", "", "", raw)
