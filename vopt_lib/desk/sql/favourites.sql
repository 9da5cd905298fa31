SELECT title, brand, size, last_price_eur, favourite_count, first_seen_on, url
FROM listing_live
WHERE favourite_count > 0
ORDER BY favourite_count DESC, title
LIMIT 50
