SELECT condition_label,
       count(DISTINCT listing_id) AS listings,
       median(price_eur) AS median_eur
FROM listing_seen
WHERE day = (SELECT max(day) FROM listing_seen) AND NOT promoted
GROUP BY condition_label
ORDER BY median_eur DESC
