"""The calibration room: who has seen their own card, and the blind vote before the talk."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import BuiltOnce

# A vote that can be changed once others are readable is no blind vote; nor may somebody who left come back unseen.
FORWARD = """
CREATE FUNCTION supervision_ballot_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ballot supervision_prevoteballot%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN ballot := OLD; ELSE ballot := NEW; END IF;
    IF NOT EXISTS (
        SELECT 1 FROM supervision_prevotevoter voter
        JOIN supervision_prevoteperson person ON person.vote_id = voter.vote_id
        JOIN supervision_prevote vote ON vote.id = voter.vote_id
        WHERE voter.id = ballot.voter_id AND person.id = ballot.person_id AND voter.left_at IS NULL
          AND vote.status = 'open'
    ) THEN
        RAISE EXCEPTION 'ballot % is not of an open vote', ballot.id;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.voter_id, OLD.person_id) IS DISTINCT FROM (NEW.voter_id, NEW.person_id) THEN
        RAISE EXCEPTION 'ballot % stays with its voter and person', OLD.id;
    END IF;
    RETURN ballot;
END $$;
CREATE TRIGGER pre_vote_ballot_while_open BEFORE INSERT OR UPDATE OR DELETE ON supervision_prevoteballot
    FOR EACH ROW EXECUTE FUNCTION supervision_ballot_while_open();

CREATE FUNCTION supervision_vote_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'open' AND NEW.status = 'open' THEN
        RAISE EXCEPTION 'vote % is closed for good', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pre_vote_stays_closed BEFORE UPDATE ON supervision_prevote
    FOR EACH ROW EXECUTE FUNCTION supervision_vote_stays_closed();
"""
BACKWARD = """
DROP TRIGGER pre_vote_stays_closed ON supervision_prevote;
DROP FUNCTION supervision_vote_stays_closed();
DROP TRIGGER pre_vote_ballot_while_open ON supervision_prevoteballot;
DROP FUNCTION supervision_ballot_while_open();
"""


def _key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _to(model: str, related: str = "+", **options: bool) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model, **options
    )


class Migration(BuiltOnce):
    dependencies = [
        ("supervision", "0002_sampling"),
        ("assessments", "0011_loans_and_batches"),
        ("employees", "0004_supervision_loans"),
    ]

    operations = [
        migrations.CreateModel(
            name="PreVote",
            fields=[
                ("id", _key()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Voting"),
                            ("voted", "Votes are open to all"),
                            ("discussed", "Talked about"),
                            ("decided", "Concluded"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("minimum_voters", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("discussed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "conclusion",
                    models.TextField(
                        blank=True, help_text="what the room agreed on; ratings are moved elsewhere"
                    ),
                ),
                ("opened_by", _to("employees.employee", null=True)),
                ("session", _to("assessments.calibrationsession", "pre_votes")),
            ],
        ),
        migrations.CreateModel(
            name="PreVotePerson",
            fields=[
                ("id", _key()),
                ("evaluation", _to("assessments.evaluation")),
                ("vote", _to("supervision.prevote", "people")),
            ],
        ),
        migrations.CreateModel(
            name="PreVoteVoter",
            fields=[
                ("id", _key()),
                ("left_at", models.DateTimeField(null=True)),
                ("vote", _to("supervision.prevote", "voters")),
                ("voter", _to("employees.employee")),
            ],
        ),
        migrations.CreateModel(
            name="PreVoteBallot",
            fields=[
                ("id", _key()),
                ("band", models.CharField(blank=True, max_length=16)),
                ("at", models.DateTimeField()),
                ("person", _to("supervision.prevoteperson", "ballots")),
                ("voter", _to("supervision.prevotevoter", "ballots")),
            ],
        ),
        migrations.CreateModel(
            name="RaterCardView",
            fields=[
                ("id", _key()),
                ("told_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("period", _to("assessments.period")),
                ("rater", _to("employees.employee")),
            ],
        ),
        migrations.AddConstraint(
            model_name="prevote",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")),
                fields=("session",),
                name="pre_vote_one_open_per_session",
            ),
        ),
        migrations.AddConstraint(
            model_name="prevote",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "voted", "discussed", "decided"])),
                name="pre_vote_status_is_a_known_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="prevote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="pre_vote_closed_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="prevote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("status", "decided"), _negated=True), ("decided_at__isnull", True)),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("status", "decided"),
                        models.Q(("conclusion", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="pre_vote_decided_with_a_conclusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="prevote",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum_voters__gte", 2)), name="pre_vote_of_two_at_least"
            ),
        ),
        migrations.AddConstraint(
            model_name="prevoteperson",
            constraint=models.UniqueConstraint(fields=("vote", "evaluation"), name="pre_vote_person_once"),
        ),
        migrations.AddConstraint(
            model_name="prevotevoter",
            constraint=models.UniqueConstraint(fields=("vote", "voter"), name="pre_vote_voter_once"),
        ),
        migrations.AddConstraint(
            model_name="prevoteballot",
            constraint=models.UniqueConstraint(fields=("voter", "person"), name="pre_vote_ballot_once"),
        ),
        migrations.AddConstraint(
            model_name="ratercardview",
            constraint=models.UniqueConstraint(
                fields=("period", "rater"), name="rater_card_once_per_period_and_rater"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratercardview",
            constraint=models.CheckConstraint(
                condition=models.Q(("told_at__isnull", False), ("seen_at__isnull", False), _connector="OR"),
                name="rater_card_was_told_or_seen",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
