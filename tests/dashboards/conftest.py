"""A survey, asked: the same as for tests of surveys."""

from tests.surveys.conftest import make_wave, questionnaire, survey, wave  # noqa: F401
