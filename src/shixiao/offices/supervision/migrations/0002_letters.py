import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0005_topics_and_calendars"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("supervision", "0001_supervision"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=32, verbose_name="文书")),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("since", models.DateField(verbose_name="自")),
                ("mark", models.CharField(max_length=20, verbose_name="文号代字")),
                ("file_name", models.CharField(blank=True, default="", max_length=200, verbose_name="文件名")),
                ("file_hash", models.CharField(blank=True, default="", max_length=64, verbose_name="摘要")),
                ("file_size", models.PositiveBigIntegerField(default=0, verbose_name="大小")),
                ("note", models.CharField(max_length=500, verbose_name="说明")),
                ("made_at", models.DateTimeField(verbose_name="时间")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="设定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书设定",
                "verbose_name_plural": "文书设定",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "number"), name="supervision_letterrule_once"),
                    models.CheckConstraint(
                        condition=models.Q(("id__gt", 0), ("number__gte", 1)), name="supervision_letterrule_numbers"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file_hash", ""), ("file_name", ""), ("file_size", 0)),
                            models.Q(models.Q(("file_hash", ""), _negated=True), ("file_size__gt", 0)),
                            _connector="OR",
                        ),
                        name="supervision_letterrule_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("letter"), 32
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("letter"), 1
                            ),
                        ),
                        name="supervision_letterrule_letter_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("mark"), 20
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("mark"), 1
                            ),
                        ),
                        name="supervision_letterrule_mark_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("note"), 500
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("note"), 1
                            ),
                        ),
                        name="supervision_letterrule_note_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("file_name"), 200
                            )
                        ),
                        name="supervision_letterrule_file_name_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("file_hash"), 64
                            )
                        ),
                        name="supervision_letterrule_file_hash_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuedLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=32, verbose_name="文书")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("label", models.CharField(max_length=60, verbose_name="文号")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("template_hash", models.CharField(max_length=64, verbose_name="模板摘要")),
                ("docx_hash", models.CharField(max_length=64, verbose_name="Word 摘要")),
                ("pdf_hash", models.CharField(max_length=64, verbose_name="PDF 摘要")),
                ("sizes", models.JSONField(verbose_name="大小")),
                ("issued_on", models.DateField(verbose_name="成文日期")),
                ("issued_at", models.DateTimeField(verbose_name="发出时间")),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.case",
                        verbose_name="事项",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supervision.letterrule",
                        verbose_name="文书设定",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书",
                "verbose_name_plural": "文书",
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["case"], name="supervision_letter_of_case")],
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "year", "number"), name="supervision_issuedletter_once"),
                    models.UniqueConstraint(fields=("label",), name="supervision_issuedletter_label_once"),
                    models.CheckConstraint(
                        condition=models.Q(("id__gt", 0), ("number__gte", 1), ("year__gte", 2000)),
                        name="supervision_issuedletter_numbers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("letter"), 32
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("letter"), 1
                            ),
                        ),
                        name="supervision_issuedletter_letter_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("label"), 60
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("label"), 1
                            ),
                        ),
                        name="supervision_issuedletter_label_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("content_hash"), 64
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("content_hash"), 64
                            ),
                        ),
                        name="supervision_issuedletter_content_hash_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("template_hash"), 64
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("template_hash"), 64
                            ),
                        ),
                        name="supervision_issuedletter_template_hash_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("docx_hash"), 64
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("docx_hash"), 64
                            ),
                        ),
                        name="supervision_issuedletter_docx_hash_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("pdf_hash"), 64
                            ),
                            django.db.models.lookups.GreaterThanOrEqual(
                                django.db.models.functions.text.Length("pdf_hash"), 64
                            ),
                        ),
                        name="supervision_issuedletter_pdf_hash_length",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasedLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("erased_at", models.DateTimeField(verbose_name="删除时间")),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased",
                        to="supervision.issuedletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "已删除的文书内容",
                "verbose_name_plural": "已删除的文书内容",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id__gt", 0)), name="supervision_erasedletter_id_positive"
                    )
                ],
            },
        ),
    ]
