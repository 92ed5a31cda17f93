"""Seeds what is brought and told at visits, and the kinds of needs; administrators may change both lists."""

from django.db import migrations

BROUGHT = ["米面粮油", "慰问金", "药品用品", "节日礼品", "春联福字"]
TOLD = ["惠民政策", "防火防盗", "防诈骗", "健康知识", "活动通知", "垃圾分类", "联系卡"]
NEEDS = ["房屋维修", "公共设施", "环境卫生", "养老照料", "看病用药", "就业", "孩子托管", "出行", "办事代办", "参加活动", "其他"]


def seed(apps, schema_editor):
    item = apps.get_model("visits", "VisitItem")
    for category, names in (("brought", BROUGHT), ("told", TOLD)):
        for position, name in enumerate(names, start=1):
            item.objects.get_or_create(name=name, defaults={"category": category, "position": position})
    kind = apps.get_model("visits", "NeedKind")
    for position, name in enumerate(NEEDS, start=1):
        kind.objects.get_or_create(name=name, defaults={"position": position})


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
