-- Each brand of a catalogue, week by week: median asked price, listings, what came and what left.
SELECT
    source,
    market,
    catalog_id,
    search,
    brand,
    date_trunc('week', day)::DATE AS week,
    count(*) AS days,
    median(price_eur_median) AS price_eur_median,
    avg(seen) AS seen_mean,
    sum(new)::BIGINT AS new,
    sum(gone)::BIGINT AS gone,
    sum(price_cuts)::BIGINT AS price_cuts,
    min(share_seen) AS share_seen_least
FROM brand_day
LEFT JOIN followed_catalog USING (source, market, catalog_id)
GROUP BY ALL
