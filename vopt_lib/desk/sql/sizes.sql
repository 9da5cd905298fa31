SELECT size,
       count(*) AS listings,
       median(last_price_eur) AS median_eur
FROM listing_live
WHERE size IS NOT NULL
GROUP BY size
ORDER BY listings DESC, size
LIMIT 50
