"""Forms that arrive after the log-in has ended: sealed into the log-in page, and handed back to the same account."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest

from accounts.encryption import decrypt, encrypt
from accounts.guesses import read_known

LEFT_BEHIND = ("csrfmiddlewaretoken", "password", "secret")  # ends of names: tokens are new, passwords typed again


@dataclass(frozen=True)
class CarriedForm:
    """A form as it was sent: where to, and its fields; files are not carried."""

    action: str
    fields: list[tuple[str, str]]
    had_files: bool


def list_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return name and value of the fields sent, in order, without those left behind."""
    kept = [(name, values) for name, values in request.POST.lists() if not name.endswith(LEFT_BEHIND)]
    return [(name, str(value)) for name, values in kept for value in values]


def may_carry(request: Any) -> bool:
    """Tell whether a form was sent from a page by whoever signed in last on this device."""
    is_page = "text/html" in request.headers.get("Accept", "") and not request.htmx
    return request.method == "POST" and is_page and bool(find_owner(request))


def find_owner(request: HttpRequest) -> str:
    """Return the key of the account that signed in last on this device."""
    return next(iter(read_known(request)), "")


def seal(request: HttpRequest) -> str:
    """Return the form, readable by us only and for its account only: somebody else may sit there by now."""
    what = {"action": request.get_full_path(), "fields": list_fields(request), "files": bool(request.FILES)}
    sealed = encrypt(json.dumps(what), purpose=f"carried_form:{find_owner(request)}")
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(text: str, *, user: Any) -> CarriedForm | None:
    """Return the form if it is the account's; None for anything else."""
    try:
        what = json.loads(decrypt(base64.urlsafe_b64decode(text), purpose=f"carried_form:{user.pk}"))
    except (InvalidTag, ValueError):
        return None
    return CarriedForm(what["action"], [(name, value) for name, value in what["fields"]], what["files"])
