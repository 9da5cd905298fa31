SELECT date_trunc('month', ordered_at)::DATE AS month, count(DISTINCT order_id) AS sales, count(*) AS things,
       sum(price_amount) AS price_amount, currency
FROM shop_order
JOIN shop_order_line USING (order_id, currency)
WHERE kind = 'sale' AND state <> 'cancelled'
GROUP BY ALL
ORDER BY month DESC
LIMIT 24
