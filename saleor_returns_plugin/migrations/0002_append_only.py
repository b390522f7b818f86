"""The history cannot be edited, not even past the model."""

from django.db import migrations

CREATE = """
CREATE FUNCTION saleor_returns_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER saleor_returns_event_append_only
    BEFORE UPDATE OR DELETE ON saleor_returns_plugin_returnevent
    FOR EACH ROW EXECUTE PROCEDURE saleor_returns_append_only();
"""

DROP = """
DROP TRIGGER saleor_returns_event_append_only ON saleor_returns_plugin_returnevent;
DROP FUNCTION saleor_returns_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("saleor_returns_plugin", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
