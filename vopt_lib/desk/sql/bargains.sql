WITH usual AS (
    SELECT leaf_catalog_id, brand, median(last_price_eur) AS usual_eur
    FROM listing_live
    GROUP BY ALL
    HAVING count(last_price_eur) >= 10
)
SELECT title, brand, size, last_price_eur, usual_eur, url
FROM listing_live JOIN usual USING (leaf_catalog_id, brand)
WHERE last_price_eur < usual_eur / 2
ORDER BY last_price_eur / usual_eur, title
LIMIT 50
