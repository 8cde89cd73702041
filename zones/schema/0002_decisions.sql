-- Beside versions: emergencies, withdrawals with their acts, and the switches that officers set.

-- An emergency version is the law at once and for 72 hours at most.
ALTER TABLE zones.zone_version ADD COLUMN emergency boolean NOT NULL DEFAULT false;

-- When the last publication was recorded: the next one is recorded later, whatever a clock says,
-- so that what was known at an instant stays what was known then.
ALTER TABLE zones.revision ADD COLUMN at timestamptz;
UPDATE zones.revision SET at = (
    SELECT max(greatest(recorded_at, superseded_at)) FROM zones.zone_version
);

-- Why a zone stopped being the law; `edition` counts together with those of zone_version.
CREATE TABLE zones.withdrawal (
    edition bigint PRIMARY KEY
        DEFAULT nextval(pg_get_serial_sequence('zones.zone_version', 'edition')),
    zone_id text COLLATE "C" NOT NULL,
    takes_effect_at timestamptz NOT NULL,
    act text NOT NULL CHECK (act <> ''),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL CHECK (recorded_by <> '')
);

CREATE INDEX withdrawal_by_zone ON zones.withdrawal (zone_id, edition);

-- From an instant on a switch is on, or off, until a later setting says otherwise; a later record
-- takes the place of earlier ones from its own instant on.
CREATE TABLE zones.switch_setting (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL CHECK (name <> ''),
    is_on boolean NOT NULL,
    takes_effect_at timestamptz NOT NULL,
    act text NOT NULL CHECK (act <> ''),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL CHECK (recorded_by <> '')
);

CREATE INDEX switch_setting_by_name ON zones.switch_setting (name, number);

CREATE FUNCTION zones.never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed or deleted, only added to', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER withdrawal_is_append_only BEFORE UPDATE OR DELETE ON zones.withdrawal
    FOR EACH ROW EXECUTE FUNCTION zones.never_change();
CREATE TRIGGER withdrawal_is_never_truncated BEFORE TRUNCATE ON zones.withdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION zones.never_change();
CREATE TRIGGER switch_setting_is_append_only BEFORE UPDATE OR DELETE ON zones.switch_setting
    FOR EACH ROW EXECUTE FUNCTION zones.never_change();
CREATE TRIGGER switch_setting_is_never_truncated BEFORE TRUNCATE ON zones.switch_setting
    FOR EACH STATEMENT EXECUTE FUNCTION zones.never_change();
