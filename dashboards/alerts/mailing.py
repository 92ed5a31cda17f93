"""One letter a day to each person whose area has new alerts: figures only, nothing about anybody."""

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Permission
from communities.models import Community, Street
from dashboards.alerts.reading import OpenAlert, say_alerts
from dashboards.links import link
from dashboards.models import Alert, AlertMail
from indicators.periods import Period

MAIL_LOCK = 7302  # first key of PostgreSQL's transaction lock; the second is the reader's
LINES = 30  # a longer letter is not read; the portal shows all

logger = logging.getLogger(__name__)


def mail_alerts() -> int:
    """Send everybody's letter of today that has not left yet; return how many left.

    What cannot be sent is logged, and tried again at the next run.
    """
    readers = list(User.objects.who_may(Permission.GET_ALERTS).filter(wants_mail=True).exclude(email=""))
    if not (settings.SENDS_MAIL and readers):
        return 0
    server, sent = get_connection(), 0
    try:
        server.open()
    except OSError as error:
        logger.warning("mail server cannot be reached (%s); tried again at the next run", type(error).__name__)
        return 0
    for reader in readers:
        try:
            sent += mail_reader(reader, server)
        except (SMTPException, OSError) as error:
            logger.warning("letter to account %s was not sent (%s); tried again", reader.pk, type(error).__name__)
    server.close()
    return sent


@transaction.atomic
def mail_reader(reader: User, server: Any) -> bool:
    """Send somebody the alerts that stood in none of his or her letters yet, at most one letter a day; tell whether.

    The lock keeps a run beside this one from sending the same letter.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [MAIL_LOCK, reader.pk])
    had = AlertMail.objects.filter(user=reader)
    if had.filter(sent_at__date=timezone.localdate()).exists():
        return False
    alerts = list(Alert.objects.visible_to(reader).open().exclude(pk__in=had.values("alert")))
    if not alerts:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        write_letter(reader, alerts, server).send()
    AlertMail.objects.bulk_create([AlertMail(alert=alert, user=reader) for alert in alerts])
    return True


def write_letter(reader: User, alerts: list[Alert], server: Any) -> EmailMessage:
    """Return the letter that tells of the alerts."""
    lines = say_alerts(alerts)
    number = len({(one.area_code, one.indicator.id) for one in lines})
    subject = ngettext(
        "【社区门户】%(count)s 项指标照此下去达不到目标", "【社区门户】%(count)s 项指标照此下去达不到目标", number
    )
    quarter = Period.containing(timezone.localdate(), "quarter")
    context = {
        "reader": reader,
        "number": number,
        "areas": group_by_area(lines[:LINES]),
        "more": len(lines[LINES:]),
        "url": settings.PORTAL_URL + link(reader.area_code, "targets", quarter),
        "settings_url": settings.PORTAL_URL + reverse("accounts:mail"),
    }
    text = render_to_string("dashboards/mail/alerts.txt", context)
    return EmailMessage(subject % {"count": number}, text, to=[reader.email], connection=server)


def group_by_area(lines: list[OpenAlert]) -> list[tuple[str, list[OpenAlert]]]:
    """Return (name of the area, its alerts)."""
    codes = {one.area_code for one in lines}
    names = {code: name for model in (Street, Community) for code, name in names_of(model, codes)}
    return [(names.get(code, code), [one for one in lines if one.area_code == code]) for code in sorted(codes)]


def names_of(model: type[Street] | type[Community], codes: set[str]) -> Any:
    """Return (code, name) of the areas of these codes."""
    return model.objects.filter(code__in=codes).values_list("code", "name")
