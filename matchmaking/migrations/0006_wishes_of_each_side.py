"""What is wished for next becomes a wish of each side. Until now the last one alone was kept, without whose it was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OTHER = {"asking": "offering", "offering": "asking"}


def carry_over(apps, schema_editor):
    """The notice of a wish went to the other side: it tells whose it was, and when. What no notice tells of any more
    counts as a wish of who wrote first."""
    introductions = apps.get_model("matchmaking", "Introduction").objects.exclude(next_step="")
    wishes = apps.get_model("matchmaking", "IntroductionWish").objects
    notices = apps.get_model("expo", "Notice").objects
    for row in introductions.select_related("asking", "offering").iterator():
        found = {}
        for step in ("meeting", "deal"):
            told = notices.filter(kind=f"introduction-{step}", key__startswith=f"introduction-{row.pk}-{step}-")
            for url, at in told.order_by("at").values_list("url", "at"):
                for side in OTHER:
                    if f"/{getattr(row, side).slug}/" in url:
                        found[OTHER[side], step] = at
        if all(step != row.next_step for _side, step in found):
            found[row.from_side, row.next_step] = row.next_step_at or row.updated_at
        for (side, step), at in found.items():
            wishes.create(introduction=row, side=side, step=step, at=at)


def carry_back(apps, schema_editor):
    for row in apps.get_model("matchmaking", "IntroductionWish").objects.order_by("at").select_related("introduction"):
        row.introduction.next_step, row.introduction.next_step_at = row.step, row.at
        row.introduction.save(update_fields=["next_step", "next_step_at"])


def legacy(is_on):
    """On the way back SQLite makes the table of introductions anew, and triggers of other tables name it: without this
    they stop its renaming."""

    def set_pragma(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"PRAGMA legacy_alter_table = {'ON' if is_on else 'OFF'}")

    return set_pragma


class Migration(migrations.Migration):
    dependencies = [
        ("expo", "0008_price_tokens_saved_searches"),
        ("matchmaking", "0005_agreements_of_samples_go_with_them"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, legacy(False)),
        migrations.CreateModel(
            name="IntroductionWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("asking", "the one that asks"), ("offering", "the one that offers")],
                        max_length=8,
                        verbose_name="side",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[("meeting", "a meeting at the fair"), ("deal", "a deal room")],
                        max_length=8,
                        verbose_name="next step",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "introduction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="matchmaking.introduction",
                    ),
                ),
            ],
            options={
                "verbose_name": "wish for the next step",
                "verbose_name_plural": "wishes for the next step",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("introduction", "side", "step"),
                        name="introduction_wished_once",
                        violation_error_message="Your side wishes for this already.",
                    )
                ],
            },
        ),
        migrations.RunPython(carry_over, carry_back),
        migrations.RemoveField(model_name="introduction", name="next_step"),
        migrations.RemoveField(model_name="introduction", name="next_step_at"),
        migrations.RunPython(migrations.RunPython.noop, legacy(True)),
    ]
