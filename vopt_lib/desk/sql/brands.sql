SELECT brand,
       count(*) AS listings,
       median(last_price_eur) AS median_eur
FROM listing_live
WHERE brand IS NOT NULL AND last_price_eur IS NOT NULL
GROUP BY brand
HAVING count(*) >= 10
ORDER BY median_eur DESC, brand
LIMIT 50
