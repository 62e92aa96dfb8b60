"""Mails of our own making such as come in once a year: right, wrong, or no mail at all. By what is odd about them."""

# Each is somebody else's, for nobody may write so much at once.
_HEAD = b"From: Zoe <zoe%d@elsewhere.example>\nTo: x@mail.localhost\nSubject: Odd\nMessage-ID: <%d@elsewhere.example>\n"
_PARTS = b'MIME-Version: 1.0\nContent-Type: multipart/%s; boundary="b"\n\n'

# name -> (fields and what follows the head)
_ODD = {
    "nothing follows the head": b"",
    "no empty line": b"This stands where fields should.\nAnd so does this.\n",
    "ends of lines of three kinds": b"\r\nOne\rTwo\nThree\r\n",
    "zeros": b"\n\x00\x00 The lamp \x00 flickers.\n",
    "bytes beyond ASCII in a field": b"X-Where: K\xf6ln \xff\xfe\nReply-To: J\xf6rg <j@elsewhere.example>\n\nHello\n",
    "a charset that nobody knows": b"Content-Type: text/plain; charset=klingon-1\n\nnuqneH\n",
    "another charset than it says": b"Content-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe\n",
    "UTF-16": b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n//5IAGUAbABsAG8A\n",
    "Japanese": b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B%F%9%H\x1b(B\n",
    "broken base64": b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8*=gd29ybGQ\n",
    "an encoding that nobody knows": b"Content-Type: text/plain\nContent-Transfer-Encoding: rot13\n\nUryyb\n",
    "uuencoded": b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a.txt\n%2&5L;&\\\n`\nend\n",
    "a boundary that never comes": _PARTS % b"mixed" + b"Hello, there is no part here.\n",
    "no boundary at all": b"Content-Type: multipart/mixed\n\n--b\n\nHello\n--b--\n",
    "a part that never ends": _PARTS % b"mixed" + b"--b\nContent-Type: text/plain\n\nHello\n",
    "parts without a kind": _PARTS % b"mixed" + b"--b\n\nHello\n--b\n\nAgain\n--b--\n",
    "a mail in a mail in a mail": _PARTS % b"digest"
    + b"--b\n\nSubject: 1\nContent-Type: message/rfc822\n\nSubject: 2\n\nHi\n--b--\n",
    "signed": _PARTS % b"signed" + b"--b\n\nHello\n--b\nContent-Type: application/pkcs7-signature\n\nMIIB\n--b--\n",
    "encrypted": _PARTS % b"encrypted"
    + b"--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n\nxx\n--b--\n",
    "a piece of a mail": b'Content-Type: message/partial; id="x@y"; number=2; total=3\n\nthe middle of\n',
    "a body that lies elsewhere": b"Content-Type: message/external-body; access-type=URL; URL=http://x.example/\n\n",
    "an empty picture": _PARTS % b"mixed" + b"--b\nContent-Type: image/png; name=a.png\n\n\n--b--\n",
    "a name with a way out": _PARTS % b"mixed" + b"--b\nContent-Type: text/x; name=../../etc/passwd\n\nroot\n--b--\n",
    "one line of a megabyte": b"\n" + b"x" * 1_000_000 + b"\n",
    "a day that never was": b"Date: Mon, 31 Feb 2026 25:61:00 +9999\n\nHello\n",
    "two senders": b"From: bo@elsewhere.example\n\nHello\n",
    "itself as its thread": b"In-Reply-To: <25@elsewhere.example>\nReferences: <x> <> <a@b> garbage\n\nHello\n",
    "only quoted words": b"\n> The lamp\n> flickers\n",
    "only white": b"Content-Type: text/html\n\n<div>&nbsp;</div>\n",
    "marks that hide text": b"Content-Type: text/html\n\n<p style=display:none>x</p>\xe2\x80\xae\xe2\x80\x8b\n",
}
_NO_MAILS = {
    "empty": b"",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "only white lines": b"\r\n\r\n\r\n",
    "a page": b"<!doctype html><title>Hello</title>",
    "a colon": b": \n\n",
}


def mails() -> dict[str, bytes]:
    """All of them, by what is odd."""
    return {name: _HEAD % (place, place) + rest for place, (name, rest) in enumerate(_ODD.items())} | _NO_MAILS
