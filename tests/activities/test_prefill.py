"""Links that fill in the log and the plan: from a slot of a rule, a day of the calendar."""

import pytest
from django.urls import reverse

from activities.models import ActivityKind, Theme


@pytest.mark.parametrize("name", ["activities:log", "activities:plan"])
def test_link_fills_in_kind_and_theme(client, worker, name):
    kind, theme = ActivityKind.objects.get(name="法律讲堂"), Theme.objects.get(name="法治")
    client.force_login(worker)
    form = client.get(reverse(name), {"kind": kind.pk, "theme": theme.pk}).context["form"]
    assert (form["kind"].value(), form["theme"].value()) == (str(kind.pk), str(theme.pk))


@pytest.mark.parametrize("name", ["activities:log", "activities:plan"])
@pytest.mark.parametrize("key", ["²", "x", "9" * 30, "999999", "-1"])
def test_link_that_names_nothing_opens_an_empty_form(client, worker, name, key):
    client.force_login(worker)
    response = client.get(reverse(name), {"kind": key, "theme": key})
    assert response.status_code == 200
    assert " checked" not in response.content.decode().partition('name="kind"')[2].partition("</fieldset>")[0]
