-- What left: between which moments, and what proves that it was sold.
SELECT
    source,
    market,
    listing_id,
    title,
    brand,
    size,
    condition_id,
    leaf_catalog_id,
    first_seen_at,
    gone_after,
    gone_before,
    round(epoch(gone_before - gone_after) / 3600, 1) AS unsure_hours,
    evidence,
    evidence = 'sold' AS is_sold_proven,
    currency,
    first_asked_amount,
    last_asked_amount,
    price_changes,
    url
FROM listing_ended
