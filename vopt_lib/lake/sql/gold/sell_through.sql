-- How fast things sell: days to sell and shares sold, by catalogue, brand, size, condition and price.
SELECT
    source,
    market,
    catalog_id,
    search,
    CASE grouped_by WHEN '' THEN 'all' ELSE grouped_by END AS grouped_by,
    CASE
        WHEN grouped_by = 'condition' THEN
            CASE group_name
                WHEN '6' THEN 'new with tag'
                WHEN '1' THEN 'new'
                WHEN '2' THEN 'very good'
                WHEN '3' THEN 'good'
                WHEN '4' THEN 'fair'
                WHEN '7' THEN 'not fully working'
                ELSE group_name
            END
        ELSE nullif(group_name, '')
    END AS group_name,
    listings,
    round(sold, 1) AS sold,
    round(median_days, 1) AS median_days,
    round(median_days_low, 1) AS median_days_low,
    round(median_days_high, 1) AS median_days_high,
    round(sold_within_7, 3) AS sold_within_7,
    round(sold_within_14, 3) AS sold_within_14,
    round(sold_within_30, 3) AS sold_within_30,
    round(sold_within_60, 3) AS sold_within_60,
    lack,
    until
FROM days_to_sell
LEFT JOIN followed_catalog USING (source, market, catalog_id)
