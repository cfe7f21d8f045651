"""What was sent stays as it was sent (threat T3): the database refuses any later change of a version."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION assessments_refuse_version_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sent version never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER assessments_reportversion_immutable BEFORE UPDATE OR DELETE ON assessments_reportversion
    FOR EACH ROW EXECUTE FUNCTION assessments_refuse_version_change();
"""

BACKWARD = """
DROP TRIGGER assessments_reportversion_immutable ON assessments_reportversion;
DROP FUNCTION assessments_refuse_version_change();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
