"""Letters in the company's own words: one for each kind and language, with a look at how they arrive, and a test."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico import mailing
from portico.errors import Invalid, Missing
from shared_apps.accounts.models import User
from shared_apps.mail import actions as mail
from shared_apps.mail import rendering, sink
from shared_apps.mail.wording import Broken, beginning, check
from tenant_apps.desk.setup.pages import done, only_managers, problems_of, whole
from tenant_apps.notices.samples import SAMPLES, own
from tenant_apps.people.actions.profiles import LANGUAGES
from tenant_apps.tickets import actions, settings
from tenant_apps.tickets.actions import configuring

_BODY = re.compile(r"<body[^>]*>")
_LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?")


@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def letters(request: HttpRequest) -> HttpResponse:
    """Every kind of letter, in whose words it is, and in which language those are written to who have chosen none."""
    if request.method == "POST":
        wanted, seen = request.POST.get("letter_language", ""), whole(request.POST, "version")
        event = actions.set_to("letter_language", wanted, by=request.actor, seen_version=seen)
        return done(request, event, "Saved. Mails follow it from now on.", "letters")
    known = settings.read("letters", "letter_language")
    kept = known["letters"]
    there = sorted({one for by_language in kept.values() for one in by_language if one} | {known["letter_language"]})
    context = {
        "rows": [(name, one.label, _state(name, kept.get(name, {}))) for name, one in SAMPLES.items()],
        "languages": [(one, LANGUAGES.get(one, one)) for one in there if one],
        "chosen": known["letter_language"],
        "version": configuring.version_of("letter_language"),
    }
    return render(request, "setup/letters.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def letter(request: HttpRequest, template: str) -> HttpResponse:
    """One letter: its words in one language. A post saves them, shows how they look, or sends them to who asks."""
    if template not in SAMPLES:
        raise Missing
    language = (request.POST or request.GET).get("language", "").strip().lower()
    kept = settings.read("letters")["letters"].get(template, {})
    if request.method != "POST":
        return _page(request, template, language, kept, kept.get(language) or beginning(template))
    source = request.POST.get("source", "").replace("\r\n", "\n")
    try:
        return _worked_on(request, template, language, kept, source)
    except Invalid as no:
        return _page(request, template, language, kept, source, status=422, problems=problems_of(no))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only_managers
def look(request: HttpRequest, template: str) -> HttpResponse:
    """How a letter arrives, for the frame: with the words that were posted, else with those that leave now."""
    if template not in SAMPLES:
        raise Missing
    language = (request.POST or request.GET).get("language", "").strip().lower()
    source = request.POST.get("source", "").replace("\r\n", "\n") or own(template, language) or beginning(template)
    try:
        check(template, source)
    except Broken as broken:
        return sink.framed(render_to_string("setup/_letter_broken.html", {"why": broken}))
    letter = rendering.render(template, _example(template), source)
    above = render_to_string("setup/_letter_subject.html", {"subject": letter.subject})
    return sink.framed(_BODY.sub(lambda body: body[0] + above, letter.html, count=1))


def _worked_on(request: HttpRequest, template: str, language: str, kept: dict[str, str], source: str) -> HttpResponse:
    if language and not _LANGUAGE.fullmatch(language):
        raise Invalid({"language": ["Please write a language as two letters, like de or pt-br."]})
    if request.POST.get("do") == "put_back":
        return _save(request, template, language, "")
    try:
        check(template, source)
    except Broken as broken:
        raise Invalid({"source": [str(broken)]}) from None
    if request.POST.get("do") == "save":
        return _save(request, template, language, source)
    if request.POST.get("do") == "test":
        _test(request, template, source)
    return _page(request, template, language, kept, source)


def _save(request: HttpRequest, template: str, language: str, source: str) -> HttpResponse:
    every = settings.read("letters")["letters"]
    mine = {key: words for key, words in every.get(template, {}).items() if key != language}
    mine |= {language: source} if source else {}
    found = {name: words for name, words in every.items() if name != template} | ({template: mine} if mine else {})
    seen = whole(request.POST, "version")
    event = actions.set_to("letters", found, by=request.actor, seen_version=seen)
    words = "These letters are in your words from now on." if source else "These letters are as Portico brings them."
    return done(request, event, words, "letter", template)


def _test(request: HttpRequest, template: str, source: str) -> None:
    to = User.objects.get(pk=request.actor.id).email
    mail.send_test(template, {**_example(template), "own": source}, to, by=request.actor)
    messages.success(request, f"This is on its way to {to}. Nothing was saved.")


def _example(template: str) -> dict[str, str]:
    words = {name: one for name, one in SAMPLES[template].words.items() if name != "house"}
    return words | ({"link": mailing.address("/requests")} if "link" in words else {})


def _state(template: str, kept: dict[str, str]) -> dict[str, Any]:
    broken = []
    for language, source in kept.items():
        try:
            check(template, source)
        except Broken as why:
            broken.append(f"{language or 'usual'}: {why}")
    return {"languages": [language or "usual" for language in kept], "broken": broken}


def _page(
    request: HttpRequest,
    template: str,
    language: str,
    kept: dict[str, str],
    source: str,
    status: int = 200,
    problems: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "template": template,
        "label": SAMPLES[template].label,
        "language": language,
        "languages": [one for one in kept if one],
        "is_own": bool(kept.get(language)),
        "source": source,
        "names": SAMPLES[template].words,
        "version": configuring.version_of("letters"),
        "problems": problems or {},
    }
    response = render(request, "setup/letter.html", context, status=status)
    return sink.with_frame(request, response)
