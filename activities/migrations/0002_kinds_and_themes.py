"""Seeds activity kinds and themes as the seed reports name them; administrators may add to both."""

from django.db import migrations

# name, category, confidential (head-count only)
KINDS = [
    ("文艺演出", "culture", False),
    ("节日活动", "culture", False),
    ("兴趣小组", "culture", False),
    ("红色观影", "culture", False),
    ("时政宣讲", "lecture", False),
    ("法律讲堂", "lecture", False),
    ("健康讲座", "lecture", False),
    ("科普讲座", "lecture", False),
    ("社会实践", "practice", False),
    ("文明劝导", "practice", False),
    ("体育健身", "sports", False),
    ("入户走访", "visit", False),
    ("志愿服务", "volunteer", False),
    ("义诊", "volunteer", False),
    ("主题党日", "party_life", False),
    ("居民议事", "other", False),
    ("心理疏导", "counselling", True),
]
THEMES = ["核心价值观", "我们的节日", "党的理论宣讲", "法治", "健康", "科普", "家教家风", "邻里互助", "环境卫生", "心理健康"]


def seed(apps, schema_editor):
    kind = apps.get_model("activities", "ActivityKind")
    for position, (name, category, is_confidential) in enumerate(KINDS, start=1):
        kind.objects.create(name=name, category=category, is_confidential=is_confidential, position=position)
    theme = apps.get_model("activities", "Theme")
    for position, name in enumerate(THEMES, start=1):
        theme.objects.create(name=name, position=position)


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
