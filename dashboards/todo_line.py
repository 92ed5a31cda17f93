"""One line of a to-do list. What waits: todo.py, survey_todo.py."""

from dataclasses import dataclass

NOW, TODAY, SOON, TOMORROW, SOMETIME = range(5)  # how urgent


@dataclass(frozen=True)
class Task:
    """One line of the list with the one button that does it. `is_late` draws the eye."""

    urgency: int
    icon: str
    title: str
    detail: str
    url: str
    button: str
    is_late: bool = False
