"""Asking for advice, and applying for just what was advised."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from pydantic import Discriminator, Tag, ValidationError

from permits.answers.publicity import without_others
from permits.answers.sealing import InvalidSeal
from permits.api.situations import told
from permits.identity.guard import Anyone, acting_operator
from permits.parties import Caller, Role
from permits.schemas.advice import AdviceOut, AdvisedIn
from permits.schemas.applications import AdviceIn, ApplicationIn
from permits.service import PermitService

# The tags are taken out again of the places that errors name, see `octroi.problems`.
IN_FULL, AS_ADVISED = "by[volumes]", "by[advice]"


# What only who shows a key is told about.
OF_THE_REGISTRY = ("operator", "vehicles")


def _form(body: object) -> str:
    """Tell how an application is stated: in full, or as it was advised."""
    return AS_ADVISED if isinstance(body, Mapping) and "advice" in body else IN_FULL


AskedIn = Annotated[
    Annotated[ApplicationIn, Tag(IN_FULL)] | Annotated[AdvisedIn, Tag(AS_ADVISED)],
    Discriminator(_form),
]


def add_advice(routes: APIRouter, service: PermitService, anyone: Anyone) -> None:
    """Add the route that anybody may ask."""

    @routes.post("/advice")
    def advise(body: AdviceIn, caller: Annotated[Caller | None, Depends(anyone)]) -> AdviceOut:
        """Say what applies to a use, whether it needs a permit, would get one, and at what price.

        Anybody may ask, and nothing is kept. What the answer rests on comes with its source, and
        what is not known is said not to be; without a key `operator` and `vehicles` are passed
        over, and a fact says so. Its `advice` sent to `POST /v1/permits` with the
        vehicles applies for just this, for a day.
        """
        passed_over: list[str] = []
        if caller is None or (body.operator is None and caller.role is not Role.OPERATOR):
            # The registry is not told to strangers, so their vehicles are not looked up.
            passed_over = [name for name in OF_THE_REGISTRY if getattr(body, name)]
            body = body.model_copy(update={"vehicles": [], "operator": None})
            application = body.to_application("")
        else:
            application = body.to_application(acting_operator(caller, body.operator))
        with told():
            advice = service.advise(application)
        if not application.operator:
            answer = advice.answer
            findings = tuple(without_others(each) for each in answer.findings)
            advice = replace(advice, answer=replace(answer, findings=findings))
        return AdviceOut.of(advice, service.seal(_content(body)), passed_over)


def in_full(body: ApplicationIn | AdvisedIn, service: PermitService) -> ApplicationIn:
    """Return the application, as it was advised where it only names an advice."""
    if isinstance(body, ApplicationIn):
        return body
    with _naming_the_field():
        return ApplicationIn.model_validate(body.completed(service.advised(body.advice)))


def _content(body: AdviceIn) -> dict[str, Any]:
    """Return what was asked, without who asked; no vehicles is none stated."""
    stated = body.model_dump(mode="json", exclude={"operator"}, exclude_none=True)
    return {name: value for name, value in stated.items() if value or name != "vehicles"}


@contextmanager
def _naming_the_field() -> Iterator[None]:
    """Answer a seal, or what comes of it, that cannot be used as any other wrong field."""
    try:
        yield
    except InvalidSeal as error:
        wrong = {"type": "refused", "loc": ("body", "advice"), "msg": str(error)}
        raise RequestValidationError([wrong]) from error
    except ValidationError as error:
        places = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(places) from error
