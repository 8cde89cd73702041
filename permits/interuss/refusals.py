"""How is a malformed body refused here? With 400, where the city's own interfaces say 422."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from typing_extensions import override

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class MalformedRequest(RequestValidationError):
    """A request that cannot be read, to be answered 400 in the words of the rest of the city."""


class TestedRoute(APIRoute):
    """A route that says 400 where the rest of the city's interfaces say 422."""

    @override
    def get_route_handler(self) -> Handler:
        """Return the handler, its refusals told apart."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError as error:
                raise MalformedRequest(error.errors(), body=error.body) from error

        return handle
