-- The volumes of the permits that are granted now, found by layer, place and time.
CREATE TABLE permits.volume (
    permit uuid NOT NULL REFERENCES permits.permit,
    number integer NOT NULL,
    layer text NOT NULL,
    bounds box NOT NULL,
    during tstzrange NOT NULL,
    vehicles integer NOT NULL CHECK (vehicles > 0),
    document text NOT NULL,
    PRIMARY KEY (permit, number)
);
CREATE INDEX volume_by_place ON permits.volume USING gist (layer, bounds, during);

INSERT INTO permits.volume (permit, number, layer, bounds, during, vehicles, document)
SELECT p.id, volume.number, p.layer, p.bounds,
    tstzrange((volume.document ->> 'start')::timestamptz,
        (volume.document ->> 'end')::timestamptz),
    greatest(1, jsonb_array_length(v.document -> 'application' -> 'vehicles')),
    volume.document::text
FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
CROSS JOIN LATERAL jsonb_array_elements(v.document -> 'application' -> 'volumes')
    WITH ORDINALITY AS volume (document, number)
WHERE p.state = 'granted';

-- A counter that every grant has to change makes every grant wait for every other.
DELETE FROM permits.revision WHERE subject = 'permits';
