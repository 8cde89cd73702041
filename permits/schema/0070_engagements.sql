-- When the vehicles of the permits that are granted now are spoken for: nobody is in two places.
CREATE TABLE permits.engagement (
    permit uuid NOT NULL REFERENCES permits.permit,
    vehicle text NOT NULL,
    operator text NOT NULL,
    during tstzmultirange NOT NULL,
    PRIMARY KEY (permit, vehicle)
);
CREATE INDEX engagement_of_vehicle ON permits.engagement USING gist (operator, vehicle, during);

INSERT INTO permits.engagement (permit, vehicle, operator, during)
SELECT DISTINCT p.id, vehicle.id, p.operator, p.during
FROM permits.permit p
JOIN permits.version v ON (v.permit, v.version) = (p.id, p.version)
CROSS JOIN LATERAL jsonb_array_elements_text(v.document -> 'application' -> 'vehicles')
    AS vehicle (id)
WHERE EXISTS (SELECT FROM permits.volume placed WHERE placed.permit = p.id);
