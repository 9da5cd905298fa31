SELECT brand, count(*) AS things, sum(price_amount) AS price_amount, sum(cost_amount) AS cost_amount,
       median(date_diff('day', listed_at, ordered_at)) AS days_until_sold, currency
FROM shop_order
JOIN shop_order_line USING (order_id, currency)
JOIN shop_listing USING (listing_id, currency)
JOIN shop_item USING (item_id, currency)
WHERE kind = 'sale' AND shop_order.state <> 'cancelled'
GROUP BY brand, currency
ORDER BY price_amount DESC
LIMIT 50
