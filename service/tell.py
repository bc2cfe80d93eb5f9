"""Actions in the words that an account holder reads: with the statement of reasons in Chinese and English."""

from __future__ import annotations

from enforcement.rulebook import Rulebooks
from enforcement.statements import statement
from enforcement.types import Action
from service.answers import ActionAnswer, StatementAnswer, action_answer


class Teller:
    """Puts statements to actions; the same action always gets the same words, as its rulebook is never edited."""

    def __init__(self, books: Rulebooks) -> None:
        self._books = books

    def action(self, action: Action) -> ActionAnswer:
        """One action with its statement."""
        said = statement(action, self._books.version(action.order.rulebook_version))
        return action_answer(action, StatementAnswer(zh=said.zh, en=said.en))
