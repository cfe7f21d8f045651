"""Feedback per value, notes of talks that both sides agree to, and what peers say without being named."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# An agreed note stays as it was agreed (threat T3); what has to be added is a note of its own.
FORWARD = """
CREATE FUNCTION assessments_refuse_agreed_dialogue_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a note both sides agreed to never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER assessments_dialoguenote_immutable BEFORE UPDATE OR DELETE ON assessments_dialoguenote
    FOR EACH ROW WHEN (OLD.status = 'agreed') EXECUTE FUNCTION assessments_refuse_agreed_dialogue_change();
"""

BACKWARD = """
DROP TRIGGER assessments_dialoguenote_immutable ON assessments_dialoguenote;
DROP FUNCTION assessments_refuse_agreed_dialogue_change();
"""


class Migration(BuiltOnce):
    dependencies = [
        ("assessments", "0005_evidence_vault"),
    ]

    operations = [
        migrations.CreateModel(
            name="DialogueNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("talk_on", models.DateField()),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("expectation", "Plan and expectations"),
                            ("progress", "Progress"),
                            ("coaching", "Coaching and guidance"),
                            ("result", "Result of the evaluation"),
                        ],
                        max_length=12,
                    ),
                ),
                ("discussion", models.TextField(help_text="what was said")),
                ("agreement", models.TextField(help_text="what is agreed")),
                ("support", models.TextField(blank=True, help_text="what the leader does to help")),
                ("follow_up_on", models.DateField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Not agreed yet"),
                            ("employee_agreed", "Agreed by the employee"),
                            ("appraiser_agreed", "Agreed by the leader"),
                            ("agreed", "Agreed by both"),
                        ],
                        default="draft",
                        max_length=18,
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=1, help_text="grows with every saved change; guards two tabs"
                    ),
                ),
                (
                    "written_side",
                    models.CharField(
                        choices=[("employee", "Employee"), ("appraiser", "Leader")], max_length=10
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("employee_agreed_at", models.DateTimeField(null=True)),
                ("appraiser_agreed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="FeedbackReaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("thanks", "Thank you"),
                            ("will_do", "I will work on it"),
                            ("discuss", "Let us talk about it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NamedPeerAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("goes_well", models.TextField(blank=True)),
                ("could_be_better", models.TextField(blank=True)),
                ("values", models.JSONField(default=dict, help_text="{code of a value: text}")),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PeerAnswer",
            fields=[
                ("goes_well", models.TextField(blank=True)),
                ("could_be_better", models.TextField(blank=True)),
                ("values", models.JSONField(default=dict, help_text="{code of a value: text}")),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("peer", "Peer"),
                            ("subordinate", "Subordinate"),
                            ("team_lead", "Team lead"),
                        ],
                        max_length=11,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeerInvitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("peer", "Peer"),
                            ("subordinate", "Subordinate"),
                            ("team_lead", "Team lead"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("invited", "Invited"), ("declined", "Declined")],
                        max_length=8,
                    ),
                ),
                ("has_answered", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="PeerRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=500)),
                ("is_anonymous", models.BooleanField(default=True)),
                (
                    "minimum",
                    models.PositiveSmallIntegerField(
                        help_text="answers of one relation before they are shown; fixed at the opening, so that nobody lowers it later"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closes_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")], default="open", max_length=8
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "reaction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("thanks", "Thank you"),
                            ("will_do", "I will work on it"),
                            ("discuss", "Let us talk about it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reaction_text", models.TextField(blank=True)),
                ("reacted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="feedbacknote",
            name="behavior_value",
            field=models.SlugField(blank=True, default="", max_length=30),
        ),
        migrations.AddField(
            model_name="feedbacknote",
            name="evidence",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.evidence",
            ),
        ),
        migrations.AddField(
            model_name="feedbacknote",
            name="report",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.selfreport",
            ),
        ),
        migrations.AddIndex(
            model_name="feedbacknote",
            index=models.Index(fields=["employee", "-at", "-id"], name="feedback_by_employee"),
        ),
        migrations.AddIndex(
            model_name="feedbacknote",
            index=models.Index(fields=["author", "-at", "-id"], name="feedback_by_author"),
        ),
        migrations.AddConstraint(
            model_name="feedbacknote",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__isnull", True), ("behavior_value", ""), _connector="OR"),
                name="feedback_has_one_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbacknote",
            constraint=models.CheckConstraint(
                condition=models.Q(("report__isnull", True), ("evidence__isnull", True), _connector="OR"),
                name="feedback_saw_one_thing",
            ),
        ),
        migrations.AddField(
            model_name="dialoguenote",
            name="amends",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="addenda",
                to="assessments.dialoguenote",
            ),
        ),
        migrations.AddField(
            model_name="dialoguenote",
            name="appraiser",
            field=models.ForeignKey(
                help_text="who agreed as the leader; empty for an elected official",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="dialoguenote",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dialogues", to="employees.employee"
            ),
        ),
        migrations.AddField(
            model_name="dialoguenote",
            name="skp",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dialogues", to="indicators.skp"
            ),
        ),
        migrations.AddField(
            model_name="dialoguenote",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="feedbackreaction",
            name="note",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reaction",
                to="assessments.feedbacknote",
            ),
        ),
        migrations.AddField(
            model_name="peerinvitation",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
            ),
        ),
        migrations.AddField(
            model_name="namedpeeranswer",
            name="invitation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer",
                to="assessments.peerinvitation",
            ),
        ),
        migrations.AddField(
            model_name="peerround",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="peer_rounds",
                to="employees.employee",
            ),
        ),
        migrations.AddField(
            model_name="peerround",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="employees.employee"
            ),
        ),
        migrations.AddField(
            model_name="peerinvitation",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="assessments.peerround",
            ),
        ),
        migrations.AddField(
            model_name="peeranswer",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="assessments.peerround",
            ),
        ),
        migrations.AddIndex(
            model_name="dialoguenote",
            index=models.Index(fields=["employee", "-talk_on", "-id"], name="dialogue_by_employee"),
        ),
        migrations.AddIndex(
            model_name="dialoguenote",
            index=models.Index(
                condition=models.Q(("status", "agreed"), _negated=True),
                fields=["employee"],
                name="dialogue_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialoguenote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("appraiser_agreed_at__isnull", True),
                        ("employee_agreed_at__isnull", True),
                        ("status", "draft"),
                    ),
                    models.Q(
                        ("appraiser_agreed_at__isnull", True),
                        ("employee_agreed_at__isnull", False),
                        ("status", "employee_agreed"),
                    ),
                    models.Q(
                        ("appraiser_agreed_at__isnull", False),
                        ("employee_agreed_at__isnull", True),
                        ("status", "appraiser_agreed"),
                    ),
                    models.Q(
                        ("appraiser_agreed_at__isnull", False),
                        ("employee_agreed_at__isnull", False),
                        ("status", "agreed"),
                    ),
                    _connector="OR",
                ),
                name="dialogue_status_is_who_agreed",
            ),
        ),
        migrations.AddConstraint(
            model_name="dialoguenote",
            constraint=models.CheckConstraint(
                condition=models.Q(("topic__in", ["expectation", "progress", "coaching", "result"])),
                name="dialogue_topic_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbackreaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["thanks", "will_do", "discuss"])),
                name="reaction_kind_is_a_known_one",
            ),
        ),
        migrations.AddIndex(
            model_name="peerround",
            index=models.Index(fields=["employee", "-opened_at", "-id"], name="peer_round_by_employee"),
        ),
        migrations.AddIndex(
            model_name="peerround",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["closes_on"], name="peer_round_to_close"
            ),
        ),
        migrations.AddConstraint(
            model_name="peerround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "open")),
                    models.Q(("closed_at__isnull", False), ("status", "closed")),
                    _connector="OR",
                ),
                name="peer_round_closed_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="peerround",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum__gte", 3)), name="peer_round_minimum_hides_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="peerround",
            constraint=models.CheckConstraint(
                condition=models.Q(("employee", models.F("opened_by")), _negated=True),
                name="peer_round_is_opened_by_another",
            ),
        ),
        migrations.AddIndex(
            model_name="peerinvitation",
            index=models.Index(
                condition=models.Q(("has_answered", False), ("status", "invited")),
                fields=["giver"],
                name="peer_invitation_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="peerinvitation",
            constraint=models.UniqueConstraint(
                fields=("round", "giver"), name="peer_invitation_once_per_giver"
            ),
        ),
        migrations.AddConstraint(
            model_name="peerinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("has_answered", False), ("status", "invited"), _connector="OR"),
                name="peer_invitation_answered_when_invited",
            ),
        ),
        migrations.AddConstraint(
            model_name="peeranswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("relation__in", ["peer", "subordinate"])),
                name="peer_answer_of_an_anonymous_relation",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
