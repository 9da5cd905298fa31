-- The name that you gave to the search of each catalogue.
SELECT
    coverage.source,
    coverage.market,
    coverage.query_catalog_id AS catalog_id,
    arg_max(run.follow_name, coverage.observed_at) AS search
FROM crawl_coverage AS coverage
JOIN run USING (run_id)
WHERE coverage.query_catalog_id IS NOT NULL
  AND coverage.query_narrowed_by = ''
  AND run.follow_name IS NOT NULL
GROUP BY ALL
