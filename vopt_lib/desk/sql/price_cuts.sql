SELECT title,
       brand,
       first_price_eur,
       last_price_eur,
       round(100 - 100 * last_price_eur / first_price_eur)
           AS cut_percent,
       first_seen_on,
       url
FROM listing_live
WHERE last_price_eur < first_price_eur
ORDER BY cut_percent DESC, title
LIMIT 50
