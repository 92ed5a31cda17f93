"""Takes in what a form was sent with: once for each form, or for each card. What happens to it then: pool.py."""

from typing import Any

from surveys import pool
from surveys.forms.answering import SenderForm
from surveys.limits import forget_sent, note_sent
from surveys.models import Wave, WaveLink
from surveys.pool import AlreadyAnsweredError


def send(link: WaveLink, answers: dict[str, Any], sender: SenderForm) -> None:
    """Take in the answers of a valid form; the same form sent again changes nothing.

    Raises AlreadyAnsweredError only when the card was used with another form.
    """
    token = sender.token_value
    is_news = note_sent(token)
    try:
        take(link, answers, sender, token)
    except AlreadyAnsweredError:
        if link.wave.needs_code and is_news:
            forget_sent(token)
            raise


def take(link: WaveLink, answers: dict[str, Any], sender: SenderForm, token: str) -> None:
    """Put the answers where the wave's mode keeps them."""
    needs_code = link.wave.needs_code
    key = pool.key_of_code(link, sender.cleaned_data["code"]) if needs_code else pool.key_of_form(link, token)
    if link.wave.mode == Wave.Mode.NAMED:
        person = {"name": sender.cleaned_data["name"], "phone": sender.cleaned_data["phone"]}
        pool.keep_named(link, answers, key=key, **person)
        return
    stratum = sender.access_code.stratum if link.wave.keeps_strata and sender.access_code else ""
    pool.seal(link, answers, key=key, stratum=stratum)
