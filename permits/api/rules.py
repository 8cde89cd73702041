"""What the algorithm weighs: every rule, for everybody to read."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from permits.answers.algorithm import UnknownRule, published, published_rule
from permits.schemas.rules import RuleOut, RulesOut


def router() -> APIRouter:
    """Return the routes of the rules; they are public."""
    routes = APIRouter(prefix="/v1", tags=["register"])

    @routes.get("/rules")
    def rules() -> RulesOut:
        """List the rules that decide applications, in the order in which they are asked."""
        return RulesOut(items=[RuleOut.of(each) for each in published()])

    @routes.get("/rules/{code}")
    def rule(code: Annotated[str, Path(max_length=64)]) -> RuleOut:
        """Show what one rule asks, weighs, rests on and can say; `/rules/{code}` is its page."""
        try:
            return RuleOut.of(published_rule(code))
        except UnknownRule as unknown:
            raise HTTPException(404, str(unknown)) from unknown

    return routes
