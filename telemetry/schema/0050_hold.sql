-- Make sure for the rest of a transaction that nobody ends the turn; refuse where somebody has.
CREATE FUNCTION telemetry.hold_turn(mine integer, among integer, held bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('telemetry.intake'));
    IF NOT EXISTS (SELECT FROM telemetry.intake
                   WHERE (share, shares, turn) = (mine, among, held)) THEN
        RAISE 'another process has begun to take observations in' USING ERRCODE = 'OT001';
    END IF;
END $$;
