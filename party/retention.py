"""How long what party branches keep of their members is kept."""

from django.utils.translation import gettext_lazy as _

from communities.personal import Rule

RULES = [
    Rule(
        "party",
        _("党员名册、组织关系、考勤和承诺"),
        _("党员身份存续期间；转出后长期保存，姓名随底册清除"),
        _("党内制度要求保存；只有本支部书记看得到人"),
    ),
]
