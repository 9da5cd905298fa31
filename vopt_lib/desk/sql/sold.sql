SELECT brand, title, last_asked_amount, currency,
       date_diff('day', first_seen_at, gone_before) AS days_watched,
       gone_after, gone_before, unsure_hours
FROM listing_end
WHERE is_sold_proven
ORDER BY gone_before DESC, title
LIMIT 50
