"""Things that must agree with each other: models and migrations, libraries and checksums, templates and their rules."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

from activities.models import ActivityKind, Theme
from grids.models import PopulationGroup
from grids.vocabulary import FORBIDDEN_TERMS
from imports.headings import COLUMNS
from ops.import_reference import DOCUMENT, render
from ops.vendor import CHECKSUMS, FONTS, VENDOR, checksums
from tests.test_ladder import LADDER
from visits.models import NeedKind, VisitItem

FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
INLINE = {
    "style attribute": re.compile(r"(?<![\w-])style\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script without src": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "event handler": re.compile(r"(?<![\w-])(on[a-z]+|hx-on[\w:-]*)\s*=\s*[\"']", re.IGNORECASE),
    "script address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
}
UNESCAPED = re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+off|\b(mark_safe|SafeString)\b|csrf_exempt")


def test_migrations_are_complete(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


@pytest.mark.parametrize("folder", [VENDOR, FONTS], ids=lambda folder: folder.name)
def test_libraries_match_their_checksums(folder):
    assert (folder / CHECKSUMS).read_text(encoding="utf-8") == checksums(folder)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_needs_no_inline_script_or_style(name):
    source = (FOLDER / name).read_text(encoding="utf-8")
    assert {what: rule.findall(source) for what, rule in INLINE.items() if rule.search(source)} == {}


def test_nothing_is_marked_safe():
    known = {"templates/_field_end.html"}  # help texts are our own words
    folders = [settings.BASE_DIR / name for name in [*LADDER, "config", "templates"]]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".html")]
    found = {path for path in files if UNESCAPED.search(path.read_text(encoding="utf-8"))}
    assert len(files) > 100
    assert {path.relative_to(settings.BASE_DIR).as_posix() for path in found} <= known


def test_comments_of_templates_end_where_they_begin():
    """A comment over two lines is no comment: it is printed on the page."""
    pages = list((settings.BASE_DIR / "templates").rglob("*.html"))
    lines = [(page.name, line) for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    assert [(name, line) for name, line in lines if line.count("{#") != line.count("#}")] == []


def test_vocabulary_of_the_models_is_free_of_forbidden_terms():
    models = [model for app in LADDER for model in apps.get_app_config(app).get_models()]
    fields = [field for model in models for field in model._meta.fields]
    words = [str(model._meta.verbose_name) for model in models] + [column.heading for column in COLUMNS]
    words += [word for field in fields for word in (field.name, str(field.verbose_name))]
    words += [str(label) for field in fields for _value, label in field.flatchoices]
    assert len(words) > 200
    assert [word for word in words for term in FORBIDDEN_TERMS if term in word] == []


@pytest.mark.parametrize("model", [PopulationGroup, ActivityKind, Theme, VisitItem, NeedKind])
def test_vocabulary_of_the_catalogues_is_free_of_forbidden_terms(db, model):
    names = list(model.objects.values_list("name", flat=True))
    assert len(names) > 8
    assert [name for name in names for term in FORBIDDEN_TERMS if term in name] == []


def test_reference_of_the_import_is_current():
    assert render(DOCUMENT.read_text(encoding="utf-8")) == DOCUMENT.read_text(encoding="utf-8")
