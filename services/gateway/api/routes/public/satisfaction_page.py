"""The page with the nine questions: HTML alone, for a telephone or the counter's second screen; no script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from mpp.casework.refusals import Refused
from mpp.casework.rules.questionnaire import ELEMENTS, OTHER
from mpp.json_values import Json, JsonObject, mapping, objects, optional_text, optional_whole, text
from mpp.web.pages import page
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.texts.languages import Language
from mpp.web.texts.lookup import problem_text
from services.gateway.api.requests.satisfaction import CODE, QuestionsQuery, SatisfiedForm
from services.gateway.api.routes.cases import words
from services.gateway.api.routes.public import satisfaction_words as told
from services.gateway.api.routes.public.satisfaction import SatisfactionRoutes
from services.gateway.api.routes.public.verification_words import MALL

ADDRESS = "/s/{code}"
_HTML = Produces("A page", media="text/html")
_ANSWERED = "satisfaction_answered"
_NONE = Markup("")
_SHEET = Markup(
    '<main><p class="mall">{mall}</p><h1>{title}</h1>{body}</main><nav class="foot">'
    '<a href="?lang={other}{via}" lang="{other}" hreflang="{other}">{other_name}</a></nav>'
)
_SAID = Markup('<p class="standing {tone}"{role}><strong>{standing}</strong> {meaning}</p>{more}')
_FORM = Markup(
    "{error}<p>{intro}</p><dl><dt>{service}</dt><dd>{service_name}</dd><dt>{office}</dt><dd>{office_name}</dd></dl>"
    '<p>{privacy}</p><form method="post" action="?lang={language}{via}" class="questions">'
    '<input type="hidden" name="questionnaire" value="{version}">{questions}'
    '<p><button type="submit">{send}</button></p></form><p>{help}</p>'
)
_QUESTION = Markup('<fieldset id="{code}"><legend>{number}. {text}</legend>{answers}</fieldset>')
_CHOICE = Markup(
    '<div class="choice"><input type="radio" id="{code}-{value}" name="{code}" value="{value}">'
    '<label for="{code}-{value}">{label}</label></div>'
)


class SatisfactionPage:
    """Asks as the public endpoint does, and is counted with it."""

    def __init__(self, satisfaction: SatisfactionRoutes) -> None:
        self._satisfaction = satisfaction

    def routes(self) -> list[Route]:
        """Show and take; they are no part of the interface for programs."""
        return [
            Route(
                "GET", ADDRESS, self.show, "satisfaction_page", "Nine questions", "public", {200: _HTML},
                query=QuestionsQuery, access="public", patterns=CODE, quiet=True, shared=True,
            ),
            Route(
                "POST", ADDRESS, self.take, "satisfaction_sent", "Nine answers", "public", {200: _HTML},
                query=QuestionsQuery, body=SatisfiedForm, form=True, access="public", patterns=CODE, quiet=True,
                shared=True,
            ),
        ]  # fmt: skip

    def show(self, request: HttpRequest) -> HttpResponse:
        """The questions in the language that was clicked: Indonesian first."""
        sheet = _Sheet.of(request)
        try:
            return sheet.form(self._satisfaction.questions(request).body)
        except Refused as refused:
            return sheet.refused(refused)

    def take(self, request: HttpRequest) -> HttpResponse:
        """Thanks, or the questions again where nothing was chosen."""
        sheet = _Sheet.of(request)
        chosen = {code: int(value) for code in ELEMENTS if (value := optional_text(request.body, code))}
        sent: dict[str, Json] = {"answers": chosen, "channel": optional_text(request.query, "via") or OTHER}
        version = optional_text(request.body, "questionnaire")
        try:
            if not chosen:
                return replace(sheet.form(self._satisfaction.questions(request).body, empty=True), status=422)
            self._satisfaction.keep(request, sent if version is None else {**sent, "questionnaire": version})
        except Refused as refused:
            return sheet.refused(refused)
        return sheet.said("holds", told.THANKS[sheet.language], told.KEPT[sheet.language])


@dataclass(frozen=True)
class _Sheet:
    """The page in one language; `via` is where the address was handed out."""

    language: Language
    via: str | None

    @classmethod
    def of(cls, request: HttpRequest) -> _Sheet:
        return cls("en" if request.query.get("lang") == "en" else "id", optional_text(request.query, "via"))

    def form(self, asked: JsonObject, *, empty: bool = False) -> HttpResponse:
        """The questions; `empty`: with a word that nothing was answered."""
        language = self.language
        service, office = mapping(asked, "service"), optional_text(asked, "office_name") or text(asked, "office")
        body = _FORM.format(
            error=self._nothing() if empty else _NONE,
            intro=told.INTRO[language],
            service=told.SERVICE[language],
            service_name=text(mapping(service, "name"), language),
            office=told.OFFICE[language],
            office_name=office,
            privacy=told.PRIVACY[language].format(day=words.day(text(asked, "ends_on"))),
            language=language,
            via=self._via(),
            version=text(asked, "questionnaire"),
            questions=_NONE.join(self._questions(asked)),
            send=told.SEND[language],
            help=told.HELP[language],
        )
        return self._made(body, error=empty)

    def refused(self, refused: Refused) -> HttpResponse:
        """What is the matter, in words; who has answered before is thanked."""
        title, detail = problem_text(refused.code, refused.status, refused.params, self.language)
        found = self.said("holds" if refused.code == _ANSWERED else "waits", title, detail)
        wait = {"Retry-After": str(refused.params["retry_after"])} if "retry_after" in refused.params else {}
        return replace(found, status=refused.status, headers={**found.headers, **wait})

    def said(self, tone: str, standing: str, meaning: str) -> HttpResponse:
        """One sentence, and where to go with a complaint."""
        more = Markup("<p>{}</p>").format(told.HELP[self.language])
        return self._made(_SAID.format(tone=tone, role=_NONE, standing=standing, meaning=meaning, more=more))

    def _questions(self, asked: JsonObject) -> Iterator[Markup]:
        for number, question in enumerate(objects(asked, "questions"), 1):
            code, preset = text(question, "code"), optional_whole(question, "preset")
            labels = [text(label, self.language) for label in objects(question, "scale")]
            answers = _choices(code, [*labels, told.SKIP[self.language]])
            if preset is not None:
                answers = Markup("<p>{}</p>").format(told.PRESET[self.language].format(label=labels[preset - 1]))
            said = text(mapping(question, "text"), self.language)
            yield _QUESTION.format(code=code, number=number, text=said, answers=answers)

    def _nothing(self) -> Markup:
        link = Markup('<p><a href="#{}">{}</a></p>').format(ELEMENTS[0], told.FIRST[self.language])
        alert = Markup(' role="alert"')
        title, told_what = told.NOTHING_TITLE[self.language], told.NOTHING[self.language]
        return _SAID.format(tone="ends", role=alert, standing=title, meaning=told_what, more=link)

    def _via(self) -> Markup:
        return _NONE if self.via is None else Markup("&amp;via={}").format(self.via)

    def _made(self, body: Markup, *, error: bool = False) -> HttpResponse:
        other: Language = "en" if self.language == "id" else "id"
        title = told.TITLE[self.language]
        sheet = _SHEET.format(
            mall=MALL, title=title, body=body, other=other, via=self._via(), other_name=told.LANGUAGES[other]
        )
        named = f"{told.NOTHING_TITLE[self.language]}: {title}" if error else title
        return page(named, sheet, language=self.language, sends=True)


def _choices(code: str, labels: list[str]) -> Markup:
    """The last one is to answer nothing: a choice cannot be taken back otherwise."""
    found: Mapping[str, str] = {"" if n == len(labels) else str(n): label for n, label in enumerate(labels, 1)}
    return _NONE.join(_CHOICE.format(code=code, value=value, label=label) for value, label in found.items())
