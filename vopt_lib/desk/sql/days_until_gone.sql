SELECT brand,
       count(*) AS gone,
       median(date_diff('day', first_seen_on, gone_on)) AS days_on_sale,
       median(last_price_eur) AS median_eur
FROM listing_ended
WHERE brand IS NOT NULL
  AND first_seen_on > (SELECT min(first_seen_on) FROM listing_ended)
GROUP BY brand
HAVING count(*) >= 5
ORDER BY days_on_sale, brand
LIMIT 50
