"""Every field of every model is declared: personal with a reason, or plainly not. A new one fails until it is."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from accounts.roles import Permission
from communities.personal import Fate
from grids.models import Resident
from privacy.holdings import list_hashed, list_holdings, list_plain, list_sealed
from privacy.processing import list_lines
from privacy.retention import RULES, RULES_BY_CODE

TEXTS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
)
PEOPLE = {"grids.Resident", "volunteers.Volunteer", "party.Member", "activities.Outsider"}


def our_models():
    return [m for app in settings.PORTAL_APPS for m in apps.get_app_config(app).get_models() if not m._meta.proxy]


def declared():
    """Return by model what is declared, personal or not."""
    found = {model: set(names) for model, names in list_plain().items()}
    for holding in list_holdings():
        found.setdefault(holding.model, set()).update(holding.names)
    return found


def fields_to_declare(model, personal):
    """Return a model's fields that must be declared: all texts; of a model with personal data, everything but staff."""
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        if field.is_relation:
            if field.related_model._meta.label in PEOPLE:
                yield field.name
        elif model._meta.label in personal or (isinstance(field, TEXTS) and not field.choices) or is_list(field):
            yield field.name


def is_list(field):
    return field.get_internal_type() == "ArrayField"


def find_undeclared(found_models, known):
    personal = {holding.model for holding in list_holdings()}
    return [
        f"{model._meta.label}.{name}"
        for model in found_models
        for name in fields_to_declare(model, personal)
        if name not in known.get(model._meta.label, ())
    ]


def test_every_field_is_declared():
    assert find_undeclared(our_models(), declared()) == [], "declare them in the app's personal_data.py"


def test_a_field_left_out_is_found():
    known = declared()
    known["grids.Resident"].discard("phone_kept")
    assert find_undeclared(our_models(), known) == ["grids.Resident.phone_kept"]


def test_declarations_name_fields_that_exist():
    missing = [
        f"{label}.{name}"
        for label, names in declared().items()
        for name in names
        if name not in {field.name for field in apps.get_model(label)._meta.get_fields()}
    ]
    assert missing == []


def test_every_binary_column_can_be_moved_to_another_key_or_is_known_not_to():
    moved = {(s.model, name) for s in list_sealed() for name in (s.field, s.hashed) if name and not s.document}
    moved |= {(hashed.model, hashed.field) for hashed in list_hashed()}
    binary = {
        (model._meta.label, field.name)
        for model in our_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    assert binary - moved == {("accounts.AuditLink", "digest")}  # the chain has keys of its own
    assert {pair for pair in moved if pair not in binary} == set()


def test_every_relation_to_a_resident_is_declared_with_its_way():
    related = {
        (relation.related_model._meta.label, relation.field.name)
        for relation in Resident._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.is_relation and not relation.related_model._meta.proxy
    }
    declared_ways = {(holding.model, path) for holding in list_holdings() for path in holding.paths}
    assert len(related) > 15
    assert related - declared_ways == set()


@pytest.mark.parametrize("holding", list_holdings(), ids=lambda holding: f"{holding.model}-{holding.names[0]}")
def test_holding_has_a_rule_a_reader_and_a_way(holding):
    assert holding.rule in RULES_BY_CODE
    assert holding.seen_by in ("self", "nobody", *Permission)
    assert holding.fate != Fate.DELETE or holding.paths
    for path in holding.paths:
        assert apps.get_model(holding.model).objects.filter(**{path: 1}).query


def test_rules_have_names_of_their_own_and_count_what_they_delete():
    assert len(RULES_BY_CODE) == len(RULES)
    assert [rule.code for rule in RULES if (rule.count is None) != (rule.apply is None)] == []


def test_register_is_written_in_words():
    lines = list(list_lines())
    assert len(lines) > 40
    assert [line.what for line in lines if not (line.fields and line.seen_by and line.kept)] == []
