-- Every asked price of a listing with its time: the first one of each spell, and each change.
SELECT
    source,
    market,
    listing_id,
    first_seen_at AS priced_at,
    NULL::TIMESTAMP WITH TIME ZONE AS seen_before_at,
    first_asked_amount AS asked_amount,
    NULL::DECIMAL(12, 2) AS asked_before_amount,
    currency,
    leaf_catalog_id
FROM (
    SELECT source, market, listing_id, first_seen_at, first_asked_amount, currency, leaf_catalog_id FROM listing_live
    UNION ALL
    SELECT source, market, listing_id, first_seen_at, first_asked_amount, currency, leaf_catalog_id FROM listing_ended
)
WHERE first_asked_amount IS NOT NULL
UNION ALL
SELECT source, market, listing_id, observed_at, seen_before_at, new_amount, old_amount, currency, leaf_catalog_id
FROM price_change
