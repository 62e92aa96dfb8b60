"""The process that reads mails, one after another, and may be killed by any of them.

Asked over its standard input (length, payload kind, bytes), it answers on its standard output: a length, JSON, and the
bytes of files. Its own clock kills it when a mail takes too long, and its memory is bounded: whoever asked starts
another one, and the mail is put aside.
"""

import json
import resource
import signal
import struct
import sys
import time
from typing import IO, Any

from tenant_apps.mailroom.reading import limits
from tenant_apps.mailroom.reading.limits import TooMuch
from tenant_apps.mailroom.reading.taking import take_apart

HEAD = struct.Struct(">IIH")


def main() -> None:
    """Read until nobody asks any more, or until there is reason to begin with a fresh process."""
    come, go = sys.stdin.buffer, sys.stdout.buffer
    _warm_up()
    start, low, count = _memory(), _peak(), 0
    while head := come.read(HEAD.size):
        size, extra, _ = HEAD.unpack(head)
        told, raw = json.loads(come.read(extra) or b"{}"), come.read(size)
        used = _rusage()
        answer, files = _answered(raw, told, start)
        count += 1
        answer["left"] = count >= limits.MANY or _peak() - low > limits.GROWN
        answer["spent"], answer["peak"] = round(_rusage() - used, 4), _peak()
        _write(go, answer, files)
        if answer["left"]:
            return


def _answered(raw: bytes, told: dict[str, Any], start: int) -> tuple[dict[str, Any], list[bytes]]:
    megabytes = len(raw) / limits.MEGABYTE
    room = start + limits.MEMORY + limits.MEMORY_EACH * len(raw)
    resource.setrlimit(resource.RLIMIT_AS, (room, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_PROF, limits.SECONDS + limits.SECONDS_EACH * megabytes)
    try:
        if told.get("provider"):
            from tenant_apps.mailroom.reading.payloads import mail_of

            raw = mail_of(raw, told)
        said, files = take_apart(raw)
    except TooMuch as much:
        return {"problem": str(much.args[0])}, []
    except RecursionError:
        return {"problem": "depth"}, []
    except MemoryError:
        return {"problem": "memory", "left": True}, []
    except Exception as trouble:  # the mail is put aside with these words, and whoever looks knows where to begin
        return {"problem": "trouble", "words": f"{type(trouble).__name__}: {trouble}"[:300]}, []
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return {"said": said}, files


def _write(go: IO[bytes], answer: dict[str, Any], files: list[bytes]) -> None:
    words = json.dumps(answer | {"sizes": [len(one) for one in files]}).encode()
    go.write(struct.pack(">I", len(words)))
    go.write(words)
    for one in files:
        go.write(one)
    go.flush()


def _warm_up() -> None:
    """Have everything loaded before there is a limit: what loading takes is nobody's mail."""
    mail = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hi<p>Best regards\n"
    mail += b"--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b\n"
    mail += b"Content-Type: application/ms-tnef\n\nx"
    take_apart(mail)


def _memory() -> int:
    with open("/proc/self/statm") as words:
        return int(words.read().split()[0]) * resource.getpagesize()


def _peak() -> int:
    """The most that this process held; getrusage would count what its parent held before it."""
    with open("/proc/self/status") as words:
        line = next((one for one in words if one.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) * 1024


def _rusage() -> float:
    return time.process_time()


if __name__ == "__main__":
    main()
