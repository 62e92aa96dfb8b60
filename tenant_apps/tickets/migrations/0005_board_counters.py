"""The board counts by type and status: every ticket that is counted comes to stand in one counter more."""

from django.db import migrations

from tenants.fleet.jobs import company_job

BATCH = 1_000
# One statement: a ticket and its counter are never seen apart. What the release before writes meanwhile loses the new
# counter with the next change of its status and gains it with the one after, so that the number stays a true one.
_COUNT = """
    WITH uncounted AS (
        SELECT id FROM tickets_ticket
        WHERE counted @> ARRAY['all']::varchar[] AND NOT counted && ARRAY['step:' || type || ':' || status]::varchar[]
        ORDER BY id LIMIT %s FOR NO KEY UPDATE
    ), done AS (
        UPDATE tickets_ticket ticket SET counted = counted || ('step:' || type || ':' || status)::varchar
        FROM uncounted WHERE ticket.id = uncounted.id RETURNING 'step:' || type || ':' || status AS key
    ), told AS (
        INSERT INTO tickets_tally (id, key, number) SELECT gen_random_uuid(), key, count(*) FROM done GROUP BY key
    )
    SELECT count(*) FROM done
"""


@company_job
def count_steps(apps, schema_editor):
    """One batch; True when more is left."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_COUNT, [BATCH])
        return cursor.fetchone()[0] == BATCH


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0004_deleted'),
    ]

    operations = [migrations.RunPython(count_steps, migrations.RunPython.noop)]
