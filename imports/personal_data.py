"""Which personal data imports of residents keep, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from communities.personal import Basis, Category, Fate, Holding, Sealed
from imports.actions import FILE_PURPOSE

HOLDINGS = [
    Holding(
        "imports.ImportFile",
        "content",
        _("上传的居民名单，供核对和撤销"),
        Basis.DUTY,
        Category.SENSITIVE,
        "import_files",
        Permission.IMPORT_RESIDENTS,
    ),
    Holding(
        "imports.StagedRow",
        "name initials sex birth_date id_number id_hash id_kept id_tail phone phone_hash phone_kept "
        "education ethnic_group occupation building unit room groups since resident_id",
        _("写入底册之前逐行核对"),
        Basis.DUTY,
        Category.SENSITIVE,
        "import_files",
        Permission.IMPORT_RESIDENTS,
        person="resident_id",
        fate=Fate.DELETE,
    ),
    Holding(
        "imports.ImportReview",
        "resident candidates decision",
        _("请管理员核对是不是同一个人"),
        Basis.DUTY,
        Category.BASIC,
        "import_files",
        Permission.IMPORT_RESIDENTS,
        person="resident",
        fate=Fate.DELETE,
    ),
    Holding(
        "imports.ImportMissing",
        "resident decision",
        _("完整名单里没有的人，请管理员核对"),
        Basis.DUTY,
        Category.BASIC,
        "import_files",
        Permission.IMPORT_RESIDENTS,
        person="resident",
        fate=Fate.DELETE,
    ),
    Holding(
        "imports.ImportBefore",
        "resident person spells memberships",
        _("撤销导入时恢复原来的内容"),
        Basis.DUTY,
        Category.SENSITIVE,
        "import_files",
        Permission.IMPORT_RESIDENTS,
        person="resident",
        fate=Fate.DELETE,
    ),
]

SEALED = [
    Sealed("imports.ImportFile", "content", FILE_PURPOSE),
    Sealed("imports.StagedRow", "id_number", "id_number", hashed="id_hash", hash_purpose="id_number", tail="id_tail"),
    Sealed("imports.StagedRow", "phone", "phone", hashed="phone_hash", hash_purpose="phone"),
    Sealed(
        "imports.ImportBefore",
        "id_number",
        "id_number",
        hashed="id_hash",
        hash_purpose="id_number",
        tail="id_tail",
        document="person",
    ),
    Sealed("imports.ImportBefore", "phone", "phone", hashed="phone_hash", hash_purpose="phone", document="person"),
]

PLAIN = {
    "imports.ResidentImport": "file_name sheets layout mapping counts changes",
    "imports.ImportReview": "position kind decided_at",
    "imports.ImportMessage": "sheet column heading code detail",
    "imports.HeadingMapping": "headings_hash mapping",
    "imports.ImportTrace": "residents households buildings moments",
    "imports.StagedRow": "position sheet row community_id grid_id outcome changes",
}
