WITH names AS (
    SELECT query_catalog_id AS catalog_id,
           max(follow_name) AS search
    FROM crawl_coverage JOIN run USING (run_id)
    WHERE query_narrowed_by = ''
    GROUP BY ALL
)
SELECT coalesce(search, catalog_id::VARCHAR) AS search,
       date_trunc('week', day)::DATE AS week,
       round(median(price_eur_median), 2) AS median_eur,
       round(avg(seen)) AS listings,
       sum(new) AS new,
       sum(gone) AS gone
FROM catalog_day LEFT JOIN names USING (catalog_id)
GROUP BY ALL
ORDER BY search, week
