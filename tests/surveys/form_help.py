"""What tests of the public form share: a good form, sending it, codes of cards, and what was sealed."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.encryption import decrypt
from surveys import pool
from surveys.codes import hash_code, make_code
from surveys.kiosks import make_kiosk_token
from surveys.models import AccessCode, SealedAnswer, WaveLink

GOOD = {"joined": ["1", "3"], "overall": "4", "wish": "多一点长椅"}


def address(link: WaveLink, name: str = "form") -> str:
    """Return the address of the form, or of the page after it."""
    return reverse(f"answer:{name}", args=[link.public_id])


def kiosk(link: WaveLink) -> str:
    """Return the address of the kiosk."""
    return reverse("answer:kiosk", args=[make_kiosk_token(link)])


def fill(**fields: Any) -> dict[str, Any]:
    """Return a new good form, with other fields; "__" in their names stands for a dash."""
    return {"sender-token": str(uuid4()), **GOOD} | {name.replace("__", "-"): text for name, text in fields.items()}


def post(client: Client, link: WaveLink, **fields: Any) -> HttpResponse:
    """Send a new good form, with other fields."""
    return client.post(address(link), fill(**fields))


def read(response: HttpResponse) -> str:
    """Return the page as text."""
    return response.content.decode()


def opened() -> list[Any]:
    """Return [answers, stratum] of what waits to be mixed."""
    return [json.loads(decrypt(row.sealed, purpose=pool.SEAL_PURPOSE)) for row in SealedAnswer.objects.all()]


def issue(link: WaveLink) -> str:
    """Return the code of a new card for the stratum of young people."""
    code = make_code()
    AccessCode.objects.create(link=link, code_hash=hash_code(code), stratum="青年")
    return code
