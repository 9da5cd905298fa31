SELECT search, grouped_by, group_name, median_days, median_days_low, median_days_high, sold_within_30, listings
FROM sell_through
WHERE median_days IS NOT NULL
ORDER BY median_days, search, group_name
LIMIT 50
