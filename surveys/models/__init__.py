"""Surveys, what is asked in which wave, and the answers: kept so that no answer leads to anybody."""

from surveys.models.answers import NamedAnswer, Response, SealedAnswer, SpentKey
from surveys.models.asking import AccessCode, CodeIssue, DeliveryReport, Wave, WaveLink
from surveys.models.design import Survey, SurveyVersion
from surveys.models.entering import PaperSheet, ResultImport, ResultMapping
from surveys.models.results import WaveResults
from surveys.models.sampling import Sample, SampledResident

__all__ = [
    "AccessCode",
    "CodeIssue",
    "DeliveryReport",
    "NamedAnswer",
    "PaperSheet",
    "Response",
    "ResultImport",
    "ResultMapping",
    "Sample",
    "SampledResident",
    "SealedAnswer",
    "SpentKey",
    "Survey",
    "SurveyVersion",
    "Wave",
    "WaveLink",
    "WaveResults",
]
