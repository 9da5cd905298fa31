-- What is wanted most: catalogues among catalogues and brands among brands, with the parts of the score.
SELECT
    source,
    market,
    rank() OVER (PARTITION BY source, market, brand IS NULL ORDER BY score DESC) AS place,
    catalog_id,
    search,
    brand,
    round(score, 1) AS score,
    round(favourites_score, 1) AS favourites_score,
    round(sold_score, 1) AS sold_score,
    round(scarcity_score, 1) AS scarcity_score,
    favourites_per_day,
    sold_within_30,
    weeks_of_stock,
    listings,
    price_eur_median,
    share_seen,
    day
FROM demand
LEFT JOIN followed_catalog USING (source, market, catalog_id)
