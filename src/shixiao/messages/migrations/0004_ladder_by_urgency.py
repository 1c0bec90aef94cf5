from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0003_yuezhengyi_and_sms"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="ladderrule",
            options={
                "ordering": ("kind", "urgency", "since"),
                "verbose_name": "催办阶梯",
                "verbose_name_plural": "催办阶梯",
            },
        ),
        migrations.RemoveConstraint(
            model_name="ladderrule",
            name="outbox_ladder_one_a_day",
        ),
        migrations.AddField(
            model_name="ladderrule",
            name="urgency",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="紧急程度"),
        ),
        migrations.AddConstraint(
            model_name="ladderrule",
            constraint=models.UniqueConstraint(fields=("kind", "urgency", "since"), name="outbox_ladder_one_a_day"),
        ),
        migrations.AddConstraint(
            model_name="ladderrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__in", ["", "normal", "urgent", "most_urgent"])),
                name="outbox_ladder_urgency_known",
            ),
        ),
    ]
