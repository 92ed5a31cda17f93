"""Which personal data surveys keep, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from communities.personal import Basis, Category, Fate, Hashed, Holding, Sealed
from surveys.paper.sheets import SHEET_PURPOSE
from surveys.pool import NAME_PURPOSE, PHONE_PURPOSE, SEAL_PURPOSE

HOLDINGS = [
    Holding(
        "surveys.NamedAnswer",
        "name phone answers received_on",
        _("给提出需求的人回电话"),
        Basis.CONSENT,
        Category.BASIC,
        "survey_names",
        Permission.READ_NAMED_ANSWERS,
    ),
    Holding(
        "surveys.SampledResident",
        "resident",
        _("给抽中的人送答题卡"),
        Basis.DUTY,
        Category.BASIC,
        "survey_samples",
        Permission.DELIVER_CARDS,
        person="resident",
        fate=Fate.DELETE,
    ),
]

SEALED = [
    Sealed("surveys.NamedAnswer", "name", NAME_PURPOSE),
    Sealed("surveys.NamedAnswer", "phone", PHONE_PURPOSE),
    Sealed("surveys.SealedAnswer", "sealed", SEAL_PURPOSE),
    Sealed("surveys.PaperSheet", "answers", SHEET_PURPOSE),
]

HASHED = [
    Hashed("surveys.AccessCode", "code_hash", _("答题码")),
    Hashed("surveys.SealedAnswer", "once_key", _("待混合答卷的标记")),
    Hashed("surveys.SpentKey", "key", _("已用答题码的标记")),
    Hashed("surveys.NamedAnswer", "once_key", _("实名答卷的标记")),
]

PLAIN = {
    "surveys.Survey": "title purpose draft",
    "surveys.SurveyVersion": "definition",
    "surveys.Wave": "name grouping results_note",
    "surveys.WaveLink": "public_id",
    "surveys.AccessCode": "code_hash stratum",
    "surveys.CodeIssue": "stratum",
    "surveys.SealedAnswer": "once_key sealed",
    "surveys.Response": "stratum answers",
    "surveys.NamedAnswer": "once_key",
    "surveys.PaperSheet": "answers",
    "surveys.ResultMapping": "signature mapping",
    "surveys.ResultImport": "digest",
    "surveys.WaveResults": "content",
    "surveys.Sample": "groups frame",
}
