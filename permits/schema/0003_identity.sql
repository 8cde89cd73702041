-- Keys are for some things or for all that the role may (NULL), and open the broker by a digest of
-- its own kind; when one was last used is known to the minute.
ALTER TABLE permits.api_key
    ADD scopes text[] CHECK (cardinality(scopes) > 0),
    ADD mqtt_digest text NOT NULL DEFAULT '',
    ADD last_used_at timestamptz;
