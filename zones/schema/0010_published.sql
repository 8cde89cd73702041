-- How often anything was published, for statements that decide by it. Volatile: told as it is when
-- it is asked, also where the statement around it began before.
CREATE FUNCTION zones.published() RETURNS bigint LANGUAGE sql VOLATILE
    AS 'SELECT number FROM zones.revision';
